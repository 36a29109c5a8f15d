/**
 * Contract to layout: by what a table's files are partitioned and sorted.
 *
 * Not the binding to field ids (`lakehouse/layout.ts`). The partition key is ODCS's own (`partitioned`,
 * `partitionKeyPosition`), its transforms and the sort order are ours (`weftPartitionTransform`, `weftSortOrder`).
 */
import type { ContractObject } from '../model.ts';
import { defaultTransform } from '../partition-transform.ts';

/** Columns by their stable ids, transforms in Iceberg's text. */
export interface ContractLayout {
  partition: { columnId: string; transform: string }[];
  sort: { columnId: string; direction: 'asc' | 'desc' }[];
}

export function compileLayout(object: ContractObject): ContractLayout {
  const partition = object.properties
    .filter((property) => property.partitionKeyPosition !== null)
    .sort((a, b) => (a.partitionKeyPosition ?? 0) - (b.partitionKeyPosition ?? 0))
    .map(({ id, type, partitionTransform }) => ({
      columnId: id,
      transform: partitionTransform ?? defaultTransform(type),
    }));
  const sort = object.sortOrder.flatMap(({ column, direction }) => {
    const property = object.properties.find((candidate) => candidate.name === column);
    return property === undefined ? [] : [{ columnId: property.id, direction }];
  });
  return { partition, sort };
}
