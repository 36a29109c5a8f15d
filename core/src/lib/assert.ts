/**
 * Programmer errors: conditions that hold unless our own code is wrong.
 *
 * Not for bad input: that is a Diagnostic (`diagnostic.ts`) or a WeftError (`error.ts`).
 * Invariant: a failed assertion never carries row values, so its text may be logged.
 */

/** Raised when our own code broke an assumption; it fails the request or the worker, never silently. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Returns `value`, which the caller knows to be present. */
export function must<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new AssertionError(message);
  return value;
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never, message = 'unexpected case'): never {
  throw new AssertionError(`${message}: ${String(value)}`);
}
