/**
 * Partition transforms: what a spec makes of a value, its type, and how tuples stand in manifests.
 *
 * Not here: evolution of specs (`layout.ts`), the SQL that computes tuples while files are written (`layout-sql.ts`), and
 * what a tuple proves about a predicate (`prune.ts`).
 * Invariants: a transform of NULL is NULL; transforms of times round towards the past, before 1970 too; a transform that
 * is not known here is never applied, and files under it are read without its help.
 * Source: spec/iceberg/format/spec.md, "Partition Transforms", Appendix B.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import { parseTransform, resultType, type Transform } from '../contract/partition-transform.ts';
import { assert } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { type BoundCell, decodeBound, encodeBound } from './bounds.ts';
import type { PartitionAvroField } from './manifest-schema.ts';
import { murmur3 } from './murmur3.ts';
import { parsePrimitive } from './schema.ts';
import type { PartitionCell, PartitionField, PartitionSpec, TableMetadata } from './types.ts';

/** A partition field with what its source column is; `source` null where Weft has no such type. */
export interface BoundPartitionField extends PartitionField {
  parsed: Transform;
  source: PrimitiveType | null;
  result: PrimitiveType | null;
}

const MICROS_PER_HOUR = 3_600_000_000n;
const MICROS_PER_DAY = 24n * MICROS_PER_HOUR;

/** The partition cell of one value, a cell as `bounds.ts` has them. The transform must fit the type (`resultType`). */
export function applyTransform(
  transform: Transform,
  source: PrimitiveType,
  cell: PartitionCell,
): PartitionCell {
  if (cell === null) return null;
  switch (transform.kind) {
    case 'identity':
      return cell;
    case 'bucket':
      return BigInt((hashCell(source, cell) & 0x7fffffff) % transform.width);
    case 'truncate':
      return truncateCell(transform.width, cell);
    case 'other':
      throw new WeftError('TABLE_UNSUPPORTED', 'A partition transform is not known.');
    default:
      return timePart(transform.kind, source, cell);
  }
}

/** The hash behind buckets: whole numbers, dates and times as 8 bytes, whatever their own width is. */
export function hashCell(source: PrimitiveType, cell: BoundCell): number {
  const isWhole = source.kind !== 'decimal' && typeof cell === 'bigint';
  return murmur3(encodeBound(isWhole ? { kind: 'long' } : source, cell));
}

function truncateCell(width: number, cell: BoundCell): BoundCell {
  if (typeof cell === 'string') return [...cell].slice(0, width).join('');
  assert(typeof cell === 'bigint', 'whole numbers and text are truncated');
  return floorDivide(cell, BigInt(width)) * BigInt(width);
}

function timePart(
  part: 'year' | 'month' | 'day' | 'hour',
  source: PrimitiveType,
  cell: BoundCell,
): bigint {
  assert(typeof cell === 'bigint', 'times are whole numbers');
  const isDate = source.kind === 'date';
  if (part === 'hour') return floorDivide(cell, MICROS_PER_HOUR);
  const days = isDate ? cell : floorDivide(cell, MICROS_PER_DAY);
  if (part === 'day') return days;
  const { year, month } = civilFromDays(days);
  return part === 'year' ? year - 1970n : (year - 1970n) * 12n + month - 1n;
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** Year and month of a day since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function civilFromDays(days: bigint): { year: bigint; month: bigint } {
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra =
    (dayOfEra - dayOfEra / 1_460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const marchMonth = (5n * dayOfYear + 2n) / 153n;
  const month = marchMonth < 10n ? marchMonth + 3n : marchMonth - 9n;
  return { year: yearOfEra + era * 400n + (month <= 2n ? 1n : 0n), month };
}

/** The spec of an id. Throws TABLE_CORRUPT when the table has none. */
export function findSpec(metadata: TableMetadata, specId: number): PartitionSpec {
  const spec = metadata['partition-specs'].find((s) => s['spec-id'] === specId);
  if (spec !== undefined) return spec;
  throw new WeftError('TABLE_CORRUPT', `The table has no partition spec ${specId}.`);
}

/** The fields of a spec with the types of their sources, which may have left the present schema. */
export function bindSpec(metadata: TableMetadata, specId: number): BoundPartitionField[] {
  return findSpec(metadata, specId).fields.map((field) => {
    const parsed = parseTransform(field.transform);
    const source = sourceType(metadata, field['source-id']);
    return { ...field, parsed, source, result: source && resultType(parsed, source) };
  });
}

function sourceType(metadata: TableMetadata, fieldId: number): PrimitiveType | null {
  const current = metadata['current-schema-id'];
  const newestFirst = [...metadata.schemas].sort((a, b) =>
    a['schema-id'] === current
      ? -1
      : b['schema-id'] === current
        ? 1
        : b['schema-id'] - a['schema-id'],
  );
  for (const schema of newestFirst) {
    const field = schema.fields.find((candidate) => candidate.id === fieldId);
    if (field !== undefined)
      return typeof field.type === 'string' ? parsePrimitive(field.type) : null;
  }
  return null;
}

/** How a field of the partition record stands in a manifest. Throws TABLE_UNSUPPORTED for what Weft cannot write. */
export function partitionAvroField(field: BoundPartitionField): PartitionAvroField {
  const { result } = field;
  if (result === null) {
    throw new WeftError(
      'TABLE_UNSUPPORTED',
      `Weft does not write the partition field ${field.name} (${field.transform}).`,
    );
  }
  return { fieldId: field['field-id'], name: avroName(field.name), type: avroType(result) };
}

/** Names that Avro forbids, escaped as Iceberg's own writers do it. */
function avroName(name: string): string {
  const escaped = name.replace(
    /[^A-Za-z0-9_]/g,
    (char) => `_x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
  return /^\d/.test(escaped) ? `_${escaped}` : escaped;
}

function avroType(type: PrimitiveType): unknown {
  switch (type.kind) {
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'time':
      return { type: 'long', logicalType: 'time-micros' };
    case 'timestamp':
    case 'timestamptz':
      return {
        type: 'long',
        logicalType: 'timestamp-micros',
        'adjust-to-utc': type.kind === 'timestamptz',
      };
    case 'decimal':
      return {
        type: 'fixed',
        name: `decimal_${type.precision}_${type.scale}`,
        size: decimalBytes(type.precision),
        logicalType: 'decimal',
        precision: type.precision,
        scale: type.scale,
      };
    default:
      return type.kind;
  }
}

/** The fewest bytes that hold every unscaled value of a precision. */
function decimalBytes(precision: number): number {
  const largest = 10n ** BigInt(precision) - 1n;
  let bytes = 1;
  while (BigInt.asIntN(bytes * 8, largest) !== largest) bytes++;
  return bytes;
}

/** A cell as the partition record holds it. */
export function toAvro(type: PrimitiveType, cell: PartitionCell): unknown {
  if (cell === null || type.kind !== 'decimal') return cell;
  const bytes = encodeBound(type, cell);
  const fixed = new Uint8Array(decimalBytes(type.precision)).fill((bytes[0] ?? 0) > 127 ? 255 : 0);
  fixed.set(bytes, fixed.length - bytes.length);
  return fixed;
}

/** A value of the partition record as a cell. */
export function fromAvro(type: PrimitiveType, value: unknown): PartitionCell {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return decodeBound(type, value);
  if (type.kind === 'double') return Number(value);
  return typeof value === 'number' ? BigInt(value) : (value as BoundCell);
}
