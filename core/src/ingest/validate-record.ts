/**
 * One JSON record against a plan: what a batch of NDJSON would say of the same line, for streams and events.
 *
 * Not keys, set rules and the verdict on a batch. Invariants: nothing that is sent throws; a number is never converted
 * before it is a value of its column's type; a record that cannot be read has exactly one reason, its fault.
 */
import type { IngestPlan } from '../contract/plan.ts';
import { type LocalOffset, localOffsetOf } from '../lib/calendar.ts';
import type { RecordContext } from '../quality/record-checks.ts';
import {
  compileRecordValidator,
  type RecordReason,
  type RecordValidator,
} from '../quality/record-validator.ts';
import type { RecordValue } from '../quality/record-value.ts';
import { faultWords } from './check-part.ts';
import { JsonRecordReader, tokenFits } from './json-record.ts';
import { parseLexical } from './lexical.ts';
import type { StructuralFault } from './ports.ts';
import {
  LEXICAL_TEXT_BYTES_MAX,
  type PlannedColumn,
  plannedColumns,
  RECORD_BYTES_MAX,
} from './stage-layout.ts';

export interface ValidatedRecord {
  /** Values by column; null when the record cannot be read. A value that is not of its type is NULL. */
  values: ReadonlyMap<string, RecordValue> | null;
  /** Why the record is refused; empty for a good one. */
  refused: RecordReason[];
  marked: RecordReason[];
}

export interface JsonValidator {
  validate(record: string): ValidatedRecord;
  unchecked: RecordValidator['unchecked'];
}

/** Makes a plan ready for JSON records. Throws BATCH_UNREADABLE for a plan that cannot be staged either. */
export function createJsonValidator(
  plan: IngestPlan,
  context: Omit<RecordContext, 'columns'>,
): JsonValidator {
  const planned = plannedColumns(plan);
  const zones = planned.map(({ defaultTimezone: zone }) =>
    zone === null ? null : localOffsetOf(zone),
  );
  const validator = compileRecordValidator(plan, context);
  const reader = new JsonRecordReader(planned.map((column) => column.sourceName));
  return {
    unchecked: validator.unchecked,
    validate(record) {
      const isTooLong = new TextEncoder().encode(record).length > RECORD_BYTES_MAX;
      const fault = isTooLong ? 'too_long' : reader.read(record);
      if (fault !== null) return { values: null, refused: [faultReason(fault)], marked: [] };
      const { values, mistyped } = readValues(reader, planned, zones);
      const verdict = validator.validate((name) => values.get(name) ?? null, mistyped);
      return { values, ...verdict };
    },
  };
}

function faultReason(fault: StructuralFault): RecordReason {
  return { rule: `structure.${fault}`, column: null, value: null, message: faultWords(fault) };
}

function readValues(
  reader: JsonRecordReader,
  planned: readonly PlannedColumn[],
  zones: readonly (LocalOffset | null)[],
): { values: Map<string, RecordValue>; mistyped: Map<string, string> } {
  const values = new Map<string, RecordValue>();
  const mistyped = new Map<string, string>();
  for (const [i, { name, type }] of planned.entries()) {
    const token = reader.tokens[i] ?? 'null';
    const text = reader.texts[i] ?? '';
    values.set(name, null);
    if (token === 'null') continue;
    const parsed = tokenFits(type, token) ? parseLexical(type, text, zones[i] ?? null) : null;
    if (parsed?.ok === true) values.set(name, parsed.value);
    else mistyped.set(name, cutText(text));
  }
  return { values, mistyped };
}

/** The longest beginning that the lexical side file of a batch would keep. */
function cutText(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const char of text) {
    bytes += new TextEncoder().encode(char).length;
    if (bytes > LEXICAL_TEXT_BYTES_MAX) break;
    kept += char;
  }
  return kept;
}
