/**
 * Order documents with nested data on the whole way: every place that is wrong is named, every good value is kept exactly, and
 * a batch says of each record what the validator of single records says.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { readContract } from '@weft/core/contract/read';
import type { SourceFormat, SqlEngine } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { createJsonValidator } from '@weft/core/ingest/validate-record';
import { loadTable } from '@weft/core/lakehouse/commit';
import { readManifest, readManifestList } from '@weft/core/lakehouse/manifest-store';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import type { IcebergType } from '@weft/core/lakehouse/schema';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { IcebergField, ScanFile, TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';
import {
  BAD_ORDERS,
  BROKEN_ORDERS,
  EXPECTED_ORDERS,
  GOOD_ORDERS,
  ORDERS,
} from '../support/orders.ts';

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

const LINES = [
  ...GOOD_ORDERS,
  ...BAD_ORDERS.map(({ line }) => line),
  ...BROKEN_ORDERS.map(({ line }) => line),
];

async function send(text: string | Uint8Array, format: SourceFormat): Promise<BatchReport> {
  node.publish(ORDERS);
  return await node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(text),
    key: null,
    format,
    name: null,
    subject: producer,
  });
}

/** Line, rule, place, value and words of each reason, in order. */
async function reasonsOf(report: BatchReport): Promise<unknown[][]> {
  const { items } = await node.service.quarantine(report.batch, { limit: 1000 }, producer);
  return items.map(({ record, rule, column, value, message }) => [
    record,
    rule,
    column,
    value,
    message,
  ]);
}

function validatorReasons(now: string): unknown[][] {
  const { model } = must(readContract(ORDERS).value, 'contract');
  const plan = compileIngestPlan(model, { hash: '0'.repeat(64) });
  const validator = createJsonValidator(plan, { now, reference: () => null });
  assert.deepEqual(validator.unchecked, []);
  return LINES.flatMap((line, i) =>
    validator
      .validate(line)
      .refused.map(({ rule, column, value, message }) => [i, rule, column, value, message]),
  );
}

it('names every place that is wrong, in a batch and for one record alike', async () => {
  const report = await send(`${LINES.join('\n')}\n`, 'ndjson');
  assert.deepEqual(report.records, {
    in: LINES.length,
    good: GOOD_ORDERS.length,
    quarantined: BAD_ORDERS.length + BROKEN_ORDERS.length,
    duplicates: 0,
  });
  const reasons = await reasonsOf(report);
  assert.deepEqual(reasons, validatorReasons(report.started));
  const places = BAD_ORDERS.map((_, i) =>
    reasons
      .filter(([record]) => record === GOOD_ORDERS.length + i)
      .map(([, , place]) => place)
      .sort(),
  );
  assert.deepEqual(
    places,
    BAD_ORDERS.map((order) => [...order.places].sort()),
  );
  const first = GOOD_ORDERS.length + BAD_ORDERS.length;
  assert.deepEqual(
    reasons.filter(([record]) => Number(record) >= first).map(([, rule]) => rule),
    BROKEN_ORDERS.map(({ fault }) => `structure.${fault}`),
  );
  const counted = report.rules.find(({ id }) => id === 'lines.type');
  assert.equal(counted?.failed, 3, 'records are counted and not places');
});

it('says the same of a JSON document', async () => {
  const sound = LINES.filter((_, i) => !BROKEN_JSON.has(i));
  const report = await send(`[\n${sound.join(',\n')}\n]`, 'json');
  const expected = validatorReasons(report.started).filter(([i]) => !BROKEN_JSON.has(Number(i)));
  const withoutRecord = (rows: unknown[][]): unknown[][] => rows.map(([, ...rest]) => rest);
  assert.deepEqual(withoutRecord(await reasonsOf(report)), withoutRecord(expected));
});

/** Lines without which a document is JSON. */
const BROKEN_JSON = new Set(
  BROKEN_ORDERS.flatMap(({ fault }, i) =>
    fault === 'bad_json' ? [GOOD_ORDERS.length + BAD_ORDERS.length + i] : [],
  ),
);

async function table(): Promise<{ metadata: TableMetadata; files: ScanFile[] }> {
  const row = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', 'orders')
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, row.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  return { metadata, files: files.sort((a, b) => a.sequence - b.sequence) };
}

/** The rows of the newest file as JSON that the engine writes, which keeps every digit. */
async function committed(): Promise<string[]> {
  const { metadata, files } = await table();
  const newest = must(files.at(-1), 'newest file').path;
  const relation = readParquetSql([newest], currentColumns(metadata));
  const rows = await engine.rows(
    `SELECT CAST(to_json(r) AS VARCHAR) AS r FROM (SELECT * FROM ${relation}) AS r ORDER BY r.id`,
  );
  return rows.map(({ r }) => String(r));
}

it('keeps every value exactly: digits, empty lists, empty objects, NULL and texts', async () => {
  await send(`${GOOD_ORDERS.join('\n')}\n`, 'ndjson');
  assert.deepEqual(await committed(), EXPECTED_ORDERS);
});

it('skips a record that repeats another one, whatever the order of its fields and keys', async () => {
  const swapped = must(GOOD_ORDERS[4], 'record with a map').replace(
    '"b":"2","a":"1","c":"é😀"',
    '"c":"é😀","b":"2","a":"1"',
  );
  const other = swapped.replace('"b":"2"', '"b":"3"');
  const report = await send(`${[GOOD_ORDERS[4], swapped, other].join('\n')}\n`, 'ndjson');
  assert.deepEqual(report.records, { in: 3, good: 1, quarantined: 1, duplicates: 1 });
});

it('refuses a CSV file by the names of the columns that it cannot hold', async () => {
  const report = await send('id\n1\n', 'csv');
  assert.equal(report.state, 'failed');
  const { problem } = report;
  assert.equal(problem?.code, 'BATCH_UNREADABLE');
  assert.deepEqual(
    problem.errors?.map(({ path }) => path),
    ['address', 'lines', 'attributes', 'tags', 'matrix'],
  );
  assert.match(report.because ?? '', /the column `lines` is a list, which a CSV file cannot hold/);
  assert.match(problem.remedy, /NDJSON, JSON, Parquet or Avro/);
});

/** Field ids by path, as a schema of Iceberg has them and as the columns of a Parquet file are called. */
function idsOf(fields: readonly IcebergField[], outer = ''): [string, number][] {
  return fields.flatMap(({ id, name, type }) => [
    [`${outer}${name}`, id] as [string, number],
    ...idsInside(type as IcebergType, `${outer}${name}.`),
  ]);
}

function idsInside(type: IcebergType, outer: string): [string, number][] {
  if (typeof type === 'string') return [];
  if (type.type === 'struct') return idsOf(type.fields, outer);
  const field = (id: number, name: string, inner: IcebergType): IcebergField => ({
    id,
    name,
    required: false,
    type: inner,
  });
  return type.type === 'list'
    ? idsOf([field(type['element-id'], 'element', type.element)], outer)
    : idsOf(
        [field(type['key-id'], 'key', type.key), field(type['value-id'], 'value', type.value)],
        outer,
      );
}

it('writes the field ids of everything inside into its files, and tells bounds of what is there once a row', async () => {
  await send(`${GOOD_ORDERS.join('\n')}\n`, 'ndjson');
  const { metadata, files } = await table();
  const schema = must(metadata.schemas.at(-1), 'schema');
  const newest = must(files.at(-1), 'newest file');
  const stored = await engine.rows(
    `SELECT name, field_id FROM parquet_schema(${quoteText(newest.path.replace('file://', ''))}) WHERE field_id IS NOT NULL`,
  );
  const ids = idsOf(schema.fields);
  assert.deepEqual(
    stored.map(({ name, field_id: id }) => [name, Number(id)]).sort(),
    ids.map(([name, id]) => [name.split('.').at(-1), id]).sort(),
  );
  const snapshot = must(findSnapshot(metadata), 'snapshot');
  const manifests = await readManifestList(node.deps.lakehouse, snapshot);
  const entries = await Promise.all(manifests.map((m) => readManifest(node.deps.lakehouse, m)));
  const entry = must(
    entries.flat().find(({ path }) => path === newest.path),
    'entry of the newest file',
  );
  const names = new Map(ids.map(([name, id]) => [id, name]));
  const bounded = [...entry.stats.lowerBounds().keys()].map((id) => names.get(id));
  assert.deepEqual(bounded.sort(), [
    'address.country',
    'address.geo.lat',
    'address.geo.lon',
    'address.street',
    'address.zip',
    'id',
  ]);
});

it('takes records of a later version with a field more, and reads those from before with it', async () => {
  await send(`${GOOD_ORDERS[1]}\n`, 'ndjson');
  const later = ORDERS.replace('version: 1.0.0', 'version: 1.1.0').replace(
    '            - { name: serial, logicalType: integer }\n',
    '            - { name: serial, logicalType: integer }\n            - { name: gift, logicalType: boolean }\n',
  );
  node.publish(later);
  const line = must(GOOD_ORDERS[1], 'record').replace('"qty":2', '"qty":3,"gift":true');
  const report = await node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(`${line}\n`),
    key: null,
    format: 'ndjson',
    name: null,
    subject: producer,
  });
  assert.equal(report.state, 'committed', report.because ?? '');
  const { metadata, files } = await table();
  const relation = readParquetSql(
    files.slice(-2).map(({ path }) => path),
    currentColumns(metadata),
  );
  const rows = await engine.rows(
    `SELECT lines[1].qty AS qty, lines[1].gift AS gift FROM ${relation} ORDER BY 1`,
  );
  assert.deepEqual(rows, [
    { qty: 2, gift: null },
    { qty: 3, gift: true },
  ]);
});
