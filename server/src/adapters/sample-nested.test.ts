/**
 * Drafts from samples with nested data: the types that a Parquet or Avro file states are those of the draft, and the file that the
 * draft was made of is taken by it.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { typeName } from '@weft/core/contract/data-type';
import { inferContract } from '@weft/core/contract/infer/infer';
import type { SourceFormat } from '@weft/core/ingest/ports';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openBench } from '../../../test/stage/support.ts';
import { readSample } from './sample-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-sample-'));
const bench = await openBench();
after(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

/** The types of the draft; the sample is staged by it without a fault. */
async function typesOf(path: string, format: SourceFormat): Promise<Record<string, string>> {
  const { model, text } = inferContract(await readSample(path), {
    domain: 'sales',
    product: 'orders',
  });
  const plan = compileIngestPlan(must(model, text), { hash: '0'.repeat(64) });
  const staged = await bench.stage(readFileSync(path), plan, { format });
  assert.deepEqual([staged.lexical, staged.bad], [[], []], text);
  assert.ok(staged.rows.length > 0);
  return Object.fromEntries(plan.columns.map(({ name, type }) => [name, typeName(type)]));
}

it('of a Parquet file', async () => {
  const path = join(folder, 'orders.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT 1 AS id, [{'sku': 'a', 'price': 1.10::DECIMAL(20,2), 'at': TIMESTAMPTZ '2026-01-01 00:00:00+00'}] AS lines,
      MAP {'k': [DATE '2026-01-01']} AS days, NULL::STRUCT("a b" UTINYINT) AS nothing) TO ${quoteText(path)} (FORMAT parquet)`,
  );
  connection.closeSync();
  assert.deepEqual(await typesOf(path, 'parquet'), {
    id: 'int',
    lines: 'list<struct<sku: string, price: decimal(20,2), at: timestamptz>>',
    days: 'map<string, list<date>>',
    nothing: 'struct<a b: int>',
  });
});

it('of an Avro file', async () => {
  const path = join(folder, 'orders.avro');
  copyFileSync(
    join(import.meta.dirname, '../../../test/stage/fixtures/fastavro-nested.avro'),
    path,
  );
  assert.deepEqual(await typesOf(path, 'avro'), {
    id: 'int',
    billing: 'struct<zip: string, lat: double>',
    shipping: 'struct<zip: string, lat: double>',
    lines:
      'list<struct<price: decimal(12,2), qty: long, shipped: timestamptz, notes: list<string>>>',
    attributes: 'map<string, string>',
    counts: 'map<string, list<int>>',
  });
});

it('of an NDJSON file', async () => {
  const path = join(folder, 'orders.ndjson');
  writeFileSync(
    path,
    '{"id":1,"lines":[{"gtin":"4006381333931","serial":9223372036854775807,"price":123456789012345678.95}],"address":{"zip":"01234","since":"2026-01-01"}}\n',
  );
  assert.deepEqual(await typesOf(path, 'ndjson'), {
    id: 'int',
    lines: 'list<struct<gtin: string, serial: long, price: decimal(22,2)>>',
    address: 'struct<zip: string, since: date>',
  });
});
