/**
 * One JSON record against a plan: what a batch of NDJSON would say of the same line, for streams and events.
 *
 * Not keys, set rules and the verdict on a batch. Invariants: nothing that is sent throws; a number is never converted
 * before it is a value of its column's type; a record that cannot be read has exactly one reason, its fault.
 */
import { isPrimitive } from '../contract/data-type.ts';
import type { IngestPlan } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { type LocalOffset, localOffsetOf } from '../lib/calendar.ts';
import { typeWords } from '../quality/reasons.ts';
import type { RecordContext } from '../quality/record-checks.ts';
import {
  compileRecordValidator,
  type RecordReason,
  type RecordValidator,
} from '../quality/record-validator.ts';
import type { RecordValue } from '../quality/record-value.ts';
import { faultWords, typeRuleId } from './check-part.ts';
import { JsonRecordReader, tokenFits } from './json-record.ts';
import { parseLexical } from './lexical.ts';
import { type NestedFault, type NestedJsonReader, nestedReaders } from './nested-json.ts';
import { type NestedReason, nestedReasons } from './nested-reasons.ts';
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
  const nested = nestedReaders(planned);
  const reasons = nestedReasons(planned);
  const reader = new JsonRecordReader(planned.map((column) => column.sourceName));
  return {
    unchecked: validator.unchecked,
    validate(record) {
      const isTooLong = new TextEncoder().encode(record).length > RECORD_BYTES_MAX;
      const fault = isTooLong ? 'too_long' : reader.read(record);
      if (fault !== null) return { values: null, refused: [faultReason(fault)], marked: [] };
      const { values, mistyped, faults } = readValues(reader, { planned, zones, nested });
      const inside = faults.map((fault) => nestedReason(fault, { plan, reasons }));
      const verdict = validator.validate((name) => values.get(name) ?? null, mistyped, inside);
      return { values, ...verdict };
    },
  };
}

function faultReason(fault: StructuralFault): RecordReason {
  return { rule: `structure.${fault}`, column: null, value: null, message: faultWords(fault) };
}

/** What the lexical side file of a batch would say of it. */
function nestedReason(
  { no, place, text }: NestedFault,
  { plan, reasons }: { plan: IngestPlan; reasons: readonly NestedReason[] },
): RecordReason {
  const value = cutText(text);
  const column = plan.columns[no];
  const reason = reasons[no - plan.columns.length];
  if (column !== undefined || reason === undefined) {
    const whole = must(column, 'column of a fault');
    return { rule: typeRuleId(plan, whole.name), column: place, value, message: typeWords(whole) };
  }
  const rule =
    reason.kind === 'fault' ? `structure.${reason.fault}` : typeRuleId(plan, reason.column);
  return { rule, column: place, value, message: reason.words };
}

interface ReadPlan {
  planned: readonly PlannedColumn[];
  zones: readonly (LocalOffset | null)[];
  nested: readonly (NestedJsonReader | null)[];
}

interface ReadValues {
  values: Map<string, RecordValue>;
  mistyped: Map<string, string>;
  faults: NestedFault[];
}

function readValues(reader: JsonRecordReader, { planned, zones, nested }: ReadPlan): ReadValues {
  const values = new Map<string, RecordValue>();
  const mistyped = new Map<string, string>();
  const faults: NestedFault[] = [];
  for (const [i, { name, type }] of planned.entries()) {
    const token = reader.tokens[i] ?? 'null';
    const text = reader.texts[i] ?? '';
    values.set(name, null);
    if (token === 'null') continue;
    const inner = nested[i] ?? null;
    if (inner !== null && token === 'nested') {
      const read = inner.read(text);
      values.set(name, read.value);
      faults.push(...read.faults);
      continue;
    }
    const fits = isPrimitive(type) && tokenFits(type, token);
    const parsed = fits ? parseLexical(type, text, zones[i] ?? null) : null;
    if (parsed?.ok === true) values.set(name, parsed.value);
    else mistyped.set(name, cutText(text));
  }
  return { values, mistyped, faults };
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
