/**
 * Tables as queries read them: the pointer anew each time, and what stands behind it once.
 *
 * Not the reading of rows. Metadata and manifests never change under their names, so what was read of them is kept; the
 * pointer does, so it never is. Invariant: a query sees the newest commit there was when it was planned.
 */
import { loadTable } from '@weft/core/lakehouse/commit';
import { metadataFolder } from '@weft/core/lakehouse/paths';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { planRead } from '@weft/core/lakehouse/scan';
import type { ReadFile, TableMetadata } from '@weft/core/lakehouse/types';
import { canonicalJson } from '@weft/core/lib/canonical-json';
import { Remembered } from '@weft/core/lib/remembered';
import type { TableId } from '@weft/core/policy/decide';
import type { TableSource } from '@weft/core/query/ports';

export interface TableReaderDeps {
  lakehouse: Pick<LakehousePorts, 'objects' | 'deflate'>;
  /** Where the table's metadata is now; null when there is no such table or nothing was committed yet. */
  pointerOf(table: TableId): Promise<string | null>;
  /** Metadata by location, shared with whoever commits. */
  metadata: Remembered<string, TableMetadata>;
}

/** Tables whose metadata is kept. */
const TABLES_MAX = 64;
/** Filters of one table for which the list of files is kept. */
const FILTERS_MAX = 16;

/** The newest metadata of each table. Why not older ones: nobody asks for them again, and each may have megabytes. */
export function rememberMetadata(): Remembered<string, TableMetadata> {
  return new Remembered(TABLES_MAX, metadataFolder);
}

export function createTableReader(deps: TableReaderDeps): TableSource {
  const { lakehouse, pointerOf, metadata: tables } = deps;
  const scans = new WeakMap<TableMetadata, Remembered<string, ReadFile[]>>();
  const scansOf = (metadata: TableMetadata): Remembered<string, ReadFile[]> => {
    const known = scans.get(metadata) ?? new Remembered<string, ReadFile[]>(FILTERS_MAX);
    scans.set(metadata, known);
    return known;
  };
  return {
    async load(table) {
      const pointer = await pointerOf(table);
      return pointer === null ? null : tables.get(pointer, () => loadTable(lakehouse, pointer));
    },
    files: (metadata, filter) =>
      scansOf(metadata).get(canonicalJson(filter), () => planRead(lakehouse, metadata, { filter })),
  };
}
