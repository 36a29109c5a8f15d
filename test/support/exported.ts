/**
 * Exported tables in tests: archives taken apart by a reading of our own, put on the disk, and read back by the reader of
 * the lakehouse and by one that we did not write.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';

const BLOCK = 512;

/** Entries by name, in order. Why not by the library that made it: what it writes is to be plain ustar. */
export function untar(archive: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(archive);
  const entries = new Map<string, Buffer>();
  let at = 0;
  for (; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const name = text(bytes.subarray(at, at + 100));
    const size = Number.parseInt(text(bytes.subarray(at + 124, at + 136)), 8);
    assert.equal(bytes.toString('latin1', at + 257, at + 262), 'ustar', name);
    entries.set(name, bytes.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  assert.ok(bytes.length >= at + 2 * BLOCK, 'the archive has an end');
  return entries;
}

function text(field: Buffer): string {
  return field.toString('latin1').replace(/[\0 ].*$/s, '');
}

/** All bytes of an answer. */
export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for await (const block of body) blocks.push(block);
  return Buffer.concat(blocks);
}

/** Puts the entries into a folder; returns the path of the metadata file. */
export function putOnDisk(folder: string, entries: ReadonlyMap<string, Buffer>): string {
  for (const [name, bytes] of entries) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const name = [...entries.keys()].find((entry) => entry.endsWith('.metadata.json'));
  assert.ok(name, 'there is metadata');
  return join(folder, name);
}

export interface ReadBack {
  metadata: TableMetadata;
  columns: string[];
  rows: unknown[][];
}

/** The table as our own reader sees it, its rows read by DuckDB in the order of `by`. */
export async function readExported(
  engine: SqlEngine,
  metadataFile: string,
  by: string,
): Promise<ReadBack> {
  const folder = dirname(dirname(metadataFile));
  const ports = { objects: createLocalObjectStore({ root: folder }), deflate: nodeDeflate };
  const metadata = await loadTable(ports, `file://${metadataFile}`);
  const columns = currentColumns(metadata);
  const files = await planScan(ports, metadata);
  const names = columns.map(({ name }) => name);
  const list = names.map((name) => `CAST(${quoteIdent(name)} AS VARCHAR) AS ${quoteIdent(name)}`);
  const paths = files.map(({ path }) => path);
  const rows = await engine.rows(
    `SELECT ${list.join(', ')} FROM ${readParquetSql(paths, columns)} ORDER BY ${by}`,
  );
  return { metadata, columns: names, rows: rows.map((row) => names.map((name) => row[name])) };
}
