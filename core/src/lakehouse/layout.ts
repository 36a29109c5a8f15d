/**
 * The layout of a table's files: how it is partitioned and sorted, and how that changes.
 *
 * Not here: the SQL by which files get that layout (`layout-sql.ts`).
 * Invariants: a change adds a spec or an order and never alters one, so files keep what they were written under; a
 * partition field id stands for one transform of one column for ever.
 * Source: spec/iceberg/format/spec.md, "Partitioning", "Partition Evolution", "Sorting".
 */
import type { ContractLayout } from '../contract/compile/layout.ts';
import { isPrimitive, type PrimitiveType } from '../contract/data-type.ts';
import { parseTransform, resultType, type Transform } from '../contract/partition-transform.ts';
import { must } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { bindSpec } from './partition.ts';
import { currentColumns, currentSchema } from './table.ts';
import type { PartitionField, SortField, TableMetadata } from './types.ts';

/** The layout that new files get, with the columns by their present names. */
export interface FileLayout {
  specId: number;
  partition: LayoutField[];
  sortOrderId: number;
  sort: { column: string; direction: 'asc' | 'desc'; nullsFirst: boolean }[];
}

export interface LayoutField {
  fieldId: number;
  column: string;
  transform: Transform;
  source: PrimitiveType;
  result: PrimitiveType;
}

/** The table with this layout; the same object when nothing changes. Throws TABLE_CHANGE_REFUSED. */
export function evolveLayout(
  metadata: TableMetadata,
  wanted: ContractLayout,
  now: number,
): TableMetadata {
  const partitioned = evolvePartition(metadata, wanted.partition);
  const sorted = evolveSort(partitioned, wanted.sort);
  if (sorted === metadata) return metadata;
  return { ...sorted, 'last-updated-ms': Math.max(now, metadata['last-updated-ms']) };
}

function evolvePartition(
  metadata: TableMetadata,
  wanted: ContractLayout['partition'],
): TableMetadata {
  const specs = metadata['partition-specs'];
  let lastId = metadata['last-partition-id'];
  const known = specs.flatMap((spec) => spec.fields);
  const taken = new Set(currentSchema(metadata).fields.map((field) => field.name));
  const fields = wanted.map(({ columnId, transform }): PartitionField => {
    const { fieldId, name } = sourceOf(metadata, columnId, transform);
    const same = known.find((f) => f['source-id'] === fieldId && f.transform === transform);
    if (same !== undefined) return same;
    const fresh = { 'source-id': fieldId, 'field-id': ++lastId, transform };
    return { ...fresh, name: fieldName(name, transform, taken) };
  });
  const text = JSON.stringify(fields);
  const same = specs.find((spec) => JSON.stringify(spec.fields) === text);
  const id = same?.['spec-id'] ?? Math.max(-1, ...specs.map((spec) => spec['spec-id'])) + 1;
  if (same !== undefined && id === metadata['default-spec-id']) return metadata;
  return {
    ...metadata,
    'partition-specs': same === undefined ? [...specs, { 'spec-id': id, fields }] : specs,
    'default-spec-id': id,
    'last-partition-id': lastId,
  };
}

/** Names of partition fields live beside those of columns: only an identity may share its column's. */
function fieldName(column: string, transform: string, taken: ReadonlySet<string>): string {
  if (transform === 'identity') return column;
  let name = `${column}_${transform.replace('[', '_').replace(']', '')}`;
  while (taken.has(name)) name = `${name}_part`;
  return name;
}

function sourceOf(
  metadata: TableMetadata,
  columnId: string,
  transform: string | null,
): { fieldId: number; name: string } {
  const column = currentColumns(metadata).find((candidate) => candidate.id === columnId);
  if (column === undefined) throw refuse(`There is no column ${columnId} to lay files out by.`);
  const { type, name, fieldId } = column;
  if (!isPrimitive(type)) throw refuse(`Files cannot be laid out by the nested column ${name}.`);
  if (transform !== null && resultType(parseTransform(transform), type) === null) {
    throw refuse(`The column ${name} of type ${type.kind} cannot be partitioned by ${transform}.`);
  }
  return { fieldId, name };
}

function evolveSort(metadata: TableMetadata, wanted: ContractLayout['sort']): TableMetadata {
  const orders = metadata['sort-orders'];
  const fields = wanted.map(({ columnId, direction }): SortField => {
    const { fieldId } = sourceOf(metadata, columnId, null);
    const nulls = direction === 'asc' ? 'nulls-first' : 'nulls-last';
    return { transform: 'identity', 'source-id': fieldId, direction, 'null-order': nulls };
  });
  const text = JSON.stringify(fields);
  const same = orders.find((order) => JSON.stringify(order.fields) === text);
  // Why: the format keeps id 0 for the order without fields.
  const next = Math.max(0, ...orders.map((order) => order['order-id'])) + 1;
  const id = same?.['order-id'] ?? (fields.length === 0 ? 0 : next);
  if (same !== undefined && id === metadata['default-sort-order-id']) return metadata;
  return {
    ...metadata,
    'sort-orders': same === undefined ? [...orders, { 'order-id': id, fields }] : orders,
    'default-sort-order-id': id,
  };
}

/** How files of this table are to be written now. Throws TABLE_UNSUPPORTED for a layout that Weft cannot write. */
export function fileLayout(metadata: TableMetadata): FileLayout {
  const names = new Map(currentSchema(metadata).fields.map((field) => [field.id, field.name]));
  const specId = metadata['default-spec-id'];
  const partition = bindSpec(metadata, specId).map((field): LayoutField => {
    const column = names.get(field['source-id']);
    const { parsed: transform, source, result } = field;
    if (column === undefined || source === null || result === null) {
      throw unsupported(`partition field ${field.name} (${field.transform})`);
    }
    return { fieldId: field['field-id'], column, transform, source, result };
  });
  const order = metadata['sort-orders'].find(
    (o) => o['order-id'] === metadata['default-sort-order-id'],
  );
  const sort = must(order, 'the default sort order').fields.map((field) => {
    const column = names.get(field['source-id']);
    if (column === undefined || field.transform !== 'identity') throw unsupported('sort order');
    const nullsFirst = field['null-order'] === 'nulls-first';
    return { column, direction: field.direction, nullsFirst };
  });
  return { specId, partition, sortOrderId: metadata['default-sort-order-id'], sort };
}

function refuse(detail: string): WeftError {
  return new WeftError('TABLE_CHANGE_REFUSED', detail);
}

function unsupported(what: string): WeftError {
  return new WeftError('TABLE_UNSUPPORTED', `Weft does not write tables with this ${what}.`);
}
