/**
 * The two back ends of a row check, asked the same: DuckDB over rows, and the record checks over the same rows one by one.
 */
import assert from 'node:assert/strict';
import { type DataType, duckdbType, isPrimitive } from '@weft/core/contract/data-type';
import type { PlanColumn } from '@weft/core/contract/plan';
import { parseLexical } from '@weft/core/ingest/lexical';
import { nestedReaders } from '@weft/core/ingest/nested-json';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import type { RecordCheck, RecordContext } from '@weft/core/quality/record-checks';
import type { RecordValue } from '@weft/core/quality/record-value';
import { type RowSql, type RowSqlContext, rowCheckSql } from '@weft/core/quality/row-sql';
import { type Check, NOW, type Row, type RuleCase } from './rule-cases.ts';

/** For each row whether it offends, or null for a check that cannot be made. */
export type Verdict = boolean[] | null;

/** How many values a known table has: every other row of a case. */
function isKnown(row: number): boolean {
  return row % 2 === 0;
}

export type CompileRecord = (check: Check, context: RecordContext) => RecordCheck;

export function recordVerdicts(rule: RuleCase, compile: CompileRecord): Verdict[] {
  const records = rule.rows.map((row) => row.map((text, i) => readValue(rule.columns[i], text)));
  const { knownColumn = 0 } = rule;
  const known = new Set(records.flatMap((row, i) => (isKnown(i) ? [key(row[knownColumn])] : [])));
  const context: RecordContext = {
    columns: rule.columns,
    now: NOW,
    reference: (table) => (table === 'known' ? (value) => known.has(key(value)) : null),
  };
  return rule.checks.map((check) => {
    const compiled = compile(check, context);
    if ('problem' in compiled) return null;
    return records.map((record) =>
      compiled.offends((name) => record[rule.columns.findIndex((c) => c.name === name)] ?? null),
    );
  });
}

function key(value: RecordValue | undefined): string {
  return `${typeof value} ${String(Object.is(value, -0) ? 0 : value)}`;
}

function readValue(column: PlanColumn | undefined, text: string | null): RecordValue {
  if (text === null || column === undefined) return null;
  if (column.type.kind === 'double') return Number(text);
  if (!isPrimitive(column.type)) {
    const read = nestedReaders([column])[0]?.read(text);
    assert.deepEqual(read?.faults, [], text);
    return read?.value ?? null;
  }
  const parsed = parseLexical(column.type, text);
  assert.ok(parsed.ok, `${text} is no ${column.type.kind}`);
  return parsed.value;
}

/** Loads the rows of a case as the tables `name` and `name_known`. */
export async function loadCase(engine: SqlEngine, rule: RuleCase, name: string): Promise<void> {
  const casts = rule.columns.map(({ name: column, type }, i) => {
    const text = isPrimitive(type) ? `c${i}` : `c${i}::JSON`;
    return `${text}::${duckdbType(type)} AS ${quoteIdent(column)}`;
  });
  const literal = (text: string | null, i: number): string => {
    if (text === null) return 'NULL';
    const type = rule.columns[i]?.type;
    const isFlat = type === undefined || isPrimitive(type);
    return quoteText(isFlat ? text : JSON.stringify(withMembers(type, JSON.parse(text))));
  };
  const rows = rule.rows.map((row, i) => `(${[String(i), ...row.map(literal)].join(', ')})`);
  const names = rule.columns.map((_, i) => `c${i}`).join(', ');
  await engine.run(
    `CREATE OR REPLACE TABLE ${name} AS SELECT _row, ${casts.join(', ')}
      FROM (VALUES ${rows.join(', ')}) AS v(_row, ${names}) ORDER BY _row`,
  );
  const first = quoteIdent(rule.columns[rule.knownColumn ?? 0]?.name ?? '');
  await engine.run(
    `CREATE OR REPLACE TABLE ${name}_known AS SELECT DISTINCT ${first} AS k FROM ${name}
      WHERE _row % 2 = 0 AND ${first} IS NOT NULL`,
  );
}

/** The value with all members of its structs: the engine casts no JSON that lacks one. */
function withMembers(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'struct': {
      const members = value as Record<string, unknown>;
      return Object.fromEntries(
        type.fields.map((f) => [f.name, withMembers(f.type, members[f.name])]),
      );
    }
    case 'list':
      return (value as unknown[]).map((item) => withMembers(type.element, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, withMembers(type.value, inner)]),
      );
    default:
      return value;
  }
}

export function compileSql(rule: RuleCase, name: string): (RowSql | null)[] {
  const context: RowSqlContext = {
    columns: rule.columns,
    now: NOW,
    reference: (table) => (table === 'known' ? `${name}_known` : null),
  };
  return rule.checks.map((check) => {
    const sql = rowCheckSql(check, context);
    return 'problem' in sql ? null : sql;
  });
}

/** Conditions that go into one statement. */
const AT_ONCE = 150;

/** For each condition its truth on every row (null for NULL); a condition that fails as a whole gives null. */
export async function evaluate(
  engine: SqlEngine,
  name: string,
  conditions: readonly string[],
): Promise<((boolean | null)[] | null)[]> {
  const answers: ((boolean | null)[] | null)[] = [];
  for (let at = 0; at < conditions.length; at += AT_ONCE) {
    answers.push(...(await evaluateSome(engine, name, conditions.slice(at, at + AT_ONCE))));
  }
  return answers;
}

async function evaluateSome(
  engine: SqlEngine,
  name: string,
  conditions: readonly string[],
): Promise<((boolean | null)[] | null)[]> {
  const columns = conditions.map((sql, i) => `(${sql}) AS o${i}`);
  try {
    const rows = await engine.rows(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY _row`);
    return conditions.map((_, i) => rows.map((row) => row[`o${i}`] as boolean | null));
  } catch (error) {
    if (conditions.length === 1) return [null];
    assert.ok(error instanceof Error);
    const half = Math.ceil(conditions.length / 2);
    return [
      ...(await evaluateSome(engine, name, conditions.slice(0, half))),
      ...(await evaluateSome(engine, name, conditions.slice(half))),
    ];
  }
}

/** A case with one check and one row, as a failure is kept. */
export function single(rule: RuleCase, check: Check, row: Row): RuleCase {
  return { name: rule.name, columns: rule.columns, rows: [row], checks: [check] };
}
