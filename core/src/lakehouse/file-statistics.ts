/**
 * Statistics of one data file from its rows: a SELECT over the file, and the manifest entry that its row makes.
 *
 * Not from footers or older manifests: those may tell of rows that the file does not hold, or be mistaken. Values inside
 * lists and maps are not counted, since there is more or less than one per row. Invariants: a bound encloses every value
 * of its column; one that has no exact form is left out.
 */
import { must } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import {
  type BoundCell,
  encodeBound,
  parseCell,
  TEXT_BOUND_LENGTH,
  truncateLower,
  truncateUpper,
} from './bounds.ts';
import { type Leaf, leavesOf } from './complete-stats.ts';
import { noStatistics } from './copy-stats.ts';
import { fieldOf, type IcebergType, parsePrimitive } from './schema.ts';
import { readParquetSql } from './sql.ts';
import type { BoundColumn, DataFile } from './types.ts';

/** One row of texts about the Parquet file at an absolute path; the connection has `TimeZone = 'UTC'`. */
export function fileStatisticsSql(path: string, columns: readonly BoundColumn[]): string {
  const values = leaves(columns).flatMap((leaf, i) => [
    `count(${leaf.sql})::VARCHAR AS n${i}`,
    ...(leaf.type === 'double'
      ? [`count(*) FILTER (WHERE isnan(${leaf.sql}))::VARCHAR AS a${i}`]
      : []),
    `${edge('min', leaf)} AS l${i}`,
    `${edge('max', leaf)} AS u${i}`,
  ]);
  const source = readParquetSql([path], [...columns]);
  return `SELECT count(*)::VARCHAR AS c${values.map((value) => `, ${value}`).join('')} FROM ${source}`;
}

/** The entry of the file at `file.path`, of the row that `fileStatisticsSql` gave of it. */
export function dataFileOf(
  row: Readonly<Record<string, unknown>>,
  columns: readonly BoundColumn[],
  file: Pick<DataFile, 'path' | 'bytes'>,
): DataFile {
  const records = Number(must(row['c'] as string | undefined, 'a count of rows'));
  const made: DataFile = {
    ...file,
    records,
    ...noStatistics(),
  };
  for (const [i, { fieldId, type }] of leaves(columns).entries()) {
    made.valueCounts.set(fieldId, records);
    made.nullCounts.set(fieldId, records - Number(row[`n${i}`]));
    const nan = row[`a${i}`];
    if (typeof nan === 'string') made.nanCounts.set(fieldId, Number(nan));
    const lower = boundOf(type, row[`l${i}`], 'lower');
    const upper = boundOf(type, row[`u${i}`], 'upper');
    if (lower !== null) made.lowerBounds.set(fieldId, lower);
    if (upper !== null) made.upperBounds.set(fieldId, upper);
  }
  return made;
}

function leaves(columns: readonly BoundColumn[]): Leaf[] {
  return columns.flatMap((column) => {
    const { id, name, type } = fieldOf(column);
    return leavesOf(quoteIdent(name), id, type as IcebergType);
  });
}

function edge(aggregate: 'min' | 'max', { sql, type }: Leaf): string {
  // Why one point more than a bound has: then what was cut is known to have been longer.
  if (type === 'string') return `${aggregate}(left(${sql}, ${TEXT_BOUND_LENGTH + 1}))`;
  const rows = type === 'double' ? ` FILTER (WHERE NOT isnan(${sql}))` : '';
  return `CAST(${aggregate}(${sql})${rows} AS VARCHAR)`;
}

function boundOf(
  typeText: string,
  text: unknown,
  side: 'lower' | 'upper',
): Uint8Array<ArrayBufferLike> | null {
  const type = parsePrimitive(typeText);
  if (type === null || typeof text !== 'string') return null;
  if (type.kind === 'string') {
    const cut = side === 'lower' ? truncateLower(text) : truncateUpper(text);
    return cut === null ? null : encodeBound(type, cut);
  }
  const cell = parseCell(type, text);
  return cell === null ? null : encodeBound(type, signed(cell, side));
}

/** Why: the engine takes both zeros for one, and Iceberg has -0.0 before 0.0. */
function signed(cell: BoundCell, side: 'lower' | 'upper'): BoundCell {
  if (cell !== 0) return cell;
  return side === 'lower' ? -0 : 0;
}
