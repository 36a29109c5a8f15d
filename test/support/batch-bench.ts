/**
 * Checking a batch of made-up records in this process: a small plan, the fake stager, a real DuckDB and real files.
 */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { IngestPlan, PlanRule, RowCheck, SetCheck } from '@weft/core/contract/plan';
import { NONE } from '@weft/core/contract/plan';
import type { CheckedBatch, CheckRequest } from '@weft/core/ingest/check-ports';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { runBatch } from '@weft/core/ingest/run-batch';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine, openTestRules } from './engine.ts';
import { createFakeStager, type FakeMarks, type FakeRecord } from './fake-stager.ts';

export function rule(
  id: string,
  check: RowCheck | SetCheck,
  more: Partial<PlanRule> = {},
): PlanRule {
  const column = 'column' in check ? check.column : null;
  return {
    id,
    name: null,
    column,
    dimension: null,
    severity: null,
    consequence: 'quarantine',
    check,
    must: NONE,
    ...more,
  };
}

export const plan: IngestPlan = {
  contract: { id: 'c', version: '1.0.0', hash: '0'.repeat(64) },
  domain: 'sales',
  product: 'orders',
  table: 'orders',
  objectId: 'o',
  columns: (
    [
      ['id', { kind: 'long' }],
      ['sku', { kind: 'string' }],
      ['qty', { kind: 'int' }],
      ['price', { kind: 'decimal', precision: 10, scale: 2 }],
    ] as const
  ).map(([name, type]) => ({
    id: `p_${name}`,
    name,
    sourceName: name,
    type,
    required: name === 'id',
    defaultTimezone: null,
    classification: null,
  })),
  rules: [
    ...['id', 'sku', 'qty', 'price'].map((c) => rule(`${c}.type`, { kind: 'type', column: c })),
    rule('id.required', { kind: 'required', column: 'id' }),
    rule('sku.values', { kind: 'values', column: 'sku', values: ['a', 'b', 'c'] }),
    rule('qty.range', {
      kind: 'range',
      column: 'qty',
      min: { value: '0', inclusive: true },
      max: { value: '3', inclusive: true },
    }),
    rule('total', { kind: 'expression', sql: 'qty * price < 20' }),
    rule('primary_key', { kind: 'duplicates', columns: ['id'] }),
  ],
  primaryKey: ['id'],
  duplicateScope: 'batch',
  badShareMax: null,
  csv: { delimiter: ',', quote: '"', encoding: 'utf-8', header: true, nullText: '' },
};
export const columns: BoundColumn[] = plan.columns.map((c, i) => ({
  id: c.id,
  name: c.name,
  type: c.type,
  required: false,
  doc: null,
  fieldId: i + 1,
}));

export interface CheckOptions {
  plan?: IngestPlan;
  partSize?: number;
  marks?: FakeMarks;
  request?: Partial<CheckRequest>;
}

export interface BatchBench extends AsyncDisposable {
  engine: SqlEngine;
  check(
    records: FakeRecord[],
    options?: CheckOptions,
  ): Promise<{ result: CheckedBatch; directory: string }>;
}

/** Checks batches one after the other, each in a directory of its own. */
export async function openBatchBench(): Promise<BatchBench> {
  const engine = await openTestEngine();
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-batch-'));
  let batches = 0;
  return {
    engine,
    async check(records, options = {}) {
      const name = `bat_${++batches}`;
      const directory = path.join(root, name);
      await fs.mkdir(path.join(directory, 'scratch'), { recursive: true });
      const result = await runBatch(
        {
          stager: createFakeStager(engine, records, options.partSize ?? 7, options.marks),
          engine,
          contractEngine: engine,
          openRules: openTestRules,
          files: createCheckFiles(),
        },
        { ...requestOf(name, directory), plan: options.plan ?? plan, ...options.request },
        { signal: new AbortController().signal },
      );
      return { result, directory };
    },
    async [Symbol.asyncDispose]() {
      engine.close();
      await fs.rm(root, { recursive: true });
    },
  };
}

function requestOf(batch: string, directory: string): CheckRequest {
  return {
    batch,
    now: '2026-11-28T12:00:00.000Z',
    landing: { path: '', name: null, bytes: 0, sha256: '', format: 'csv', compression: 'none' },
    plan,
    columns,
    scratch: path.join(directory, 'scratch'),
    layout: { specId: 0, partition: [], sortOrderId: 0, sort: [] },
    dataDirectory: directory,
    quarantinePath: path.join(directory, 'quarantine.parquet'),
    tableFiles: [],
    earlierRows: [],
    references: [],
  };
}
