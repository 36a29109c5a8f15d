/**
 * What the tests of the lakehouse share: ports on a seeded memory store or a temporary directory, columns of every type,
 * and data files written by DuckDB.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { duckdbType } from '@weft/core/contract/data-type';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { dataFileFromCopy } from '@weft/core/lakehouse/copy-stats';
import type { LakehousePorts, ObjectStore } from '@weft/core/lakehouse/ports';
import { copyOptions } from '@weft/core/lakehouse/sql';
import type { BoundColumn, DataFile, TableColumn } from '@weft/core/lakehouse/types';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';

/** Ports on a store, with ids from a seed and a clock that steps one second per look. */
export function portsOn(objects: ObjectStore, seed = 1): LakehousePorts {
  const next = seededRandom(seed);
  let time = 1_700_000_000_000;
  return {
    objects,
    deflate: nodeDeflate,
    clock: { now: () => (time += 1000) },
    random: {
      secure: true,
      bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
    },
  };
}

/** A temporary directory with a store in it, removed after the test. */
export function localTable(t: TestContext): {
  ports: LakehousePorts;
  root: string;
  location: string;
} {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-table-'));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const ports = portsOn(createLocalObjectStore({ root }));
  fs.mkdirSync(path.join(root, 'orders', 'data'), { recursive: true });
  return { ports, root, location: `file://${root}/orders` };
}

export function column(name: string, type: DataType, id = name): TableColumn {
  return { id, name, type, required: false, doc: null };
}

/** A column of each type that a table may have. */
export const ALL_TYPES: TableColumn[] = [
  column('id', { kind: 'long' }),
  column('small', { kind: 'int' }),
  column('share', { kind: 'double' }),
  column('ok', { kind: 'boolean' }),
  column('price', { kind: 'decimal', precision: 9, scale: 2 }),
  column('sum', { kind: 'decimal', precision: 18, scale: 4 }),
  column('huge', { kind: 'decimal', precision: 38, scale: 10 }),
  column('day', { kind: 'date' }),
  column('clock', { kind: 'time' }),
  column('local_at', { kind: 'timestamp' }),
  column('at', { kind: 'timestamptz' }),
  column('we"ird, näme=', { kind: 'string' }),
  column('place', {
    kind: 'struct',
    fields: [
      { id: 'zip', name: 'zip', type: { kind: 'string' }, required: false },
      { id: 'lat', name: 'lat', type: { kind: 'double' }, required: false },
    ],
  }),
  column('tags', { kind: 'list', element: { kind: 'string' } }),
  column('attributes', { kind: 'map', key: { kind: 'string' }, value: { kind: 'long' } }),
];

/** Writes one Parquet file of a SELECT and gives its manifest entry; columns are cast to the table's types. */
export async function writeFile(
  engine: SqlEngine,
  options: { select: string; columns: BoundColumn[]; file: string },
): Promise<DataFile> {
  const { select, columns, file } = options;
  const casts = columns.map(
    (c) => `CAST(${quoteIdent(c.name)} AS ${duckdbType(c.type)}) AS ${quoteIdent(c.name)}`,
  );
  const [row] = await engine.rows(
    `COPY (SELECT ${casts.join(', ')} FROM (${select})) TO ${quoteText(file)} (${copyOptions(columns)})`,
  );
  if (row === undefined) throw new Error('COPY gave no row');
  return dataFileFromCopy(row, columns);
}

/** A data file that exists only as a manifest entry. */
export function fakeFile(name: string, records = 1): DataFile {
  return {
    path: `file:///t/data/${name}.parquet`,
    records,
    bytes: 100,
    columnSizes: new Map(),
    valueCounts: new Map(),
    nullCounts: new Map(),
    nanCounts: new Map(),
    lowerBounds: new Map(),
    upperBounds: new Map(),
  };
}
