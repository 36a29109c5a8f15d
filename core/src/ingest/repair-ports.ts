/**
 * What repairing needs beside the engine, what it is asked, and what it answers.
 *
 * Not the check of what comes out: that is the one of every batch. All paths are absolute; requests and answers survive a
 * structured clone, since the work runs in another process.
 */
import type { IngestPlan } from '../contract/plan.ts';
import type { CheckFiles } from './check-ports.ts';
import type { SqlEngine } from './ports.ts';
import type { QuarantineSource, RecordLayout, RowFilter } from './quarantine-files.ts';
import type {
  QuarantineCause,
  QuarantineRowItem,
  RowRef,
  SearchQuery,
} from './quarantine-search.ts';
import type { RepairRule } from './repair-rule.ts';

/** Text files, a piece at a time: neither side ever holds a whole one. */
export interface LineFiles {
  /** The lines of a file without their ends, many at a time. */
  lines(path: string): AsyncIterable<string[]>;
  /** A new file; what is written to it is gathered into large pieces. */
  create(path: string): Promise<LineWriter>;
}

export interface LineWriter {
  write(piece: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface RepairPorts {
  /** Our own statements. */
  engine: SqlEngine;
  /** An engine for expressions of people: it reaches nothing but this directory, within limits of time and memory. */
  openSealed(directory: string): Promise<SqlEngine>;
  files: CheckFiles & LineFiles;
}

export interface PrepareRequest {
  /** The batch that the repaired records become. */
  child: string;
  source: QuarantineSource;
  layouts: Record<string, RecordLayout | null>;
  filter: RowFilter;
  rule: RepairRule;
  /** NDJSON of people's own fixes; then only the records that it names. */
  fixesPath: string | null;
  /** Of the contract version by which the repaired records will be checked. */
  plan: IngestPlan;
  /** Of the file that is written. */
  format: RecordLayout['format'];
  /** Directory of this request alone. */
  scratch: string;
  /** Where the repaired records go. */
  outPath: string;
  /** Where it is written which record came from where (a mark file), or null when nobody will need it. */
  marksPath: string | null;
  /** Changed records to show. */
  samples: number;
}

/** Why a record was not taken; it stays as it is. */
export const SKIP_REASONS = [
  'unreadable',
  'expression',
  'unwritable',
  'unchanged',
  'decided',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface RepairSample extends RowRef {
  ref: string;
  line: number | null;
  /** Only the columns that change, or the raw text as the column `raw`. */
  before: Record<string, string | null>;
  after: Record<string, string | null>;
  /** The beginning of the record as it came; null where it is no text of its encoding. */
  raw: string | null;
}

export interface PreparedRecords {
  records: number;
  perBatch: BatchCount[];
  skipped: Record<SkipReason, number>;
  /** The first records that were skipped, and why. */
  skippedSample: { ref: string; why: SkipReason }[];
  sample: RepairSample[];
}

export const EXPORT_FORMATS = ['ndjson', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportRequest {
  source: QuarantineSource;
  layouts: Record<string, RecordLayout | null>;
  filter: RowFilter;
  format: ExportFormat;
  scratch: string;
  outPath: string;
}

export interface BatchCount {
  batch: string;
  records: number;
}

/**
 * Work over quarantine files, for whoever runs it. `count`: open records that the filter takes, by batch; `fixes`: of how many
 * records of which batch a file has fixes; `mark`: a mark over the open records that the filter takes.
 */
export type QuarantineTask =
  | { task: 'rows'; query: SearchQuery }
  | { task: 'causes'; source: QuarantineSource; filter: RowFilter; withExamples: boolean }
  | { task: 'count'; source: QuarantineSource; filter: RowFilter }
  | { task: 'fixes'; path: string; scratch: string }
  | { task: 'mark'; source: QuarantineSource; filter: RowFilter; path: string }
  | { task: 'export'; request: ExportRequest }
  | { task: 'prepare'; request: PrepareRequest };

export type QuarantineAnswer =
  | { task: 'rows'; items: QuarantineRowItem[]; more: boolean }
  | { task: 'causes'; causes: QuarantineCause[] }
  | { task: 'count'; counts: BatchCount[] }
  | { task: 'fixes'; counts: BatchCount[] }
  | { task: 'mark'; marked: BatchCount[] }
  | { task: 'export'; records: number }
  | { task: 'prepare'; prepared: PreparedRecords };
