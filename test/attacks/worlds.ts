/**
 * Two nodes over the same table, one in each world of `rows.ts`, with the real query service, projections and processes.
 *
 * Table forms: hidden rows among the others (`mixed`), in a data file of their own (`apart`), files by a masked column
 * (`grouped`), rows that another engine deleted (`deleted`).
 * Not what is asked of them (`search.ts`). Invariant: open rows are in the same files in both worlds, for what was
 * committed together may be seen.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import type { TableSource } from '@weft/core/query/ports';
import { openQueryFixture, type QueryFixture } from '../hostile/support.ts';
import { type GovernedQueries, openGoverned } from '../support/governed.ts';
import { COLUMNS, deletedRows, hiddenRows, openRows, type WorldName } from './rows.ts';

export const TABLE_FORMS = ['mixed', 'apart', 'grouped', 'deleted'] as const;
export type TableForm = (typeof TABLE_FORMS)[number];

export interface World {
  name: WorldName;
  fixture: QueryFixture;
  queries: GovernedQueries;
  tables: TableSource;
}

export interface Worlds {
  secret: World;
  clean: World;
  close(): Promise<void>;
}

const OPEN = 48;
const HIDDEN = 24;

export async function openWorlds(forms: readonly TableForm[] = TABLE_FORMS): Promise<Worlds> {
  const [secret, clean] = await Promise.all([
    openWorld('secret', forms),
    openWorld('clean', forms),
  ]);
  return {
    secret,
    clean,
    async close() {
      for (const { queries, fixture } of [secret, clean]) {
        await queries.close();
        fixture.remove();
      }
    },
  };
}

async function openWorld(name: WorldName, forms: readonly TableForm[]): Promise<World> {
  const fixture = await openQueryFixture();
  for (const form of forms)
    await fixture.writeTable(`attacks.${form}`, COLUMNS, partsOf(form, name));
  const deletes = new Map<string, string[]>();
  if (name === 'secret' && forms.includes('deleted'))
    deletes.set('deleted', [await writeDeletes(fixture)]);
  const tables: TableSource = {
    async load(table) {
      const loaded = await fixture.tables.load(table);
      const metadata = loaded === null ? null : withName(loaded);
      return metadata !== null && table.table === 'grouped' ? withGroups(metadata) : metadata;
    },
    async files(metadata, filter) {
      const files = await fixture.tables.files(metadata, filter);
      const form = /\/([a-z]+)_1$/.exec(metadata.location)?.[1] ?? '';
      return files.map((file) => ({ ...file, deletes: deletes.get(form) ?? file.deletes }));
    },
  };
  return { name, fixture, queries: await openGoverned({ ...fixture, tables }), tables };
}

/** The rows of each data file. */
function partsOf(form: TableForm, world: WorldName): string[] {
  const halves = [openRows(world, 0, OPEN / 2), openRows(world, OPEN / 2, OPEN / 2)];
  if (form === 'grouped') return groupedParts(world);
  if (world === 'clean') return halves;
  if (form === 'apart') return [...halves, hiddenRows(0, HIDDEN), hiddenRows(HIDDEN, HIDDEN)];
  if (form === 'deleted') return [`${halves[0]}`, halves[1] ?? ''].map(withDeleted);
  return halves.map((half, i) => together(half, hiddenRows(i * HIDDEN, HIDDEN)));
}

const together = (...parts: string[]): string =>
  parts.map((part) => `SELECT * FROM (${part})`).join(' UNION ALL ');

/** Deleted rows come last, so that their places are known. */
function withDeleted(half: string, i: number): string {
  return together(half, deletedRows(100 + i * HIDDEN, HIDDEN));
}

/** Files by what is masked: other files in each world. */
function groupedParts(world: WorldName): string[] {
  const rows = openRows(world, 0, OPEN);
  const all = world === 'clean' ? rows : together(rows, hiddenRows(0, HIDDEN));
  const groups = world === 'clean' ? 2 : 3;
  return Array.from(
    { length: groups },
    (_none, i) => `SELECT * FROM (${all}) WHERE pay % ${groups} = ${i} ORDER BY pay`,
  );
}

/** A position delete file as other engines write it. */
async function writeDeletes(fixture: QueryFixture): Promise<string> {
  const directory = path.join(fixture.warehouse, 'attacks/deleted_1');
  const target = path.join(directory, 'deletes.parquet');
  const rows = [0, 1].map(
    (i) => `SELECT '${path.join(directory, `data/part-${i}.parquet`)}' AS file_path, pos
      FROM range(${OPEN / 2}, ${OPEN / 2 + HIDDEN}) r(pos)`,
  );
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `COPY (${rows.join(' UNION ALL ')}) TO '${target}' (FORMAT parquet, FIELD_IDS {file_path: 2147483546, pos: 2147483545})`,
  );
  connection.closeSync();
  instance.closeSync();
  fs.chmodSync(target, 0o644);
  return target;
}

/** The table with the same name and time of its version in both worlds: they are told to everybody, and chance. */
function withName(metadata: TableMetadata): TableMetadata {
  const snapshots = metadata.snapshots.map((snapshot) => ({
    ...snapshot,
    'snapshot-id': metadata.snapshots.indexOf(snapshot) + 1,
    'timestamp-ms': 1_700_000_000_000,
  }));
  return { ...metadata, snapshots, 'current-snapshot-id': snapshots.length };
}

/** The table with the groups that its files make. */
function withGroups(metadata: TableMetadata): TableMetadata {
  const columns = currentColumns(metadata);
  const pay = must(
    columns.find(({ name }) => name === 'pay'),
    'a column',
  ).fieldId;
  const field = { 'source-id': pay, 'field-id': 1000, name: 'p', transform: 'truncate[3]' };
  const spec = { 'spec-id': 1, fields: [field] };
  return { ...metadata, 'partition-specs': [...metadata['partition-specs'], spec] };
}
