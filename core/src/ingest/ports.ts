/**
 * What ingest needs from the world: landed bytes, a stager that frames them, an engine that checks them, tables that
 * commit them. Contracts of the ports stand here; `server/src` has the adapters.
 */
import type { IngestPlan } from '../contract/plan.ts';
import type { Compression } from '../lib/compression.ts';

/** `json`: an array of objects, or objects one after the other; `ndjson`: one object a line. */
export const SOURCE_FORMATS = ['csv', 'ndjson', 'json', 'parquet', 'avro'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];
export type SourceCompression = Compression;

/** Raw bytes of a batch, durable on disk exactly as received. */
export interface Landing {
  path: string;
  name: string | null;
  bytes: number;
  /** Lower-case hex over the bytes as received (compressed, when they came compressed). */
  sha256: string;
  format: SourceFormat;
  compression: SourceCompression;
  /** While the bytes still come: shared memory that tells how many are there (`server/src/workers/source-bytes.ts`). */
  arrival?: SharedArrayBuffer;
  /** How many records the sender says that it has; of a batch of several, each file says its own. */
  stated?: number;
  /** The files of a batch of several, in order, all of one format; `path` is then their directory. */
  files?: LandingFile[];
}

export interface LandingFile {
  path: string;
  name: string;
  compression: SourceCompression;
  /** How many records the sender says that it has. */
  stated?: number;
}

/**
 * Turns landed bytes into stage files: uncompressed Parquet with the plan's columns (by name, in the plan's types), plus
 * the INT32 columns `_ord` (record number in the batch, from 0), `_line` (physical line from 1, header included), `_off`
 * (byte offset from the part's `start`), `_len` (record length in bytes, without its line end), and the INT64 column
 * `_lex`, which is 0 when every value is of its lexical type (bits by column, and one for keys: `stage-layout.ts`).
 * A value that is not of its type is NULL in the stage and its text stands in the lexical side file, cut at 256 bytes.
 * Records of Parquet and Avro files have no text: `_off`, `_len`, `start` and `end` are 0 and `_line` is `_ord`.
 *
 * Files of a part belong to the caller from `onPart` on; a batch without records has no part.
 *
 * The stager counts records with its own framing: `framed` of all parts is the batch's `records.in`.
 */
export interface Stager {
  /** Calls `onPart` for each part in order and waits for it (back-pressure); rejects with WeftError BATCH_UNREADABLE. */
  stage(request: StageRequest, onPart: (part: StagePart) => Promise<void>): Promise<StageSummary>;
}

export interface StageRequest {
  landing: Landing;
  plan: IngestPlan;
  /** Directory for stage files, owned by this batch. */
  directory: string;
  signal: AbortSignal;
  onProgress?: (bytesRead: number) => void;
}

export interface StagePart {
  index: number;
  /** Stage Parquet, or null when no record of the part could be staged. */
  path: string | null;
  /** Records in the stage file. */
  staged: number;
  /** Records of the part, structurally bad ones included. */
  framed: number;
  /** Staged records with a value that is not of its type. */
  lexical: number;
  /** Staged records whose first key may stand in an earlier record of the batch (`SEEN_BIT` in `stage-layout.ts`). */
  seen: number;
  /** True where each such record of its file is marked. */
  isMarked: boolean;
  /** Parquet of (ord INT32, col INT32, txt VARCHAR): text of each value that is not of its type; null when none. */
  lexPath: string | null;
  /** Parquet of (ord, off, len, code, line INT32): structurally bad records; null when none. */
  badPath: string | null;
  bad: number;
  /** Plain (decompressed) bytes of the part in `plainPath`. */
  plainPath: string;
  start: number;
  end: number;
}

/** Meaning of `code` in the bad-record file, in this order from 1. */
export const STRUCTURAL_FAULTS = [
  'too_few_fields',
  'too_many_fields',
  'bad_quote',
  'bad_encoding',
  'too_long',
  'bare_carriage_return',
  'ambiguous_quote',
  'not_an_object',
  'bad_json',
  'duplicate_field',
  'unknown_field',
] as const;
export type StructuralFault = (typeof STRUCTURAL_FAULTS)[number];

export interface StageSummary {
  /** Names of the plan's columns that every file lacks; empty for NDJSON, where each record says what it has. */
  lacking: string[];
  /** Of each file of the landing, in order. */
  files: StagedFile[];
  /** Names of the plan's columns in the order of the CSV; absent where files differ or records say what they have. */
  fields?: string[];
  framed: number;
  /** Plain bytes read. */
  bytes: number;
  /** True when the single-column integer key of the plan was strictly ascending over the whole batch. */
  keyAscending: boolean;
  /** True when each record is marked whose first key stands in an earlier one: where no mark is, no key is repeated. */
  keysMarked: boolean;
}

export interface StagedFile {
  framed: number;
  /** As above, of this file. */
  lacking: string[];
  fields?: string[];
  encodingDoubt?: EncodingDoubt;
}

/**
 * A file was read in the encoding that its contract declares, but has characters beyond ASCII and all of them would be
 * characters of UTF-8, too: then `é` was read as `Ã©`.
 */
export interface EncodingDoubt {
  declared: string;
  looksLike: 'utf-8';
}

/** One DuckDB connection for our own statements; never for text that a user wrote unless it passed the gate. */
export interface SqlEngine {
  run(sql: string): Promise<void>;
  /** All rows as plain values: integers beyond 2^53 and decimals as text. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  interrupt(): void;
  close(): void;
}
