/**
 * Rows of a table of a stopped mesh, read by another engine from the files that its pointer names.
 *
 * Not a query of Weft: no policy, no projection.
 */
import { join } from 'node:path';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import { openTestEngine } from './engine.ts';
import { silentLogger } from './store.ts';

/** Rows per group of `expression`, and how many of them are distinct by `id`. */
export async function countRows(
  data: string,
  tables: readonly string[],
  expression: string,
): Promise<Map<string, { group: number; rows: number; distinct: number }[]>> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silentLogger });
  const engine = await openTestEngine();
  const objects = createLocalObjectStore({ root: join(data, 'tables') });
  const ports = { objects, deflate: nodeDeflate };
  try {
    const found = new Map<string, { group: number; rows: number; distinct: number }[]>();
    for (const table of tables) {
      const row = await store
        .schema<NodeTables>('node')
        .selectFrom('tables')
        .select('metadata_location')
        .where('table_name', '=', table)
        .executeTakeFirst();
      const location = row?.metadata_location ?? null;
      if (location === null) continue;
      const metadata = await loadTable(ports, location);
      const files = await planScan(ports, metadata);
      const relation = readParquetSql(
        files.map((file) => file.path),
        currentColumns(metadata),
      );
      const rows = await engine.rows(
        `SELECT ${expression} AS g, count(*) AS n, count(DISTINCT id) AS d FROM ${relation} GROUP BY 1 ORDER BY 1`,
      );
      found.set(
        table,
        rows.map((r) => ({
          group: Number(r['g']),
          rows: Number(r['n']),
          distinct: Number(r['d']),
        })),
      );
    }
    return found;
  } finally {
    engine.close();
    await store.close();
  }
}
