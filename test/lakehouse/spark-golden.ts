/**
 * The table that Spark wrote and the rows that it printed of it, for tests that read it with our plan and our SQL.
 *
 * The files lie in `core/src/lakehouse/fixtures/spark-orders`; its README says how they were made. Its one binary column is
 * of a type that Weft has not got.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { BoundColumn, TableMetadata } from '@weft/core/lakehouse/types';
import { quoteIdent } from '@weft/core/lib/ident-sql';

export const FOLDER = join(import.meta.dirname, '../../core/src/lakehouse/fixtures/spark-orders');

type Row = Record<string, unknown>;

/** `JSON.parse` with the source text of numbers, as the pinned runtime has it. */
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => Row;

/** Expected rows by id; numbers as text, since some have more digits than a double, but those in nested values. */
export function expected(name: string): Map<string, Row> {
  const lines = readFileSync(join(FOLDER, 'dump', name), 'utf8')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const row = parse(line, (_key, v, context) => (typeof v === 'number' ? context.source : v));
      const nested = Object.entries(JSON.parse(line) as Row).filter(
        ([, v]) => typeof v === 'object',
      );
      return [String(row['id']), { ...row, ...Object.fromEntries(nested) }];
    }),
  );
}

/** Spark writes small decimals as `-1E-10`; here all places are written out. */
function plainDecimal(text: string): string {
  const match = /^(-?)(\d+)E-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', digits = '', places = ''] = match;
  const padded = digits.padStart(Number(places) + 1, '0');
  return `${sign}${padded.slice(0, -Number(places))}.${padded.slice(-Number(places))}`;
}

/** True for the same value of a column of this kind, ours as the engine gives it and theirs as Spark printed it. */
export function same(kind: string, ours: unknown, theirs: unknown): boolean {
  if (ours === null || theirs === null || theirs === undefined) return ours === (theirs ?? null);
  switch (kind) {
    case 'double':
      return Object.is(Number(ours), Number(theirs));
    case 'decimal':
      return String(ours) === plainDecimal(String(theirs));
    case 'timestamp':
    case 'timestamptz': {
      const micros = (text: string): string =>
        text
          .replace(' ', 'T')
          .replace(/(\+00|Z)$/, '')
          .replace(/(\.\d*?)0+$/, '$1')
          .replace(/\.$/, '');
      return micros(String(ours)) === micros(String(theirs));
    }
    case 'struct':
    case 'list':
    case 'map':
      return isDeepStrictEqual(JSON.parse(String(ours)), theirs);
    default:
      return String(ours) === String(theirs);
  }
}

/** The table without its binary column. */
export function withoutBinary(metadata: TableMetadata): TableMetadata {
  const schemas = metadata.schemas.map((schema) => ({
    ...schema,
    fields: schema.fields.filter(({ type }) => type !== 'binary'),
  }));
  return { ...metadata, schemas };
}

/** Compares every value of every column, nested ones too, with the rows that Spark printed. */
export async function assertGoldenRows(
  engine: SqlEngine,
  options: { relation: string; columns: readonly BoundColumn[]; dump: string },
): Promise<void> {
  const { relation, columns, dump } = options;
  const cells = columns.map(({ name, type }) => {
    const column = quoteIdent(name);
    const isNested = type.kind === 'struct' || type.kind === 'list' || type.kind === 'map';
    return isNested ? `CAST(to_json(${column}) AS VARCHAR) AS ${column}` : column;
  });
  const rows = await engine.rows(`SELECT ${cells.join(', ')} FROM ${relation} ORDER BY id`);
  const golden = expected(dump);
  assert.deepEqual(rows.map((row) => String(row['id'])).sort(), [...golden.keys()].sort());
  for (const row of rows) {
    const theirs = golden.get(String(row['id'])) ?? {};
    for (const { name, type } of columns) {
      const told = `${row['id']} ${name}: ${row[name]} ${JSON.stringify(theirs[name])}`;
      assert.ok(same(type.kind, row[name], theirs[name]), told);
    }
  }
}

/** The columns of the table without its binary one. */
export function goldenColumns(metadata: TableMetadata): BoundColumn[] {
  return currentColumns(withoutBinary(metadata));
}
