/**
 * The part of the stager for Parquet files: DuckDB compares, checks and copies them, slice by slice.
 *
 * Not here: the SQL (`core/src/ingest/parquet-sql.ts`).
 */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FOOTER_BYTES_MAX,
  FOOTER_END_BYTES,
  footerLength,
  readRowGroups,
} from '@weft/core/ingest/parquet-footer';
import {
  checkParquetColumns,
  countLexicalSql,
  describeParquetSql,
  fileColumns,
  lexicalParquetSql,
  NO_VALUES,
  type ParquetSlice,
  parquetSchemaSql,
  rowGroupsSql,
  stageParquetSql,
} from '@weft/core/ingest/parquet-sql';
import type { SqlEngine, StagePart, StageRequest } from '@weft/core/ingest/ports';
import {
  type PlannedColumn,
  plannedColumns,
  RECORDS_MAX,
  tooManyRecords,
} from '@weft/core/ingest/stage-layout';
import { isWeftError, WeftError } from '@weft/core/lib/error';

/** A plain Parquet file of a request; its records and parts are numbered from here. */
export interface ParquetRequest extends StageRequest {
  plainPath: string;
  partBytes: number;
  firstOrdinal: number;
  firstPart: number;
}

export interface StagedParquet {
  framed: number;
  bytes: number;
  lacking: string[];
  nextPart: number;
}

/** Stages a file in slices of whole row groups of about `partBytes`. */
export async function stageParquet(
  engine: SqlEngine,
  request: ParquetRequest,
  onPart: (part: StagePart) => Promise<void>,
): Promise<StagedParquet> {
  const columns = plannedColumns(request.plan);
  const interrupt = () => engine.interrupt();
  request.signal.addEventListener('abort', interrupt);
  try {
    const { slices, lacking } = await readSlices(engine, columns, request);
    let framed = 0;
    for (const [index, slice] of slices.entries()) {
      refuseCancelled(request.signal);
      const part = await stageSlice(engine, {
        columns,
        slice,
        index: request.firstPart + index,
        directory: request.directory,
      });
      framed += part.framed;
      await onPart(part);
    }
    const { size } = await stat(request.plainPath);
    request.onProgress?.(size);
    return { framed, bytes: size, lacking, nextPart: request.firstPart + slices.length };
  } catch (error) {
    refuseCancelled(request.signal);
    throw error;
  } finally {
    request.signal.removeEventListener('abort', interrupt);
  }
}

function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new WeftError('CANCELLED', 'staging was cancelled');
}

async function readSlices(
  engine: SqlEngine,
  columns: readonly PlannedColumn[],
  request: ParquetRequest,
): Promise<{ slices: ParquetSlice[]; lacking: string[] }> {
  const { plainPath: path, partBytes, firstOrdinal } = request;
  const described = await readable(engine.rows(describeParquetSql(path)));
  const schema = await readable(engine.rows(parquetSchemaSql(path)));
  // Why: whoever writes such a column has no value in it, which is the same as to leave it out.
  const present = fileColumns(described, schema).filter(({ type }) => type !== NO_VALUES);
  const lacking = checkParquetColumns(columns, present);
  const types = Object.fromEntries(present.map(({ name, type }) => [name, type]));
  const slices: ParquetSlice[] = [];
  let last: (ParquetSlice & { bytes: number }) | null = null;
  let total = 0;
  for (const { rows, bytes } of await rowGroupsOf(engine, path)) {
    if (last === null || last.bytes + bytes > partBytes) {
      last = { path, lacking, types, firstOrdinal, from: total, to: total, bytes: 0 };
      slices.push(last);
    }
    total += rows;
    last.to = total;
    last.bytes += bytes;
  }
  if (firstOrdinal + total > RECORDS_MAX) throw tooManyRecords();
  return { slices: slices.filter(({ from, to }) => to > from), lacking };
}

/** Rows and bytes of each row group. */
async function rowGroupsOf(
  engine: SqlEngine,
  path: string,
): Promise<{ rows: number; bytes: number }[]> {
  const footer = await readFooterBytes(path);
  const groups = footer === null ? null : readRowGroups(footer);
  if (groups !== null) return groups;
  return (await readable(engine.rows(rowGroupsSql(path)))).map((group) => ({
    rows: Number(group['row_count']),
    bytes: Number(group['bytes']),
  }));
}

/** The footer, unless it is larger than is read at once. */
async function readFooterBytes(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(Math.min(FOOTER_END_BYTES, size));
    await file.read(end, 0, end.length, size - end.length);
    const length = footerLength(end);
    const from = size - FOOTER_END_BYTES - (length ?? 0);
    if (length === null || length > FOOTER_BYTES_MAX || from < 0) return null;
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, from);
    return footer;
  } finally {
    await file.close();
  }
}

/** DuckDB's words stay in the cause: they may hold values and paths. */
async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (isWeftError(cause)) throw cause;
    throw unreadable(cause);
  }
}

/** Values that make the engine give up on the file, by its words. */
const GIVING_UP: readonly [RegExp, string][] = [
  [/^Invalid Input Error: Invalid string encoding/, 'a text in it is no UTF-8'],
  [/^(Conversion|Out of Range) Error: /, 'a date or a time in it is beyond what a table can hold'],
];

function unreadable(cause: unknown): WeftError {
  const words = cause instanceof Error ? cause.message : '';
  const [, value] = GIVING_UP.find(([pattern]) => pattern.test(words)) ?? [];
  return value === undefined
    ? new WeftError('BATCH_UNREADABLE', 'the file is no Parquet file, or it is damaged', {
        remedy: 'Write the file again and send it whole.',
        cause,
      })
    : new WeftError('BATCH_UNREADABLE', `the file cannot be read to its end: ${value}`, {
        remedy: 'Mend the value where the file is made, and send it again.',
        cause,
      });
}

async function stageSlice(
  engine: SqlEngine,
  options: {
    columns: readonly PlannedColumn[];
    slice: ParquetSlice;
    index: number;
    directory: string;
  },
): Promise<StagePart> {
  const { columns, slice, index, directory } = options;
  const path = join(directory, `stage-${index}.parquet`);
  await readable(engine.run(stageParquetSql(columns, slice, path)));
  const [counted] = await engine.rows(countLexicalSql(path));
  const lexical = Number(counted?.['lexical']);
  const lexPath = lexical === 0 ? null : join(directory, `lex-${index}.parquet`);
  if (lexPath !== null) await engine.run(lexicalParquetSql(columns, slice, lexPath));
  const rows = slice.to - slice.from;
  return {
    index,
    path,
    staged: rows,
    framed: rows,
    lexical,
    seen: 0,
    isMarked: false,
    lexPath,
    badPath: null,
    bad: 0,
    plainPath: slice.path,
    start: 0,
    end: 0,
  };
}
