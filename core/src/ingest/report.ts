/**
 * The batch report: what happened to each record of a batch, for producers, stewards and scripts.
 *
 * Invariant: `in = good + quarantined + duplicates` in every state after `checking`. The control plane gets reports
 * without `quarantine.sample`: row values never leave the node.
 */
import type { Consequence, ContractRef } from '../contract/plan.ts';
import type { SourceFormat } from './ports.ts';

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
}

export interface QuarantineSample {
  record: number;
  line: number;
  column: string | null;
  value: string | null;
  rule: string;
  message: string;
}

export interface BatchReport {
  batch: string;
  product: string;
  table: string;
  contract: ContractRef;
  key: string | null;
  source: { name: string | null; bytes: number; sha256: string; format: SourceFormat };
  state: BatchState;
  /** Why a batch is held or failed. */
  because: string | null;
  records: RecordCounts;
  rules: RuleResult[];
  quarantine: { total: number; byRule: Record<string, number>; sample: QuarantineSample[] };
  snapshot: string | null;
  sequence: number | null;
  started: string;
  finished: string | null;
  seconds: number | null;
}
