/**
 * What drafting a contract from a sample needs of the outside, and what travels to and from the process that does it.
 */
import type { ForeignForm } from '@weft/core/contract/infer/foreign-form';
import type { Diagnostic } from '@weft/core/lib/diagnostic';
import type { ErrorCode } from '@weft/core/lib/error-catalog';

export interface SampleJob {
  path: string;
  /** What the sender calls the file. */
  name: string;
  format: string | null;
  domain: string;
  product: string;
  owner: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** A column of the sample: counts, and values that stand in it, for the sender of the file alone. */
export interface ColumnSeen {
  column: string;
  seen: number;
  nulls: number;
  distinct: number;
  min: string | null;
  max: string | null;
  examples: string[];
  /** Numbers or dates in a form that no contract reads, so that they are text. */
  looksLike: ForeignForm | null;
}

export interface Inference {
  /** The draft, YAML. */
  document: string;
  rows: number;
  /** True when the file goes on after what was looked at. */
  truncated: boolean;
  evidence: ColumnSeen[];
  diagnostics: Diagnostic[];
}

export type SampleAnswer =
  | Inference
  | { failed: { code: ErrorCode; message: string; remedy: string | null } };

/** Drafts contracts from samples (an adapter). */
export interface SampleInference {
  /**
   * Reads the body to its end, at most `bytesMax` bytes of it, and keeps nothing of it. Throws PAYLOAD_TOO_LARGE,
   * BATCH_UNREADABLE, REQUEST_INVALID, TIMED_OUT.
   */
  infer(body: AsyncIterable<Uint8Array>, job: Omit<SampleJob, 'path'>): Promise<Inference>;
}
