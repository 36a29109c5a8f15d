/**
 * What a stage file looks like for a plan: its fields, where the bit of a column stands, and the limits of the stager.
 *
 * Shared by the stagers, which write it, and by whoever reads the stage with SQL.
 * Invariant: `_lex` is 0, or that with the bit of a key that may have come before, exactly for the rows whose every value is
 * of its lexical type, however many columns there are.
 */
import { COLUMNS_MAX, countColumns, hasNestedKey, NESTING_MAX } from '../contract/column-limits.ts';
import { type DataType, isPrimitive, type PrimitiveType } from '../contract/data-type.ts';
import { nestingDepth } from '../contract/nested-path.ts';
import type { IngestPlan, PlanColumn } from '../contract/plan.ts';
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import { markedKey } from './batch-keys.ts';
import type { StageField } from './stage-schema.ts';

/** Longest record, in bytes without its line end. */
export const RECORD_BYTES_MAX = 1 << 20;
/** Longest text of a wrong value that the lexical file keeps, in bytes of UTF-8; longer text is cut there. */
export const LEXICAL_TEXT_BYTES_MAX = 256;
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

/** Bit of `_lex` that says: the record's key may stand in an earlier record; every value may yet be of its type. */
export const SEEN_BIT = 61;
/** `_lex` of a record whose every value is of its type, and whose key may have come before. */
export const LEX_SEEN = 2n ** BigInt(SEEN_BIT);

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
  type: DataType;
  defaultTimezone: string | null;
  /** See PlanColumn. */
  nestedZones?: Record<string, string>;
  /** False for a column that a file may lack as a whole; then it is NULL in each record. */
  required: boolean;
}

export interface FlatColumn extends PlannedColumn {
  type: PrimitiveType;
}

/** The same columns when none of them has inner fields, else null. */
export function flatColumns(columns: readonly PlannedColumn[]): FlatColumn[] | null {
  const flat = columns.filter((column): column is FlatColumn => isPrimitive(column.type));
  return flat.length === columns.length ? flat : null;
}

/** A CSV file has no form for values with inner fields. Throws BATCH_UNREADABLE with the columns that have some. */
export function refuseNestedCsv(columns: readonly PlannedColumn[]): void {
  const nested = columns.filter(({ type }) => !isPrimitive(type));
  if (nested.length === 0) return;
  const places = nested.map(({ name, type }): ErrorPlace => {
    const message = `the column \`${name}\` is a ${type.kind}, which a CSV file cannot hold`;
    return { code: 'column_type', path: name, message };
  });
  throw new WeftError('BATCH_UNREADABLE', places.map((place) => place.message).join('; '), {
    remedy: 'Send NDJSON, JSON, Parquet or Avro, or give the contract flat columns.',
    errors: places,
  });
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
  const places = plan.columns.flatMap(problemOf);
  const leaves = countColumns(plan.columns);
  if (leaves > COLUMNS_MAX) {
    const message = `the contract has ${leaves} columns with those inside nested ones, more than the limit of ${COLUMNS_MAX}`;
    places.push({ code: 'column_count', path: '', message });
  }
  if (places.length > 0) {
    throw new WeftError('BATCH_UNREADABLE', places.map((place) => place.message).join('; '), {
      remedy: 'Give these columns another name, or a type with fewer and shallower inner fields.',
      errors: places,
    });
  }
  return plan.columns.map(
    ({ name, sourceName, type, defaultTimezone, nestedZones, required }): PlannedColumn => ({
      name,
      sourceName,
      type,
      defaultTimezone,
      ...(nestedZones === undefined ? {} : { nestedZones }),
      required,
    }),
  );
}

function problemOf({ name, type }: PlanColumn): ErrorPlace[] {
  const place = (code: string, message: string): ErrorPlace[] => [{ code, path: name, message }];
  // Why all of them: statements of a batch have names of their own, which begin so.
  if (name.startsWith('_')) {
    return place('column_name', `the name \`${name}\` is reserved`);
  }
  if (nestingDepth(type) > NESTING_MAX) {
    const message = `the column \`${name}\` is nested more than ${NESTING_MAX} levels deep`;
    return place('column_type', message);
  }
  if (!hasNestedKey(type)) return [];
  return place('column_type', `the column \`${name}\` has a map whose keys have inner fields`);
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

/** Plan positions of the columns of the key whose possible repeats the readers of text mark; none when there is no such key. */
export function markedKeyIndexes(plan: IngestPlan): number[] {
  const key = markedKey(plan);
  if (key === null) return [];
  return key.columns.map((name) => plan.columns.findIndex((column) => column.name === name));
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

/** The same for a plan with nested columns: `place` is where inside a column the value stands, and empty for a column itself. */
export const NESTED_LEXICAL_FIELDS: readonly StageField[] = [
  ...LEXICAL_FIELDS,
  { name: 'place', type: { kind: 'string' }, nullable: false },
];

/** Records that were cut out of the plain bytes: where they are there, their number, their line, their bytes. */
export const CUT_FIELDS: readonly StageField[] = [
  ...['off', 'len', 'ord', 'line'].map((name) => ({
    name,
    type: { kind: 'int' as const },
    nullable: false,
  })),
  { name: 'raw', type: { kind: 'bytes' }, nullable: false },
];

/** Fields of the side file of structurally bad records; `code` counts `STRUCTURAL_FAULTS` from 1. */
export const BAD_FIELDS: readonly StageField[] = ['ord', 'off', 'len', 'code', 'line'].map(
  (name) => ({ name, type: { kind: 'int' }, nullable: false }),
);
