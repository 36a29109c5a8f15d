/**
 * Table metadata as a value: create a table, evolve its columns, read its columns, set its properties.
 *
 * Not here: writing anything (`commit.ts`). Every function returns new metadata and leaves its argument alone.
 * Invariant: a field id is never used twice in the life of a table.
 */
import type { ContractRef } from '../contract/plan.ts';
import { WeftError } from '../lib/error.ts';
import type { BoundColumn, TableColumn, TableMetadata } from './types.ts';

export function createTable(_options: {
  uuid: string;
  location: string;
  columns: TableColumn[];
  properties: Record<string, string>;
  now: number;
}): TableMetadata {
  throw new WeftError('INTERNAL', 'createTable');
}

export function evolveColumns(
  _metadata: TableMetadata,
  _columns: TableColumn[],
  _now: number,
): TableMetadata {
  throw new WeftError('INTERNAL', 'evolveColumns');
}

export function currentColumns(_metadata: TableMetadata): BoundColumn[] {
  throw new WeftError('INTERNAL', 'currentColumns');
}

export function setProperties(
  _metadata: TableMetadata,
  _properties: Record<string, string>,
  _now: number,
): TableMetadata {
  throw new WeftError('INTERNAL', 'setProperties');
}

export function contractSummary(ref: ContractRef): Record<string, string> {
  return {
    'weft.contract-id': ref.id,
    'weft.contract-version': ref.version,
    'weft.contract-hash': ref.hash,
  };
}
