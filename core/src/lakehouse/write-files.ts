/**
 * Writing data files in a table's layout: rows of a relation become files by partition, sorted, with their statistics.
 *
 * Not the commit of them. Invariants: every row stands in exactly one file, whose partition cells are what the transforms
 * make of it; a file that is returned is on disk (its directory is the caller's to sync); a write that fails removes what
 * it wrote; too many partitions are refused before anything is written.
 */
import { duckdbType } from '../contract/data-type.ts';
import { assert, must } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import type { StepHook } from '../lib/steps.ts';
import { parseCell } from './bounds.ts';
import { completeStatistics } from './complete-stats.ts';
import { dataFileFromCopy } from './copy-stats.ts';
import type { FileLayout } from './layout.ts';
import { sortSql, transformSql } from './layout-sql.ts';
import { type Codec, copyOptions } from './sql.ts';
import type { BoundColumn, DataFile, PartitionTuple } from './types.ts';

export interface WritePorts {
  engine: {
    run(sql: string): Promise<void>;
    rows(sql: string): Promise<Record<string, unknown>[]>;
  };
  files: {
    /** Resolves when the file's bytes are on disk. */
    syncFile(path: string): Promise<void>;
    /** Resolves also when there was nothing. */
    remove(path: string): Promise<void>;
  };
  /** Told of each step; only tests pass it. */
  step?: StepHook;
}

export interface WriteRequest {
  /** A SELECT that gives the columns of the table, in their types. */
  select: string;
  columns: readonly BoundColumn[];
  layout: FileLayout;
  directory: string;
  /** Beginning of the files' names. */
  name: string;
  codec?: Codec;
}

/** Partitions that one write may have: each is a file of its own. */
export const PARTITIONS_MAX = 1_000;

/** Writes the rows. No row, no file. Throws PARTITIONS_TOO_MANY. */
export async function writeFiles(ports: WritePorts, request: WriteRequest): Promise<DataFile[]> {
  const written: string[] = [];
  try {
    if (request.layout.partition.length === 0) {
      const path = `${request.directory}/${request.name}.parquet`;
      const order = sortSql(request.layout);
      const source = order === '' ? request.select : `FROM (${request.select})${order}`;
      const file = await copyFile(ports, { request, source, path, written });
      if (file === null) return [];
      const { specId } = request.layout;
      return [specId === 0 ? file : { ...file, partition: { specId, cells: new Map() } }];
    }
    return await writePartitions(ports, request, written);
  } catch (error) {
    await Promise.allSettled(written.map((path) => ports.files.remove(path)));
    throw error;
  }
}

async function copyFile(
  ports: WritePorts,
  options: { request: WriteRequest; source: string; path: string; written: string[] },
): Promise<DataFile | null> {
  const { request, source, path, written } = options;
  const { columns, layout } = request;
  written.push(path);
  const [row] = await ports.engine.rows(
    `COPY (${source}) TO ${quoteText(path)} (${copyOptions([...columns], request.codec)}, USE_TMP_FILE false)`,
  );
  if (row === undefined || Number(row['count']) === 0) {
    await ports.files.remove(path);
    return null;
  }
  ports.step?.('part-copied');
  await ports.files.syncFile(path);
  ports.step?.('part-synced');
  const bare = dataFileFromCopy(row, [...columns]);
  const file = await completeStatistics(ports.engine, bare, columns);
  return layout.sort.length === 0 ? file : { ...file, sortOrderId: layout.sortOrderId };
}

/** Why a table in between: rows of one partition then lie together, and each file is one pass over its own part of them. */
async function writePartitions(
  ports: WritePorts,
  request: WriteRequest,
  written: string[],
): Promise<DataFile[]> {
  const { engine } = ports;
  const { select, layout, columns, directory, name } = request;
  const keys = layout.partition.map((_, i) => `_weft_p${i}`);
  const values = layout.partition.map((field, i) => `${transformSql(field)} AS ${keys[i]}`);
  const keyed = `SELECT *, ${values.join(', ')} FROM (${select})`;
  const tuples = await findTuples(ports, { layout, keys, keyed });
  const names = columns.map((column) => quoteIdent(column.name)).join(', ');
  const files: DataFile[] = [];
  const only = tuples.length === 1;
  if (!only) {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE _weft_keyed AS SELECT k.*, t.n AS _weft_n FROM (${keyed}) AS k
        JOIN _weft_tuples AS t ON ${keys.map((key) => `k.${key} IS NOT DISTINCT FROM t.${key}`).join(' AND ')}
        ORDER BY t.n`,
    );
  }
  for (const [n, partition] of tuples.entries()) {
    const rows = only ? `(${select})` : `_weft_keyed WHERE _weft_n = ${n}`;
    const source = `SELECT ${names} FROM ${rows}${sortSql(layout)}`;
    const path = `${directory}/${name}-p${String(n).padStart(4, '0')}.parquet`;
    const file = await copyFile(ports, { request, source, path, written });
    files.push({ ...must(file, 'rows of a partition that was found'), partition });
  }
  await engine.run('DROP TABLE IF EXISTS _weft_keyed');
  return files;
}

/** The partitions of the rows, numbered as in `_weft_tuples`. */
async function findTuples(
  ports: WritePorts,
  options: { layout: FileLayout; keys: string[]; keyed: string },
): Promise<PartitionTuple[]> {
  const { layout, keys, keyed } = options;
  const list = keys.join(', ');
  // Why the limit: a million partitions are refused without being counted.
  await ports.engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_tuples AS SELECT CAST(row_number() OVER () AS INTEGER) - 1 AS n, ${list}
      FROM (SELECT DISTINCT ${list} FROM (${keyed}) LIMIT ${PARTITIONS_MAX + 1})`,
  );
  const texts = keys.map((key) => `CAST(${key} AS VARCHAR) AS ${key}`);
  const rows = await ports.engine.rows(`SELECT ${texts.join(', ')} FROM _weft_tuples ORDER BY n`);
  if (rows.length > PARTITIONS_MAX) throw tooMany(layout);
  return rows.map((row) => ({
    specId: layout.specId,
    cells: new Map(
      layout.partition.map((field, i) => {
        const text = row[must(keys[i], 'a key per field')];
        if (text === null || text === undefined) return [field.fieldId, null];
        const cell = parseCell(field.result, String(text));
        assert(cell !== null, `a partition value is no ${duckdbType(field.result)}`);
        return [field.fieldId, cell];
      }),
    ),
  }));
}

/** Refuses files of more partitions than a batch may have: writes that each had few enough may have many together. */
export function checkPartitions(files: readonly DataFile[], layout: FileLayout): void {
  if (files.length <= PARTITIONS_MAX) return;
  const found = new Set(
    files.map(({ partition }) => [...(partition?.cells.values() ?? [])].map(String).join('\u0000')),
  );
  if (found.size > PARTITIONS_MAX) throw tooMany(layout);
}

function tooMany({ partition }: FileLayout): WeftError {
  const by = partition.map(({ column, transform }) =>
    transform.kind === 'identity' ? column : `${transform.kind} of ${column}`,
  );
  return new WeftError(
    'PARTITIONS_TOO_MANY',
    `The rows fall into more than ${PARTITIONS_MAX} partitions by ${by.join(', ')}.`,
  );
}
