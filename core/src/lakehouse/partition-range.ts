/**
 * What partition cells prove about the columns behind them: of one file, or of all files of a manifest.
 *
 * Not the judgement of a predicate (`prune.ts`). Invariant: every source value whose transform lies within the cells is
 * within the range.
 * Source: spec/iceberg/format/spec.md, "Scan Planning".
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { must } from '../lib/assert.ts';
import { afterPrefix, type BoundCell, daysFromCivil, decodeBound } from './bounds.ts';
import type { FieldSummary } from './manifest.ts';
import { type BoundPartitionField, floorDivide } from './partition.ts';
import type { PartitionCell } from './types.ts';

export interface PartitionRange {
  /** Field id of the column. */
  sourceId: number;
  source: PrimitiveType;
  mayBeNull: boolean;
  mayBeValue: boolean;
  /** Bounds of the column's values, null where nothing is known. */
  lower: BoundCell | null;
  upper: BoundCell | null;
  /** For hashes, which keep no order: the buckets that are there. */
  buckets: { width: number; low: bigint; high: bigint } | null;
}

const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_HOUR = 3_600_000_000n;

/** Of one file, by its partition cells. */
export function rangesOfCells(
  fields: readonly BoundPartitionField[],
  cells: ReadonlyMap<number, PartitionCell>,
): PartitionRange[] {
  return fields.flatMap((field) => {
    const cell = cells.get(field['field-id']);
    if (cell === undefined) return [];
    const isNull = cell === null;
    return rangeOf(field, { low: cell, high: cell, mayBeNull: isNull, mayBeValue: !isNull });
  });
}

/** Of all files of a manifest, by the summaries in the manifest list. */
export function rangesOfSummaries(
  fields: readonly BoundPartitionField[],
  summaries: readonly FieldSummary[] | null,
): PartitionRange[] {
  return fields.flatMap((field, i) => {
    const summary = summaries?.[i];
    if (summary === undefined || field.result === null) return [];
    const cell = (bytes: Uint8Array | null | undefined): BoundCell | null =>
      bytes === null || bytes === undefined ? null : decodeBound(must(field.result, 'type'), bytes);
    return rangeOf(field, {
      low: cell(summary.lower_bound),
      high: cell(summary.upper_bound),
      mayBeNull: summary.contains_null,
      mayBeValue: true,
    });
  });
}

interface CellRange {
  low: PartitionCell;
  high: PartitionCell;
  mayBeNull: boolean;
  mayBeValue: boolean;
}

function rangeOf(field: BoundPartitionField, cells: CellRange): PartitionRange[] {
  const { source, parsed } = field;
  if (source === null || field.result === null) return [];
  const { low, high, mayBeNull, mayBeValue } = cells;
  const head = { sourceId: field['source-id'], source, mayBeNull, mayBeValue };
  if (parsed.kind === 'bucket') {
    const known = typeof low === 'bigint' && typeof high === 'bigint';
    const buckets = known ? { width: parsed.width, low, high } : null;
    return [{ ...head, lower: null, upper: null, buckets }];
  }
  const lower = low === null ? null : firstOf(field, source, low);
  const upper = high === null ? null : lastOf(field, source, high);
  return [{ ...head, lower, upper, buckets: null }];
}

/** The least value that the transform brings to this cell, or a lower one. */
function firstOf(
  { parsed }: BoundPartitionField,
  source: PrimitiveType,
  cell: BoundCell,
): BoundCell | null {
  if (typeof cell !== 'bigint') return cell;
  switch (parsed.kind) {
    case 'identity':
    case 'truncate':
      return cell;
    case 'hour':
      return cell * MICROS_PER_HOUR;
    case 'day':
      return fromDay(source, cell);
    case 'month':
      return monthStart(source, cell);
    case 'year':
      return monthStart(source, cell * 12n);
    default:
      return null;
  }
}

/** The greatest value that the transform brings to this cell, or a greater one. */
function lastOf(
  { parsed }: BoundPartitionField,
  source: PrimitiveType,
  cell: BoundCell,
): BoundCell | null {
  if (typeof cell === 'string') return parsed.kind === 'truncate' ? afterPrefix([...cell]) : cell;
  if (typeof cell !== 'bigint') return cell;
  const before = (next: BoundCell | null): BoundCell | null =>
    typeof next === 'bigint' ? next - 1n : null;
  switch (parsed.kind) {
    case 'identity':
      return cell;
    case 'truncate':
      return cell + BigInt(parsed.width) - 1n;
    case 'hour':
      return (cell + 1n) * MICROS_PER_HOUR - 1n;
    case 'day':
      return before(fromDay(source, cell + 1n));
    case 'month':
      return before(monthStart(source, cell + 1n));
    case 'year':
      return before(monthStart(source, (cell + 1n) * 12n));
    default:
      return null;
  }
}

function fromDay(source: PrimitiveType, day: bigint): bigint {
  return source.kind === 'date' ? day : day * MICROS_PER_DAY;
}

/** The first moment of a month since 1970-01, or null where the calendar here does not reach. */
function monthStart(source: PrimitiveType, month: bigint): bigint | null {
  const year = floorDivide(month, 12n);
  const day = daysFromCivil(1970 + Number(year), Number(month - year * 12n) + 1, 1);
  return day === null ? null : fromDay(source, day);
}
