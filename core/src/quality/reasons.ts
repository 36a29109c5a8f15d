/**
 * What a rule says about a record that breaks it, in words for people: the same for batches and single records.
 *
 * Not a promise in words (`contract/compile/rule-sentences.ts`), and never a value of the record.
 */
import { type DataType, logicalName } from '../contract/data-type.ts';
import type { Bound, PlanColumn, PlanRule } from '../contract/plan.ts';

/** Longest text of a value that a reason keeps, in characters. */
export const REASON_VALUE_LENGTH_MAX = 500;

/** Places inside one column of one record that a rule names, at most: the record is refused by the first. */
export const REASON_PLACES_MAX = 20;

/** Why a record breaks a rule. */
export function reasonWords(check: PlanRule['check']): string {
  switch (check.kind) {
    case 'type':
      return 'is not of the column’s type';
    case 'required':
      return 'has no value';
    case 'missing':
      return 'counts as missing';
    case 'range':
      return `is not ${both(boundWords(check.min, 'at least', 'above'), boundWords(check.max, 'at most', 'below'))}`;
    case 'length':
      return `is not ${both(check.min === null ? null : `at least ${check.min}`, check.max === null ? null : `at most ${check.max}`)} characters long`;
    case 'pattern':
      return `does not match ${check.pattern}`;
    case 'values':
      return 'is none of the allowed values';
    case 'format':
      return `is no ${check.format}`;
    case 'multipleOf':
      return `is no multiple of ${check.divisor}`;
    case 'reference':
      return `does not exist in ${check.table}.${check.target}`;
    case 'notFuture':
      return 'is in the future';
    case 'expression':
      return `breaks ${check.sql}`;
    case 'items':
      return `does not have ${both(check.min === null ? null : `at least ${check.min}`, check.max === null ? null : `at most ${check.max}`)} items`;
    case 'uniqueItems':
      return 'has an item twice';
    case 'duplicates':
      return `another record has the same ${check.columns.join(', ')}`;
    default:
      return 'breaks the rule';
  }
}

function boundWords(bound: Bound | null, inclusive: string, exclusive: string): string | null {
  return bound === null ? null : `${bound.inclusive ? inclusive : exclusive} ${bound.value}`;
}

function both(...parts: (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' and ');
}

/** Why a value is refused that is not of its column's type. */
export function typeWords(column: PlanColumn): string {
  return nestedTypeWords(column.type);
}

/** Why not "decimal(38, 10)": who mends a file need not know how numbers are stored. */
function decimalWords({ precision, scale }: { precision: number; scale: number }): string {
  const before = precision - scale;
  return scale === 0
    ? `is no whole number of up to ${before} digits`
    : `is no number with up to ${before} digits before and ${scale} after the point`;
}

/** The same of a value at any place, in the words of the contract. */
export function nestedTypeWords(type: DataType): string {
  switch (type.kind) {
    case 'struct':
      return 'is no object';
    case 'list':
      return 'is no list';
    case 'map':
      return 'is no map';
    case 'decimal':
      return decimalWords(type);
    // Why told apart: JSON may have these in quotes, too (`ingest/json-type-words.ts`).
    case 'long':
      return 'is no integer of up to 64 bits';
    case 'timestamptz':
      return 'is no timestamp with a time zone';
    default:
      return `is no ${logicalName(type)}`;
  }
}
