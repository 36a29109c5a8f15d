/**
 * Rows of a table written again with some of them gone or changed, each changed row held to the contract.
 *
 * Not the files that are looked at and not the commit: the node decides these. Expressions see the columns of the row as it
 * was, in the table's types, and pass the gate of repairs. Invariants: every rule of the plan about one row that would keep a
 * record out or a batch back holds for every changed row, or nothing is written; a value is put into a column only when
 * nothing of it is lost on the way.
 */
import { type DataType, duckdbType, isPrimitive, typeName } from '../contract/data-type.ts';
import { type IngestPlan, isSetCheck } from '../contract/plan.ts';
import type { RewritePorts } from '../lakehouse/rewrite-files.ts';
import {
  type RewriteRequest,
  type RewriteResult,
  rewriteFiles,
} from '../lakehouse/rewrite-files.ts';
import { readTableSql } from '../lakehouse/sql.ts';
import type { BoundColumn } from '../lakehouse/types.ts';
import { must } from '../lib/assert.ts';
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { Predicate } from '../lib/predicate.ts';
import { predicateToDuckdb } from '../lib/predicate-sql.ts';
import { BATCH_TABLE } from '../quality/sql-gate.ts';
import { type ReadyPlan, readyPlan } from './check-plan.ts';
import type { RowsRequest } from './check-ports.ts';
import { gateRepair } from './contract-sql.ts';
import { wrongValueSql } from './flat-parquet.ts';
import type { SqlEngine } from './ports.ts';
import { planRowsSql } from './rule-scope.ts';

/** Like those of rewriting; SQL of the contract and of the request runs on the same engine. */
export type RestatePorts = RewritePorts & { engine: SqlEngine };

export interface RestateRowsRequest
  extends Omit<RewriteRequest, 'change'>,
    Pick<RowsRequest, 'plan' | 'references' | 'now'> {
  where: Predicate;
  /** Expressions by the columns that get their values; null: the rows go. */
  set: Record<string, string> | null;
  /** True: rows are counted and checked, and nothing is written. */
  isPreview: boolean;
}

/** A rule that changed rows would break. */
export interface BrokenRule {
  rule: string;
  column: string | null;
  rows: number;
  message: string;
}

export interface RestatedRows extends RewriteResult {
  /** Where there are such, no file was written. */
  broken: BrokenRule[];
}

/** Writes the files again. Throws RESTATEMENT_INVALID for expressions that cannot be, also where no row is hit. */
export async function restateRows(
  ports: RestatePorts,
  request: RestateRowsRequest,
): Promise<RestatedRows> {
  const { where, isPreview, sources, columns } = request;
  const values = request.set === null ? null : await gateValues(ports, request, request.set);
  const checked = values === null ? null : await checkRows(ports, request, values);
  const broken = checked?.broken ?? [];
  if (isPreview || broken.length > 0) {
    const rowsHit = checked?.rowsHit ?? (await countHits(ports, { sources, columns, where }));
    return { files: [], rowsRead: 0, rowsHit, broken };
  }
  if (checked?.rowsHit === 0) return { files: [], rowsRead: 0, rowsHit: 0, broken };
  const set =
    values === null ? null : Object.fromEntries(values.map(({ name, sql }) => [name, { sql }]));
  return { ...(await rewriteFiles(ports, { ...request, change: { where, set } })), broken };
}

async function countHits(
  { engine }: RestatePorts,
  { sources, columns, where }: Pick<RestateRowsRequest, 'sources' | 'columns' | 'where'>,
): Promise<number> {
  const [row] = await engine.rows(
    `SELECT count(*) FILTER (WHERE ${predicateToDuckdb(where)}) AS n FROM ${readTableSql(sources, columns)}`,
  );
  return Number(row?.['n']);
}

/** An expression as it may run. */
interface NewValue {
  name: string;
  column: BoundColumn;
  sql: string;
  /** True for a value, named by the first argument, that the column can hold as it is. */
  fits(value: string): string;
}

async function gateValues(
  ports: RestatePorts,
  { columns }: Pick<RestateRowsRequest, 'columns'>,
  set: Record<string, string>,
): Promise<NewValue[]> {
  const faults: ErrorPlace[] = [];
  const values: NewValue[] = [];
  for (const [name, text] of Object.entries(set)) {
    const column = columns.find((each) => each.name === name);
    const value =
      column === undefined
        ? { problem: `the table has no column ${name}` }
        : await gateValue(ports, { text, column, columns });
    if (!('problem' in value)) values.push(value);
    else
      faults.push({ code: 'RESTATEMENT_INVALID', path: `$.set.${name}`, message: value.problem });
  }
  if (faults.length === 0) return values;
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new WeftError('RESTATEMENT_INVALID', told, { errors: faults });
}

async function gateValue(
  { engine }: RestatePorts,
  { text, column, columns }: { text: string; column: BoundColumn; columns: BoundColumn[] },
): Promise<NewValue | { problem: string }> {
  const names = columns.map((each) => each.name);
  const gated = await gateRepair(engine, text, names);
  if ('problem' in gated) return gated;
  const { name, type } = column;
  const isNull = /^\(*NULL\)*$/i.test(gated.sql);
  const sql = isNull ? `CAST(NULL AS ${duckdbType(type)})` : gated.sql;
  try {
    const [from, to] = await engine.rows(
      `DESCRIBE SELECT ${sql} AS a, CAST(NULL AS ${duckdbType(type)}) AS b FROM ${readTableSql([], columns)} AS ${BATCH_TABLE}`,
    );
    const fits = fitOf(type, String(from?.['column_type']), String(to?.['column_type']));
    if (fits !== null) return { name, column, sql, fits };
    return {
      problem: `${text} is ${from?.['column_type']}, and ${name} is a column of ${typeName(type)}: say how with CAST or round`,
    };
  } catch (error) {
    return {
      problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
}

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(.*\)|DOUBLE|FLOAT)$/;
const MOMENT = /^(?:DATE|TIMESTAMP(?:_S|_MS|_NS)?)$/;
/** Texts of moments that mean one thing. */
const TEXTS: Readonly<Record<string, string>> = {
  date: '\\d{4}-\\d{2}-\\d{2}',
  time: '\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?',
  timestamp: '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?',
  timestamptz:
    '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)? ?(Z|[+-]\\d{2}(:?\\d{2})?)',
};

/** How to tell that a value of the engine's type `from` is kept whole by a column; null for types that do not meet. */
function fitOf(type: DataType, from: string, to: string): NewValue['fits'] | null {
  if (from === to) return () => 'TRUE';
  // Why there and back: two numbers are compared as doubles where one of them is, and so are long whole numbers that differ.
  const kept = (value: string): string => {
    const stored = `TRY_CAST(${value} AS ${to})`;
    return `coalesce(TRY(${stored} = ${value} AND TRY_CAST(${stored} AS ${from}) = ${value}), ${value} IS NULL)`;
  };
  const { kind } = type;
  const isNumber = kind === 'int' || kind === 'long' || kind === 'decimal' || kind === 'double';
  if (isNumber && NUMBER.test(from)) return kept;
  if ((kind === 'date' || kind === 'timestamp') && MOMENT.test(from)) return kept;
  const pattern = TEXTS[kind];
  if (pattern === undefined || from !== 'VARCHAR') return null;
  return (value) =>
    `(${value} IS NULL OR (regexp_full_match(${value}, '${pattern}') AND TRY_CAST(${value} AS ${to}) IS NOT NULL))`;
}

/** Counts the rows that would be changed, and those of them that would break a rule. */
async function checkRows(
  ports: RestatePorts,
  request: RestateRowsRequest,
  values: readonly NewValue[],
): Promise<{ rowsHit: number; broken: BrokenRule[] }> {
  const { plan, columns, where, sources } = request;
  const rows = { plan: rowRules(plan), columns, tableFiles: [], earlierRows: [] };
  const ready = await readyPlan({ ...request, ...rows }, ports.engine);
  refuseUnchecked(ready);
  const rules = [...ready.quarantine, ...ready.counted];
  const relation = changedRowsSql(readTableSql(sources, columns), { columns, where, values });
  const counts = [
    'count(*) AS hit',
    ...values.map((_, i) => `count(*) FILTER (WHERE NOT _weft_fit_${i}) AS f${i}`),
    ...rules.map(({ sql }, i) => `count(*) FILTER (WHERE ${sql.offends}) AS r${i}`),
  ];
  const kept = values.map((_, i) => `_weft_fit_${i}`);
  const [row = {}] = await ports.engine.rows(
    `SELECT ${counts.join(', ')} FROM ${planRowsSql({ columns, plan }, relation, kept)}`,
  );
  const misfits = values.flatMap(({ name, column }, i): BrokenRule[] => {
    const message = `${name} cannot hold the new value as ${typeName(column.type)}`;
    return brokenOf({ id: `${name}.type`, column: name }, Number(row[`f${i}`]), message);
  });
  // Why not with those: where a value does not fit there is none, and rules speak of something else.
  if (misfits.length > 0) return { rowsHit: Number(row['hit']), broken: misfits };
  const broken = rules.flatMap(({ rule }, i) =>
    brokenOf(rule, Number(row[`r${i}`]), `the rule ${rule.id} does not hold`),
  );
  return { rowsHit: Number(row['hit']), broken };
}

function brokenOf(
  { id, column }: { id: string; column: string | null },
  rows: number,
  message: string,
): BrokenRule[] {
  return rows === 0 ? [] : [{ rule: id, column, rows, message }];
}

/** The rows that are hit, with their new values, and whether each value fits. */
function changedRowsSql(
  relation: string,
  options: { columns: readonly BoundColumn[]; where: Predicate; values: readonly NewValue[] },
): string {
  const { columns, where, values } = options;
  const own = columns.map(({ name }) => quoteIdent(name));
  // Why a list: no value is another thing than an expression that fails.
  const made = values.map(({ sql }, i) => `TRY([${sql}]) AS _weft_new_${i}`);
  const hit = `(SELECT ${[...own, ...made].join(', ')} FROM ${relation} AS ${BATCH_TABLE} WHERE ${predicateToDuckdb(where)})`;
  const cells = columns.map(({ name, type }) => {
    const at = values.findIndex((value) => value.name === name);
    if (at === -1) return `h.${quoteIdent(name)}`;
    return `TRY_CAST(h._weft_new_${at}[1] AS ${duckdbType(type)}) AS ${quoteIdent(name)}`;
  });
  const fits = values.map(({ fits, column: { type } }, i) => {
    const list = `h._weft_new_${i}`;
    return `(${list} IS NOT NULL AND ${fits(`${list}[1]`)} AND ${isOfContract(type, `${list}[1]`)}) AS _weft_fit_${i}`;
  });
  return `(SELECT ${[...cells, ...fits].join(', ')} FROM ${hit} AS h)`;
}

/** Condition for a value that the engine's type holds: whether the contract's does, which has no infinity and no `24:00`. */
function isOfContract(type: DataType, value: string): string {
  const stored = `TRY_CAST(${value} AS ${duckdbType(type)})`;
  const wrong = isPrimitive(type) ? wrongValueSql(type, stored) : null;
  return wrong === null ? 'TRUE' : `coalesce(NOT (${wrong}), TRUE)`;
}

/** The rules about one row that would keep a record out, or a batch back. Types of values are those of the columns. */
function rowRules(plan: IngestPlan): IngestPlan {
  const rules = plan.rules.filter(
    ({ check, consequence }) =>
      !isSetCheck(check) && check.kind !== 'type' && consequence !== 'warn',
  );
  return { ...plan, rules };
}

/** A rule that cannot be checked holds a batch; here nothing is written. One whose other table is not here is skipped by both. */
function refuseUnchecked({ unchecked }: ReadyPlan): void {
  const fault = unchecked.find(({ evaluation }) => evaluation === 'error');
  if (fault === undefined) return;
  const why = must(fault.message, 'why a rule cannot be checked');
  throw new WeftError('RESTATEMENT_REFUSED', `the rule ${fault.id} cannot be checked: ${why}`);
}
