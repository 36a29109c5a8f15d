/**
 * What the stager and its worker thread say to each other.
 *
 * Invariant: the thread handles one job at a time; it blocks on the control words, never on messages, while it reads.
 */
import type { StagePart } from '@weft/core/ingest/ports';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import { storageFault } from '@weft/core/lib/storage-fault';
import type { JobResult, StageJob } from './stage-job.ts';

/** Int32 words of a job's shared control memory: parts that may still be made, and 1 once it is cancelled. */
export const CREDITS = 0;
export const CANCELLED = 1;

export interface StageWorkerRequest {
  job: StageJob;
  control: SharedArrayBuffer;
}

export type StageWorkerMessage =
  | { kind: 'part'; part: StagePart }
  | { kind: 'progress'; bytes: number }
  | { kind: 'done'; result: JobResult }
  | { kind: 'failed'; error: StageWorkerError };

/** An error as it crosses threads; `code` is null for one that is not ours. */
export interface StageWorkerError {
  code: ErrorCode | null;
  detail: string;
  remedy: string;
  errors: ErrorPlace[];
}

export function packError(error: unknown): StageWorkerError {
  const known = error instanceof WeftError ? error : storageFault(error);
  if (known !== null) {
    const { code, message: detail, remedy, errors } = known;
    return { code, detail, remedy, errors };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: null, detail, remedy: '', errors: [] };
}

export function unpackError({ code, detail, remedy, errors }: StageWorkerError): Error {
  if (code !== null) return new WeftError(code, detail, { remedy, errors });
  const error = new Error('the stage worker failed');
  error.stack = detail;
  return error;
}
