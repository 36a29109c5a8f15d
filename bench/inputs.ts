/**
 * The files that figures are measured on: made once per number of rows and kept in the directory for temporary files.
 *
 * Invariant: a file under its final name is whole. Delete the directory to make them anew.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type Dataset, type DatasetName, openDataset } from './datasets.ts';
import { generateArticles, generateOrders } from './generate-orders.ts';
import { generateSales } from './generate-sales.ts';
import { openRaw, rawSource } from './raw.ts';
import { type RecordChange, repeatEvery, rewriteRecords, spoilEvery } from './spoil-records.ts';

/** Part of the directory's name: raise it when a generator changes. */
const VERSION = 3;
/** The shop has so many. */
const ARTICLES = 4_070;

export type InputKind = 'clean' | 'bad-1' | 'bad-20' | 'repeated' | 'ndjson' | 'parquet';

export interface Input {
  dataset: Dataset;
  path: string;
  format: 'csv' | 'ndjson' | 'parquet';
  /** What a batch of it must come to. */
  records: { in: number; good: number; quarantined: number; duplicates: number };
}

export interface InputOptions {
  dataset: DatasetName;
  kind: InputKind;
  /** Articles are as many as there are. */
  rows: number;
}

/** The file of a kind; the first call for a number of rows makes it. */
export async function openInput(options: InputOptions): Promise<Input> {
  const { dataset: name, kind, rows } = options;
  const directory = join(tmpdir(), `weft-bench-${VERSION}`);
  mkdirSync(directory, { recursive: true });
  const format = kind === 'ndjson' || kind === 'parquet' ? kind : 'csv';
  const path = join(directory, `${name}-${rows}-${kind}.${format}`);
  if (!existsSync(path)) {
    process.stderr.write(`making ${path} …\n`);
    const partial = `${path}.${process.pid}`;
    await makeInput(options, partial);
    renameSync(partial, path);
  }
  return { dataset: openDataset(name), path, format, records: recordsOf(kind, rows) };
}

/** Articles of the order lines: what a reference is looked up in. */
export async function openArticles(): Promise<Input> {
  return await openInput({ dataset: 'articles', kind: 'clean', rows: ARTICLES });
}

async function makeInput(options: InputOptions, path: string): Promise<void> {
  const { kind, rows } = options;
  switch (kind) {
    case 'clean':
      return await makeClean(options, path);
    case 'bad-1':
      return await makeChanged(options, path, spoilEvery(100));
    case 'bad-20':
      return await makeChanged(options, path, spoilEvery(5));
    case 'repeated':
      return await makeChanged(options, path, repeatEvery(1_000));
    case 'parquet':
      if (options.dataset === 'sales') {
        return await generateSales(path, { rows, format: 'parquet' });
      }
      return await convertClean(options, path, 'FORMAT parquet, COMPRESSION snappy');
    case 'ndjson':
      return await convertClean(options, path, 'FORMAT json');
  }
}

async function convertClean(options: InputOptions, path: string, format: string): Promise<void> {
  const clean = await openInput({ ...options, kind: 'clean' });
  using raw = await openRaw(2);
  await raw.run(`COPY (FROM ${rawSource(clean)}) TO ${quoteText(path)} (${format})`);
}

async function makeClean({ dataset, rows }: InputOptions, path: string): Promise<void> {
  switch (dataset) {
    case 'sales':
      return await generateSales(path, { rows });
    case 'articles':
      return await generateArticles(path);
    case 'orders':
      return await generateOrders(path, { rows });
    case 'text_key_orders':
      return await generateOrders(path, { rows, key: 'text', isShuffled: true });
  }
}

async function makeChanged(
  options: InputOptions,
  path: string,
  change: RecordChange,
): Promise<void> {
  const clean = await openInput({ ...options, kind: 'clean' });
  await rewriteRecords(clean.path, path, change);
}

function recordsOf(kind: InputKind, rows: number): Input['records'] {
  const bad =
    kind === 'bad-1' ? Math.floor(rows / 100) : kind === 'bad-20' ? Math.floor(rows / 5) : 0;
  const duplicates = kind === 'repeated' ? Math.floor(rows / 1_000) : 0;
  return { in: rows + duplicates, good: rows - bad, quarantined: bad, duplicates };
}
