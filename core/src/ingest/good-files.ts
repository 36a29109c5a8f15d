/**
 * The data files of a batch: its records in the table's columns, types and layout.
 *
 * Not which records are good (`check-part.ts`, `dedupe.ts`).
 */
import { duckdbType } from '../contract/data-type.ts';
import type { PlanColumn } from '../contract/plan.ts';
import type { BoundColumn, DataFile } from '../lakehouse/types.ts';
import { writeFiles } from '../lakehouse/write-files.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { CheckedPart, PartContext } from './check-part.ts';
import type { StagePart } from './ports.ts';

/** The table's columns from the plan's, in the table's types; a column that the plan lacks is NULL. */
export function tableColumnsSql(
  columns: readonly BoundColumn[],
  plan: readonly PlanColumn[],
): string {
  return columns
    .map((column) => {
      const source = plan.find((c) => c.id === column.id);
      const value = source === undefined ? 'NULL' : quoteIdent(source.name);
      return `CAST(${value} AS ${duckdbType(column.type)}) AS ${quoteIdent(column.name)}`;
    })
    .join(', ');
}

/** Writes records of a part in the table's form; no file when there is none. `rows` is what stands after FROM. */
export async function writeGood(
  context: PartContext,
  part: StagePart,
  rows: string,
  suffix = '',
): Promise<DataFile[]> {
  const { ports, request } = context;
  const { batch, columns, layout, dataDirectory: directory } = request;
  const name = `${batch}-${String(part.index).padStart(5, '0')}${suffix}`;
  const select = `SELECT ${tableColumnsSql(columns, request.plan.columns)} FROM ${rows}`;
  return await writeFiles(ports, { select, columns, layout, directory, name });
}

export function goodFiles(parts: readonly CheckedPart[]): DataFile[] {
  return parts.flatMap((part) => part.files);
}
