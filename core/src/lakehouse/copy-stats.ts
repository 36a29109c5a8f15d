/**
 * Turns the row that DuckDB's `COPY … (RETURN_STATS)` gives into the data file entry of a manifest.
 *
 * Not here: writing the file (`sql.ts` has the options).
 * Invariants: a bound that cannot be told exactly or safely is left out, never guessed; statistics inside lists and maps
 * are not taken, since they count elements and not rows.
 */
import { must } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { encodeBound, parseCell, truncateLower, truncateUpper } from './bounds.ts';
import { uriOfPath } from './paths.ts';
import { fieldOf, type IcebergType, parsePrimitive } from './schema.ts';
import type { BoundColumn, DataFile } from './types.ts';

/** One row of `COPY … (RETURN_STATS)`, as the engine adapter hands it over: maps as entry lists, Maps or objects. */
export interface CopyRow {
  filename: unknown;
  count: unknown;
  file_size_bytes: unknown;
  column_statistics: unknown;
}

interface Leaf {
  fieldId: number;
  type: string;
  /** Inside a list or map: there is more or less than one value per row. */
  repeated: boolean;
}

/** The data file of one written file. Throws TABLE_CORRUPT when the row is not what RETURN_STATS gives. */
export function dataFileFromCopy(
  row: CopyRow | Record<string, unknown>,
  columns: BoundColumn[],
): DataFile {
  const file = emptyFile(row);
  const leaves = new Map<string, Leaf>();
  for (const column of columns) {
    const { id, name, type } = fieldOf(column);
    collectLeaves(leaves, { key: quoteKey(name), id, type: type as IcebergType, repeated: false });
  }
  for (const [key, value] of mapEntries(row['column_statistics'])) {
    const leaf = leaves.get(key);
    if (leaf !== undefined) addStatistics(file, leaf, new Map(mapEntries(value)));
  }
  return file;
}

/** What a file says of its columns before anything was reckoned. */
export function noStatistics() {
  return {
    columnSizes: new Map(),
    valueCounts: new Map(),
    nullCounts: new Map(),
    nanCounts: new Map(),
    lowerBounds: new Map(),
    upperBounds: new Map(),
  } satisfies Partial<DataFile>;
}

function emptyFile(row: CopyRow | Record<string, unknown>): DataFile {
  const path = row['filename'];
  if (typeof path !== 'string' || path === '') throw unexpected('no file name');
  return {
    path: uriOfPath(path),
    records: wholeNumber(row['count']),
    bytes: wholeNumber(row['file_size_bytes']),
    ...noStatistics(),
  };
}

function collectLeaves(
  leaves: Map<string, Leaf>,
  at: { key: string; id: number; type: IcebergType; repeated: boolean },
): void {
  const { key, id, type, repeated } = at;
  if (typeof type === 'string') {
    leaves.set(key, { fieldId: id, type, repeated });
    return;
  }
  const inner = (name: string, innerId: number, innerType: IcebergType, many: boolean): void =>
    collectLeaves(leaves, {
      key: `${key}.${quoteKey(name)}`,
      id: innerId,
      type: innerType,
      repeated: repeated || many,
    });
  if (type.type === 'struct') {
    for (const f of type.fields) inner(f.name, f.id, f.type as IcebergType, false);
  } else if (type.type === 'list') {
    inner('element', type['element-id'], type.element, true);
  } else {
    inner('key', type['key-id'], type.key, true);
    inner('value', type['value-id'], type.value, true);
  }
}

function addStatistics(file: DataFile, leaf: Leaf, stats: Map<string, unknown>): void {
  const { fieldId } = leaf;
  const size = stats.get('column_size_bytes');
  if (size !== undefined) file.columnSizes.set(fieldId, wholeNumber(size));
  const type = parsePrimitive(leaf.type);
  if (leaf.repeated || type === null) return;
  const values = stats.get('num_values');
  const nulls = stats.get('null_count');
  if (values !== undefined) file.valueCounts.set(fieldId, wholeNumber(values));
  if (nulls !== undefined) file.nullCounts.set(fieldId, wholeNumber(nulls));
  // Why: only the flag is known, so the count can be told only when there is none.
  if (stats.get('has_nan') === 'false') file.nanCounts.set(fieldId, 0);
  const isText = type.kind === 'string';
  const bound = (text: unknown): Uint8Array | null => {
    if (typeof text !== 'string') return null;
    const cell = parseCell(type, text);
    return cell === null ? null : encodeBound(type, cell);
  };
  const min = stats.get('min');
  const max = stats.get('max');
  const lower = bound(isText && typeof min === 'string' ? truncateLower(min) : min);
  const upper = bound(isText && typeof max === 'string' ? truncateUpper(max) : max);
  if (lower !== null) file.lowerBounds.set(fieldId, lower);
  if (upper !== null) file.upperBounds.set(fieldId, upper);
}

/** Entries of a DuckDB map however the adapter shows it. */
function mapEntries(value: unknown): [string, unknown][] {
  if (value === null || value === undefined) return [];
  if (value instanceof Map) return [...value].map(([key, inner]) => [String(key), inner]);
  if (Array.isArray(value)) return value.map(pairOf);
  if (typeof value === 'string') return mapEntries(JSON.parse(value));
  if (typeof value !== 'object') throw unexpected('statistics of another form');
  const entries = (value as { entries?: unknown }).entries;
  return Array.isArray(entries) ? entries.map(pairOf) : Object.entries(value);
}

function pairOf(entry: unknown): [string, unknown] {
  if (Array.isArray(entry)) return [String(entry[0]), entry[1]];
  const pair = must(entry as { key: unknown; value: unknown } | null, 'a map entry');
  return [String(pair.key), pair.value];
}

/** Path part as DuckDB writes it in the keys of the statistics. */
function quoteKey(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function wholeNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw unexpected('a count that is no number');
  return number;
}

function unexpected(what: string): WeftError {
  return new WeftError('TABLE_CORRUPT', `The engine gave statistics with ${what}.`);
}
