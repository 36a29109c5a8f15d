/**
 * The files of a projection for whoever takes them away: opened, named by their content, with statistics of their rows.
 *
 * Not who may have them, nor the table over them (`core/src/lakehouse/table-of-files.ts`).
 * Invariants: nothing leaves of a data file that is not shown: as it is it may go only when its own schema has shown
 * columns alone, by field id, its footer says nothing but that schema, and no producer wrote its pages; a file that is open here stays readable
 * whatever is swept; what is remembered of a file is of its very size and time.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { dataFileOf, fileStatisticsSql } from '@weft/core/lakehouse/file-statistics';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { fieldIds, fieldOf } from '@weft/core/lakehouse/schema';
import type { BoundColumn, DataFile } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import type {
  ExportFile,
  ExportFiles,
  ExportRequest,
  ProjectionFiles,
  ProjectionReader,
} from '@weft/core/query/ports';
import { copyOfPart, type ProjectionPart } from '@weft/core/query/project';
import { hashFile } from '../file-hash.ts';

export interface ExportFilesDeps {
  projections: ProjectionFiles;
  reader: ProjectionReader;
}

/** Bytes that are read and sent at once. */
const BLOCK_BYTES = 256 * 1024;
/** Files of which hash and statistics are remembered. */
const REMEMBERED_MAX = 10_000;

export function createExportFiles(deps: ExportFilesDeps): ExportFiles {
  return new LocalExportFiles(deps);
}

interface Known {
  /** Size and time of the file that it was. */
  state: string;
  sha256: string;
  data: DataFile;
}

interface Found {
  handle: FileHandle;
  bytes: number;
  sha256: string;
  data: DataFile;
}

class LocalExportFiles implements ExportFiles {
  readonly #deps: ExportFilesDeps;
  readonly #known = new Map<string, Known>();
  /** By path of a data file, the field ids that it holds; null when it says more than that. */
  readonly #stored = new Map<string, readonly number[] | null>();

  constructor(deps: ExportFilesDeps) {
    this.#deps = deps;
  }

  async open(request: ExportRequest): ReturnType<ExportFiles['open']> {
    const { seconds, signal } = request;
    const parts: ProjectionPart[] = [];
    for (const part of request.parts) parts.push(await this.#partToGive(part, request));
    const paths = await this.#deps.projections.open(parts, { seconds, signal });
    const handles: FileHandle[] = [];
    const close = async (): Promise<void> => {
      await Promise.allSettled(handles.splice(0).map((handle) => handle.close()));
    };
    try {
      const found: Found[] = [];
      for (const path of paths) {
        if (path === null) continue;
        const handle = await openWhole(path);
        handles.push(handle);
        found.push(await this.#find(path, handle, request));
      }
      return { files: nameAll(found, request.have), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The data file itself where it holds what is shown and nothing else; a copy otherwise. */
  async #partToGive(part: ProjectionPart, request: ExportRequest): Promise<ProjectionPart> {
    refuseGone(request.signal);
    if (part.form !== null) return part;
    const path = pathOfUri(must(part.sources[0], 'a data file'));
    const stored = await this.#storedIds(path);
    const shown = new Set(request.columns.flatMap((column) => fieldIds(fieldOf(column))));
    return stored?.every((id) => shown.has(id)) === true ? part : copyOfPart(part);
  }

  async #storedIds(path: string): Promise<readonly number[] | null> {
    const known = this.#stored.get(path);
    if (known !== undefined) return known;
    const { reader } = this.#deps;
    const schema = await reader.rows(
      `SELECT CAST(field_id AS VARCHAR) AS id, repetition_type AS repeats FROM parquet_schema(${quoteText(path)}) ORDER BY column_id`,
    );
    const notes = await reader.rows(
      `SELECT CAST(key AS VARCHAR) AS key FROM parquet_kv_metadata(${quoteText(path)})`,
    );
    const [written] = await reader.rows(
      `SELECT created_by AS by FROM parquet_file_metadata(${quoteText(path)})`,
    );
    const ids = storedIds(schema.slice(1));
    // Why by whom: pages that a producer wrote may hold bytes of no row, and not all of his files are marked as his.
    const isOurs = String(written?.['by']).startsWith('DuckDB');
    const isPlain = isOurs && notes.every(({ key }) => key === 'iceberg.schema');
    const stored = isPlain ? ids : null;
    keep(this.#stored, path, stored);
    return stored;
  }

  async #find(
    path: string,
    handle: FileHandle,
    { signal, columns }: ExportRequest,
  ): Promise<Found> {
    refuseGone(signal);
    const { size, mtimeMs } = await handle.stat();
    const { sha256, data } = await this.#factsOf(path, {
      state: `${size} ${mtimeMs}`,
      size,
      columns,
    });
    return { handle, bytes: size, sha256, data };
  }

  async #factsOf(
    path: string,
    { state, size, columns }: { state: string; size: number; columns: readonly BoundColumn[] },
  ): Promise<Known> {
    // Why with the columns: a data file has others when columns are added to its table or renamed.
    const key = JSON.stringify([path, columns.map(fieldOf)]);
    const known = this.#known.get(key);
    if (known?.state === state) return known;
    const [row] = await this.#deps.reader.rows(fileStatisticsSql(path, columns));
    const data = dataFileOf(must(row, 'a row of statistics'), columns, { path, bytes: size });
    const made = { state, sha256: await hashOf(path), data };
    keep(this.#known, key, made);
    return made;
  }
}

/** Field ids of the nodes of a file's schema; null when one that is no frame of a list or map has none. */
function storedIds(nodes: readonly Record<string, unknown>[]): number[] | null {
  const ids: number[] = [];
  for (const { id, repeats } of nodes) {
    if (typeof id === 'string') ids.push(Number(id));
    else if (repeats !== 'REPEATED') return null;
  }
  return ids;
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > REMEMBERED_MAX && oldest.done !== true) map.delete(oldest.value);
}

/**
 * Why sorted: the order in which a table has its files may be one of what is not shown. Why numbers: the same rows may have
 * been committed twice, and readers take a file that is named twice for one.
 */
function nameAll(found: readonly Found[], have: ReadonlySet<string>): ExportFile[] {
  const seen = new Map<string, number>();
  const named = found.map(({ handle, bytes, sha256, data }): ExportFile => {
    const times = (seen.get(sha256) ?? 0) + 1;
    seen.set(sha256, times);
    const name = `${sha256}${times === 1 ? '' : `-${times}`}.parquet`;
    const read = (): AsyncIterable<Uint8Array> => blocksOf(handle, bytes);
    return { name, bytes, data: { ...data, path: name }, read: have.has(name) ? null : read };
  });
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* blocksOf(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw unreadable();
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function openWhole(path: string): Promise<FileHandle> {
  return await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error);
  });
}

async function hashOf(path: string): Promise<string> {
  return await hashFile(path).catch((error: unknown) => {
    throw isWeftError(error) ? error : unreadable(error);
  });
}

function refuseGone(signal: AbortSignal): void {
  if (signal.aborted) throw new WeftError('CANCELLED', 'The export was cancelled.');
}

function unreadable(cause?: unknown): WeftError {
  return new WeftError('UNAVAILABLE', 'A file of the table could not be read.', { cause });
}
