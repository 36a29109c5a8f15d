/**
 * What a lax reader gets wrong in silence, each on the whole way: refused with its reason, or kept to the last digit.
 *
 * The cases are those in which DuckDB's own readers and casts lose rows, digits, offsets or the difference between an empty
 * text and none. Broken files as a whole are in `test/bad-files.test.ts`.
 *
 * | trap | what holds instead, and its test |
 * |---|---|
 * | an open quote swallows the rest of a CSV | the records around it are kept, the batch is held: `test/bad-files.test.ts` |
 * | CRLF and LF in one CSV stop the reader | each line ends by itself: `test/stage`, `test/bad-files.test.ts` |
 * | a byte of another encoding takes its row away in silence | refused by line, or told as `encodingDoubt`: `test/bad-files.test.ts` |
 * | a line beyond the buffer takes the file away | one bad record: "takes a line of two megabytes away" |
 * | an empty text and none become the same | "keeps offsets, an empty text apart from none" |
 * | one array line makes every row of NDJSON empty | "names each bad line without losing a good one" |
 * | the text of a broken NDJSON line is lost | "keeps the text of a broken line as it came" |
 * | unknown and missing fields are dropped | `structure.unknown_field`, `required`: "names each bad line" |
 * | numbers of JSON go through a double | "keeps every digit of NDJSON" |
 * | casts read `1.5` as 2, `0x10`, `1_000`, `1e3`, `infinity`, and round | "refuses what a cast would read in its own way" |
 * | a timestamp drops its offset | refused without a zone, kept with one: the same, and "keeps offsets" |
 * | a commit that comes late stays behind a cursor | the number is taken under a lock: `test/pg/store-postgres.test.ts`, "a late commit" |
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { SourceFormat, SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

let node: TestIngest;
let engine: SqlEngine;
before(async () => {
  node = await openTestIngest();
  engine = await openTestEngine();
});
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});

const contract = (product: string): string => `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${product}
schema:
  - name: ${product}
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: whole, logicalType: integer}
      - {name: amount, logicalType: number, physicalType: 'decimal(10,2)'}
      - {name: long_amount, logicalType: number, physicalType: 'decimal(38,3)'}
      - {name: ratio, logicalType: number, physicalType: double}
      - {name: day, logicalType: date}
      - {name: local, logicalType: timestamp, logicalTypeOptions: {timezone: false}}
      - {name: moment, logicalType: timestamp, logicalTypeOptions: {timezone: true}}
      - {name: note, logicalType: string}
`;

async function send(product: string, text: string, format: SourceFormat): Promise<BatchReport> {
  node.publish(contract(product));
  return await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(text),
    key: null,
    format,
    name: null,
    subject: producer,
  });
}

async function reasons(report: BatchReport): Promise<[number | null, string][]> {
  const { items } = await node.service.quarantine(report.batch, { limit: 100 }, producer);
  return items.map(({ line, rule }) => [line, rule]);
}

/** The committed rows as text, exactly as the engine writes each value. */
async function rows(product: string): Promise<Record<string, unknown>[]> {
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', product)
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, table.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  const relation = readParquetSql(
    files.map((f) => f.path),
    currentColumns(metadata),
  );
  return await engine.rows(`SELECT COLUMNS(*)::VARCHAR FROM ${relation} ORDER BY id`);
}

it('refuses what a cast would read in its own way', async () => {
  const column: Record<string, string[]> = {
    whole: ['1.5', '0x10', '1_000', '1e3', '+7', ' 7', '2147483648000000000000'],
    amount: ['1.005', '1e2', '100000000.00', '.5'],
    ratio: ['NaN', 'infinity', '-inf', '1e400'],
    day: ['infinity', '2026-2-3', '2026-02-30', '01/02/2026', '2026-01-01T00:00:00'],
    local: ['2026-01-01T07:00:00+02:00', '2026-01-01T24:00:00'],
    moment: ['2026-01-01T07:00:00', '2026-01-01'],
  };
  const names = ['id', ...Object.keys(column)];
  const cases = Object.entries(column).flatMap(([name, texts]) =>
    texts.map((text) => [name, text] as const),
  );
  const lines = cases.map(([name, text], i) =>
    names.map((n) => (n === 'id' ? String(i) : n === name ? text : '')).join(','),
  );
  const report = await send(
    'casts',
    `${names.join(',')}\n${lines.join('\n')}\n999,1,1.00,1.5,2026-01-01,2026-01-01T00:00:00,2026-01-01T00:00:00Z\n`,
    'csv',
  );
  assert.deepEqual(report.records, {
    in: cases.length + 1,
    good: 1,
    quarantined: cases.length,
    duplicates: 0,
  });
  assert.deepEqual(
    await reasons(report),
    cases.map(([name], i) => [i + 2, `${name}.type`]),
  );
});

it('keeps offsets, an empty text apart from none, and every digit of a CSV', async () => {
  const report = await send(
    'digits',
    'id,long_amount,moment,note\n1,12345678901234567890.123,2026-01-01T07:00:00+02:00,\n2,1.10,2026-01-01T07:00:00Z,""\n',
    'csv',
  );
  assert.equal(report.state, 'committed', report.because ?? '');
  const [first, second] = await rows('digits');
  assert.equal(first?.['long_amount'], '12345678901234567890.123');
  assert.equal(first?.['moment'], '2026-01-01 05:00:00+00');
  assert.deepEqual([first?.['note'], second?.['note']], [null, '']);
});

it('keeps every digit of NDJSON, and names each bad line without losing a good one', async () => {
  const lines = [
    '{"id":1,"long_amount":12345678901234567890.123,"amount":1.10}',
    '[1,2]',
    '{"id":2,"amount":1.1',
    '{"id":3,"unknown":1}',
    '{"amount":1}',
    '{"id":4,"amount":1.005}',
    '{"id":5}',
  ];
  const report = await send('json_digits', `${lines.join('\n')}\n`, 'ndjson');
  assert.deepEqual(report.records, { in: 7, good: 2, quarantined: 5, duplicates: 0 });
  assert.deepEqual(await reasons(report), [
    [2, 'structure.not_an_object'],
    [3, 'structure.bad_json'],
    [4, 'structure.unknown_field'],
    [5, 'id.required'],
    [6, 'amount.type'],
  ]);
  assert.equal(
    report.quarantine.sample.find(({ rule }) => rule === 'structure.unknown_field')?.message,
    'the record cannot be read: unknown field: `unknown`',
  );
  const [first] = await rows('json_digits');
  assert.equal(first?.['long_amount'], '12345678901234567890.123');
  assert.equal(first?.['amount'], '1.10');
});

it('keeps the text of a broken line as it came, byte for byte', async () => {
  const broken = [
    '{"id":2,"amount":1.1',
    '[1,  2]',
    '{"id":3} trailing',
    '\u00e9\u{1f600}{',
    '{"id":"x\\"',
    "{'id':4}",
  ];
  const text = ['{"id":1}', ...broken, '{"id":5}'].join('\n');
  const report = await send('kept_lines', `${text}\n`, 'ndjson');
  assert.deepEqual(report.records, { in: 8, good: 2, quarantined: 6, duplicates: 0 });
  const { items } = await node.service.quarantine(report.batch, { limit: 100 }, producer);
  assert.deepEqual(
    items.map(({ line, raw }) => [line, raw]),
    broken.map((line, i) => [i + 2, line]),
  );
});

it('takes a line of two megabytes away and reads on', async () => {
  const report = await send('wide', `id,note\n1,a\n2,${'x'.repeat(2 << 20)}\n3,c\n`, 'csv');
  assert.deepEqual(report.records, { in: 3, good: 2, quarantined: 1, duplicates: 0 });
  assert.deepEqual(await reasons(report), [[3, 'structure.too_long']]);
});
