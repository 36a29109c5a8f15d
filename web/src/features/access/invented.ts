/**
 * Rows that nobody has, in the shape of real ones: what a reader would see, before he may see anything.
 *
 * Not a sample. Invariants: nothing comes from data; the same contract gives the same rows; what a mask changes has the shape
 * that the mask leaves; a value that the row filter plainly shuts out is in none.
 */
import type { ContractProperty } from '@weft/core/contract/model';
import type { MaskKind } from '../../api/access.ts';
import { type ColumnLimits, limitsOf } from './invented-filter.ts';
import { inOrder, pairsOf } from './invented-pairs.ts';
import { inventText } from './invented-text.ts';

export interface InventedColumn {
  property: ContractProperty;
  mask: MaskKind | null;
}

/** Null is an empty value. */
export type InventedRow = (string | null)[];

/** `filter`: the row filter in words; null where all rows are seen. */
export function inventRows(
  columns: readonly InventedColumn[],
  count: number,
  filter: string | null = null,
): InventedRow[] {
  const limits = limitsOf(filter);
  const pairs = pairsOf(columns, limits);
  return Array.from({ length: count }, (_, row) => {
    const drawn = columns.map(({ property, mask }) => {
      const draw = drawerOf(`${property.name} ${row}`);
      const own = maskOfRow(mask, row);
      return {
        draw,
        mask: own,
        value: drawValue(property, { row, draw, limit: limits(property.name) }),
      };
    });
    const values = inOrder(
      drawn.map(({ value }) => value),
      pairs,
    );
    return drawn.map(({ draw, mask }, at) => {
      const value = values[at] ?? null;
      if (value === null) return mask === 'fixed' ? FIXED : null;
      return masked(value, { mask, draw });
    });
  });
}

interface Drawing {
  row: number;
  draw: () => number;
  limit: ColumnLimits;
}

function drawValue(property: ContractProperty, { row, draw, limit }: Drawing): string | null {
  const mayLack = !property.required && !limit.isFilled;
  if (mayLack && draw() < EMPTY_SHARE) return null;
  return isKey(property) && limit.among === null
    ? String(wholeOf(property, drawerOf(property.name)) + row)
    : inventWithin(property, draw, limit);
}

/** A number that no two rows have. */
function isKey({ type, unique, primaryKeyPosition }: ContractProperty): boolean {
  const isWhole = type.kind === 'int' || type.kind === 'long';
  return isWhole && (unique || primaryKeyPosition === 1);
}

/** `hide, hash in some rows, else null`: the kinds take turns, so that each is in sight. */
function maskOfRow(mask: MaskKind | null, row: number): MaskKind | null {
  const [, some, other] = /^(.*) in some rows(?:, else (\w+))?$/.exec(mask ?? '') ?? [];
  if (some === undefined) return mask;
  const kinds = [...some.split(', '), other ?? null];
  return kinds[row % kinds.length] ?? null;
}

const EMPTY_SHARE = 0.12;
const FIXED = '…';
/** Where the contract asks for a shape that cannot be invented. */
const NOT_INVENTED = '–';
const STAND_IN = 6;

function masked(
  value: string,
  { mask, draw }: { mask: MaskKind | null; draw: () => number },
): string | null {
  switch (mask) {
    case 'null':
    case 'hide':
      return null;
    case 'fixed':
      return FIXED;
    case 'hash':
      return `${hex(draw, STAND_IN)}…`;
    case 'bucket':
      return bucketOf(value);
    case 'truncate':
      return roundedOf(value);
    case 'part':
      return value.length > 2 ? `${value.slice(0, 2)}…` : '…';
    default:
      return value;
  }
}

function hex(draw: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(draw() * 16).toString(16)).join('');
}

function bucketOf(value: string): string {
  const number = Number(value);
  if (Number.isNaN(number)) return '[a, m)';
  const step = 10 ** Math.max(1, Math.floor(Math.log10(Math.abs(number) + 1)));
  const low = Math.floor(number / step) * step;
  return `[${low}, ${low + step})`;
}

function roundedOf(value: string): string {
  const number = Number(value);
  if (!Number.isNaN(number)) return String(Math.floor(number / 10) * 10);
  return /^\d{4}-\d{2}/.test(value) ? `${value.slice(0, 7)}-01` : value;
}

const TRIES = 8;

/** A dash where nothing that was drawn passes. */
function inventWithin(
  property: ContractProperty,
  draw: () => number,
  { among, without }: ColumnLimits,
): string {
  if (among !== null) return among[Math.floor(draw() * among.length)] ?? NOT_INVENTED;
  for (let tries = 0; tries < TRIES; tries++) {
    const value = inventValue(property, draw);
    if (!without.has(value)) return value;
  }
  return NOT_INVENTED;
}

function inventValue(property: ContractProperty, draw: () => number): string {
  const { type } = property;
  const known = knownValues(property);
  if (known.length > 0) return known[Math.floor(draw() * known.length)] ?? '';
  switch (type.kind) {
    case 'boolean':
      return draw() < 0.5 ? 'true' : 'false';
    case 'int':
    case 'long':
      return String(wholeOf(property, draw));
    case 'double':
      return (draw() * 100).toFixed(2);
    case 'decimal':
      return (wholeOf(property, draw) / 100).toFixed(Math.min(type.scale, 4));
    case 'date':
      return dayOf(draw);
    case 'time':
      return clockOf(draw);
    case 'timestamp':
      return `${dayOf(draw)} ${clockOf(draw)}`;
    case 'timestamptz':
      return `${dayOf(draw)}T${clockOf(draw)}Z`;
    case 'struct':
      return '{…}';
    case 'list':
    case 'map':
      return '[…]';
    case 'string':
      return inventShaped(property, draw) ?? NOT_INVENTED;
  }
}

/** The values that are allowed, where the contract says so. Why not its examples: they may be of real rows. */
function knownValues({ enumValues, quality }: ContractProperty): readonly string[] {
  const allowed = quality.flatMap(({ check }) =>
    check !== null && check.kind === 'values' && check.within === undefined ? [check.values] : [],
  );
  return enumValues ?? allowed[0] ?? [];
}

/**
 * A text of the shape that the options and the rules of the column ask for; null where they ask for several shapes.
 * Why no test of the others: a pattern of a contract could keep the page busy for ever.
 */
function inventShaped({ options, quality }: ContractProperty, draw: () => number): string | null {
  const ruled = quality.flatMap(({ check }) =>
    check !== null && check.kind === 'pattern' && check.within === undefined ? [check.pattern] : [],
  );
  const [pattern = null, ...others] = new Set([options.pattern ?? ruled[0] ?? null, ...ruled]);
  return others.length > 0 ? null : inventText({ ...options, pattern }, draw);
}

function wholeOf({ options, name }: ContractProperty, draw: () => number): number {
  const low = Math.ceil(Number(options.minimum ?? options.exclusiveMinimum ?? 1));
  const high = Number(options.maximum ?? options.exclusiveMaximum ?? Number.NaN);
  const span = Number.isNaN(high) ? (/_id$|^id$|_no$/.test(name) ? 900_000 : 400) : high - low;
  return low + Math.floor(draw() * Math.max(1, span));
}

function dayOf(draw: () => number): string {
  const day = new Date(Date.UTC(2025, 0, 1) + Math.floor(draw() * 365) * 86_400_000);
  return day.toISOString().slice(0, 10);
}

function clockOf(draw: () => number): string {
  const part = (most: number) => String(Math.floor(draw() * most)).padStart(2, '0');
  return `${part(24)}:${part(60)}:${part(60)}`;
}

/** Draws in [0, 1) that follow from the text alone (FNV-1a, then xorshift). */
function drawerOf(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}
