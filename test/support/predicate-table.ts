/**
 * An Iceberg table of ours full of the rows of `predicate-rows.ts`, for engines that read it: files whose statistics tell
 * them apart, so that an engine that prunes wrongly loses rows.
 */
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { stageAppend } from '@weft/core/lakehouse/commit';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import { column, localTable, writeFile } from '../lakehouse/support.ts';
import {
  type CaseColumn,
  type CaseRow,
  makeRow,
  pick,
  type Random,
  rowsSql,
} from './predicate-rows.ts';

/** Rows that draw each column from two others. */
export function similarRows(
  random: Random,
  columns: readonly CaseColumn[],
  options: { rows: number; beyond: boolean },
): CaseRow[] {
  const { beyond } = options;
  const parents = [0, 1].map(() => makeRow(columns, { random, beyond }));
  return Array.from({ length: options.rows }, () =>
    Object.fromEntries(columns.map(({ name }) => [name, pick(random, parents)[name]])),
  );
}

/** Writes one file for each list of rows, numbered by `id` through all of them; gives the URI of the metadata. */
export async function writeCaseTable(
  t: TestContext,
  engine: SqlEngine,
  columns: readonly CaseColumn[],
  files: readonly (readonly CaseRow[])[],
): Promise<string> {
  const { ports, root, location } = localTable(t);
  const metadata = createTable({
    uuid: '6f9b5a3e-0000-4000-8000-000000000003',
    location,
    columns: [{ name: 'id', type: { kind: 'long' } as const }, ...columns].map(({ name, type }) =>
      column(name, type),
    ),
    properties: {},
    now: 1,
  });
  const bound = currentColumns(metadata);
  const written = [];
  let id = 0;
  for (const [i, rows] of files.entries()) {
    const file = path.join(root, 'orders', 'data', `part-${i}.parquet`);
    written.push(
      await writeFile(engine, { select: rowsSql(columns, rows, id), columns: bound, file }),
    );
    id += rows.length;
  }
  const staged = await stageAppend(ports, {
    base: metadata,
    files: written,
    summary: {},
    baseLocation: null,
  });
  return staged.metadataLocation;
}
