/**
 * Masks as DuckDB SQL: what is written into a projection in the place of a value.
 *
 * Not which masks there are (`policy/decide.ts`) and not which fit (`policy/mask-types.ts`: who calls has asked it).
 * Invariants: no expression can throw, whatever the value is, so that no error tells of a row; NULL stays NULL, but for
 * `fixed`, which is the same for all; a place that is hidden is in neither value nor type; the key of a hash is never in
 * a statement, which reads it from two variables of its connection (`setKeySql`).
 */
import { type DataType, duckdbType, isPrimitive } from '../contract/data-type.ts';
import { fieldOf, type IcebergType, primitiveText } from '../lakehouse/schema.ts';
import type { BoundColumn, IcebergField } from '../lakehouse/types.ts';
import { assert, must, unreachable } from '../lib/assert.ts';
import { plainDecimal } from '../lib/decimal-text.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { constantSql, predicateOverToDuckdb } from '../lib/predicate-sql.ts';
import {
  fixedConstant,
  maskedType,
  numberScale,
  textConstant,
  unscaledMax,
  unscaledStep,
} from '../policy/mask-types.ts';
import type { CellMask, DateUnit, Mask, PlaceMask, PlainMask } from '../policy/obligations.ts';

/** A column as it is shown. */
export interface MaskedColumn {
  column: BoundColumn;
  /** The shown value of a stored one; null when it is shown as it is. */
  sql: ValueSql | null;
  /** True for a whole column that is hashed and whose equal values have equal texts. */
  isDistinct: boolean;
}

/** Name of the relation of stored rows. */
export const STORED = '_weft_stored';

type ValueSql = (value: string) => string;

/** The columns under these masks, which fit; a column of which nothing is left is not among them. */
export function maskColumns(
  columns: readonly BoundColumn[],
  masks: readonly PlaceMask[],
): MaskedColumn[] {
  const byPlace = new Map(masks.map(({ place, mask }) => [place, mask]));
  return columns.flatMap((column): MaskedColumn[] => {
    const { name, type } = column;
    const masked = maskPlace({ label: name, type, field: fieldTypeOf(column), depth: 0 }, byPlace);
    if (masked === null) return [];
    if (masked.sql === null) return [{ column, sql: null, isDistinct: false }];
    const field = { ...fieldOf(column), type: masked.field };
    const isDistinct = byPlace.get(name)?.kind === 'hash' && type.kind !== 'double';
    return [{ column: { ...column, type: masked.type, field }, sql: masked.sql, isDistinct }];
  });
}

/** A SELECT of masked columns; `rows` is a relation with the stored ones. */
export function maskedSelect(
  masked: readonly MaskedColumn[],
  rows: string,
  more: readonly string[] = [],
): string {
  const joins: string[] = [];
  const items = masked.map(({ column, sql, isDistinct }, i) => {
    const name = quoteIdent(column.name);
    // Why the name of the relation: a bare name could mean the masked value of another column of this list.
    const value = `${STORED}.${name}`;
    if (sql === null) return `${value} AS ${name}`;
    if (!isDistinct) return `${sql(value)} AS ${name}`;
    // Why a join: a hash is dear and values repeat, so each distinct one is hashed once.
    const distinct = `SELECT DISTINCT ${name} AS v FROM ${rows} AS ${STORED}`;
    const hashed = `(SELECT v, ${sql('v')} AS h FROM (${distinct}))`;
    joins.push(` LEFT JOIN ${hashed} AS _weft_hash_${i} ON ${value} = _weft_hash_${i}.v`);
    return `_weft_hash_${i}.h AS ${name}`;
  });
  return `SELECT ${[...items, ...more].join(', ')} FROM ${rows} AS ${STORED}${joins.join('')}`;
}

function fieldTypeOf(column: BoundColumn): IcebergType {
  return fieldOf(column).type as IcebergType;
}

interface Place {
  label: string;
  type: DataType;
  /** The same type as the table's schema has it, with the ids of fields. */
  field: IcebergType;
  /** Of lambdas around it, so that each has a name of its own. */
  depth: number;
}

interface MaskedPlace {
  type: DataType;
  field: IcebergType;
  sql: ValueSql | null;
}

/** Null when nothing of the place is left. */
function maskPlace(place: Place, masks: ReadonlyMap<string, Mask>): MaskedPlace | null {
  const mask = masks.get(place.label);
  if (mask?.kind === 'cells') return maskCells(mask, place, masks);
  if (mask !== undefined) return maskWhole(mask, place);
  return maskInner(place, masks);
}

/** What is inside of a place under its own masks. */
function maskInner(place: Place, masks: ReadonlyMap<string, Mask>): MaskedPlace | null {
  const { label, type, field } = place;
  const isTouched = [...masks.keys()].some((other) => other.startsWith(`${label}.`));
  if (isPrimitive(type) || !isTouched) return { type, field, sql: null };
  switch (type.kind) {
    case 'struct':
      return maskStruct(type, place, masks);
    case 'list':
      return maskList(type, place, masks);
    case 'map':
      return maskMap(type, place, masks);
  }
}

/** Other rows show what they would without the cases: with the masks of what is inside. */
function maskCells(
  { cases, otherwise }: CellMask,
  place: Place,
  masks: ReadonlyMap<string, Mask>,
): MaskedPlace | null {
  const rest = otherwise === null ? maskInner(place, masks) : maskWhole(otherwise, place);
  if (rest === null) return null;
  return {
    ...rest,
    sql(value) {
      const whens = cases.map(({ where, mask }) => {
        const masked =
          mask.kind === 'null' ? typed('NULL', rest.type) : maskSql(mask, place.type, value);
        return `WHEN ${predicateOverToDuckdb(STORED, where)} THEN ${masked}`;
      });
      return `CASE ${whens.join(' ')} ELSE ${rest.sql?.(value) ?? value} END`;
    },
  };
}

function maskWhole(mask: PlainMask, { type, field }: Place): MaskedPlace | null {
  const shown = maskedType(mask, type);
  if (shown === null) return null;
  return {
    type: shown,
    field: isPrimitive(shown) ? primitiveText(shown) : field,
    sql: (value) => maskSql(mask, type, value),
  };
}

function maskStruct(
  type: Extract<DataType, { kind: 'struct' }>,
  place: Place,
  masks: ReadonlyMap<string, Mask>,
): MaskedPlace | null {
  const { field } = place;
  assert(typeof field !== 'string' && field.type === 'struct', 'a struct is one in the schema');
  const stored = new Map(field.fields.map((member) => [member.name, member]));
  const members = type.fields.flatMap((member) => {
    const own = must(stored.get(member.name), 'a member of the schema');
    const masked = maskPlace(
      {
        label: `${place.label}.${member.name}`,
        type: member.type,
        field: own.type as IcebergType,
        depth: place.depth,
      },
      masks,
    );
    return masked === null ? [] : [{ member, own, masked }];
  });
  if (members.length === 0) return null;
  const fields: IcebergField[] = members.map(({ own, masked }) => ({ ...own, type: masked.field }));
  return {
    type: {
      kind: 'struct',
      fields: members.map(({ member, masked }) => ({ ...member, type: masked.type })),
    },
    field: { type: 'struct', fields },
    sql(value) {
      const parts = members.map(({ member, masked }) => {
        const inner = `struct_extract(${value}, ${quoteText(member.name)})`;
        return `${quoteIdent(member.name)} := ${masked.sql?.(inner) ?? inner}`;
      });
      return unlessNull(value, `struct_pack(${parts.join(', ')})`);
    },
  };
}

function maskList(
  type: Extract<DataType, { kind: 'list' }>,
  place: Place,
  masks: ReadonlyMap<string, Mask>,
): MaskedPlace | null {
  const { field } = place;
  assert(typeof field !== 'string' && field.type === 'list', 'a list is one in the schema');
  const inner = maskInside(place, 'items', { type: type.element, field: field.element }, masks);
  if (inner === null) return null;
  return {
    type: { kind: 'list', element: inner.type },
    field: { ...field, element: inner.field },
    sql: (value) => transformed(value, inner.sql, place.depth),
  };
}

function maskMap(
  type: Extract<DataType, { kind: 'map' }>,
  place: Place,
  masks: ReadonlyMap<string, Mask>,
): MaskedPlace | null {
  const { field } = place;
  assert(typeof field !== 'string' && field.type === 'map', 'a map is one in the schema');
  const key = maskInside(place, 'key', { type: type.key, field: field.key }, masks);
  const inner = maskInside(place, 'value', { type: type.value, field: field.value }, masks);
  if (key === null || inner === null) return null;
  return {
    type: { kind: 'map', key: key.type, value: inner.type },
    field: { ...field, key: key.field, value: inner.field },
    sql(value) {
      const keys = transformed(`map_keys(${value})`, key.sql, place.depth);
      const values = transformed(`map_values(${value})`, inner.sql, place.depth);
      return unlessNull(value, `map(${keys}, ${values})`);
    },
  };
}

function maskInside(
  place: Place,
  step: string,
  inner: { type: DataType; field: IcebergType },
  masks: ReadonlyMap<string, Mask>,
): MaskedPlace | null {
  return maskPlace({ ...inner, label: `${place.label}.${step}`, depth: place.depth + 1 }, masks);
}

/** A list with each item masked; NULL and no items stay what they are. */
function transformed(list: string, sql: ValueSql | null, depth: number): string {
  if (sql === null) return list;
  const item = quoteIdent(`_weft_item_${depth}`);
  return `list_transform(${list}, lambda ${item}: ${sql(item)})`;
}

function unlessNull(value: string, sql: string): string {
  return `CASE WHEN ${value} IS NOT NULL THEN ${sql} END`;
}

/** The masked value of one value. The mask fits the type. */
function maskSql(mask: PlainMask, type: DataType, value: string): string {
  switch (mask.kind) {
    case 'hide':
    case 'null':
      return typed('NULL', type);
    case 'fixed':
      return typed(constantSql(must(fixedConstant(mask.value, type), 'a value that fits')), type);
    case 'hash':
      return hashSql(canonicalTextSql(type, value));
    case 'truncate':
      return 'unit' in mask
        ? truncateTimeSql(mask.unit, type, value)
        : truncateNumberSql(mask.step, type, value);
    case 'bucket':
      return bucketSql(mask.bounds, type, value);
    case 'part':
      return partSql(mask, value);
    default:
      return unreachable(mask);
  }
}

function typed(sql: string, type: DataType): string {
  return `CAST(${sql} AS ${duckdbType(type)})`;
}

const INNER = 'weft_mask_inner';
const OUTER = 'weft_mask_outer';

/** The key of an agreement as the two blocks that HMAC begins with (RFC 2104: key ⊕ ipad, key ⊕ opad), hex. */
export interface HashKey {
  inner: string;
  outer: string;
}

/** Statements that lend the key to a connection. They hold it: they are run where no error of theirs is told. */
export function setKeySql({ inner, outer }: HashKey): string[] {
  assert(/^[0-9a-f]{128}$/.test(inner) && /^[0-9a-f]{128}$/.test(outer), 'two blocks of 64 bytes');
  const set = (name: string, hex: string): string =>
    `SET VARIABLE ${name} = unhex(${quoteText(hex)})`;
  return [set(INNER, inner), set(OUTER, outer)];
}

/** Statements that take it away. */
export const FORGET_KEY_SQL: readonly string[] = [INNER, OUTER].map(
  (name) => `RESET VARIABLE ${name}`,
);

/** HMAC-SHA-256 as 64 hex digits. Invariant: `unhex` only ever gets what `sha256` gave. */
function hashSql(text: string): string {
  const [inner, outer] = [INNER, OUTER].map((name) => `getvariable(${quoteText(name)})`);
  return `sha256(${outer} || unhex(sha256(${inner} || encode(${text}))))`;
}

/**
 * The one text of a value that is hashed: text as it is, digits of whole numbers, decimals with all digits of their scale,
 * `true`, `2026-01-31`, `08:30:00.000000`, `2026-01-31T08:30:00.000000Z`; a double as the engine prints it shortest, with
 * one zero.
 */
export function canonicalTextSql(type: DataType, value: string): string {
  switch (type.kind) {
    case 'string':
      return value;
    case 'timestamp':
      return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'timestamptz':
      return `strftime(CAST(${value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'time': {
      const text = `CAST(${value} AS VARCHAR)`;
      return `rpad(CASE WHEN contains(${text}, '.') THEN ${text} ELSE ${text} || '.' END, 15, '0')`;
    }
    case 'double':
      return `CAST(CASE WHEN ${value} = 0 THEN 0 ELSE ${value} END AS VARCHAR)`;
    default:
      return `CAST(${value} AS VARCHAR)`;
  }
}

/** Down to a multiple; what would fall below the type is its least value, the same for all of that interval. */
function truncateNumberSql(step: string, type: DataType, value: string): string {
  const scale = numberScale(type);
  if (scale === null) {
    const size = constantSql({ type: 'double', value: Number(plainDecimal(step)) });
    // Why + 0: one zero, whichever the sign was.
    return `(floor(${value} / ${size}) * ${size} + CAST('0' AS DOUBLE))`;
  }
  const size = must(unscaledStep(step, scale), 'a step that fits');
  const least = type.kind === 'decimal' ? -unscaledMax(type) : -unscaledMax(type) - 1n;
  const lowest = least - (least % size);
  const text = (unscaled: bigint): string => typed(quoteText(scaledText(unscaled, scale)), type);
  const rest = `(${value} % ${text(size)})`;
  const below = `CASE WHEN ${rest} < ${text(0n)} THEN ${text(size)} ELSE ${text(0n)} END`;
  return `CASE WHEN ${value} < ${text(lowest)} THEN ${text(least)} WHEN ${value} IS NOT NULL THEN TRY_CAST(${value} - ${rest} - ${below} AS ${duckdbType(type)}) END`;
}

function scaledText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** To the first instant of the unit; times outside of the years 1 to 9999 become NULL. */
export function truncateTimeSql(unit: DateUnit, type: DataType, value: string): string {
  const last = type.kind === 'date' ? '9999-12-31' : '9999-12-31 23:59:59.999999';
  const [least, greatest] = ['0001-01-01', last].map((text) => typed(quoteText(text), type));
  const start = `TRY_CAST(date_trunc(${quoteText(unit)}, ${value}) AS ${duckdbType(type)})`;
  return `CASE WHEN ${value} >= ${least} AND ${value} <= ${greatest} THEN ${start} END`;
}

/** Such as `(-∞, 10)`, `[10, 20)`, `[20, ∞)`, with the bounds as they were written; NaN lies in the last one. */
function bucketSql(bounds: readonly string[], type: DataType, value: string): string {
  const below = bounds.map((bound, i) => {
    const label = i === 0 ? `(-∞, ${bound})` : `[${bounds[i - 1]}, ${bound})`;
    const constant = must(textConstant(bound, type), 'a bound that fits');
    return `WHEN ${value} < ${typed(constantSql(constant), type)} THEN ${quoteText(label)}`;
  });
  const above = `WHEN ${value} IS NOT NULL THEN ${quoteText(`[${bounds.at(-1)}, ∞)`)}`;
  return `CASE ${below.join(' ')} ${above} END`;
}

/** Characters are code points. */
function partSql(
  { show, characters }: Extract<PlainMask, { kind: 'part' }>,
  value: string,
): string {
  const rest = quoteText('…');
  const part =
    show === 'first'
      ? `left(${value}, ${characters}) || ${rest}`
      : `${rest} || right(${value}, ${characters})`;
  return `CASE WHEN length(${value}) <= ${characters} THEN ${rest} WHEN ${value} IS NOT NULL THEN ${part} END`;
}
