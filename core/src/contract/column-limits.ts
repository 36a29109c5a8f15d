/**
 * How many columns a table may have, and how deep one may be nested: what no batch can be checked with is told while the contract
 * is written.
 *
 * Not the types themselves (`types-from-odcs.ts`). The reader of batches holds to the same limits (`ingest/stage-layout.ts`).
 */
import { type DataType, isPrimitive } from './data-type.ts';
import type { Diagnoser } from './diagnose.ts';
import type { DocumentPath } from './document-path.ts';
import { nestedNodes, nestingDepth } from './nested-path.ts';

/** Columns of a table; those inside nested columns count, too. */
export const COLUMNS_MAX = 1000;
/** Levels of a nested column, the column's own left out. */
export const NESTING_MAX = 16;

interface TypedColumn {
  name: string;
  type: DataType;
}

/** Columns of a table, with those inside nested ones. */
export function countColumns(columns: readonly Pick<TypedColumn, 'type'>[]): number {
  return columns.reduce((sum, { type }) => sum + nestedNodes(type).length, 0);
}

/** True for a type with a map whose keys have inner fields. */
export function hasNestedKey(type: DataType): boolean {
  return nestedNodes(type).some(({ type: at }) => at.kind === 'map' && !isPrimitive(at.key));
}

/** Tells of the columns at `path` of an object with which no batch could be checked. */
export function checkColumnLimits(
  columns: readonly TypedColumn[],
  path: DocumentPath,
  diagnoser: Diagnoser,
): void {
  const count = countColumns(columns);
  if (count > COLUMNS_MAX) {
    const inside = count === columns.length ? '' : ' with those inside nested ones';
    const message = `the object has ${count} columns${inside}, more than the limit of ${COLUMNS_MAX}`;
    diagnoser.add('COLUMN_COUNT', path, message);
  }
  for (const [i, { name, type }] of columns.entries()) {
    if (nestingDepth(type) > NESTING_MAX) {
      const message = `the column ${name} is nested more than ${NESTING_MAX} levels deep`;
      diagnoser.add('COLUMN_SHAPE', [...path, i], message);
    } else if (hasNestedKey(type)) {
      const message = `the column ${name} has a map whose keys have inner fields`;
      diagnoser.add('COLUMN_SHAPE', [...path, i], message);
    }
  }
}
