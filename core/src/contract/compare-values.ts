/**
 * Which values a column may hold, in two versions: types, ranges, lengths, patterns, enums, zones.
 *
 * Principle: what the new version allows and the old one did not breaks consumers; what the old one allowed and the
 * new one does not breaks producers; what cannot be decided (most patterns) breaks both, since each relies on it.
 */
import { compareDecimals } from '../lib/decimal-text.ts';
import { type PatternVerdict, patternVerdict } from './compare-patterns.ts';
import type { Change, Side } from './compatibility.ts';
import { rangeOf, textFormat } from './compile/property-checks.ts';
import { type DataType, logicalName, type StructField, typeName } from './data-type.ts';
import { type Interval, judgeSets, type Order } from './intervals.ts';
import type { ContractProperty } from './model.ts';
import type { Bound, TextFormat } from './plan.ts';

type Verdict = PatternVerdict;

const SIDES: Readonly<Record<Exclude<Verdict, 'same'>, [Side, Side]>> = {
  tightened: ['safe', 'break'],
  loosened: ['break', 'safe'],
  other: ['break', 'break'],
  unknown: ['break', 'break'],
};

/** Changes of a type; the inner fields of structs are judged one by one. */
export function compareTypes(before: DataType, after: DataType, path: string): Change[] {
  if (before.kind === 'struct' && after.kind === 'struct') {
    return compareFields(before.fields, after.fields, path);
  }
  if (before.kind === 'list' && after.kind === 'list') {
    return compareTypes(before.element, after.element, `${path}[]`);
  }
  if (before.kind === 'map' && after.kind === 'map') {
    return [
      ...compareTypes(before.key, after.key, `${path}.key`),
      ...compareTypes(before.value, after.value, `${path}.value`),
    ];
  }
  if (typeName(before) === typeName(after)) return [];
  const message = `${path}: ${typesInWords(before, after)}`;
  if (holds(after, before)) return [change(path, 'type.widened', SIDES.loosened, message)];
  if (holds(before, after)) return [change(path, 'type.narrowed', SIDES.tightened, message)];
  return [change(path, 'type.changed', SIDES.other, message)];
}

/** As the contract calls them: by the logical types, and by the physical ones, too, where these alone differ. */
function typesInWords(before: DataType, after: DataType): string {
  const [was, is] = [logicalName(before), logicalName(after)];
  if (was !== is) return `${was} is now ${is}`;
  return `${was} (${typeName(before)}) is now ${is} (${typeName(after)})`;
}

/** True when every value of `narrow` is, unchanged, a value of `wide`. */
export function holds(wide: DataType, narrow: DataType): boolean {
  if (narrow.kind === 'int' && (wide.kind === 'long' || wide.kind === 'double')) return true;
  if (wide.kind !== 'decimal') return false;
  const whole = wide.precision - wide.scale;
  if (narrow.kind === 'int') return whole >= 10;
  if (narrow.kind === 'long') return whole >= 19;
  if (narrow.kind !== 'decimal') return false;
  return wide.scale >= narrow.scale && whole >= narrow.precision - narrow.scale;
}

function compareFields(
  before: readonly StructField[],
  after: readonly StructField[],
  path: string,
): Change[] {
  const changes: Change[] = [];
  const rest = new Set(after);
  for (const old of before) {
    const now = after.find((f) => f.id === old.id) ?? after.find((f) => f.name === old.name);
    const inner = `${path}.${old.name}`;
    if (now === undefined) {
      const message = `field ${inner} is gone, and records that still have it are refused`;
      changes.push(change(inner, 'field.removed', ['break', 'break'], message));
      continue;
    }
    rest.delete(now);
    if (now.name !== old.name) {
      const message = `field ${inner} is now ${now.name}`;
      changes.push(change(inner, 'field.renamed', ['break', 'safe'], message));
    }
    if (now.required !== old.required) {
      const kind = now.required ? 'tightened' : 'loosened';
      changes.push(
        change(inner, `required.${kind}`, SIDES[kind], `${inner}: required is ${now.required}`),
      );
    }
    changes.push(...compareTypes(old.type, now.type, inner));
  }
  for (const field of rest) {
    const inner = `${path}.${field.name}`;
    const sides: [Side, Side] = ['safe', field.required ? 'break' : 'safe'];
    changes.push(change(inner, 'field.added', sides, `field ${inner} is new`));
  }
  return changes;
}

/** Changes of what the options of a column allow. */
export function compareValues(
  before: ContractProperty,
  after: ContractProperty,
  path: string,
): Change[] {
  const changes: Change[] = [];
  const add = (kind: string, verdict: Verdict, message: string): void => {
    if (verdict === 'same') return;
    const tail = verdict === 'unknown' ? ', and the two cannot be compared' : '';
    changes.push(change(path, `${kind}.${verdict}`, SIDES[verdict], `${path}: ${message}${tail}`));
  };
  add('range', rangeVerdict(before, after), 'the range changed');
  const lengths = [lengthOf(before), lengthOf(after)] as const;
  add('length', judgeSets([lengths[0]], [lengths[1]]), 'the length changed');
  add('itemCount', judgeSets([itemsOf(before)], [itemsOf(after)]), 'the number of items changed');
  const [wasUnique, isUnique] = [before.options.uniqueItems, after.options.uniqueItems];
  if (wasUnique !== isUnique) {
    add('uniqueItems', isUnique ? 'tightened' : 'loosened', `uniqueItems is ${isUnique}`);
  }
  add(
    'pattern',
    patternVerdict(before.options.pattern, after.options.pattern),
    'the pattern changed',
  );
  if (before.type.kind === 'string' && after.type.kind === 'string') {
    add('format', formatVerdict(before.options.format, after.options.format), 'the format changed');
  } else if (isTemporal(before) && before.options.format !== after.options.format) {
    const message = `${path}: dates are written ${after.options.format ?? 'in ISO 8601'} now`;
    changes.push(change(path, 'format.changed', ['safe', 'break'], message));
  }
  add(
    'multipleOf',
    stepVerdict(before.options.multipleOf, after.options.multipleOf),
    'the step changed',
  );
  changes.push(...compareEnum(before.enumValues, after.enumValues, path));
  const zone = (p: ContractProperty): string => p.options.defaultTimezone ?? 'UTC';
  if (isTemporal(before) && isTemporal(after) && zone(before) !== zone(after)) {
    const message = `${path}: time zone ${zone(before)} is now ${zone(after)}`;
    changes.push(change(path, 'timezone.changed', SIDES.other, message));
  }
  return changes;
}

function rangeVerdict(before: ContractProperty, after: ContractProperty): Verdict {
  if (isTemporal(before) !== isTemporal(after)) return 'same';
  const [old, now] = [rangeOf(before), rangeOf(after)];
  if (JSON.stringify(old) === JSON.stringify(now)) return 'same';
  if (!isTemporal(before)) return judgeRanges(old, now, compareDecimals);
  const [first, second] = [momentRange(old), momentRange(now)];
  const zones = new Set([...first.zones, ...second.zones]);
  // Why: a local time and an instant have no order of their own.
  if (zones.size > 1) return 'unknown';
  return judgeRanges(first.range, second.range, (a, b) => (a < b ? -1 : Number(a > b)));
}

type ValueRange = ReturnType<typeof rangeOf>;

function judgeRanges(before: ValueRange, after: ValueRange, order: Order): Verdict {
  const setOf = ({ min, max }: ValueRange): Interval[] => [{ low: min, high: max }];
  return judgeSets(setOf(before), setOf(after), order);
}

/** The range with bounds that order as text, and whether they are instants or local times. */
function momentRange({ min, max }: ValueRange): { range: ValueRange; zones: boolean[] } {
  const zones: boolean[] = [];
  const moment = (bound: Bound | null): Bound | null => {
    if (bound === null) return null;
    const { value, isInstant } = momentOf(bound.value);
    zones.push(isInstant);
    return { ...bound, value };
  };
  return { range: { min: moment(min), max: moment(max) }, zones };
}

const MOMENT =
  /^((?:\d{4}-\d{2}-\d{2}T)?\d{2}:\d{2})(:\d{2})?(?:\.(\d+))?(?:([zZ])|([+-]\d{2}):?(\d{2})?)?$/;

/** One writing for each moment: seconds always, no zeros at the end of a fraction, offsets moved to UTC. */
function momentOf(text: string): { value: string; isInstant: boolean } {
  const match = MOMENT.exec(text);
  if (match === null) return { value: text, isInstant: false };
  const [, minutes = '', seconds = ':00', digits = '', utc, hours, rest = '00'] = match;
  const fraction = digits.replace(/0+$/, '');
  const tail = fraction === '' ? '' : `.${fraction}`;
  const local = `${minutes}${seconds}`;
  if (utc === undefined && hours === undefined) return { value: local + tail, isInstant: false };
  const instant = Date.parse(`${local}${hours === undefined ? 'Z' : `${hours}:${rest}`}`);
  if (Number.isNaN(instant)) return { value: text, isInstant: true };
  return { value: new Date(instant).toISOString().slice(0, 19) + tail, isInstant: true };
}

function lengthOf({ options }: ContractProperty): Interval {
  return countInterval(options.minLength, options.maxLength);
}

function itemsOf({ options }: ContractProperty): Interval {
  return countInterval(options.minItems, options.maxItems);
}

function countInterval(min: number | null, max: number | null): Interval {
  const low = min === null || min === 0 ? null : min;
  return {
    low: low === null ? null : { value: String(low), inclusive: true },
    high: max === null ? null : { value: String(max), inclusive: true },
  };
}

function optionVerdict(before: string | null, after: string | null): Verdict {
  if (before === after) return 'same';
  if (before === null) return 'tightened';
  return after === null ? 'loosened' : 'unknown';
}

function formatVerdict(before: string | null, after: string | null): Verdict {
  const simple = optionVerdict(before, after);
  if (simple !== 'unknown' || before === null || after === null) return simple;
  const [old, now] = [textFormat(before), textFormat(after)];
  if (old === null || now === null) return 'unknown';
  if (old === now) return 'same';
  if (WIDER_FORMATS[now] === old) return 'tightened';
  return WIDER_FORMATS[old] === now ? 'loosened' : 'unknown';
}

/** Formats all of whose texts are of another format, too. */
const WIDER_FORMATS: Readonly<Partial<Record<TextFormat, TextFormat>>> = {
  gtin8: 'gtin',
  gtin12: 'gtin',
  gtin13: 'gtin',
  gtin14: 'gtin',
  gln: 'gtin',
  url: 'uri',
};

function stepVerdict(before: string | null, after: string | null): Verdict {
  const simple = optionVerdict(before, after);
  if (simple !== 'unknown') return simple;
  const [old, now] = [Number(before), Number(after)];
  if (Number.isSafeInteger(now / old)) return now === old ? 'same' : 'tightened';
  return Number.isSafeInteger(old / now) ? 'loosened' : 'other';
}

function compareEnum(before: string[] | null, after: string[] | null, path: string): Change[] {
  if (before === null && after === null) return [];
  if (before === null) {
    return [
      change(
        path,
        'enum.tightened',
        SIDES.tightened,
        `${path}: only listed values are allowed now`,
      ),
    ];
  }
  if (after === null) {
    return [change(path, 'enum.loosened', SIDES.loosened, `${path}: any value is allowed now`)];
  }
  const added = after.filter((value) => !before.includes(value));
  const removed = before.filter((value) => !after.includes(value));
  return [
    ...added.map((value) =>
      change(
        path,
        'enum.value_added',
        SIDES.loosened,
        `${path}: ${JSON.stringify(value)} may appear now`,
      ),
    ),
    ...removed.map((value) =>
      change(
        path,
        'enum.value_removed',
        SIDES.tightened,
        `${path}: ${JSON.stringify(value)} is refused now`,
      ),
    ),
  ];
}

function isTemporal(property: ContractProperty): boolean {
  return ['date', 'time', 'timestamp', 'timestamptz'].includes(property.type.kind);
}

function change(path: string, kind: string, sides: [Side, Side], message: string): Change {
  return { path, kind, consumer: sides[0], producer: sides[1], message };
}
