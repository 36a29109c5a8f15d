/**
 * What access rules are checked against: the tables of a contract as the policy room wants them.
 *
 * Not a decision. Invariant: a filter that somebody wants to be in force is compiled here first, with the very function
 * that will compile it at each read; what does not compile is refused, never stored.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel } from '@weft/core/contract/model';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import { predicateColumns } from '@weft/core/lib/predicate';
import { type DecisionColumn, isHiddenByPolicy } from '@weft/core/policy/decide';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import type { ProductPolicy } from '@weft/core/registry/types';

export interface TableFacts {
  table: string;
  granularity: string | null;
  columns: DecisionColumn[];
}

/** The tables of a contract with their columns. */
export function tableFacts(model: ContractModel): TableFacts[] {
  return tablesOf(model).map(({ table, object }) => ({
    table,
    granularity: object.granularity ?? model.weft.granularity,
    columns: object.properties.map(({ name, type, classification, nestedClassifications }) => ({
      name,
      type,
      classification,
      nestedClassifications,
    })),
  }));
}

/**
 * Refuses a filter that does not fit. With `every` it must fit each table; else one is enough, and tables that it does
 * not fit are not visible under it. Throws EXPRESSION_INVALID.
 */
export function requireFilter(
  filter: string | null,
  model: ContractModel,
  options: { every: boolean; path: string },
): void {
  if (filter === null) return;
  const faults = tableFacts(model).map(({ table, columns }) => ({
    table,
    diagnostics: compileRowFilter(filter, columns, options.path).diagnostics,
  }));
  const bad = faults.filter((fault) => fault.diagnostics.length > 0);
  if (bad.length === 0 || (!options.every && bad.length < faults.length)) return;
  const errors: ErrorPlace[] = bad.flatMap(({ table, diagnostics }) =>
    diagnostics.map((d) => ({ ...d, message: `table ${table}: ${d.message}` })),
  );
  throw new WeftError('EXPRESSION_INVALID', 'the row filter does not fit the columns', { errors });
}

/** True when the filter looks at a column that the policy hides: which rows are left would tell its values. */
export function looksAtHidden(
  filter: string | null,
  model: ContractModel,
  policy: Pick<ProductPolicy, 'hiddenClassifications'>,
): boolean {
  return tableFacts(model).some(({ columns }) => {
    const predicate = compileRowFilter(filter, columns).value;
    const used = predicate === null ? [] : predicateColumns(predicate);
    return columns.some((column) => used.includes(column.name) && isHiddenByPolicy(column, policy));
  });
}

/** Refuses column names that no table of the contract has. Throws REQUEST_INVALID. */
export function requireColumns(columns: readonly string[] | null, model: ContractModel): void {
  if (columns === null) return;
  const known = new Set(tableFacts(model).flatMap((t) => t.columns.map((column) => column.name)));
  const errors = columns
    .map((name, i) => ({ name, i }))
    .filter(({ name }) => !known.has(name))
    .map(({ name, i }) => ({
      code: 'COLUMN_UNKNOWN',
      path: `$.columns[${i}]`,
      message: `there is no column "${name}"`,
      remedy: `There are: ${[...known].join(', ')}.`,
    }));
  if (columns.length === 0) {
    throw new WeftError('REQUEST_INVALID', 'name at least one column, or leave columns out');
  }
  if (errors.length === 0) return;
  const names = errors.map((error) => error.message).join('; ');
  throw new WeftError('REQUEST_INVALID', names, { errors });
}

/** Refuses a purpose that the contract does not allow; a contract without a list allows all. Throws REQUEST_INVALID. */
export function requirePurpose(purpose: string, model: ContractModel): void {
  if (purpose.trim() === '') throw new WeftError('PURPOSE_REQUIRED', 'the purpose is empty');
  const allowed = model.weft.purposes;
  if (allowed.length === 0 || allowed.includes(purpose)) return;
  throw new WeftError('REQUEST_INVALID', `the contract does not allow the purpose "${purpose}"`, {
    remedy: `It allows: ${allowed.join(', ')}.`,
    errors: [{ code: 'PURPOSE_NOT_ALLOWED', path: '$.purpose', message: `"${purpose}"` }],
  });
}
