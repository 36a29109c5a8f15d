/**
 * Statistics that the engine leaves out when it writes a file: bounds of long text, and how many values are NaN.
 *
 * Not the others (`copy-stats.ts`). The file is read again, and only the columns that lack something: the engine drops the
 * bounds of text when one of its ends is longer than 256 bytes, and tells of NaN only that there is some.
 * Invariant: a bound that is added encloses every value, as those of the engine do.
 */
import { quoteIdent, quoteTextList } from '../lib/ident-sql.ts';
import { encodeBound, TEXT_BOUND_LENGTH, truncateLower, truncateUpper } from './bounds.ts';
import { pathOfUri } from './paths.ts';
import { fieldOf, type IcebergType } from './schema.ts';
import type { BoundColumn, DataFile } from './types.ts';

export interface StatisticsEngine {
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

/** A simple value of a row. */
export interface Leaf {
  fieldId: number;
  type: string;
  /** Expression of its value. */
  sql: string;
}

/** The file with what its statistics lack. */
export async function completeStatistics(
  engine: StatisticsEngine,
  file: DataFile,
  columns: readonly BoundColumn[],
): Promise<DataFile> {
  const leaves = columns.flatMap((column) => {
    const { id, name, type } = fieldOf(column);
    return leavesOf(quoteIdent(name), id, type as IcebergType);
  });
  const texts = leaves.filter((leaf) => leaf.type === 'string' && lacksBounds(file, leaf.fieldId));
  const numbers = leaves.filter((leaf) => leaf.type === 'double' && lacksNaN(file, leaf.fieldId));
  if (texts.length + numbers.length === 0) return file;
  // Why one point more than a bound has: then what was cut is known to have been longer.
  const cut = (sql: string): string => `left(${sql}, ${TEXT_BOUND_LENGTH + 1})`;
  const values = [
    ...texts.flatMap(({ fieldId, sql }) => [
      `min(${cut(sql)}) AS "l${fieldId}"`,
      `max(${cut(sql)}) AS "u${fieldId}"`,
    ]),
    ...numbers.map(({ fieldId, sql }) => `count(*) FILTER (WHERE isnan(${sql})) AS "n${fieldId}"`),
  ];
  const source = `read_parquet(${quoteTextList([pathOfUri(file.path)])}, hive_partitioning = false)`;
  const [row = {}] = await engine.rows(`SELECT ${values.join(', ')} FROM ${source}`);
  const [lowerBounds, upperBounds] = [new Map(file.lowerBounds), new Map(file.upperBounds)];
  for (const { fieldId } of texts) {
    const [low, high] = [row[`l${fieldId}`], row[`u${fieldId}`]];
    if (typeof low !== 'string' || typeof high !== 'string') continue;
    lowerBounds.set(fieldId, encodeBound({ kind: 'string' }, truncateLower(low)));
    const upper = truncateUpper(high);
    if (upper !== null) upperBounds.set(fieldId, encodeBound({ kind: 'string' }, upper));
  }
  const nanCounts = new Map(file.nanCounts);
  for (const { fieldId } of numbers) nanCounts.set(fieldId, Number(row[`n${fieldId}`]));
  return { ...file, lowerBounds, upperBounds, nanCounts };
}

/** Simple values of a column, those in structs too; in lists and maps there is more or less than one per row. */
export function leavesOf(sql: string, fieldId: number, type: IcebergType): Leaf[] {
  if (typeof type === 'string') return [{ fieldId, type, sql }];
  if (type.type !== 'struct') return [];
  return type.fields.flatMap((field) =>
    leavesOf(`${sql}.${quoteIdent(field.name)}`, field.id, field.type as IcebergType),
  );
}

function lacksBounds(file: DataFile, fieldId: number): boolean {
  const values = file.valueCounts.get(fieldId);
  if (values === undefined || values === file.nullCounts.get(fieldId)) return false;
  return !file.lowerBounds.has(fieldId) || !file.upperBounds.has(fieldId);
}

function lacksNaN(file: DataFile, fieldId: number): boolean {
  return file.valueCounts.has(fieldId) && !file.nanCounts.has(fieldId);
}
