/**
 * The projection: our own SQL that copies into a fresh engine exactly what a query may see, before the query runs.
 *
 * One schema per domain and one table per name that the text writes. Hidden columns and rows are never copied, so there
 * is nothing that a clever statement could push a predicate below, read statistics of, or find in an error.
 * Not here: the decision (`policy/decide.ts`), which files to read (`lakehouse/scan.ts`), running it.
 *
 * Invariants: columns of the projection ⊆ columns of the decision; every row of it satisfies the decision's filter; a
 * decision that does not fit the table (a filter on a missing column or another type) ends in an error, never in more
 * rows. A table of which everything is permitted is copied in the same way: there is no weaker path.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import { readParquetSql } from '../lakehouse/sql.ts';
import type { BoundColumn } from '../lakehouse/types.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { type Constant, type Predicate, predicateColumns } from '../lib/predicate.ts';
import { predicateToDuckdb } from '../lib/predicate-sql.ts';
import type { AccessDecision } from '../policy/decide.ts';
import type { GateTable } from './gate.ts';

export interface ProjectTable {
  gate: GateTable;
  decision: AccessDecision;
  /** Columns of the table as it is stored now. */
  columns: readonly BoundColumn[];
  /** URIs of the data files that may hold permitted rows. */
  files: readonly string[];
}

export interface Projection {
  /** To be run in order in a fresh engine with `TimeZone = 'UTC'`. */
  statements: string[];
  /** What each table of the query was given, in the order of the input. */
  columns: string[][];
}

/** Builds the projection. Throws ACCESS_DENIED unless every decision permits and fits its table. */
export function buildProjection(tables: readonly ProjectTable[]): Projection {
  const columns = tables.map(projectedColumns);
  const domains = [...new Set(tables.map((table) => table.gate.domain))];
  const statements = [
    ...domains.map((domain) => `CREATE SCHEMA ${quoteIdent(domain)}`),
    ...tables.map((table, i) => copyStatement(table, columns[i] ?? [])),
  ];
  return { statements, columns: columns.map((list) => list.map((column) => column.name)) };
}

/** The permitted columns that the query may use; one of them when it uses none, as in `count(*)`. */
function projectedColumns(table: ProjectTable): BoundColumn[] {
  const { decision, gate } = table;
  const permitted = new Set(decision.decision === 'permit' ? decision.columns : []);
  const visible = table.columns.filter((column) => permitted.has(column.name));
  const cheapest = visible.find((column) => isPrimitive(column.type)) ?? visible[0];
  if (cheapest === undefined) {
    throw new WeftError('ACCESS_DENIED', `${gate.domain}.${gate.name}: ${decision.reason}`);
  }
  const used = visible.filter((column) => gate.mentioned?.has(column.name) ?? true);
  return used.length === 0 ? [cheapest] : used;
}

function copyStatement(table: ProjectTable, columns: readonly BoundColumn[]): string {
  const { gate, decision } = table;
  checkFilter(decision.rowFilter, table);
  const filtered = new Set(predicateColumns(decision.rowFilter));
  const read = table.columns.filter(
    (column) => columns.includes(column) || filtered.has(column.name),
  );
  const list = columns.map((column) => quoteIdent(column.name)).join(', ');
  const name = `${quoteIdent(gate.domain)}.${quoteIdent(gate.name)}`;
  const source = readParquetSql([...table.files], [...read]);
  return `CREATE TABLE ${name} AS SELECT ${list} FROM ${source} WHERE ${predicateToDuckdb(decision.rowFilter)}`;
}

/** Every column of the filter exists and every constant is of exactly its type, so that no comparison casts. */
function checkFilter(filter: Predicate, table: ProjectTable): void {
  switch (filter.op) {
    case 'true':
    case 'false':
      return;
    case 'and':
    case 'or':
      for (const arg of filter.args) checkFilter(arg, table);
      return;
    case 'not':
      checkFilter(filter.arg, table);
      return;
    case 'prefix':
      checkConstants(filter.column, [{ type: 'string', value: filter.value }], table);
      return;
    case 'in':
      checkConstants(filter.column, filter.values, table);
      return;
    default:
      checkConstants(filter.column, [filter.value], table);
  }
}

function checkConstants(name: string, constants: readonly Constant[], table: ProjectTable): void {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined && constants.every((constant) => fitsType(constant, column.type)))
    return;
  throw new WeftError(
    'ACCESS_DENIED',
    `${table.gate.domain}.${table.gate.name}: the row filter does not fit column "${name}" of the table.`,
    { remedy: 'Tell the owner of the product: the policy or the agreement has to be renewed.' },
  );
}

function fitsType(constant: Constant, type: DataType): boolean {
  if (constant.type === 'null') return true;
  // Why: an int column may have become long under a contract version that the filter does not know yet.
  if (constant.type === 'int') return type.kind === 'int' || type.kind === 'long';
  return constant.type === type.kind;
}
