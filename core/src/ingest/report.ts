/**
 * The batch report: what happened to each record of a batch, for producers, stewards and scripts.
 *
 * Invariant: `in = good + quarantined + duplicates` in every state after `checking`. The control plane gets reports
 * without anything that stood in the file: row values never leave the node.
 */
import type { Consequence, ContractRef } from '../contract/plan.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { ERROR_CATALOG, type ErrorCode } from '../lib/error-catalog.ts';
import type { BatchFile, FilePlace } from './batch-files.ts';
import type { EncodingDoubt, SourceFormat } from './ports.ts';

export const BATCH_STATES = [
  'landed',
  'checking',
  'committed',
  'held',
  'discarded',
  'failed',
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

export interface RecordCounts {
  in: number;
  good: number;
  quarantined: number;
  duplicates: number;
}

export type Evaluation = 'pass' | 'fail' | 'warn' | 'error' | 'skip';

export interface RuleResult {
  id: string;
  column: string | null;
  dimension: string | null;
  severity: string | null;
  consequence: Consequence;
  evaluation: Evaluation;
  /** Records that the rule looked at. */
  checked: number;
  /** Offending records, or 0 and 1 for a set rule. */
  failed: number;
  /** What the threshold was tested on, as text; null when it could not be computed. */
  value: string | null;
  /** The threshold in words, for example `= 0 rows` or `between 100 and 2000`. */
  must: string;
  /** Why the evaluation is `error` or `skip`. */
  message?: string;
  /** Present where `value` is made of values of rows, such as a maximum, and so stays in the node. */
  ofValues?: true;
}

export interface QuarantineSample extends FilePlace {
  record: number;
  /** Null in a file that has no lines. */
  line: number | null;
  column: string | null;
  value: string | null;
  rule: string;
  message: string;
}

export interface BatchProblem {
  code: ErrorCode;
  remedy: string;
  errors: ErrorPlace[];
}

export interface BatchReport {
  batch: string;
  product: string;
  table: string;
  contract: ContractRef;
  key: string | null;
  source: {
    name: string | null;
    bytes: number;
    sha256: string;
    format: SourceFormat;
    /** How many records the sender said that the file has; absent when he did not. */
    stated?: number;
    /** The files of a batch of several, in order; absent in a batch of one, and in lists. */
    files?: BatchFile[];
    /** Optional columns of the contract that the whole file lacks; absent when there is none. */
    lacking?: string[];
    /** Present where a file of the batch looks like another encoding than the contract's; `files` say which. */
    encodingDoubt?: EncodingDoubt;
    /** The newest earlier batch of the product with the very same bytes that counts; absent when there is none. */
    sameBytesAs?: string;
  };
  /** Of a batch that repairs another: whose refused records it has, with their number; absent for one that was sent. */
  parents?: { batch: string; records: number }[];
  state: BatchState;
  /** In the answer to whoever sent a key and its bytes again: this is the batch that they made, and nothing was added. */
  repeated?: true;
  /** How often the node stopped before the verdict and took the batch up again; absent when it never did. */
  resumed?: number;
  /** Why a batch is held or failed; of one that somebody released or discarded, what he said. */
  because: string | null;
  /** Of a batch that somebody released or discarded: why it was held. */
  heldBecause?: string;
  /** What to do about a failed batch, with the places in the file where there are any; absent in other states. */
  problem?: BatchProblem;
  records: RecordCounts;
  rules: RuleResult[];
  quarantine: {
    total: number;
    byRule: Record<string, number>;
    sample: QuarantineSample[];
    /** Records that nobody has repaired or given up; absent while nothing was decided about any of them. */
    open?: number;
  };
  snapshot: string | null;
  sequence: number | null;
  started: string;
  finished: string | null;
  seconds: number | null;
}

/**
 * The report as the control plane gets it, and whoever does not act for the domain: without the sample, without measures
 * of values, and without the words of a failure. Why those: of a file without a header they quote its first record as names of columns.
 */
export function reportWithoutValues(report: BatchReport): BatchReport {
  const rules = report.rules.map((rule) =>
    rule.ofValues === true ? { ...rule, value: null } : rule,
  );
  const bare = { ...report, rules, quarantine: { ...report.quarantine, sample: [] } };
  if (report.problem === undefined) return bare;
  const { code } = report.problem;
  const { title, remedy } = ERROR_CATALOG[code];
  return { ...bare, because: title, problem: { code, remedy, errors: [] } };
}
