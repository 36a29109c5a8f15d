/**
 * What a policy asks for, as a person chooses it, and as Cedar.
 *
 * Not the words on the screen (`words-rules.ts`). Invariant: `readConditions(printConditions(x))` is x again, for every
 * condition that `isWhole` takes; what cannot be read whole is null.
 */
import { isPlainName, quote, quotePrefix, unquotePrefix } from '../../../lib/cedar-text.ts';
import type { Expression } from './expression.ts';
import type { Place, PlaceType } from './places.ts';

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

interface Meant {
  /** The opposite is asked for. */
  not: boolean;
}

export type Condition = Meant &
  (
    | { kind: 'purpose' | 'role' | 'person' | 'member' | 'class'; among: string[] }
    | { kind: 'attribute'; name: string; isNumber: boolean; among: string[] }
    | { kind: 'has'; name: string; isNumber: boolean }
    /** The row is of those that an attribute of the subject names. */
    | { kind: 'own'; name: string; isNumber: boolean; place: string }
    /** The row is of a set that the policy declares. */
    | { kind: 'set'; set: string; place: string }
    | { kind: 'column'; place: string; comparison: Comparison; value: string }
    | { kind: 'among'; place: string; among: string[] }
    | { kind: 'starts'; place: string; text: string }
    | { kind: 'present'; place: string }
    | { kind: 'time'; comparison: Exclude<Comparison, '==' | '!='>; at: string }
    | { kind: 'tag'; key: string; value: string | null }
  );

export type ConditionKind = Condition['kind'];

/** Where a kind of condition with a choice of texts looks. */
const CHOICES = {
  purpose: { path: 'context.purpose', isSet: false },
  class: { path: 'resource.classification', isSet: false },
  person: { path: 'principal.id', isSet: false },
  role: { path: 'principal.roles', isSet: true },
  member: { path: 'principal.domains', isSet: true },
} as const;
type ChoiceKind = keyof typeof CHOICES;

const METHODS: Readonly<Record<string, Comparison>> = {
  lessThan: '<',
  lessThanOrEqual: '<=',
  greaterThan: '>',
  greaterThanOrEqual: '>=',
};

/** Parts that are joined by &&, and whether that is one. */
interface Printed {
  parts: string[];
}

export function printConditions(
  conditions: readonly Condition[],
  { join, places }: { join: 'all' | 'any'; places: readonly Place[] },
): string[] {
  const printed = conditions.map((condition) => printCondition(condition, places));
  if (join === 'all' || printed.length === 1) return printed.flatMap(({ parts }) => parts);
  return printed.map(({ parts }) =>
    parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' && ')})`,
  );
}

function printCondition(condition: Condition, places: readonly Place[]): Printed {
  const parts = partsOf(condition, places);
  return condition.not ? { parts: [`!(${parts.join(' && ')})`] } : { parts };
}

function partsOf(condition: Condition, places: readonly Place[]): string[] {
  switch (condition.kind) {
    case 'attribute': {
      const values = condition.among.map((text) => (condition.isNumber ? text : quote(text)));
      return [hasOf(condition), containing(attributeOf(condition), values)];
    }
    case 'has':
      return [hasOf(condition)];
    case 'own':
      return [
        hasOf(condition),
        ...guardOf(condition.place, places),
        `${attributeOf(condition)}.contains(${columnOf(condition.place)})`,
      ];
    case 'set':
      return [
        ...guardOf(condition.place, places),
        `context.sets${memberOf(condition.set)}.contains(${columnOf(condition.place)})`,
      ];
    case 'column':
      return [
        ...guardOf(condition.place, places),
        compareText(condition, typeOf(condition.place, places)),
      ];
    case 'among': {
      const type = typeOf(condition.place, places);
      const values = condition.among.map((value) => literalOf(value, type));
      return [
        ...guardOf(condition.place, places),
        `[${values.join(', ')}].contains(${columnOf(condition.place)})`,
      ];
    }
    case 'starts':
      return [
        ...guardOf(condition.place, places),
        `${columnOf(condition.place)} like ${quotePrefix(condition.text)}`,
      ];
    case 'present':
      return [presenceOf(condition.place)];
    case 'time':
      return [`context.now ${condition.comparison} datetime(${quote(condition.at)})`];
    case 'tag':
      return tagParts(condition.key, condition.value);
    default:
      return [choiceText(condition.kind, condition.among)];
  }
}

function choiceText(kind: ChoiceKind, among: readonly string[]): string {
  const { path, isSet } = CHOICES[kind];
  const values = among.map(quote);
  if (isSet) return containing(path, values);
  return values.length === 1
    ? `${path} == ${values[0]}`
    : `[${values.join(', ')}].contains(${path})`;
}

function containing(path: string, values: readonly string[]): string {
  return values.length === 1
    ? `${path}.contains(${values[0]})`
    : `${path}.containsAny([${values.join(', ')}])`;
}

function tagParts(key: string, value: string | null): string[] {
  const has = `resource.hasTag(${quote(key)})`;
  return value === null ? [has] : [has, `resource.getTag(${quote(key)}).contains(${quote(value)})`];
}

interface AttributeName {
  name: string;
  isNumber: boolean;
}

function hasOf({ name, isNumber }: AttributeName): string {
  return `${isNumber ? 'principal.numbers' : 'principal'} has ${isPlainName(name) ? name : quote(name)}`;
}

function attributeOf({ name, isNumber }: AttributeName): string {
  return `${isNumber ? 'principal.numbers' : 'principal'}${memberOf(name)}`;
}

function memberOf(name: string): string {
  return isPlainName(name) ? `.${name}` : `[${quote(name)}]`;
}

function columnOf(place: string): string {
  return `resource.row${place.split('.').map(memberOf).join('')}`;
}

function presenceOf(place: string): string {
  return `resource.row has ${place.includes('.') || isPlainName(place) ? place : quote(place)}`;
}

function guardOf(place: string, places: readonly Place[]): string[] {
  return places.find(({ path }) => path === place)?.isOptional === true ? [presenceOf(place)] : [];
}

function typeOf(place: string, places: readonly Place[]): PlaceType {
  return places.find(({ path }) => path === place)?.type ?? 'text';
}

function literalOf(value: string, type: PlaceType): string {
  if (type === 'text') return quote(value);
  if (type === 'decimal') return `decimal(${quote(value)})`;
  return type === 'time' ? `datetime(${quote(value)})` : value;
}

function compareText(
  { place, comparison, value }: Condition & { kind: 'column' },
  type: PlaceType,
): string {
  const [column, literal] = [columnOf(place), literalOf(value, type)];
  const method = Object.keys(METHODS).find((name) => METHODS[name] === comparison);
  if (type === 'decimal' && method !== undefined) return `${column}.${method}(${literal})`;
  return `${column} ${comparison} ${literal}`;
}

/** The conditions of a clause and how they are joined; null when one of them cannot be read. */
export function readConditions(
  expression: Expression,
  places: readonly Place[],
): { join: 'all' | 'any'; conditions: Condition[] } | null {
  if (expression.op !== '||') {
    const conditions = readAll(partsIn(expression), places);
    return conditions === null ? null : { join: 'all', conditions };
  }
  const each = flat(expression, '||').map((arg) => readSingle(arg, places));
  const conditions = each.filter((found) => found !== null);
  return conditions.length === each.length ? { join: 'any', conditions } : null;
}

/** An expression that is one condition. Why a guard may be more: asked of a column that always has a value, it says nothing. */
function readSingle(expression: Expression, places: readonly Place[]): Condition | null {
  const [first, second, ...more] = readAll(partsIn(expression), places) ?? [];
  if (first === undefined || more.length > 0) return null;
  if (second === undefined) return first;
  const isIdle =
    first.kind === 'present' &&
    !first.not &&
    'place' in second &&
    second.place === first.place &&
    places.some(({ path, isOptional }) => path === first.place && !isOptional);
  return isIdle ? second : null;
}

function partsIn(expression: Expression): Expression[] {
  return flat(expression, '&&');
}

function flat(expression: Expression, op: '&&' | '||'): Expression[] {
  return expression.op === op ? expression.args.flatMap((arg) => flat(arg, op)) : [expression];
}

/** Longest first: what asks whether there is a value belongs to the condition on that value. */
const LENGTHS = [3, 2, 1];

function readAll(parts: readonly Expression[], places: readonly Place[]): Condition[] | null {
  const conditions: Condition[] = [];
  for (let at = 0; at < parts.length; ) {
    const length = LENGTHS.find(
      (count) => readOne(parts.slice(at, at + count), count, places) !== null,
    );
    if (length === undefined) return null;
    const found = readOne(parts.slice(at, at + length), length, places);
    if (found === null) return null;
    conditions.push(found);
    at += length;
  }
  return conditions;
}

/** A condition that is exactly these parts: its guards, then what it asks. */
function readOne(
  parts: readonly Expression[],
  length: number,
  places: readonly Place[],
): Condition | null {
  const last = parts[length - 1];
  if (parts.length !== length || last === undefined) return null;
  if (length === 1 && last.op === '!') {
    const inside = readSingle(last.arg, places);
    return inside === null || inside.not ? null : { ...inside, not: true };
  }
  const condition = readPart(last, places);
  if (condition === null || !isGuarded(condition, parts.slice(0, -1), places)) return null;
  return condition;
}

function isGuarded(
  condition: Condition,
  guards: readonly Expression[],
  places: readonly Place[],
): boolean {
  const wanted = partsOf(condition, places).slice(0, -1);
  if (wanted.length !== guards.length) return false;
  const given = guards.map((guard) => {
    const read = readPart(guard, places);
    return read === null ? null : partsOf(read, places).join(' && ');
  });
  return wanted.every((text) => given.includes(text));
}

function readPart(part: Expression, places: readonly Place[]): Condition | null {
  switch (part.op) {
    case 'compare':
      return readComparison(part.sign as Comparison, part.left, part.right, places);
    case 'has':
      return readHas(part);
    case 'like':
      return readLike(part, places);
    case 'call':
      return readCall(part, places);
    case 'path': {
      const place = placeIn(part, places);
      const type = place === null ? null : typeOf(place, places);
      return place !== null && type === 'truth'
        ? { kind: 'column', place, comparison: '==', value: 'true', not: false }
        : null;
    }
    default:
      return null;
  }
}

function readComparison(
  sign: Comparison,
  left: Expression,
  right: Expression,
  places: readonly Place[],
): Condition | null {
  const path = pathText(left);
  if (path === 'context.now') {
    const isTime = right.op === 'function' && right.name === 'datetime';
    if (!isTime || sign === '==' || sign === '!=') return null;
    return { kind: 'time', comparison: sign, at: right.argument, not: false };
  }
  const kind = choiceKind(path, false);
  if (kind !== null && right.op === 'text' && sign === '==')
    return { kind, among: [right.value], not: false };
  const place = placeIn(left, places);
  if (place === null) return null;
  const value = valueIn(right, typeOf(place, places));
  return value === null ? null : { kind: 'column', place, comparison: sign, value, not: false };
}

function readHas({ left, names }: Expression & { op: 'has' }): Condition | null {
  const base = pathText(left);
  const [name = ''] = names;
  if (base === 'resource.row') return { kind: 'present', place: names.join('.'), not: false };
  if (names.length === 2 && base === 'principal' && name === 'numbers')
    return { kind: 'has', name: names[1] ?? '', isNumber: true, not: false };
  if (names.length > 1) return null;
  if (base === 'principal') return { kind: 'has', name, isNumber: false, not: false };
  return base === 'principal.numbers' ? { kind: 'has', name, isNumber: true, not: false } : null;
}

function readLike(
  { left, pattern }: Expression & { op: 'like' },
  places: readonly Place[],
): Condition | null {
  const place = placeIn(left, places);
  const text = unquotePrefix(pattern);
  if (place === null || text === null) return null;
  return { kind: 'starts', place, text, not: false };
}

function readCall(
  { target, method, args }: Expression & { op: 'call' },
  places: readonly Place[],
): Condition | null {
  const [argument] = args;
  if (argument === undefined || args.length !== 1) return null;
  if (method === 'hasTag' && pathText(target) === 'resource' && argument.op === 'text')
    return { kind: 'tag', key: argument.value, value: null, not: false };
  if (Object.hasOwn(METHODS, method))
    return readDecimal(METHODS[method] ?? '<', target, argument, places);
  if (method === 'containsAny') return readSetOf(target, itemsOf(argument));
  if (method !== 'contains') return null;
  if (target.op === 'set') return readAmong(target, argument, places);
  if (target.op === 'call') return readTag(target, argument);
  const place = placeIn(argument, places);
  if (place === null) return readSetOf(target, [argument]);
  const set = setIn(target);
  if (set !== null) return { kind: 'set', set, place, not: false };
  const attribute = attributeIn(target);
  return attribute === null ? null : { kind: 'own', ...attribute, place, not: false };
}

function readDecimal(
  comparison: Comparison,
  target: Expression,
  argument: Expression,
  places: readonly Place[],
): Condition | null {
  const place = placeIn(target, places);
  if (place === null || typeOf(place, places) !== 'decimal') return null;
  const value = valueIn(argument, 'decimal');
  return value === null ? null : { kind: 'column', place, comparison, value, not: false };
}

/** `principal.roles.contains("x")`, `principal.brands.containsAny(["a", "b"])`. */
function readSetOf(target: Expression, items: readonly Expression[] | null): Condition | null {
  if (items === null || items.length === 0) return null;
  const kind = choiceKind(pathText(target), true);
  const attribute = attributeIn(target);
  const type = attribute?.isNumber === true ? 'number' : 'text';
  const among = items.flatMap((item) => valueIn(item, type) ?? []);
  if (among.length !== items.length) return null;
  if (kind !== null) return { kind, among, not: false };
  return attribute === null ? null : { kind: 'attribute', ...attribute, among, not: false };
}

function readAmong(
  set: Expression & { op: 'set' },
  argument: Expression,
  places: readonly Place[],
): Condition | null {
  const kind = choiceKind(pathText(argument), false);
  const place = placeIn(argument, places);
  const type = place === null ? 'text' : typeOf(place, places);
  const among = set.items.flatMap((item) => valueIn(item, type) ?? []);
  if (among.length === 0 || among.length !== set.items.length) return null;
  if (kind !== null) return { kind, among, not: false };
  return place === null ? null : { kind: 'among', place, among, not: false };
}

function readTag(
  { target, method, args }: Expression & { op: 'call' },
  value: Expression,
): Condition | null {
  const [key] = args;
  const isTag = method === 'getTag' && args.length === 1 && pathText(target) === 'resource';
  if (!isTag || key?.op !== 'text' || value.op !== 'text') return null;
  return { kind: 'tag', key: key.value, value: value.value, not: false };
}

function itemsOf(expression: Expression): Expression[] | null {
  return expression.op === 'set' ? expression.items : null;
}

function choiceKind(path: string | null, isSet: boolean): ChoiceKind | null {
  const kinds = Object.keys(CHOICES) as ChoiceKind[];
  return kinds.find((kind) => CHOICES[kind].path === path && CHOICES[kind].isSet === isSet) ?? null;
}

function attributeIn(expression: Expression): AttributeName | null {
  if (expression.op !== 'path' || expression.root !== 'principal') return null;
  const [first = '', second, ...more] = expression.names;
  if (first === 'numbers' && second !== undefined && more.length === 0)
    return { name: second, isNumber: true };
  const isOwn =
    second === undefined && first !== '' && !['id', 'roles', 'domains', 'numbers'].includes(first);
  return isOwn ? { name: first, isNumber: false } : null;
}

function setIn(expression: Expression): string | null {
  if (expression.op !== 'path' || expression.root !== 'context') return null;
  const [sets, name, ...more] = expression.names;
  return sets === 'sets' && name !== undefined && more.length === 0 ? name : null;
}

/** A place of the row that is known; what is not known is not guessed at. */
function placeIn(expression: Expression, places: readonly Place[]): string | null {
  if (expression.op !== 'path' || expression.root !== 'resource') return null;
  const [row, ...names] = expression.names;
  const path = names.join('.');
  return row === 'row' && places.some((place) => place.path === path) ? path : null;
}

function pathText(expression: Expression): string | null {
  return expression.op === 'path' ? [expression.root, ...expression.names].join('.') : null;
}

function valueIn(expression: Expression, type: PlaceType): string | null {
  switch (expression.op) {
    case 'text':
      return type === 'text' ? expression.value : null;
    case 'number':
      return type === 'number' ? expression.value : null;
    case 'truth':
      return type === 'truth' ? expression.value : null;
    case 'function':
      return type === (expression.name === 'decimal' ? 'decimal' : 'time')
        ? expression.argument
        : null;
    default:
      return null;
  }
}
