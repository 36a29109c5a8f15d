/**
 * What the ingest service of a node needs: contracts, landed bytes, checking, directories.
 *
 * Not the ports of checking itself (`core/ingest/check-ports.ts`). All paths are absolute.
 */
import type { ContractModel } from '@weft/core/contract/model';
import type { ContractRef, IngestPlan } from '@weft/core/contract/plan';
import type { CheckedBatch, CheckProgress, CheckRequest } from '@weft/core/ingest/check-ports';
import type { SourceFormat } from '@weft/core/ingest/ports';
import type { QuarantinePage, QuarantineQuery } from '@weft/core/ingest/quarantine';
import type { QuarantineAnswer, QuarantineTask } from '@weft/core/ingest/repair-ports';
import type { BatchReport } from '@weft/core/ingest/report';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import type { FileProof, TableMetadata } from '@weft/core/lakehouse/types';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import type { Remembered } from '@weft/core/lib/remembered';
import type { StepHook } from '@weft/core/lib/steps';
import type { Subject } from '@weft/core/registry/types';
import type { Transaction } from 'kysely';
import type { TableName } from '../store/node-batches.ts';
import type { NodeTables } from '../store/node-tables.ts';
import type { Store } from '../store/store.ts';
import type { Lanes } from './lanes.ts';

export interface PublishedContract {
  ref: ContractRef;
  model: ContractModel;
  /** True when the product takes no batch any more. */
  isRetired: boolean;
}

/** Published contracts, proven under the pinned root. */
export interface ContractSource {
  /**
   * The newest published version of `domain.product`, or of the major of `domain.product@MAJOR`. Rejects with NOT_FOUND,
   * CONTRACT_UNTRUSTED, or UNAVAILABLE when it is neither known nor reachable.
   */
  current(product: string): Promise<PublishedContract>;
}

export interface LandedBytes {
  path: string;
  bytes: number;
  /** Lower-case hex over the bytes as received. */
  sha256: string;
  /** The first bytes, for telling the format. */
  head: Uint8Array;
  /**
   * How many records the sender says that the file has. Of a batch of several files each says its own.
   */
  stated?: number;
  /**
   * The files of a batch of several, in order; `path` is then their directory, `bytes` their sum and `sha256` that of the
   * list (`core/ingest/batch-files.ts`).
   */
  files?: LandedFile[];
}

/** The bytes of a landing so far. */
export type WrittenBytes = Pick<LandedBytes, 'path' | 'bytes' | 'head'>;

/** One file of a batch of several. */
export interface LandedFile {
  path: string;
  name: string;
  bytes: number;
  sha256: string;
  head: Uint8Array;
  /** How many records the sender says that it has. */
  stated?: number;
}

/** A whole file that is on disk already, and what its sender says of it. */
export interface AdoptedFile {
  path: string;
  name: string;
  bytes: number;
  /** Of its bytes. */
  sha256: string;
  stated?: number;
}

export interface LandingStore {
  /**
   * Writes the body; rejects with PAYLOAD_TOO_LARGE. Durable only after `sync`. `onWritten` is told how many bytes another
   * process finds in the file.
   */
  land(
    batch: string,
    body: AsyncIterable<Uint8Array>,
    onWritten?: (written: WrittenBytes) => void,
  ): Promise<LandedBytes>;
  sync(path: string): Promise<void>;
  /** Takes files as a batch without copying them; one file is a batch like one that was landed. Durable after `sync`. */
  adopt(batch: string, files: readonly AdoptedFile[]): Promise<LandedBytes>;
  /** The bytes of an earlier process, hashed again; null when they are gone. `names`: of the files of a batch of several. */
  reopen(path: string, names: readonly string[]): Promise<LandedBytes | null>;
  remove(path: string): Promise<void>;
  list(): Promise<{ batch: string; path: string }[]>;
}

export interface CheckOptions {
  signal: AbortSignal;
  onProgress?: (progress: CheckProgress) => void;
  /** Of a batch whose bytes still come: the check waits for those that it needs. */
  arrival?: Arrival;
}

/** Tells, at once and from then on, how many bytes of a batch are in its file. */
export interface Arrival {
  tell(listener: (arrived: { bytes: number; isWhole: boolean }) => void): void;
}

/** Checking, wherever it runs. */
export interface BatchChecker {
  check(request: CheckRequest, options: CheckOptions): Promise<CheckedBatch>;
  /** True when requests wait for those before them. */
  isAwaited(): boolean;
  readQuarantine(query: QuarantineQuery): Promise<QuarantinePage>;
  /** Work over quarantine files; the answer is of the task that was asked for. */
  work<Task extends QuarantineTask['task']>(
    task: Extract<QuarantineTask, { task: Task }>,
    signal?: AbortSignal,
  ): Promise<Extract<QuarantineAnswer, { task: Task }>>;
}

/** Directories of a node. */
export interface NodeDirectories {
  /** One directory per running batch. */
  scratch: string;
  /** Tables: `domain/table/vMAJOR/{data,metadata}`. */
  tables: string;
  /** Quarantine files: `domain/batch.parquet`. */
  quarantine: string;
}

/** File effects of the service itself. */
export interface NodeFiles {
  makeDirectory(path: string): Promise<void>;
  /** One that need not outlive the process. */
  makeScratch(path: string): Promise<void>;
  /** Removes a directory and all in it; resolves also when there was none. */
  removeDirectory(path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Names in a directory; none when it is missing. */
  names(path: string): Promise<string[]>;
  /** Writes a small file that nobody relies on: whole for every reader, and perhaps the earlier one after a power loss. */
  replaceFile(path: string, text: string): Promise<void>;
  /** Writes a small new file that survives a power loss. */
  writeDurably(path: string, text: string): Promise<void>;
  /** The bytes of a file, a piece at a time. */
  read(path: string): AsyncIterable<Uint8Array>;
}

/** The audit log of the node, as far as ingest writes it. */
export interface NodeAudit {
  appendWithin(
    tx: Transaction<NodeTables>,
    entry: {
      actor: string;
      action: string;
      subject: string;
      details: Record<string, string | number | null>;
    },
  ): Promise<unknown>;
}

export interface IngestDeps {
  store: Store;
  contracts: ContractSource;
  landings: LandingStore;
  checker: BatchChecker;
  /** Metadata by location: it never changes under its name. */
  metadata: Remembered<string, TableMetadata>;
  lakehouse: LakehousePorts;
  files: NodeFiles;
  directories: NodeDirectories;
  audit: NodeAudit;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
  /** Called after each transaction that put events or reports into the outbox. */
  onOutbox(): void;
  /** Shared with what else changes tables; the service makes its own when left out. */
  lanes?: Lanes;
  /** Called after each commit into a table. */
  onCommit?(table: TableName): void;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
  /** Domains that this node holds; all when left out. */
  domains?: readonly string[];
}

/** Files that came before their batch. */
export interface AdoptedFiles {
  adopt(batch: string): Promise<AdoptedFile[]>;
}

export interface IngestRequest {
  /** `domain.product` or `domain.product@MAJOR`. */
  product: string;
  /** Object or table of a contract with several; the first one when left out. */
  object?: string | undefined;
  body: AsyncIterable<Uint8Array> | AdoptedFiles;
  /** What the body's SHA-256 must be, in lower-case hex; null or absent when the sender did not say. */
  sha256?: string | null;
  /** The producer's name for these bytes; without one, sending again makes a second batch. */
  key: string | null;
  /** Null: told by name and first bytes. */
  format: SourceFormat | null;
  name: string | null;
  subject: Subject;
  signal?: AbortSignal;
  onProgress?: (progress: CheckProgress) => void;
}

/** What a batch that repairs another has to change beside the table. */
export interface Replay {
  root: string;
  /** Which record came from where; its file is durable. */
  marksPath: string;
  marksProof: readonly FileProof[];
  /** Whose records it has, and the version on which they were taken. */
  parents: { batch: string; records: number; version: number }[];
  because: string | null;
  subject: Subject;
}

/** Records that were repaired, on their way to become a batch of their own. */
export interface RepairedBatch {
  batch: string;
  plan: IngestPlan;
  model: ContractModel;
  format: SourceFormat;
  name: string;
  body: AsyncIterable<Uint8Array>;
  replay: Replay;
}

/** A landed batch that is on its way. Whoever answers before `report` waits for `durable`. */
export interface StartedBatch {
  batch: string;
  domain: string;
  /** The report at this moment; of an earlier batch when the key was used before. */
  landed: BatchReport;
  /** Resolves when the bytes as they came survive a power loss. */
  durable: Promise<void>;
  /** The final report: committed, held or failed. Rejects only when the node itself failed. */
  report: Promise<BatchReport>;
}
