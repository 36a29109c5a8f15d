/**
 * Recognises what a full, read-only or broken disk makes of an operation, whoever tells it: the system, PostgreSQL, the engine.
 *
 * Not for files that a user named on a command line (`cli/file-error.ts`). Invariant: the words hold no path and no value.
 */
import { WeftError } from './error.ts';

const FULL = /\b(ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i;
const READ_ONLY = /\bEROFS\b|read-only file system/i;
const BROKEN = /\bEIO\b|input\/output error/i;
/** SQLSTATE of `disk_full` and of `io_error` (PostgreSQL, appendix A). */
const SQL_FULL = '53100';
const SQL_BROKEN = '58030';
const CAUSES_MAX = 8;

/** DISK_FULL or DISK_FAILED when that is what `error`, or one that it was caused by, says; else null. */
export function storageFault(error: unknown): WeftError | null {
  let at = error;
  for (let depth = 0; depth < CAUSES_MAX && at instanceof Error; depth++, at = at.cause) {
    if (at instanceof WeftError && at.code.startsWith('DISK_')) return at;
    const { code } = at as { code?: unknown };
    const text = `${typeof code === 'string' ? code : ''} ${at.message}`;
    if (code === SQL_FULL || FULL.test(text))
      return new WeftError('DISK_FULL', 'no space is left on the disk', { cause: error });
    if (READ_ONLY.test(text))
      return new WeftError('DISK_FAILED', 'the disk is read-only', { cause: error });
    if (code === SQL_BROKEN || BROKEN.test(text))
      return new WeftError('DISK_FAILED', 'the disk reports an error', { cause: error });
  }
  return null;
}
