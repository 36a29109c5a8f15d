/**
 * Measurements of a node's tables, for discovery: rows, bytes, NULL shares, pass rate, newest batch.
 *
 * Not row values: counts of the store and of Iceberg manifests only. Invariant: what it costs does not grow with the
 * number of batches that a table had.
 */
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { readStatistics, type TableStatistics } from '@weft/core/lakehouse/statistics';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import type { Clock } from '@weft/core/lib/ports';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { Kysely } from 'kysely';
import type { NodeTables } from '../store/node-tables.ts';

export interface NodeMeasureDeps {
  db: Kysely<NodeTables>;
  lakehouse: Pick<LakehousePorts, 'objects' | 'deflate'>;
  loadTable(metadataLocation: string): Promise<TableMetadata>;
  clock: Clock;
}

/** A function that measures every table of the given products. */
export function createNodeMeasure(
  deps: NodeMeasureDeps,
): (products: readonly string[]) => Promise<TableMeasurement[]> {
  return async (products) => {
    if (products.length === 0) return [];
    const tables = await deps.db
      .selectFrom('tables')
      .select(['table_name', 'major', 'product', 'metadata_location', 'last_arrival'])
      .select(['batches_committed', 'records_in', 'records_good', 'records_repeated'])
      .where('product', 'in', products)
      .execute();
    return Promise.all(tables.map((table) => measureTable(deps, table)));
  };
}

interface TableRow {
  table_name: string;
  major: number;
  product: string;
  metadata_location: string | null;
  last_arrival: string | null;
  batches_committed: number;
  records_in: number;
  records_good: number;
  records_repeated: number;
}

const EMPTY: TableStatistics = { rows: 0, bytes: 0, files: 0, nulls: new Map() };

async function measureTable(deps: NodeMeasureDeps, table: TableRow): Promise<TableMeasurement> {
  const records = Number(table.records_in);
  const fine = Number(table.records_good) + Number(table.records_repeated);
  const statistics =
    table.metadata_location === null
      ? EMPTY
      : await readStatistics(deps.lakehouse, await deps.loadTable(table.metadata_location));
  const { rows, bytes } = statistics;
  const shares = [...statistics.nulls].map(([column, nulls]) => [
    column,
    rows === 0 ? 0 : nulls / rows,
  ]);
  return {
    product: table.product,
    table: table.table_name,
    major: table.major,
    measuredAt: new Date(deps.clock.now()).toISOString(),
    rows,
    bytes,
    lastBatch: table.last_arrival === null ? null : new Date(table.last_arrival).toISOString(),
    batches: Number(table.batches_committed),
    passRate: records === 0 ? null : fine / records,
    nulls: rows === 0 ? {} : Object.fromEntries(shares),
    distinct: {},
  };
}
