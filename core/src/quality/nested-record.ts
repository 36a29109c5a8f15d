/**
 * Values inside nested columns of one record: where they stand, how many a value has, and whether two are the same.
 *
 * The other back end is `nested-sql.ts`, which says what a place is; a test holds the two equal.
 */
import type { DataType } from '../contract/data-type.ts';
import {
  entryPlace,
  itemPlace,
  keyPlace,
  memberPlace,
  type NestedPath,
  type NestedStep,
} from '../contract/nested-path.ts';
import { must } from '../lib/assert.ts';
import { type NestedValue, type RecordValue, valueText } from './record-value.ts';

export interface PlacedValue {
  place: string;
  value: RecordValue;
}

interface Inside {
  type: DataType;
  place: string;
  value: RecordValue;
}

/** Every value at `path` inside a value. */
export function* placedValues(at: Inside, path: NestedPath): Generator<PlacedValue> {
  const [step, ...rest] = path;
  if (step === undefined) {
    yield { place: at.place, value: at.value };
    return;
  }
  const { type, place, value } = at;
  if (value === null) return;
  switch (type.kind) {
    case 'struct': {
      const name = typeof step === 'object' ? step.field : '';
      const index = type.fields.findIndex((field) => field.name === name);
      const { type: inner } = must(type.fields[index], 'member of a struct');
      const member = (value as ValueOf<'struct'>).members[index] ?? null;
      yield* placedValues({ type: inner, place: memberPlace(place, name), value: member }, rest);
      return;
    }
    case 'list':
      for (const [i, item] of (value as ValueOf<'list'>).items.entries()) {
        yield* placedValues({ type: type.element, place: itemPlace(place, i), value: item }, rest);
      }
      return;
    case 'map':
      yield* placedEntries({ ...at, type }, step, rest);
  }
}

type ValueOf<K extends NestedValue['kind']> = Extract<NestedValue, { kind: K }>;

function* placedEntries(
  { type, place, value }: Inside & { type: Extract<DataType, { kind: 'map' }> },
  step: NestedStep,
  rest: NestedPath,
): Generator<PlacedValue> {
  const { keys, values } = value as ValueOf<'map'>;
  for (const [i, key] of keys.entries()) {
    const name = valueText(type.key, key);
    const inner =
      step === 'key'
        ? { type: type.key, place: keyPlace(place, name), value: key }
        : { type: type.value, place: entryPlace(place, name), value: values[i] ?? null };
    yield* placedValues(inner, rest);
  }
}

/** How many items a list has, entries a map, members with a value a struct. */
export function countItems(value: NestedValue): number {
  if (value.kind === 'list') return value.items.length;
  if (value.kind === 'map') return value.keys.length;
  return value.members.filter((member) => member !== null).length;
}

/** True when no item stands twice; NULL is one. */
export function hasUniqueItems({ items }: ValueOf<'list'>): boolean {
  return new Set(items.map(sameKey)).size === items.length;
}

/** Equal for two values of one type that are the same. */
export function sameKey(value: RecordValue): string {
  if (value === null) return 'n';
  if (typeof value !== 'object') return `v${JSON.stringify(plainText(value))}`;
  switch (value.kind) {
    case 'struct':
      return `s(${value.members.map(sameKey).join()})`;
    case 'list':
      return `l(${value.items.map(sameKey).join()})`;
    case 'map':
      return `m(${value.keys.map((key, i) => `${sameKey(key)}:${sameKey(value.values[i] ?? null)}`).join()})`;
  }
}

/** Minus zero is zero. */
function plainText(value: boolean | number | bigint | string): string {
  return String(value === 0 ? 0 : value);
}
