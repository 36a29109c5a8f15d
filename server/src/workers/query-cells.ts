/**
 * Cells of a result as JSON and CSV text.
 *
 * Integers beyond 2^53 and decimals are strings in JSON, times are RFC 3339 (a timestamp without zone has no offset),
 * bytes are base64, NaN and the infinities are strings. Lists are arrays, structs are objects, maps are arrays of
 * `{key, value}`. Invariant: no value is rounded.
 */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
} from '@duckdb/node-api';
import type { ResultShape } from '@weft/core/query/ports';

/** A cell as a value that `JSON.stringify` writes as this module promises. */
export function cellToJson(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return value <= SAFE && value >= -SAFE ? Number(value) : String(value);
    case 'number':
      if (!Number.isFinite(value)) return nonFinite(value);
      return Object.is(value, -0) ? NEGATIVE_ZERO : value;
    case 'object':
      return value === null ? null : objectToJson(value);
    case 'undefined':
      return null;
    default:
      return value;
  }
}

/** Why raw: both ways to write a number take the sign of a zero away. */
const NEGATIVE_ZERO = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('-0.0');

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

function objectToJson(value: object): unknown {
  if (value instanceof DuckDBDateValue) return dateText(value);
  if (value instanceof DuckDBTimestampTZValue) return timestampText(value, 'Z');
  if (isTimestamp(value)) return timestampText(value, '');
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(cellToJson);
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([key, cell]) => [key, cellToJson(cell)]),
    );
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({
      key: cellToJson(entry.key),
      value: cellToJson(entry.value),
    }));
  }
  if (value instanceof DuckDBUnionValue) return { [value.tag]: cellToJson(value.value) };
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  return String(value);
}

function isTimestamp(value: object): boolean {
  return (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  );
}

function dateText(value: DuckDBDateValue): string {
  if (value.days === 2_147_483_647) return 'infinity';
  return value.days === -2_147_483_647 ? '-infinity' : String(value);
}

/** `2024-01-02 03:04:05+00` becomes `2024-01-02T03:04:05Z`; infinities and years before Christ stay words. */
function timestampText(value: object, zone: string): string {
  const text = String(value);
  if (!/^\d{4,}-/.test(text) || text.includes('(BC)')) return text;
  return text.replace(' ', 'T').replace(/[+-]\d{2}(?::\d{2})?$/, '') + zone;
}

/** How rows of one shape are written; `names` are the column names of the result. */
export function rowWriter(
  shape: ResultShape,
  names: readonly string[],
): (cells: readonly unknown[]) => string {
  if (shape === 'csv') return (cells) => `${cells.map(csvCell).join(',')}\r\n`;
  if (shape === 'arrays') return (cells) => `${JSON.stringify(cells.map(cellToJson))}\n`;
  const keys = shape === 'keyed' ? names.map((_name, i) => `c${i}`) : distinctNames(names);
  const heads = keys.map((key, i) => `${i === 0 ? '' : ','}${JSON.stringify(key)}:`);
  const cell = shape === 'keyed' ? keyedCell : cellToJson;
  return (cells) => {
    let line = '{';
    for (let i = 0; i < cells.length; i++) line += heads[i] + JSON.stringify(cell(cells[i]));
    return `${line}}\n`;
  };
}

// Why: for the Parquet writer nested values are text, since it reads every cell as text.
function keyedCell(value: unknown): unknown {
  const cell = cellToJson(value);
  return typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : cell;
}

/** Names made distinct for objects: a second `a` is `a_1`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let i = 1; taken.has(candidate); i++) candidate = `${name}_${i}`;
    taken.add(candidate);
    return candidate;
  });
}

/** RFC 4180: NULL is nothing, an empty text is two quotes. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const cell = cellToJson(value);
  const text = typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
