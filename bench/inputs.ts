/**
 * The files that figures are measured on: made once per number of rows and kept in the directory for temporary files.
 *
 * Invariant: a file under its final name is whole. Delete the directory to make them anew.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteText } from '@weft/core/lib/ident-sql';
import { generateSales } from './generate-sales.ts';
import { openRaw, rawSource } from './raw.ts';
import { repeatEvery, spoilEvery } from './spoil-sales.ts';

/** Part of the directory's name: raise it when the generator changes. */
const VERSION = 1;

export type InputKind = 'clean' | 'bad-1' | 'bad-20' | 'repeated' | 'ndjson' | 'parquet';

export interface Input {
  path: string;
  format: 'csv' | 'ndjson' | 'parquet';
  /** What a batch of it must come to. */
  records: { in: number; good: number; quarantined: number; duplicates: number };
}

/** The file of a kind; the first call for a number of rows makes it. */
export async function openInput(kind: InputKind, rows: number): Promise<Input> {
  const directory = join(tmpdir(), `weft-bench-${VERSION}`);
  mkdirSync(directory, { recursive: true });
  const format = kind === 'ndjson' || kind === 'parquet' ? kind : 'csv';
  const path = join(directory, `sales-${rows}-${kind}.${format}`);
  if (!existsSync(path)) {
    process.stderr.write(`making ${path} …\n`);
    const partial = `${path}.${process.pid}`;
    await makeInput(kind, rows, partial);
    renameSync(partial, path);
  }
  return { path, format, records: recordsOf(kind, rows) };
}

async function makeInput(kind: InputKind, rows: number, path: string): Promise<void> {
  switch (kind) {
    case 'clean':
      await generateSales(path, { rows });
      return;
    case 'bad-1':
      await generateSales(path, { rows, spoil: spoilEvery(100) });
      return;
    case 'bad-20':
      await generateSales(path, { rows, spoil: spoilEvery(5) });
      return;
    case 'repeated':
      await generateSales(path, { rows, spoil: repeatEvery(1_000) });
      return;
    default: {
      const { path: clean } = await openInput('clean', rows);
      using raw = await openRaw(2);
      const format = kind === 'ndjson' ? 'FORMAT json' : 'FORMAT parquet, COMPRESSION snappy';
      await raw.run(`COPY (FROM ${rawSource(clean, 'csv')}) TO ${quoteText(path)} (${format})`);
    }
  }
}

function recordsOf(kind: InputKind, rows: number): Input['records'] {
  const bad =
    kind === 'bad-1' ? Math.floor(rows / 100) : kind === 'bad-20' ? Math.floor(rows / 5) : 0;
  const duplicates = kind === 'repeated' ? Math.floor(rows / 1_000) : 0;
  return { in: rows + duplicates, good: rows - bad, quarantined: bad, duplicates };
}
