/**
 * Nested columns of Avro files: values as fastavro wrote and reads them (`fixtures/fastavro_nested.py`), names and types inside
 * columns against the contract, values that are not of their type.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { DataType, StructField } from '@weft/core/contract/data-type';
import type { IngestPlan } from '@weft/core/contract/plan';
import { nestedReasons } from '@weft/core/ingest/nested-reasons';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type Columns, openBench, planOf, type Row } from './support.ts';

const bench = await openBench();
after(() => bench.close());

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const bytes = readFileSync(fixture('fastavro-nested.avro'));
const oracle = JSON.parse(readFileSync(fixture('fastavro-nested.json'), 'utf8')) as Row[];

const field = (name: string, type: DataType, required = false): StructField => ({
  id: name,
  name,
  type,
  required,
});
const text: DataType = { kind: 'string' };
const int: DataType = { kind: 'int' };
const address: DataType = {
  kind: 'struct',
  fields: [field('lat', { kind: 'double' }), field('zip', text, true)],
};
const line: DataType = {
  kind: 'struct',
  fields: [
    field('qty', int),
    field('price', { kind: 'decimal', precision: 20, scale: 2 }),
    field('shipped', { kind: 'timestamptz' }),
    field('notes', { kind: 'list', element: text }),
    field('later', text),
  ],
};
const COLUMNS: Columns = {
  id: 'long',
  billing: address,
  shipping: address,
  lines: { kind: 'list', element: line },
  attributes: { kind: 'map', key: text, value: text },
  counts: { kind: 'map', key: int, value: { kind: 'list', element: int } },
};

/** Objects with their members in the order of their names, and texts for decimals. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'later')
      .map(([name, inner]): [string, unknown] => [name, plain(inner)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('nested values are what fastavro reads', async () => {
  const { rows, lexical, summary } = await bench.stage(bytes, planOf(COLUMNS), {
    format: 'avro',
    select: `CAST(to_json({id: id, billing: billing, shipping: shipping,
      lines: CASE WHEN lines IS NULL THEN NULL ELSE list_transform(lines, lambda l: CASE WHEN l IS NULL THEN NULL
        ELSE struct_update(l, price := CAST(l.price AS VARCHAR)) END) END,
      attributes: attributes, counts: counts}) AS VARCHAR) AS v`,
  });
  assert.deepEqual(lexical, []);
  assert.equal(summary.framed, oracle.length);
  assert.deepEqual(
    rows.map(({ v }) => plain(JSON.parse(String(v)))),
    oracle.map(plain),
  );
});

async function faultsOf(columns: Columns): Promise<unknown[][]> {
  const plan: IngestPlan = planOf(columns);
  const reasons = nestedReasons(plan.columns);
  const { parts } = await bench.stage(bytes, plan, { format: 'avro' });
  const rows = await bench.engine.rows(
    `SELECT ord, col, place, txt FROM read_parquet(${quoteText(parts[0]?.lexPath ?? '')}) ORDER BY ord, place`,
  );
  return rows.map(({ ord, col, place, txt }) => {
    const reason = reasons[Number(col) - plan.columns.length];
    return [ord, reason?.kind === 'type' ? reason.label : reason?.fault, place, txt];
  });
}

test('values that are not of their type are named with their place', async () => {
  const faults = await faultsOf({
    ...COLUMNS,
    attributes: { kind: 'map', key: int, value: text },
    counts: { kind: 'map', key: { kind: 'boolean' }, value: { kind: 'list', element: int } },
  });
  assert.deepEqual(faults, [
    [0, 'attributes.key', 'key of attributes["a \\"q\\""]', 'a "q"'],
    [0, 'attributes.key', 'key of attributes["color"]', 'color'],
    [0, 'attributes.key', 'key of attributes["size"]', 'size'],
    [0, 'counts.key', 'key of counts["1"]', '1'],
    [0, 'counts.key', 'key of counts["2"]', '2'],
    [2, 'attributes.key', 'key of attributes["k"]', 'k'],
    [2, 'counts.key', 'key of counts["7"]', '7'],
  ]);
});

test('every name and type that differs inside a column is named', async () => {
  const columns: Columns = {
    ...COLUMNS,
    billing: { kind: 'struct', fields: [field('zip', int), field('city', text, true)] },
    shipping: { kind: 'list', element: text },
    attributes: 'string',
    counts: { kind: 'map', key: int, value: { kind: 'list', element: text } },
  };
  await assert.rejects(bench.stage(bytes, planOf(columns), { format: 'avro' }), (error) => {
    assert.ok(isWeftError(error, 'BATCH_UNREADABLE'));
    assert.deepEqual(error.errors.map(({ code, path }) => `${code} ${path}`).sort(), [
      'column_type attributes',
      'column_type billing.zip',
      'column_type counts.value.items',
      'column_type shipping',
      'missing_column billing.city',
      'unknown_column billing.lat',
    ]);
    return true;
  });
});
