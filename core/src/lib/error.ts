/**
 * Operating errors: what can go wrong while the code is right, each with a code that callers branch on.
 *
 * Not for contract diagnostics (`diagnostic.ts`: returned, never thrown) nor for programmer errors (`assert.ts`).
 * Invariant: every code stands in `error-catalog.ts`, from which `docs/errors.md` is generated.
 * The document form is RFC 9457 (problem+json) with the extensions `code`, `remedy` and `errors`.
 */
import { ERROR_CATALOG, type ErrorCode } from './error-catalog.ts';

/** One place inside the input that an error speaks of. */
export interface ErrorPlace {
  code: string;
  message: string;
  path?: string;
  line?: number;
  column?: number;
  remedy?: string;
}

/** RFC 9457 problem document as Weft sends it. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  remedy: string;
  errors?: ErrorPlace[];
}

export interface WeftErrorOptions {
  /** Replaces the catalogue's remedy where the place allows a better one. */
  remedy?: string;
  errors?: ErrorPlace[];
  cause?: unknown;
}

export class WeftError extends Error {
  override readonly name = 'WeftError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly exitCode: number;
  readonly retryable: boolean;
  readonly title: string;
  readonly remedy: string;
  readonly errors: ErrorPlace[];

  constructor(code: ErrorCode, detail: string, options: WeftErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    const entry = ERROR_CATALOG[code];
    this.code = code;
    this.status = entry.status;
    this.exitCode = exitCodeOf(entry.status, code);
    this.retryable = entry.retryable ?? false;
    this.title = entry.title;
    this.remedy = options.remedy ?? entry.remedy;
    this.errors = options.errors ?? [];
  }
}

/** Builds the RFC 9457 document of an error; `instance` is the request's id. */
export function toProblem(error: WeftError, instance?: string): ProblemDocument {
  return {
    type: `/docs/errors#${error.code.toLowerCase()}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(instance === undefined ? {} : { instance }),
    remedy: error.remedy,
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
  };
}

/** Exit code of a command that ended with this HTTP status (CLI: 1 failed, 2 usage, 3 check, 4 denied, 5, 6, 7). */
export function exitCodeOf(status: number, code?: string): number {
  const exit =
    code !== undefined && code in ERROR_CATALOG ? ERROR_CATALOG[code as ErrorCode].exit : undefined;
  if (exit !== undefined) return exit;
  if (status === 401 || status === 403) return 4;
  if (status === 404 || status === 410) return 5;
  if (status === 409 || status === 412) return 6;
  if (status === 408 || status === 429 || status === 502 || status === 503 || status === 504)
    return 7;
  if (status === 422) return 3;
  return status === 400 ? 2 : 1;
}

/** True for an error of ours with one of the given codes. */
export function isWeftError(error: unknown, ...codes: ErrorCode[]): error is WeftError {
  return error instanceof WeftError && (codes.length === 0 || codes.includes(error.code));
}
