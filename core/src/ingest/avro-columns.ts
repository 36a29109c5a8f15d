/**
 * The columns of an Avro file against those of the plan: which fit, and how a value of each is read.
 *
 * Not the container (`server/src/workers/avro-file.ts`), nor single values (`avro-values.ts`, `avro-nested.ts`).
 * Invariant: every difference of names and types is told at once, and a file with one is not read.
 */
import { isPrimitive } from '../contract/data-type.ts';
import type { ByteReader } from '../lakehouse/avro-codec.ts';
import type { ErrorPlace } from '../lib/error.ts';
import { nestedCellReader, otherType } from './avro-nested.ts';
import type { AvroField } from './avro-schema.ts';
import { cellReader, type FlatCell } from './avro-values.ts';
import { compareColumns, lackingColumns, refuseDifferences } from './columns.ts';
import type { NestedRead } from './nested-json.ts';
import { ReasonNumbers } from './nested-reasons.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** A value of its column's type, NULL, or what stands there instead of one. */
export type Cell = FlatCell | NestedRead;
export type CellReader = (reader: ByteReader) => Cell;

export interface AvroPlan {
  /** For each field of the file, how it is read and the number of the plan's column. */
  fields: { read: CellReader; position: number }[];
  lacking: string[];
}

/** Binds a file to the plan. Throws BATCH_UNREADABLE with every difference of names and types. */
export function bindAvro(
  columns: readonly PlannedColumn[],
  fields: readonly AvroField[],
): AvroPlan {
  const { order, differences } = compareColumns(
    columns,
    fields.map((field) => field.name),
  );
  const places: ErrorPlace[] = [];
  const bound: AvroPlan['fields'] = [];
  const numbers = new ReasonNumbers(columns);
  for (const [i, { name, type }] of fields.entries()) {
    const position = order[i] ?? -1;
    const column = columns[position];
    if (column === undefined) continue;
    const read = isPrimitive(column.type)
      ? cellReader(column.type, type)
      : nestedCellReader(column, { type, numbers, places });
    if (read !== null) bound.push({ read, position });
    else if (isPrimitive(column.type)) places.push(otherType(name, type, column.type));
  }
  refuseDifferences(differences, places);
  return { fields: bound, lacking: lackingColumns(columns, order) };
}
