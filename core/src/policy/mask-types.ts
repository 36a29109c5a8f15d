/**
 * Which mask fits which type, and what type the masked value has: one answer for those who write policies and for the
 * projection that carries them out.
 *
 * Not the masking itself (`query/masks.ts`) and not which of several masks counts (`obligations.ts`). Pure.
 * Invariants: a mask that fits can be carried out for every value of the type, without an error and without rounding; one
 * that would show every value as it is does not fit; what is not understood does not fit.
 */
import { type DataType, isPrimitive, typeName } from '../contract/data-type.ts';
import { type NestedPath, nestedNodes, pathLabel } from '../contract/nested-path.ts';
import { unreachable } from '../lib/assert.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { compareDecimals, plainDecimal } from '../lib/decimal-text.ts';
import { type Constant, compareCells } from '../lib/predicate.ts';
import { readConstant } from './constant.ts';
import {
  type CellMask,
  DATE_UNITS,
  type DateUnit,
  type Mask,
  type PlaceMask,
  plainMasks,
} from './obligations.ts';

const TEXT: DataType = { kind: 'string' };
const BOUNDS_MAX = 1_000;
const CHARACTERS_MAX = 1_000;
export const INT_MAX = 2n ** 31n - 1n;
export const LONG_MAX = 2n ** 63n - 1n;

/** A column as masks see it. */
export interface MaskColumn {
  name: string;
  type: DataType;
}

/** A mask that cannot be carried out, and why. */
export interface MaskProblem {
  place: string;
  problem: string;
}

/** Null when the mask can stand at a place of this type, else a phrase that says why not. Total, whatever `mask` holds. */
export function maskFits(mask: Mask, type: DataType): string | null {
  switch (mask?.kind) {
    case 'hide':
    case 'null':
      return null;
    case 'fixed':
      return fixedConstant(mask.value, type) === null
        ? `the fixed value is not one of ${typeName(type)}`
        : null;
    case 'hash':
      return isPrimitive(type)
        ? null
        : `${typeName(type)} cannot be hashed, only what is inside it`;
    case 'truncate':
      return 'unit' in mask ? unitFits(mask.unit, type) : stepFits(mask.step, type);
    case 'bucket':
      return boundsFit(mask.bounds, type);
    case 'part':
      return partFits(mask, type);
    case 'cells':
      return cellsFit(mask, type);
    default:
      return 'this kind of mask is not known';
  }
}

/** The type of the values that the mask leaves; null when it leaves none. The mask fits. */
export function maskedType(mask: Mask, type: DataType): DataType | null {
  switch (mask.kind) {
    case 'hide':
      return null;
    case 'hash':
    case 'bucket':
      return TEXT;
    case 'null':
    case 'fixed':
    case 'truncate':
    case 'part':
      return type;
    case 'cells':
      return mask.otherwise === null ? type : maskedType(mask.otherwise, type);
    default:
      return unreachable(mask);
  }
}

/** Whether all rows have values of one type: the condition itself is judged where the table is (`filter-fit.ts`). */
function cellsFit(mask: CellMask, type: DataType): string | null {
  if (!Array.isArray(mask.cases) || mask.cases.length === 0) return 'it says no rows';
  const masks = plainMasks(mask);
  const misfit = masks.map((one) => maskFits(one, type)).find((problem) => problem !== null);
  if (misfit !== undefined) return misfit;
  const shown = maskedType(mask, type);
  const isOfType = masks.every(
    (one) => one.kind === 'null' || canonicalJson(maskedType(one, type)) === canonicalJson(shown),
  );
  return shown !== null && isOfType ? null : 'some rows would have values of another type';
}

/**
 * Everything that is wrong with masks over these columns; none when each can be carried out. A place is written as the
 * contract nests it (`lines.items.price`), and has one mask; what is inside a place that is hidden or NULL may have its own.
 */
export function maskProblems(
  columns: readonly MaskColumn[],
  masks: readonly PlaceMask[],
): MaskProblem[] {
  const places = placesOf(columns);
  const seen = new Set<string>();
  return masks.flatMap(({ place, mask }) => {
    const problem = seen.has(place) ? 'it has two masks' : placeProblem(places.get(place), mask);
    seen.add(place);
    return problem === null ? [] : [{ place: String(place), problem }];
  });
}

interface Place {
  path: NestedPath;
  type: DataType;
}

/** Every place of the columns by its label; null where two have the same. */
function placesOf(columns: readonly MaskColumn[]): Map<string, Place | null> {
  const places = new Map<string, Place | null>();
  for (const { name, type } of columns) {
    for (const node of nestedNodes(type)) {
      const label = pathLabel(name, node.path);
      places.set(label, places.has(label) ? null : node);
    }
  }
  return places;
}

function placeProblem(place: Place | null | undefined, mask: Mask): string | null {
  if (place === undefined) return 'there is no such place';
  if (place === null) return 'two places have this name';
  const step = place.path.at(-1);
  if (step === 'key' && mask?.kind !== 'hash') {
    return 'keys of a map have to stay distinct: they can be hashed only, or the map be hidden';
  }
  if (typeof step === 'string' && mask?.kind === 'hide') {
    return 'what is inside cannot go alone: hide the list or the map';
  }
  return maskFits(mask, place.type);
}

/** The value of a `fixed` mask in the one form that SQL is built from; null when it is none of the type. */
export function fixedConstant(value: Constant, type: DataType): Constant | null {
  if (value?.type === 'null') return value;
  const isOfKind = value?.type === type.kind || (value?.type === 'int' && type.kind === 'long');
  return isOfKind ? textConstant(String(value.value), type) : null;
}

/** The text as a constant of the type; null when it is none. */
export function textConstant(text: unknown, type: DataType): Constant | null {
  if (typeof text !== 'string') return null;
  return readConstant(type, { text, quoted: true, at: 0 }).value;
}

function unitFits(unit: DateUnit, type: DataType): string | null {
  if (!DATE_UNITS.includes(unit)) return 'the unit of time is not known';
  if (type.kind === 'timestamp' || type.kind === 'timestamptz') return null;
  if (type.kind !== 'date') return `${typeName(type)} has no unit of time`;
  return unit === 'day' ? 'a date is not finer than a day: it would show each value' : null;
}

function stepFits(step: unknown, type: DataType): string | null {
  const plain = typeof step === 'string' ? plainDecimal(step) : null;
  if (plain === null || compareDecimals(plain, '0') <= 0)
    return 'the step is not a positive number';
  if (type.kind === 'double') {
    const value = Number(plain);
    return value > 0 && Number.isFinite(value) ? null : 'the step is beyond the range of a double';
  }
  const scale = numberScale(type);
  if (scale === null) return `${typeName(type)} is not a number`;
  const unscaled = unscaledStep(plain, scale);
  if (unscaled === null) return `the step is finer than ${typeName(type)}`;
  if (unscaled === 1n) return 'the step is the finest of the type: it would show each value';
  return unscaled > unscaledMax(type) ? 'the step is beyond the range of the type' : null;
}

/** Digits after the point of an exact number; null for types that are none. */
export function numberScale(type: DataType): number | null {
  if (type.kind === 'int' || type.kind === 'long') return 0;
  return type.kind === 'decimal' ? type.scale : null;
}

/** A positive step in units of the last digit; null when it is finer than that. */
export function unscaledStep(step: string, scale: number): bigint | null {
  const [whole = '', fraction = ''] = (plainDecimal(step) ?? '').split('.');
  return fraction.length > scale ? null : BigInt(whole + fraction.padEnd(scale, '0'));
}

/** The greatest value of an exact number in units of its last digit. */
export function unscaledMax(type: DataType): bigint {
  if (type.kind === 'decimal') return 10n ** BigInt(type.precision) - 1n;
  return type.kind === 'int' ? INT_MAX : LONG_MAX;
}

function boundsFit(bounds: unknown, type: DataType): string | null {
  if (!isPrimitive(type) || type.kind === 'boolean' || type.kind === 'time') {
    return `${typeName(type)} has no intervals`;
  }
  if (!Array.isArray(bounds) || bounds.length === 0) return 'there are no bounds';
  if (bounds.length > BOUNDS_MAX) return `there are more than ${BOUNDS_MAX} bounds`;
  const constants = bounds.map((bound) => textConstant(bound, type));
  const wrong = constants.indexOf(null);
  if (wrong >= 0) return `the bound "${String(bounds[wrong])}" is not a ${typeName(type)}`;
  const cells = constants.map((constant) => cellOf(constant));
  const isAscending = cells.every(
    (cell, i) => i === 0 || compareCells(cells[i - 1] ?? '', cell) < 0,
  );
  return isAscending ? null : 'the bounds do not ascend';
}

/** A constant as `compareCells` orders it. */
function cellOf(constant: Constant | null): string | number | bigint | boolean {
  if (constant === null || constant.type === 'null') return '';
  const { type, value } = constant;
  const isExact = type === 'int' || type === 'long' || type === 'decimal';
  return isExact ? BigInt(value.replace('.', '')) : value;
}

function partFits(mask: Extract<Mask, { kind: 'part' }>, type: DataType): string | null {
  if (type.kind !== 'string') return `${typeName(type)} is not text`;
  if (mask.show !== 'first' && mask.show !== 'last') return 'it does not say which end is shown';
  const { characters } = mask;
  const isCount = Number.isInteger(characters) && characters >= 1 && characters <= CHARACTERS_MAX;
  return isCount ? null : `the number of characters is not between 1 and ${CHARACTERS_MAX}`;
}
