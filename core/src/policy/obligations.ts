/**
 * What a permit obliges to: masks instead of values, a coarser granularity, a limit of rows, no export. Plain data.
 *
 * Not how they are written (`annotations.ts`) and not how they are carried out (`query/masks.ts`, `query/roll-up.ts`).
 * Invariant: of two masks of one place the stricter counts (`stricterMask`): hide, null, fixed, hash, truncate, bucket,
 * part, from the strictest to the mildest; two of one kind that differ have no order, and the decision denies. Masks that hold in
 * some rows alone are compared row by row.
 */
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import type { Constant, Predicate } from '../lib/predicate.ts';
import { or } from './residual.ts';

export type DateUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export const DATE_UNITS: readonly DateUnit[] = ['day', 'week', 'month', 'quarter', 'year'];

/** A mask that holds in every row. */
export type PlainMask =
  /** The column, or the field of a struct, is not there at all. */
  | { kind: 'hide' }
  | { kind: 'null' }
  /** The same value for all rows, of the column's type. */
  | { kind: 'fixed'; value: Constant }
  /** HMAC-SHA-256 of the value's text under a key of the agreement, 64 hex digits; NULL stays NULL. */
  | { kind: 'hash' }
  /** Down to a multiple of a positive number, such as `10` or `0.5`. */
  | { kind: 'truncate'; step: string }
  /** To the first instant of the unit; weeks begin on Monday (ISO 8601). */
  | { kind: 'truncate'; unit: DateUnit }
  /** Text such as `[10, 20)` for the interval the value lies in; `bounds` ascending, in the column's canonical text. */
  | { kind: 'bucket'; bounds: string[] }
  /** The first or last characters, `…` for the rest. A text that is not longer than that shows only `…`. */
  | { kind: 'part'; show: 'first' | 'last'; characters: number };

/**
 * Masks of cells: in each row the first whose condition holds, judged on stored values, else `otherwise`, or the value itself.
 * None of the cases hides, for a column cannot be absent from some rows.
 */
export interface CellMask {
  kind: 'cells';
  cases: MaskCase[];
  otherwise: PlainMask | null;
}

export interface MaskCase {
  where: Predicate;
  mask: PlainMask;
}

export type Mask = PlainMask | CellMask;

/** A mask and where: a column (`email`) or a place inside one as the contract nests it (`address.zip`, `lines.items.price`). */
export interface PlaceMask {
  place: string;
  mask: Mask;
}

/** One dimension of a roll-up: the value of a column as it is, or the unit of time it lies in. */
export interface RollUpDimension {
  column: string;
  unit: DateUnit | null;
}

/** What a cell tells about its rows. `count` without a column counts rows. */
export interface RollUpMeasure {
  function: 'count' | 'sum' | 'average' | 'count_distinct';
  column: string | null;
  /** Name of the column that the subject sees. */
  as: string;
}

/**
 * The only form in which the subject gets the table: one row (cell) for each combination of the dimensions, without the
 * cells that hold fewer than `minimum.units` distinct values of `minimum.of`. NULL is no unit.
 */
export interface RollUp {
  by: RollUpDimension[];
  measures: RollUpMeasure[];
  minimum: { units: number; of: string };
}

/** Obligations of one permit. Null: nothing of the kind. */
export interface Obligations {
  /** The only columns that are shown. */
  columns: string[] | null;
  masks: PlaceMask[];
  rollUp: RollUp | null;
  rowLimit: number | null;
  /** RFC 3339; the permit is none from then on. */
  until: string | null;
  /** False: results may be looked at, not taken away as files. */
  mayExport: boolean;
}

export const NO_OBLIGATIONS: Obligations = {
  columns: null,
  masks: [],
  rollUp: null,
  rowLimit: null,
  until: null,
  mayExport: true,
};

const STRICTNESS: readonly PlainMask['kind'][] = [
  'part',
  'bucket',
  'truncate',
  'hash',
  'fixed',
  'null',
  'hide',
];

/** The stricter of two masks in each row; null when two that may hold in one row are of one kind and differ. */
export function stricterMask(a: Mask, b: Mask): Mask | null {
  const layers = [...layersOf(a), ...layersOf(b)];
  const cases: MaskCase[] = [];
  for (const kind of [...STRICTNESS].reverse()) {
    const [first, ...others] = layers.filter(({ mask }) => mask.kind === kind);
    if (first === undefined) continue;
    if (others.some(({ mask }) => textOf(mask) !== textOf(first.mask))) return null;
    const where = or([first, ...others].map((layer) => layer.where));
    if (where.op === 'true') return cellMask(cases, first.mask);
    cases.push({ where, mask: first.mask });
  }
  return cellMask(cases, null);
}

function layersOf(mask: Mask): MaskCase[] {
  if (mask.kind !== 'cells') return [{ where: { op: 'true' }, mask }];
  const rest = mask.otherwise === null ? [] : layersOf(mask.otherwise);
  return [...mask.cases, ...rest];
}

/** A mask of cells; a plain one where no case is left. */
function cellMask(cases: MaskCase[], otherwise: PlainMask | null): Mask | null {
  return cases.length === 0 ? otherwise : { kind: 'cells', cases, otherwise };
}

function textOf(mask: PlainMask): string {
  return canonicalJson(mask as unknown as Json);
}

/** The plain masks that a mask may put in the place of a value, the strictest first. */
export function plainMasks(mask: Mask): PlainMask[] {
  return layersOf(mask).map((layer) => layer.mask);
}

/** A mask as a word for people: its kind, and whether it holds in all rows. */
export function maskWord(mask: Mask): string {
  if (mask.kind !== 'cells') return mask.kind;
  const kinds = mask.cases.map((one) => one.mask.kind).join(', ');
  return `${kinds} in some rows${mask.otherwise === null ? '' : `, else ${mask.otherwise.kind}`}`;
}
