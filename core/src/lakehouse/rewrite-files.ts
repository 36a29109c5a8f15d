/**
 * Rewriting, the work: rows of some files are read and written again, merged, changed or without some of them.
 *
 * Not the choice of files and not the commit (`rewrite.ts`). Invariants: a merge writes exactly the rows that it read,
 * counted on both sides; a predicate is true or false for every row, so no row is lost between "kept" and "changed"; what
 * is returned is on disk, its directory too.
 */
import { duckdbType } from '../contract/data-type.ts';
import { assert } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { Predicate } from '../lib/predicate.ts';
import { predicateToDuckdb } from '../lib/predicate-sql.ts';
import type { FileLayout } from './layout.ts';
import { pathOfUri } from './paths.ts';
import { readTableSql } from './sql.ts';
import type { BoundColumn, DataFile, ReadFile } from './types.ts';
import { type WritePorts, writeFiles } from './write-files.ts';

export interface RewriteRequest {
  sources: ReadFile[];
  columns: BoundColumn[];
  layout: FileLayout;
  /** Absolute directory of the table's data. */
  directory: string;
  /** Beginning of the new files' names. */
  name: string;
  /** What becomes of the rows for which `where` is true; absent for a merge. */
  change?: RowChange;
}

/**
 * Rows for which `where` is true go (`set` null), or get these values: of expressions over the columns of `batch`, which
 * whoever asks has gated, and proven to fit.
 */
export interface RowChange {
  where: Predicate;
  set: Record<string, { sql: string }> | null;
}

export interface RewriteResult {
  files: DataFile[];
  rowsRead: number;
  /** Rows for which the change's predicate is true. */
  rowsHit: number;
}

export interface RewritePorts extends WritePorts {
  files: WritePorts['files'] & {
    /** Resolves when the directory's entries are on disk. */
    syncDirectory(path: string): Promise<void>;
    /** SHA-256 of the file's bytes, lower-case hex. */
    hash(path: string): Promise<string>;
  };
}

/** Writes the rows again. Where the change hits no row, nothing is written. */
export async function rewriteFiles(
  ports: RewritePorts,
  request: RewriteRequest,
): Promise<RewriteResult> {
  const { sources, columns, layout, directory, name, change } = request;
  const relation = `${readTableSql(sources, columns)} AS batch`;
  const where = change === undefined ? 'FALSE' : predicateToDuckdb(change.where);
  const [counts] = await ports.engine.rows(
    `SELECT count(*) AS n, count(*) FILTER (WHERE ${where}) AS hit FROM ${relation}`,
  );
  const rowsRead = Number(counts?.['n']);
  const rowsHit = Number(counts?.['hit']);
  if (change !== undefined && rowsHit === 0) return { files: [], rowsRead, rowsHit };
  const isDelete = change?.set === null;
  const select = `SELECT ${columns.map((column) => valueSql(column, change, where)).join(', ')} FROM ${relation}${
    isDelete ? ` WHERE NOT ${where}` : ''
  }`;
  const files = await writeFiles(ports, {
    select,
    columns,
    layout,
    directory,
    name,
    codec: 'zstd',
  });
  const written = files.reduce((sum, file) => sum + file.records, 0);
  assert(written === rowsRead - (isDelete ? rowsHit : 0), 'every row that stays is written once');
  if (files.length > 0) await ports.files.syncDirectory(directory);
  const proven: DataFile[] = [];
  for (const file of files) {
    proven.push({ ...file, sha256: await ports.files.hash(pathOfUri(file.path)) });
  }
  return { files: proven, rowsRead, rowsHit };
}

function valueSql(column: BoundColumn, change: RowChange | undefined, where: string): string {
  const name = quoteIdent(column.name);
  const expression = change?.set?.[column.name];
  if (expression === undefined) return name;
  const value = `CAST((${expression.sql}) AS ${duckdbType(column.type)})`;
  return `CASE WHEN ${where} THEN ${value} ELSE ${name} END AS ${name}`;
}
