/**
 * What a governed query needs from the world: a decision, the tables, an engine in a process of its own, an audit log.
 *
 * Invariant: an engine never gets a consumer's text together with rows that the projection does not hold.
 */
import type { BoundColumn, DataFile, ReadFile, TableMetadata } from '../lakehouse/types.ts';
import type { Predicate } from '../lib/predicate.ts';
import type { AccessDecision, TableId } from '../policy/decide.ts';
import type { Subject } from '../registry/types.ts';
import type { HashKey } from './masks.ts';
import type { ProjectionPart } from './project.ts';

/** Who decides: the control plane, or a signed copy of its rules. A doubt rejects; it never permits. */
export interface AccessDecider {
  /**
   * One decision per table, in the order asked. A table without major means the major agreed to; when there are two, or
   * the table does not exist, the decision denies and its reason says so.
   */
  decide(request: {
    /** As somebody presented it, or an id that the mesh knows. */
    subject: Subject | string;
    purpose: string;
    tables: { domain: string; table: string; major: number | null }[];
  }): Promise<AccessDecision[]>;
}

/** The tables of this node. */
export interface TableSource {
  /** Metadata under the pointer as it is now; null when this node has no such table or nothing was committed yet. */
  load(table: TableId): Promise<TableMetadata | null>;
  /** The data files that may hold rows for which `filter` is true (`lakehouse/scan.ts`). */
  files(metadata: TableMetadata, filter: Predicate): Promise<readonly ReadFile[]>;
}

export type ResultShape = 'arrays' | 'objects' | 'csv' | 'keyed';

/** Keys of hash masks, derived from a secret of this node, which never leaves it. */
export interface MaskKeys {
  /** Names the secret without telling it: another secret, another name. */
  readonly generation: string;
  /** The key of an agreement; the same as long as the secret is. */
  keyOf(agreement: string): HashKey;
}

/** Keeps the permitted parts of data files as files of their own. */
export interface ProjectionFiles {
  /** Of the keys under which it has values hashed. */
  readonly keyGeneration: string;
  /**
   * Absolute paths of read-only files, one for each part, in order, null for a part without rows; parts that are not there
   * yet are made first, once for all who ask. Rejects with UNAVAILABLE when that takes longer than `seconds` (it goes on),
   * or CANCELLED.
   */
  open(
    parts: readonly ProjectionPart[],
    options: { seconds: number; signal: AbortSignal },
  ): Promise<(string | null)[]>;
  /** True when `open` would not have to make anything. */
  has(parts: readonly ProjectionPart[]): boolean;
}

/** The engine that writes projections; it never gets a text of a consumer. */
export interface ProjectionMaker {
  /** Runs one of our own COPY statements, which may hash under the key; says how many rows it wrote. Rejects with UNAVAILABLE. */
  make(statement: string, key: HashKey | null): Promise<{ rows: number }>;
  close(): void;
}

/** Reads what was made, by our own statements. */
export interface ProjectionReader {
  /** Rows of one of our own SELECTs: few, and of texts. Rejects with UNAVAILABLE. */
  rows(statement: string): Promise<Record<string, unknown>[]>;
}

/** A file of a projection that may leave as it is. */
export interface ExportFile {
  /** By the SHA-256 of its bytes, so that it tells of nothing else: `HEX.parquet`, `HEX-2.parquet` for the same bytes again. */
  name: string;
  bytes: number;
  /** Statistics of its own rows; `path` is its name. */
  data: DataFile;
  /** Its bytes, to be read once; null for a file that whoever asks holds already. */
  read: (() => AsyncIterable<Uint8Array>) | null;
}

export interface ExportRequest {
  /** All parts of one table. */
  parts: readonly ProjectionPart[];
  /** As they are shown. */
  columns: readonly BoundColumn[];
  /** Names of files that need not be read. */
  have: ReadonlySet<string>;
  seconds: number;
  signal: AbortSignal;
}

/** Opens the files of a projection for whoever takes them away. */
export interface ExportFiles {
  /**
   * In the order of their names, open until `close`, whatever is swept meanwhile. A data file that holds a column which is
   * not shown, or says more than its own schema, is copied first. Rejects with UNAVAILABLE or CANCELLED.
   */
  open(request: ExportRequest): Promise<{ files: ExportFile[]; close(): Promise<void> }>;
}

/** What the process of a query may see. */
export interface SandboxTables {
  /** Absolute paths of the only files that it may read. */
  files: readonly string[];
  /** Our own statements, run before the seal, over other paths to the same files, in the same order. */
  statements(paths: readonly string[]): string[];
}

export interface RunRequest {
  tables: SandboxTables;
  /**
   * Whose text it is, and what for. A process may be used again for the same session over the same tables, never for
   * another one.
   */
  session: string;
  /** The consumer's text, run after it. */
  sql: string;
  shape: ResultShape;
  limits: RunLimits;
  signal: AbortSignal;
}

export interface RunLimits {
  /** Wall time of query and delivery. */
  seconds: number;
  rows: number;
  /** Bytes of the result in the asked shape. */
  bytes: number;
}

export interface RunningQuery {
  columns: { name: string; type: string }[];
  /** Result bytes, whole rows per block; throws WeftError when the query fails on its way. To be read once. */
  blocks: AsyncIterable<Uint8Array>;
  /** True once `blocks` has ended. */
  outcome: QueryOutcome;
}

export interface QueryOutcome {
  rows: number;
  /** A limit cut the answer. */
  truncated: boolean;
  /** Time of processors that the query took, the writing of its rows included. */
  cpuSeconds: number;
}

export interface QueryEngine {
  /** The syntax tree of a text as the engine's parser sees it; rejects with QUERY_REFUSED when there is none. */
  parse(sql: string): Promise<unknown>;
  /** Resolves when the first rows can be read; rejects with WeftError. */
  run(request: RunRequest): Promise<RunningQuery>;
  close(): Promise<void>;
}

export interface QueryAuditTable {
  domain: string;
  table: string;
  major: number | null;
  product: string | null;
  agreement: string | null;
  policyVersion: number | null;
  meshPolicyVersion: number | null;
  /** Columns of the table that the text may have used, of a roll-up those that its columns are made of; none where denied. */
  columns: string[];
  snapshot: string | null;
  reason: string | null;
}

export type QueryEvent = 'permitted' | 'finished' | 'refused' | 'cancelled';

export interface QueryAuditEntry {
  /**
   * `permitted` before any row leaves, `finished` with the last one, `refused` when none ever will. `cancelled` where whoever asked
   * went away before it was known which: a page that is left is no refusal.
   */
  event: QueryEvent;
  query: string;
  subject: string;
  purpose: string;
  /** True where the files of a table leave, and not the answer of an engine. */
  isExport?: true;
  /** SHA-256 of the text, hex: the text itself may hold personal values. */
  sqlSha256: string;
  tables: QueryAuditTable[];
  rowCount: number | null;
  truncated: boolean | null;
  /** Error code of a refused or failed query. */
  code: string | null;
  /** What the engine said of it, redacted, for the owners of what was asked; null where it said nothing. */
  problem: string | null;
}

export interface QueryAudit {
  /** Resolves when the entry is durable; of a query whose entry cannot be written no row leaves. */
  record(entry: QueryAuditEntry): Promise<void>;
}
