/**
 * What the database answers when it refuses a statement: SQLSTATE, the constraint's name, its own words.
 *
 * Not for a database that is gone: that is WeftError STORE_FAILED. Invariant: PostgreSQL's `DETAIL` line, which quotes
 * row values, is never kept.
 */

export interface SqlErrorFields {
  message: string;
  /** Five characters of SQLSTATE, such as `23505`. */
  code: string;
  constraint?: string | undefined;
  table?: string | undefined;
  column?: string | undefined;
  /** Place in the SQL text, from 1. */
  position?: string | undefined;
}

export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly position: string | undefined;

  constructor(fields: SqlErrorFields) {
    super(fields.message);
    this.code = fields.code;
    this.constraint = fields.constraint;
    this.table = fields.table;
    this.column = fields.column;
    this.position = fields.position;
  }
}

export const SQLSTATE = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  checkViolation: '23514',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  /** Raised by our own triggers on tables that take rows and never change them. */
  appendOnly: 'WF001',
} as const;

/** True for a refusal with this SQLSTATE and, when given, of this constraint. */
export function isSqlError(error: unknown, code: string, constraint?: string): error is SqlError {
  return (
    error instanceof SqlError &&
    error.code === code &&
    (constraint === undefined || error.constraint === constraint)
  );
}
