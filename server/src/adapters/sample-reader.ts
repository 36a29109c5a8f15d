/**
 * Reads the beginning of a file as a sample for inference: CSV, NDJSON, a JSON array, Parquet or Avro, gzip and zstd too.
 *
 * Not the way of batches into a table. Bounded: at most `recordsMax` records and `bytesMax` plain bytes are taken, and a
 * compressed file is unpacked only as far as that. Formats are told by content first, by the file's name second. A file
 * most of which is not of its format is refused.
 * Invariant: Parquet is read by a DuckDB instance of its own, which loads no extension and sees no other file by name
 * than the one given.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { decodeSample, readCsvSample } from '@weft/core/contract/infer/csv-sample';
import { readJsonSample } from '@weft/core/contract/infer/json-sample';
import type { InferSource } from '@weft/core/contract/infer/source';
import { binaryReason, faultsReason } from '@weft/core/contract/infer/unreadable';
import type { SourceCompression } from '@weft/core/ingest/ports';
import { compressionOf, plainName } from '@weft/core/lib/compression';
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import { isAvro } from '../workers/avro-file.ts';
import { plainBytes } from '../workers/decompress.ts';
import { readAvroSample } from './sample-avro.ts';

export interface SampleOptions {
  /** Default 100,000. */
  recordsMax?: number;
  /** Default 64 MiB of plain bytes. */
  bytesMax?: number;
  /** `csv`, `ndjson`, `json`, `parquet` or `avro`; `auto` (the default) looks at the content and the name. */
  format?: string | undefined;
  signal?: AbortSignal | undefined;
}

const RECORDS_MAX = 100_000;
const BYTES_MAX = 64 * 1024 * 1024;

/** Reads a sample. Throws WeftError NOT_FOUND for no such file and BATCH_UNREADABLE for one that is not of its format. */
export async function readSample(path: string, options: SampleOptions = {}): Promise<InferSource> {
  const recordsMax = options.recordsMax ?? RECORDS_MAX;
  const magic = await readMagic(path);
  const isParquet = magic.subarray(0, 4).toString('latin1') === 'PAR1';
  const asked = askedFormat(options.format);
  if (asked === 'parquet' || (asked === 'auto' && isParquet)) {
    if (!isParquet) throw unreadable(path, 'it does not begin as a Parquet file');
    return await readParquetSample(path, recordsMax);
  }
  if (asked === 'avro' || (asked === 'auto' && isAvro(magic))) {
    if (!isAvro(magic)) throw unreadable(path, 'it does not begin as an Avro container file');
    return readAvroSample(path, recordsMax);
  }
  const compression = compressionOf(magic);
  const bytesMax = options.bytesMax ?? BYTES_MAX;
  const { bytes, truncated } = await readBytes(path, {
    compression,
    bytesMax,
    signal: options.signal,
  });
  const binary = binaryReason(bytes);
  if (binary !== null) throw unreadable(path, binary);
  const name = plainName(basename(path));
  const format = asked === 'auto' ? textFormat(name, bytes) : asked;
  const limits = { name, recordsMax, truncated };
  const source = format === 'csv' ? readCsvSample(bytes, limits) : readJson(path, bytes, limits);
  const faults = faultsReason(source);
  if (faults !== null) throw unreadable(path, faults);
  return source;
}

function readJson(
  path: string,
  bytes: Uint8Array,
  limits: Parameters<typeof readJsonSample>[1],
): InferSource {
  const { text, encoding } = decodeSample(withoutMark(bytes));
  if (encoding === 'utf-16') throw unreadable(path, 'it is text in UTF-16, and JSON is UTF-8');
  return readJsonSample(text, limits);
}

function askedFormat(format: string | undefined): 'auto' | 'csv' | 'ndjson' | 'parquet' | 'avro' {
  switch (format) {
    case undefined:
    case 'auto':
      return 'auto';
    case 'json':
      return 'ndjson';
    case 'csv':
    case 'ndjson':
    case 'parquet':
    case 'avro':
      return format;
    default:
      throw new WeftError('USAGE', `format "${format}"`, {
        remedy: 'Known: auto, csv, ndjson, json, parquet, avro.',
      });
  }
}

function textFormat(name: string, bytes: Uint8Array): 'csv' | 'ndjson' {
  if (/\.(csv|tsv|txt)$/i.test(name)) return 'csv';
  if (/\.(ndjson|jsonl|json)$/i.test(name)) return 'ndjson';
  const start = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  return /^(\{|\[\s*[{\]])/.test(start) ? 'ndjson' : 'csv';
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark ? bytes.subarray(3) : bytes;
}

async function readMagic(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new WeftError('NOT_FOUND', `cannot open ${path}`, {
      remedy: 'Check the path of the sample file.',
      cause,
    });
  });
  try {
    const buffer = Buffer.alloc(4);
    const { bytesRead } = await file.read(buffer, 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadable(path, 'it is no regular file', cause);
  } finally {
    await file.close();
  }
}

async function readBytes(
  path: string,
  {
    compression,
    bytesMax,
    signal,
  }: { compression: SourceCompression; bytesMax: number; signal: AbortSignal | undefined },
): Promise<{ bytes: Uint8Array; truncated: boolean }> {
  const plain = compression === 'none' ? createReadStream(path) : plainBytes(path, compression);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of plain) {
      signal?.throwIfAborted();
      const part = (chunk as Buffer).subarray(0, bytesMax - size);
      chunks.push(part);
      size += part.length;
      if (part.length < (chunk as Buffer).length) {
        return { bytes: Buffer.concat(chunks), truncated: true };
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(
      path,
      compression === 'none' ? 'reading failed' : `its ${compression} stream is damaged`,
      cause,
    );
  }
  return { bytes: Buffer.concat(chunks), truncated: false };
}

function unreadable(path: string, why: string, cause?: unknown): WeftError {
  const options = cause === undefined ? {} : { cause };
  return new WeftError('BATCH_UNREADABLE', `${basename(path)}: ${why}`, {
    remedy:
      'Give a CSV, NDJSON, JSON, Parquet or Avro file, plain, gzip or zstd; where the name misleads, name the format with --format.',
    ...options,
  });
}

async function readParquetSample(path: string, recordsMax: number): Promise<InferSource> {
  // Why late: DuckDB takes longer to load than a CSV sample to read.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  await import('./duckdb-text.ts');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await queryParquet(connection, path, recordsMax);
  } catch (cause) {
    throw unreadable(path, 'it cannot be read as Parquet', cause);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function queryParquet(
  connection: DuckDBConnection,
  path: string,
  recordsMax: number,
): Promise<InferSource> {
  // Why the doubled brackets: DuckDB reads *, ? and [ in a file name as a pattern of names.
  const table = `read_parquet(${quoteText(path.replaceAll(/[*?[]/g, '[$&]'))})`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`);
  const columns = described.getRowsJson().map((row) => ({
    name: String(row[0]),
    type: String(row[1]),
  }));
  const cells = columns.map(({ name, type }) => textOf(quoteIdent(name), type)).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT ${cells} FROM ${table} LIMIT ${Math.trunc(recordsMax) + 1}`,
  );
  const rows = reader
    .getRowsJson()
    .map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  return {
    format: 'parquet',
    columns: columns.map(({ name }) => name),
    rows: rows.slice(0, recordsMax),
    kinds: columns.map(({ type }) => (isNested(type) ? 'nested' : 'unknown')),
    parquetTypes: columns.map(({ type }) => type),
    name: basename(path),
    truncated: rows.length > recordsMax,
    faults: [],
  };
}

function isNested(type: string): boolean {
  return /^(STRUCT|MAP)\(|\[\d*\]$/.test(type);
}

/** The value as inference reads it: nested as JSON, instants with their zone, the rest as DuckDB writes it. */
function textOf(column: string, type: string): string {
  if (isNested(type)) return `CAST(to_json(${column}) AS VARCHAR)`;
  if (type === 'TIMESTAMP WITH TIME ZONE') {
    return `strftime(timezone('UTC', ${column}), '%Y-%m-%dT%H:%M:%S.%f') || 'Z'`;
  }
  if (type === 'BLOB') return `hex(${column})`;
  return `CAST(${column} AS VARCHAR)`;
}
