/**
 * What checking one batch needs beside the stager and the engine, what it is asked, and what it answers.
 *
 * Not here: commits and stores; checking makes files and counts, and whoever asked decides what becomes of them.
 * All paths are absolute. Everything in the request and the answer survives a structured clone, since checking runs in
 * another process.
 */
import type { IngestPlan } from '../contract/plan.ts';
import type { FileLayout } from '../lakehouse/layout.ts';
import type { BoundColumn, DataFile, TableFile } from '../lakehouse/types.ts';
import type { StepHook } from '../lib/steps.ts';
import type { Landing, SqlEngine, StagedFile, Stager } from './ports.ts';
import type { QuarantineSample, RecordCounts, RuleResult } from './report.ts';

/** Bytes of a file, `from` to before `to`. */
export interface FilePiece {
  path: string;
  from: number;
  to: number;
}

/** File effects of checking: durability, clean-up and raw bytes. */
export interface CheckFiles {
  /** Resolves when the file's bytes are on disk. */
  syncFile(path: string): Promise<void>;
  /** Resolves when the directory's entries are on disk. */
  syncDirectory(path: string): Promise<void>;
  /** Resolves also when there was nothing. */
  remove(path: string): Promise<void>;
  size(path: string): Promise<number>;
  /** SHA-256 of the file's bytes, lower-case hex. */
  hash(path: string): Promise<string>;
  /** Gives a file another path; it is durable there only after `syncFile`. */
  move(from: string, to: string): Promise<void>;
  /** The last `length` bytes of a file, or all of a shorter one. */
  readEnd(path: string, length: number): Promise<Uint8Array>;
  /** Makes the file `to` of the first `keep` bytes of `from` and `tail` after them; durable only after `syncFile`. */
  adopt(options: { from: string; to: string; keep: number; tail: Uint8Array }): Promise<void>;
  /** Makes a file of pieces of others, `from` to before `to`, and `tail` after them; durable only after `syncFile`. */
  join(options: { pieces: readonly FilePiece[]; to: string; tail: Uint8Array }): Promise<void>;
  /**
   * Copies records out of plain bytes. `positionsPath` is a CSV of `off,len,ord,line` in ascending offset, relative to
   * `start`; `outPath` becomes a Parquet file of `CUT_FIELDS`. A record is cut after `bytesMax` bytes.
   */
  cutRecords(options: {
    plainPath: string;
    start: number;
    positionsPath: string;
    outPath: string;
    bytesMax: number;
  }): Promise<void>;
}

export interface CheckPorts {
  stager: Stager;
  /** Our own statements. */
  engine: SqlEngine;
  /** The same connection for what the contract's own checks are made into, with a shorter time limit. */
  contractEngine: SqlEngine;
  /**
   * An engine for queries that stand in the contract, with that limit, too: `rows` takes one SELECT, which reaches these
   * files and nothing else. Whoever asked closes it.
   */
  openRules(files: readonly string[]): Promise<SqlEngine>;
  files: CheckFiles;
  /** Told of each step; only tests pass it. */
  step?: StepHook;
}

/** Rows of another table that a `reference` rule names; `files` null when the table is not on this node. */
export interface ReferencedTable {
  table: string;
  files: TableFile[] | null;
  columns: BoundColumn[];
  /** Names and stable ids of columns that are not among these, since their owners keep them closed to the domain. */
  closed?: string[];
}

export interface CheckRequest {
  batch: string;
  /** When the batch began, RFC 3339: rules about the present are checked against it, however often that is. */
  now: string;
  landing: Landing;
  plan: IngestPlan;
  /** Columns of the table that the batch is for; a batch of an older minor version may lack some. */
  columns: BoundColumn[];
  /** How the good files are partitioned and sorted. */
  layout: FileLayout;
  /** Directory of this batch alone, on the disk of the node; emptied by whoever asked. */
  scratch: string;
  /** Where good files are written, named after the batch. */
  dataDirectory: string;
  /** Where the quarantine file is written, when there is one. */
  quarantinePath: string;
  /** Files of the table; empty unless a key or a rule of the plan looks at more than the batch (`rule-scope.ts`). */
  tableFiles: TableFile[];
  /** Row counts of the committed batches before, newest first: as many as a rule of the plan compares with. */
  earlierRows: number[];
  /** Good files of the batch that this one repairs: rules about whole batches look at them together with the new ones. */
  familyFiles?: TableFile[];
  references: ReferencedTable[];
}

/** What a rule needs that looks at rows, of a batch or of a table. */
export type RowsRequest = Pick<
  CheckRequest,
  'plan' | 'columns' | 'tableFiles' | 'earlierRows' | 'references' | 'now'
>;

export interface CheckProgress {
  /** Plain bytes read and records seen so far. */
  bytes: number;
  records: number;
}

export interface Verdict {
  state: 'committed' | 'held' | 'rejected';
  because: string | null;
}

/** A checked batch: all files named here are durable, and none of them is visible. */
export interface CheckedBatch {
  /** Columns that the whole file lacks, NULL in each record. */
  lacking: string[];
  /** Of each file of the landing, in order. */
  sources: StagedFile[];
  /** As in `StageSummary`; null where there is no such order. */
  fields: string[] | null;
  records: RecordCounts;
  rules: RuleResult[];
  quarantine: {
    total: number;
    byRule: Record<string, number>;
    sample: QuarantineSample[];
    /** Null when no record was refused or skipped. */
    file: { path: string; bytes: number; records: number; sha256: string } | null;
  };
  files: DataFile[];
  verdict: Verdict;
}
