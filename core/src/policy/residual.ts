/**
 * Conditions of Cedar over the columns of a table, lowered to the closed predicate form.
 *
 * What is left of a policy when subject, purpose and table are known (`ports.ts`) speaks of one unknown, the row. Here it
 * becomes a predicate that is true for exactly the rows for which Cedar would say true. Cedar stops with an error where an
 * attribute is missing; a row is then not permitted and, by a forbid, forbidden: `certain` guards it.
 * Not the evaluation of all else (the engine) and not the combination of policies (`evaluate.ts`).
 *
 * Invariants: what the predicate form cannot say exactly is refused, never approximated; `checkCondition` refuses at publish
 * whatever `lowerCondition` could refuse at a read, whoever asks.
 */
import type { DataType } from '../contract/data-type.ts';
import type { ComparisonOp, Constant, Predicate } from '../lib/predicate.ts';
import { constantFor, isExact } from './cedar-constant.ts';
import { type CedarClause, type CedarExpression, SETS } from './ports.ts';

/** A place of a row that conditions may look at: `region`, `address.zip`. */
export interface RowPlace {
  type: DataType;
  /** True when there is a value wherever there can be one. */
  required: boolean;
  /** The struct around it when that may be missing, and the value with it. */
  within: string | null;
}
export type RowPlaces = ReadonlyMap<string, RowPlace>;

/** Why a condition cannot be a row filter. */
export class Unsupported extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Stands at publish for what is known only at a read. Why no constant: nothing beside it may be left out. */
const OPEN: Predicate = { op: 'in', column: '', values: [] };

interface Lowering {
  places: RowPlaces;
  /** At publish, what does not look at the row has no value yet, and stands for any. */
  isOpen: boolean;
}

/** All conditions of a residual as one predicate. Throws Unsupported. */
export function lowerConditions(conditions: readonly CedarClause[], places: RowPlaces): Predicate {
  return lowerAll(conditions, { places, isOpen: false });
}

/** Throws Unsupported when the conditions of a policy, as written, hold what cannot be lowered. */
export function checkConditions(conditions: readonly CedarClause[], places: RowPlaces): void {
  lowerAll(conditions, { places, isOpen: true });
}

/** True when a condition looks at the row. */
export function looksAtRow(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  if (isRow(expression as CedarExpression)) return true;
  return Object.values(expression).some(looksAtRow);
}

function lowerAll(conditions: readonly CedarClause[], lowering: Lowering): Predicate {
  const parts = conditions.map(({ kind, body }) => {
    const predicate = lower(body, lowering);
    return kind === 'when' ? predicate : not(predicate);
  });
  return and(parts);
}

function lower(expression: CedarExpression, lowering: Lowering): Predicate {
  if (!looksAtRow(expression) && !looksAtSet(expression)) return lowerKnown(expression, lowering);
  const [operator = '', operands] = Object.entries(expression)[0] ?? [];
  const place = placeOf(expression);
  if (place !== null) return lowerPlace(place, lowering);
  const { left, right, arg } = operands as Record<string, CedarExpression>;
  switch (operator) {
    case '&&':
      return lowerPair(part(left), part(right), { stop: 'false', join: and, lowering });
    case '||':
      return lowerPair(part(left), part(right), { stop: 'true', join: or, lowering });
    case '!':
      return not(lower(part(arg), lowering));
    case 'if-then-else':
      return lowerChoice(operands as Choice, lowering);
    case 'has':
      return lowerHas(operands as { left: CedarExpression; attr: string | string[] }, lowering);
    case 'like':
      return lowerLike(operands as { left: CedarExpression; pattern: unknown[] }, lowering);
    case 'contains':
      return lowerContains(part(left), part(right), lowering);
    default:
      return lowerComparison(operator, operands, lowering);
  }
}

interface Choice {
  if: CedarExpression;
  then: CedarExpression;
  else: CedarExpression;
}

/** Why not both at once: what Cedar does not evaluate may look at columns that the table lacks. */
function lowerPair(
  left: CedarExpression,
  right: CedarExpression,
  how: { stop: 'true' | 'false'; join(parts: Predicate[]): Predicate; lowering: Lowering },
): Predicate {
  const first = lower(left, how.lowering);
  return first.op === how.stop ? first : how.join([first, lower(right, how.lowering)]);
}

function lowerChoice(choice: Choice, lowering: Lowering): Predicate {
  const test = lower(choice.if, lowering);
  if (test.op === 'false') return lower(choice.else, lowering);
  const [yes, no] = [lower(choice.then, lowering), lower(choice.else, lowering)];
  return or([and([test, yes]), and([not(test), no])]);
}

function lowerKnown(expression: CedarExpression, { isOpen }: Lowering): Predicate {
  const value = expression['Value'];
  if (typeof value === 'boolean') return { op: value ? 'true' : 'false' };
  if (isOpen) return OPEN;
  throw new Unsupported('a condition could not be evaluated', 'Write it without that part.');
}

/** A column that is a condition itself. */
function lowerPlace(name: string, lowering: Lowering): Predicate {
  return {
    op: 'eq',
    column: known(name, lowering, ['boolean']),
    value: { type: 'boolean', value: true },
  };
}

function lowerHas(
  { left, attr }: { left: CedarExpression; attr: string | string[] },
  lowering: Lowering,
): Predicate {
  const base = isRow(left) ? [] : [placeOf(left) ?? refuse('has')];
  const names = Array.isArray(attr) ? attr : [attr];
  // Why the whole path: of a struct that is not there no field is.
  const name = [...base, ...names].join('.');
  if (!lowering.places.has(name)) return { op: 'false' };
  return { op: 'ne', column: name, value: { type: 'null' } };
}

function lowerLike(
  { left, pattern }: { left: CedarExpression; pattern: unknown[] },
  lowering: Lowering,
): Predicate {
  const column = known(placeOf(left) ?? refuse('like'), lowering, ['string']);
  const literals = pattern.map((piece) =>
    typeof piece === 'object' && piece !== null
      ? String((piece as { Literal: unknown }).Literal)
      : null,
  );
  const wild = literals.indexOf(null);
  if (wild === -1) return { op: 'eq', column, value: { type: 'string', value: literals.join('') } };
  if (wild < literals.length - 1) {
    throw new Unsupported('a pattern may only end in *', 'Write it as "prefix*".');
  }
  return { op: 'prefix', column, value: literals.slice(0, -1).join('') };
}

function lowerContains(
  left: CedarExpression,
  right: CedarExpression,
  lowering: Lowering,
): Predicate {
  const name = placeOf(right);
  const set = setOf(left);
  if (name === null || looksAtRow(left) || (set === null && looksAtSet(left))) {
    throw new Unsupported(
      'a set can only be asked for a column',
      'Write ["a", "b"].contains(resource.row.column), or context.sets.NAME.contains(resource.row.column).',
    );
  }
  const column = known(name, lowering, EQUAL_KINDS);
  if (set !== null) return { op: 'inSet', column, set, list: null };
  const items = left['Set'] ?? left['Value'];
  if (!Array.isArray(items)) {
    if (lowering.isOpen) return OPEN;
    throw new Unsupported('a set could not be evaluated', 'Write its values.');
  }
  const { type } = placeType(column, lowering);
  const values = items.flatMap((item) => {
    const wrapped =
      typeof item === 'object' && item !== null ? (item as CedarExpression) : { Value: item };
    if (lowering.isOpen && !isConstant(wrapped)) return [];
    refuseRounded(wrapped);
    const constant = isExact(type, wrapped) ? constantFor(type, wrapped) : null;
    return constant === null ? [] : [constant];
  });
  return { op: 'in', column, values };
}

const EQUAL_KINDS = [
  'boolean',
  'int',
  'long',
  'decimal',
  'string',
  'date',
  'timestamp',
  'timestamptz',
];
const ORDER_KINDS = EQUAL_KINDS.filter((kind) => kind !== 'boolean' && kind !== 'string');
const SWAPPED = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' } as const;
const OPERATORS: Readonly<Record<string, ComparisonOp>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  lessThan: 'lt',
  lessThanOrEqual: 'le',
  greaterThan: 'gt',
  greaterThanOrEqual: 'ge',
};

function lowerComparison(operator: string, operands: unknown, lowering: Lowering): Predicate {
  const op = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (op === undefined) refuse(operator);
  const [left, right] = sidesOf(operands);
  const [leftPlace, rightPlace] = [placeOf(left), placeOf(right)];
  if (leftPlace !== null && !looksAtRow(right)) return compare(op, leftPlace, right, lowering);
  if (rightPlace !== null && !looksAtRow(left))
    return compare(SWAPPED[op], rightPlace, left, lowering);
  throw new Unsupported(
    'a column can only be compared with something that does not look at the row',
    'Compare each column with a value, an attribute of the subject or the context.',
  );
}

function compare(
  op: ComparisonOp,
  name: string,
  other: CedarExpression,
  lowering: Lowering,
): Predicate {
  const column = known(name, lowering, op === 'eq' || op === 'ne' ? EQUAL_KINDS : ORDER_KINDS);
  const { type } = placeType(column, lowering);
  if (lowering.isOpen && !isConstant(other)) return OPEN;
  refuseRounded(other);
  if (type.kind === 'date') return compareDate(op, column, other);
  const value = constantFor(type, other);
  if (value !== null) return { op, column, value };
  // Why not refused: a constant beyond what the column can hold is a value that no row has.
  if (op === 'eq') return { op: 'false' };
  if (op === 'ne') return { op: 'ne', column, value: { type: 'null' } };
  throw new Unsupported(
    'the value does not fit the type of the column',
    'Compare with a value of its type.',
  );
}

/** Days against instants: a day is its first instant, so one that lies inside a day divides it from the next. */
function compareDate(op: ComparisonOp, column: string, other: CedarExpression): Predicate {
  const value = constantFor({ kind: 'date' }, other);
  if (value === null) refuse('the value');
  if (isExact({ kind: 'date' }, other)) return { op, column, value };
  switch (op) {
    case 'eq':
      return { op: 'false' };
    case 'ne':
      return { op: 'ne', column, value: { type: 'null' } };
    case 'lt':
    case 'le':
      return { op: 'le', column, value };
    case 'gt':
    case 'ge':
      return { op: 'gt', column, value };
  }
}

function refuseRounded(expression: CedarExpression): void {
  const value = expression['Value'];
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return;
  throw new Unsupported(
    'whole numbers beyond 2^53 cannot stand in a condition on rows',
    'Write a smaller one.',
  );
}

function sidesOf(operands: unknown): [CedarExpression, CedarExpression] {
  if (Array.isArray(operands)) return [part(operands[0]), part(operands[1])];
  const { left, right } = operands as Record<string, CedarExpression | undefined>;
  return [part(left), part(right)];
}

function isConstant(expression: CedarExpression): boolean {
  const [operator = '', operands] = Object.entries(expression)[0] ?? [];
  if (operator === 'Value') return true;
  return ['datetime', 'decimal', 'duration'].includes(operator) && Array.isArray(operands);
}

function isUnknown(expression: CedarExpression, name: string): boolean {
  const unknown = expression['unknown'];
  return Array.isArray(unknown) && (unknown[0] as { Value?: unknown } | undefined)?.Value === name;
}

/** `resource.row`, before and after the engine replaced it by its unknown. */
function isRow(expression: CedarExpression): boolean {
  if (isUnknown(expression, 'row')) return true;
  const access = expression['.'] as { left?: CedarExpression; attr?: unknown } | undefined;
  return access?.attr === 'row' && access.left?.['Var'] === 'resource';
}

/** The name of the set that the expression is; null for all else. */
function setOf(expression: CedarExpression): string | null {
  const access = expression['.'] as { left?: CedarExpression; attr?: unknown } | undefined;
  return access?.left !== undefined && isSets(access.left) ? String(access.attr) : null;
}

/** `context.sets`, before and after the engine replaced it by its unknown. */
function isSets(expression: CedarExpression): boolean {
  if (isUnknown(expression, SETS)) return true;
  const access = expression['.'] as { left?: CedarExpression; attr?: unknown } | undefined;
  return access?.attr === SETS && access.left?.['Var'] === 'context';
}

/** True when a condition asks a set. */
export function looksAtSet(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  const own = expression as CedarExpression;
  if (isSets(own)) return true;
  return Object.values(expression).some(looksAtSet);
}

/** The path after `resource.row`, or null when the expression is no place of the row. */
function placeOf(expression: CedarExpression): string | null {
  const access = expression['.'] as { left: CedarExpression; attr: string } | undefined;
  if (access === undefined || isRow(expression)) return null;
  if (isRow(access.left)) return access.attr;
  const outer = placeOf(access.left);
  return outer === null ? null : `${outer}.${access.attr}`;
}

function known(name: string, lowering: Lowering, kinds: readonly string[]): string {
  const { type } = placeType(name, lowering);
  if (!kinds.includes(type.kind)) refuse(`"${name}" (${type.kind})`);
  return name;
}

function placeType(name: string, { places }: Lowering): RowPlace {
  return places.get(name) ?? refuse(`"${name}"`);
}

function part(expression: CedarExpression | undefined): CedarExpression {
  return expression ?? refuse('an operand');
}

function refuse(what: string): never {
  throw new Unsupported(
    `${what} cannot stand in a condition on rows`,
    'Rows are filtered by ==, !=, <, <=, >, >=, like "prefix*", has, contains, &&, ||, ! and if over columns and values.',
  );
}

export function and(parts: readonly Predicate[]): Predicate {
  if (parts.some((predicate) => predicate.op === 'false')) return { op: 'false' };
  const args = parts
    .flatMap((predicate) => (predicate.op === 'and' ? predicate.args : [predicate]))
    .filter((predicate) => predicate.op !== 'true');
  const [only] = args;
  if (only === undefined) return { op: 'true' };
  return args.length === 1 ? only : { op: 'and', args };
}

export function or(parts: readonly Predicate[]): Predicate {
  if (parts.some((predicate) => predicate.op === 'true')) return { op: 'true' };
  const args = parts
    .flatMap((predicate) => (predicate.op === 'or' ? predicate.args : [predicate]))
    .filter((predicate) => predicate.op !== 'false');
  const [only] = args;
  if (only === undefined) return { op: 'false' };
  return args.length === 1 ? only : { op: 'or', args };
}

export function not(predicate: Predicate): Predicate {
  if (predicate.op === 'true') return { op: 'false' };
  if (predicate.op === 'false') return { op: 'true' };
  return predicate.op === 'not' ? predicate.arg : { op: 'not', arg: predicate };
}

/** The predicate, and a value at every place that it takes for granted. */
export function certain(predicate: Predicate, places: RowPlaces): Predicate {
  const granted = [...placesIn(predicate)].filter(
    (name) => places.get(name)?.required === true && !isFalseWithout(predicate, name),
  );
  return and([
    predicate,
    ...granted.map((name) => present(name, places.get(name)?.within ?? null)),
  ]);
}

/** A value at the place, or none around it. */
function present(column: string, within: string | null): Predicate {
  const value: Predicate = { op: 'ne', column, value: NULL };
  return within === null ? value : or([{ op: 'eq', column: within, value: NULL }, value]);
}

/** True when no row without a value at the place satisfies the predicate anyway. */
function isFalseWithout(predicate: Predicate, place: string): boolean {
  switch (predicate.op) {
    case 'true':
    case 'not':
      return false;
    case 'false':
      return true;
    case 'and':
      return predicate.args.some((arg) => isFalseWithout(arg, place));
    case 'or':
      return predicate.args.every((arg) => isFalseWithout(arg, place));
    case 'eq':
      return predicate.column === place && predicate.value.type !== 'null';
    case 'ne':
      return predicate.column === place && predicate.value.type === 'null';
    default:
      return predicate.column === place;
  }
}

function placesIn(predicate: Predicate): Set<string> {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return new Set();
    case 'and':
    case 'or':
      return new Set(predicate.args.flatMap((arg) => [...placesIn(arg)]));
    case 'not':
      return placesIn(predicate.arg);
    default:
      return new Set([predicate.column]);
  }
}

const NULL: Constant = { type: 'null' };
