/**
 * Measurements of a node's tables, for discovery: rows, bytes, NULL shares, pass rate, newest batch.
 *
 * Not row values: counts of the store and of Iceberg manifests only.
 */
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { readStatistics, type TableStatistics } from '@weft/core/lakehouse/statistics';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import type { Clock } from '@weft/core/lib/ports';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import { type Kysely, sql } from 'kysely';
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
      .select(['domain', 'table_name', 'major', 'product', 'metadata_location', 'last_commit'])
      .where('product', 'in', products)
      .execute();
    return Promise.all(tables.map((table) => measureTable(deps, table)));
  };
}

interface TableRow {
  domain: string;
  table_name: string;
  major: number;
  product: string;
  metadata_location: string | null;
  last_commit: string | null;
}

const EMPTY: TableStatistics = { rows: 0, bytes: 0, files: 0, nulls: new Map() };

async function measureTable(deps: NodeMeasureDeps, table: TableRow): Promise<TableMeasurement> {
  const batches = await countBatches(deps.db, table);
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
    lastBatch: table.last_commit === null ? null : new Date(table.last_commit).toISOString(),
    batches: batches.committed,
    passRate: batches.records === 0 ? null : batches.good / batches.records,
    nulls: rows === 0 ? {} : Object.fromEntries(shares),
    distinct: {},
  };
}

async function countBatches(
  db: Kysely<NodeTables>,
  table: TableRow,
): Promise<{ committed: number; records: number; good: number }> {
  const row = await db
    .selectFrom('batches')
    .select([
      sql<number>`count(*) filter (where state = 'committed')`.as('committed'),
      sql<number>`coalesce(sum(records_in) filter (where state = 'committed'), 0)`.as('records'),
      sql<number>`coalesce(sum(records_good) filter (where state = 'committed'), 0)`.as('good'),
    ])
    .where('domain', '=', table.domain)
    .where('table_name', '=', table.table_name)
    .where('major', '=', table.major)
    .executeTakeFirstOrThrow();
  return { committed: Number(row.committed), records: Number(row.records), good: Number(row.good) };
}
