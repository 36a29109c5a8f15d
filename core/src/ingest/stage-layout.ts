/**
 * What a stage file looks like for a plan: its fields, where the bit of a column stands, and the limits of the stager.
 *
 * Shared by the stagers, which write it, and by whoever reads the stage with SQL.
 * Invariant: `_lex` is 0 exactly for the rows whose every value is of its lexical type, however many columns there are.
 */
import { isPrimitive, type PrimitiveType, typeName } from '../contract/data-type.ts';
import type { IngestPlan } from '../contract/plan.ts';
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import type { StageField } from './stage-parquet.ts';

/** Longest record, in bytes without its line end. */
export const RECORD_BYTES_MAX = 1 << 20;
/** Longest text of a wrong value that the lexical file keeps, in bytes of UTF-8; longer text is cut there. */
export const LEXICAL_TEXT_BYTES_MAX = 256;
export const COLUMNS_MAX = 1000;
/** Records are counted in INT32. */
export const RECORDS_MAX = 2 ** 31 - 1;

/** The error of a file with more than `RECORDS_MAX` records. */
export function tooManyRecords(): WeftError {
  return new WeftError('BATCH_UNREADABLE', `the file has more than ${RECORDS_MAX} records`, {
    remedy: 'Split it into several batches.',
  });
}

const BITS_PER_WORD = 60;
/** Bit of `_lex` that says: look at `_lex2` and the following, too. */
export const LEX_OVERFLOW_BIT = 62;

/** Name of the column and number of the bit that stand for plan column `index`. */
export function lexPlace(index: number): { column: string; bit: number } {
  const word = Math.floor(index / BITS_PER_WORD);
  return { column: word === 0 ? '_lex' : `_lex${word + 1}`, bit: index % BITS_PER_WORD };
}

/** `_lex` and, beyond 60 columns, `_lex2`, `_lex3` …: INT64 columns. */
export function lexColumns(columns: number): string[] {
  const words = Math.max(1, Math.ceil(columns / BITS_PER_WORD));
  return Array.from({ length: words }, (_, i) => lexPlace(i * BITS_PER_WORD).column);
}

export interface PlannedColumn {
  name: string;
  sourceName: string;
  type: PrimitiveType;
  defaultTimezone: string | null;
  /** False for a column that a file may lack as a whole; then it is NULL in each record. */
  required: boolean;
}

/** Own columns of the stage, beside `_lex`: INT32. */
export const RECORD_COLUMNS = ['_ord', '_line', '_off', '_len'] as const;

/** The plan's columns as the stager reads them. Throws BATCH_UNREADABLE for a plan that it cannot stage. */
export function plannedColumns(plan: IngestPlan): PlannedColumn[] {
  if (plan.columns.length > COLUMNS_MAX) {
    throw new WeftError(
      'BATCH_UNREADABLE',
      `the contract has ${plan.columns.length} columns, more than the limit of ${COLUMNS_MAX}`,
      { remedy: 'Split the object into several with one key.' },
    );
  }
  const places: ErrorPlace[] = [];
  const columns: PlannedColumn[] = [];
  for (const { name, sourceName, type, defaultTimezone, required } of plan.columns) {
    if (/^_(ord|line|off|len|lex\d*)$/i.test(name)) {
      places.push({ code: 'column_name', path: name, message: `the name \`${name}\` is reserved` });
    } else if (isPrimitive(type)) {
      columns.push({ name, sourceName, type, defaultTimezone, required });
    } else {
      const message = `the column \`${name}\` is of the type ${typeName(type)}; only columns without inner fields can be read yet`;
      places.push({ code: 'column_type', path: name, message });
    }
  }
  if (places.length > 0) {
    throw new WeftError('BATCH_UNREADABLE', places.map((place) => place.message).join('; '), {
      remedy: 'Give these columns another name or a type without inner fields.',
      errors: places,
    });
  }
  return columns;
}

/** Fields of a stage file, in its order. */
export function stageFields(columns: readonly PlannedColumn[]): StageField[] {
  const own = (name: string, kind: 'int' | 'long'): StageField => ({
    name,
    type: { kind },
    nullable: false,
  });
  return [
    ...columns.map(({ name, type }) => ({ name, type, nullable: true })),
    ...RECORD_COLUMNS.map((name) => own(name, 'int')),
    ...lexColumns(columns.length).map((name) => own(name, 'long')),
  ];
}

/** Index of the column whose strict ascent proves the key unique: the plan's only key column, of whole numbers; or -1. */
export function ascendingKeyIndex(plan: IngestPlan): number {
  const [key, ...more] = plan.primaryKey;
  if (key === undefined || more.length > 0) return -1;
  return plan.columns.findIndex(
    ({ name, type }) => name === key && (type.kind === 'int' || type.kind === 'long'),
  );
}

/** Fields of the lexical side file: one row per value that is not of its type. */
export const LEXICAL_FIELDS: readonly StageField[] = [
  { name: 'ord', type: { kind: 'int' }, nullable: false },
  { name: 'col', type: { kind: 'int' }, nullable: false },
  { name: 'txt', type: { kind: 'string' }, nullable: false },
];

/** Fields of the side file of structurally bad records; `code` counts `STRUCTURAL_FAULTS` from 1. */
export const BAD_FIELDS: readonly StageField[] = ['ord', 'off', 'len', 'code', 'line'].map(
  (name) => ({ name, type: { kind: 'int' }, nullable: false }),
);
