/**
 * How values travel between JavaScript and PostgreSQL's text format, the same for both engines.
 *
 * Not a mapper of rows to nouns: each room does that. Invariants: parameters go out as text and the server decides the
 * type, so one value means the same on both engines; no number is ever rounded on its way in (what JavaScript cannot
 * hold exactly stays text).
 */
import { AssertionError } from '@weft/core/lib/assert';
import { parseSafeJson, stringifySafeJson } from '@weft/core/lib/safe-json';

/** Type numbers of PostgreSQL's catalogue (pg_type.dat) that do not stay text. */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  timestamp: 1114,
  timestamptz: 1184,
  jsonb: 3802,
} as const;

type Parse = (text: string) => unknown;

const SCALARS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [OID.bool, (text) => text === 't'],
  [OID.bytea, parseBytes],
  [OID.int8, parseInteger],
  [OID.int2, Number],
  [OID.int4, Number],
  [OID.oid, Number],
  [OID.json, parseJson],
  [OID.float4, Number],
  [OID.float8, Number],
  [OID.timestamp, (text) => text.replace(' ', 'T')],
  [OID.timestamptz, parseInstant],
  [OID.jsonb, parseJson],
]);

/** Array type → element type. Arrays of types that are not listed stay in PostgreSQL's text form. */
const ARRAYS: ReadonlyMap<number, number> = new Map([
  [1000, OID.bool],
  [1001, OID.bytea],
  [1005, OID.int2],
  [1007, OID.int4],
  [1016, OID.int8],
  [199, OID.json],
  [1021, OID.float4],
  [1022, OID.float8],
  [1115, OID.timestamp],
  [1185, OID.timestamptz],
  [3807, OID.jsonb],
  [1003, 19], // name
  [1009, 25], // text
  [1015, 1043], // varchar
  [1231, 1700], // numeric
  [1182, 1082], // date
  [2951, 2950], // uuid
]);

/**
 * A result value from PostgreSQL's text format: `int8` is a number when it is safe and text otherwise, `numeric` and
 * `date` are text, `timestamptz` is RFC 3339 in UTC, `json` and `jsonb` are parsed, `bytea` is a Uint8Array.
 */
export function parseSqlValue(typeId: number, text: string | null): unknown {
  if (text === null) return null;
  const element = ARRAYS.get(typeId);
  if (element !== undefined) return parseArray(text, (item) => parseSqlValue(element, item));
  const parse = SCALARS.get(typeId);
  return parse === undefined ? text : parse(text);
}

/**
 * A parameter in PostgreSQL's text format. Plain objects become JSON; an array becomes a PostgreSQL array, so a JSON
 * array is passed as `JSON.stringify(list)`; a Date is an instant. Throws on what has no SQL form.
 */
export function encodeSqlParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${toHex(value)}`;
  if (Array.isArray(value)) return `{${value.map(encodeArrayItem).join(',')}}`;
  if (typeof value === 'object') return stringifySafeJson(value);
  throw new AssertionError(`a parameter of type ${typeof value} has no SQL form`);
}

function encodeArrayItem(item: unknown): string {
  if (Array.isArray(item)) return `{${item.map(encodeArrayItem).join(',')}}`;
  const text = encodeSqlParameter(item);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function parseInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function parseJson(text: string): unknown {
  // Why: only a long run of digits can be an integer that JSON.parse would round; the exact parser is slower.
  return /\d{16}/.test(text) ? parseSafeJson(text) : JSON.parse(text);
}

/** `2026-11-22 10:00:00.5+00` → `2026-11-22T10:00:00.5Z`; sessions run in UTC. Infinities stay as they are. */
function parseInstant(text: string): string {
  return text.endsWith('infinity') ? text : `${text.slice(0, -3).replace(' ', 'T')}Z`;
}

function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** PostgreSQL's array text (documentation 8.15.6): braces, commas, double quotes, backslashes, bare NULL. */
function parseArray(text: string, parseItem: (item: string | null) => unknown): unknown[] {
  // A lower bound other than 1 is written before the braces: `[0:1]={…}`.
  let at = text.indexOf('{');
  const readList = (): unknown[] => {
    const items: unknown[] = [];
    at += 1;
    while (text[at] !== '}') {
      if (text[at] === ',') at += 1;
      items.push(text[at] === '{' ? readList() : readItem());
    }
    at += 1;
    return items;
  };
  const readItem = (): unknown => {
    if (text[at] === '"') return parseItem(readQuoted());
    const start = at;
    while (text[at] !== ',' && text[at] !== '}') at += 1;
    const bare = text.slice(start, at);
    return parseItem(bare === 'NULL' ? null : bare);
  };
  const readQuoted = (): string => {
    let item = '';
    at += 1;
    while (text[at] !== '"') {
      if (text[at] === '\\') at += 1;
      item += text[at];
      at += 1;
    }
    at += 1;
    return item;
  };
  return readList();
}
