/**
 * Random rows of every type that a predicate compares, at columns and inside structs, full of the values that engines
 * disagree about; each as the cell that the reference evaluator sees and as the SQL of DuckDB that makes the same value.
 *
 * Not the predicates (`predicate-cases.ts`). Invariant: the SQL of a cell is made of the cell, never of a constant's text.
 */
import { type DataType, duckdbType } from '@weft/core/contract/data-type';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import type { Cell, Constant } from '@weft/core/lib/predicate';

export type Random = () => number;

export interface CaseColumn {
  name: string;
  type: DataType;
}

/** Rows as objects in objects, with bigint, number, text and boolean at their leaves. */
export type CaseRow = Readonly<Record<string, unknown>>;

/** A place that a predicate may compare, or of which it may ask only whether it is NULL. */
export interface CasePlace {
  path: string;
  type: DataType;
}

const member = (name: string, type: DataType) => ({ id: name, name, type, required: false });

export const CASE_COLUMNS: readonly CaseColumn[] = [
  { name: 'ok', type: { kind: 'boolean' } },
  { name: 'small', type: { kind: 'int' } },
  { name: 'big', type: { kind: 'long' } },
  { name: 'money', type: { kind: 'decimal', precision: 9, scale: 2 } },
  { name: 'huge', type: { kind: 'decimal', precision: 38, scale: 0 } },
  { name: 'tiny', type: { kind: 'decimal', precision: 38, scale: 38 } },
  { name: 'share', type: { kind: 'double' } },
  { name: 'label', type: { kind: 'string' } },
  { name: 'day', type: { kind: 'date' } },
  { name: 'wall', type: { kind: 'timestamp' } },
  { name: 'instant', type: { kind: 'timestamptz' } },
  {
    name: 'address',
    type: {
      kind: 'struct',
      fields: [
        member('zip', { kind: 'string' }),
        member('lat', { kind: 'double' }),
        member('since', { kind: 'date' }),
        member('rent', { kind: 'decimal', precision: 12, scale: 3 }),
        member('geo', {
          kind: 'struct',
          fields: [
            member('level', { kind: 'int' }),
            member('code', { kind: 'string' }),
            member('open', { kind: 'boolean' }),
            member('seen', { kind: 'timestamptz' }),
          ],
        }),
      ],
    },
  },
  { name: 'tags', type: { kind: 'list', element: { kind: 'string' } } },
  { name: 'notes', type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'long' } } },
];

/** All places of the columns, those of structs and their fields among them. */
export function placesOf(columns: readonly CaseColumn[], before = ''): CasePlace[] {
  return columns.flatMap(({ name, type }) => {
    const path = before + name;
    const inner = type.kind === 'struct' ? placesOf(type.fields, `${path}.`) : [];
    return [{ path, type }, ...inner];
  });
}

const MICROS = { ends: [-62_135_596_800_000_000n, 253_402_300_799_999_999n] } as const;
const DAYS = { ends: [-719_162n, 2_932_896n] } as const;
/** Beyond the years 1 to 9999, up to DuckDB's infinities: values that files may hold and no constant names. */
const BEYOND: Readonly<Record<string, readonly bigint[]>> = {
  date: [-2_147_483_647n, -2_147_483_646n, -719_163n, 2_932_897n, 2_147_483_646n, 2_147_483_647n],
  timestamp: [
    -9_223_372_036_854_775_807n,
    -9_223_372_022_400_000_000n,
    -62_135_596_800_000_001n,
    253_402_300_800_000_000n,
    9_223_372_036_854_775_806n,
    9_223_372_036_854_775_807n,
  ],
};

const TEXTS = [
  ...[
    '',
    ' ',
    'a',
    'A',
    'ab',
    'abc',
    'a ',
    'b',
    '%',
    'a%',
    '_',
    'a_b',
    '\\',
    "it's",
    '"',
    '\n',
    '\u0001',
  ],
  ...[
    'é',
    'e\u0301',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'ﬀ',
    '\u00a0',
    '\u200b',
    '\u202e',
    '\ufeff',
    '\ud7ff',
    '\ue000',
  ],
  ...[
    '\ufffd',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    '😀',
    '😀a',
    '👩\u200d👧',
    'a\u{10000}',
    'a\uffff',
  ],
  ...[
    'x'.repeat(15),
    'x'.repeat(16),
    'x'.repeat(17),
    'x'.repeat(300),
    '\u{10ffff}'.repeat(17),
    '10',
    '9',
    '1e1',
  ],
];

const NUMBERS = [
  ...[Number.NaN, 0, -0, 1, -1, 0.1, 0.30000000000000004, 1.5, 1e300, -1e300, 2 ** 53],
  ...[
    Infinity,
    -Infinity,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
  ],
  ...[2.2250738585072014e-308, 1e-300, 1.1, 1.1000000000000003],
];

/** What makes cells: `beyond` for those that only DuckDB is sure to have. */
export interface CellOptions {
  random: Random;
  beyond: boolean;
}

/** One of a list. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** A value of the type, never NULL outside and at times NULL inside. */
function makeValue(type: DataType, options: CellOptions): unknown {
  const { random } = options;
  switch (type.kind) {
    case 'struct':
      return makeRow(type.fields, options);
    case 'list':
      return Array.from({ length: Math.floor(random() * 3) }, () => makeText(random));
    case 'map':
      return [];
    case 'boolean':
      return random() < 0.5;
    case 'double':
      return random() < 0.7 ? pick(random, NUMBERS) : (random() - 0.5) * 10 ** (random() * 20);
    case 'string':
      return makeText(random);
    default:
      return makeWhole(type, options);
  }
}

function makeText(random: Random): string {
  if (random() < 0.8) return pick(random, TEXTS);
  return pick(random, TEXTS).slice(0, 40) + pick(random, ['', 'a', 'é', '😀', '\uffff']);
}

function makeWhole(type: DataType, { random, beyond }: CellOptions): bigint {
  const ends = endsOf(type);
  if (beyond && random() < 0.1) {
    const list = BEYOND[type.kind === 'timestamptz' ? 'timestamp' : type.kind];
    if (list !== undefined) return pick(random, list);
  }
  const near = BigInt(Math.floor(random() * 5)) - 2n;
  if (random() < 0.3) return clamp(pick(random, ends) + near, ends);
  if (random() < 0.5) return clamp(near, ends);
  const scale = 10n ** BigInt(Math.floor(random() * 38));
  return clamp((BigInt(Math.floor(random() * 2000)) - 1000n) * scale + near, ends);
}

function endsOf(type: DataType): readonly [bigint, bigint] {
  switch (type.kind) {
    case 'int':
      return [-(2n ** 31n), 2n ** 31n - 1n];
    case 'date':
      return DAYS.ends;
    case 'timestamp':
    case 'timestamptz':
      return MICROS.ends;
    case 'decimal':
      return [-(10n ** BigInt(type.precision)) + 1n, 10n ** BigInt(type.precision) - 1n];
    default:
      return [-(2n ** 63n), 2n ** 63n - 1n];
  }
}

function clamp(value: bigint, [least, greatest]: readonly [bigint, bigint]): bigint {
  if (value < least) return least;
  return value > greatest ? greatest : value;
}

/** A random row of the columns; one cell in seven is NULL. */
export function makeRow(columns: readonly CaseColumn[], options: CellOptions): CaseRow {
  return Object.fromEntries(
    columns.map(({ name, type }) => [
      name,
      options.random() < 1 / 7 ? null : makeValue(type, options),
    ]),
  );
}

/** A constant of the type, or null where a predicate cannot name the value that was drawn. */
export function makeConstant(type: DataType, random: Random): Constant | null {
  const value = makeValue(type, { random, beyond: false });
  switch (type.kind) {
    case 'boolean':
      return { type: 'boolean', value: value === true };
    case 'double':
      return { type: 'double', value: Number(value) };
    case 'string':
      return { type: 'string', value: String(value) };
    case 'int':
    case 'long':
      return { type: type.kind, value: String(value) };
    case 'decimal':
      return { type: 'decimal', value: decimalText(value as bigint, type.scale) };
    case 'date':
      return { type: 'date', value: isoText((value as bigint) * 86_400_000_000n).slice(0, 10) };
    case 'timestamp':
    case 'timestamptz':
      return { type: type.kind, value: isoText(value as bigint) };
    default:
      return null;
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const at = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** `2026-01-31T08:30:00.000000Z` of microseconds since 1970. */
function isoText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(rest).padStart(6, '0')}Z`;
}

/** A SELECT of the rows, numbered by a column `id`, with every column of exactly its type. */
export function rowsSql(
  columns: readonly CaseColumn[],
  rows: readonly CaseRow[],
  from = 0,
): string {
  const tuples = rows.map(
    (row, i) =>
      `(${[String(from + i), ...columns.map(({ name, type }) => valueSql(type, row[name]))].join(', ')})`,
  );
  const names = ['id', ...columns.map(({ name }) => quoteIdent(name))];
  const casts = columns.map(({ name, type }) => {
    return `CAST(${quoteIdent(name)} AS ${duckdbType(type)}) AS ${quoteIdent(name)}`;
  });
  return `SELECT CAST(id AS BIGINT) AS id, ${casts.join(', ')}
    FROM (VALUES ${tuples.join(',\n')}) AS v(${names.join(', ')})`;
}

function valueSql(type: DataType, value: unknown): string {
  if (value === null) return `CAST(NULL AS ${duckdbType(type)})`;
  switch (type.kind) {
    case 'boolean':
      return String(value);
    case 'string':
      return quoteText(String(value));
    case 'double':
      return `CAST(${quoteText(Object.is(value, -0) ? '-0.0' : String(value))} AS DOUBLE)`;
    case 'decimal':
      return `CAST(${quoteText(decimalText(value as bigint, type.scale))} AS ${duckdbType(type)})`;
    case 'date':
      return dateSql(value as bigint);
    case 'timestamp':
    case 'timestamptz':
      return timestampSql(value as bigint, type);
    case 'struct': {
      const fields = type.fields.map(
        (field) =>
          `${quoteIdent(field.name)}: ${valueSql(field.type, (value as CaseRow)[field.name])}`,
      );
      return `{${fields.join(', ')}}`;
    }
    case 'list': {
      const items = (value as unknown[]).map((item) => valueSql(type.element, item));
      return `CAST([${items.join(', ')}] AS ${duckdbType(type)})`;
    }
    case 'map':
      return `CAST(MAP {} AS ${duckdbType(type)})`;
    default:
      return `CAST(${quoteText(String(value))} AS ${duckdbType(type)})`;
  }
}

const INFINITE_DAY = 2_147_483_647n;
const INFINITE_MICROS = 9_223_372_036_854_775_807n;

function dateSql(days: bigint): string {
  if (days === INFINITE_DAY) return "DATE 'infinity'";
  if (days === -INFINITE_DAY) return "DATE '-infinity'";
  return `make_date(CAST(${days} AS INTEGER))`;
}

function timestampSql(micros: bigint, type: DataType): string {
  const name = duckdbType(type);
  if (micros === INFINITE_MICROS) return `${name} 'infinity'`;
  if (micros === -INFINITE_MICROS) return `${name} '-infinity'`;
  const make = type.kind === 'timestamp' ? 'make_timestamp' : 'make_timestamptz';
  return `${make}(CAST(${micros} AS BIGINT))`;
}

/** A cell as a reader writes it, for failures. */
export function showCell(cell: Cell | object): string {
  if (typeof cell === 'string') return JSON.stringify(cell);
  if (typeof cell === 'object' && cell !== null) return 'a value';
  return Object.is(cell, -0) ? '-0' : String(cell);
}
