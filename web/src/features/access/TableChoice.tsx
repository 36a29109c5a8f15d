/**
 * Which table of a product is looked at, where it has several. It stands in the address.
 */
import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ContractModel, ContractProperty } from '@weft/core/contract/model';
import { present } from '../../lib/search-params.ts';
import { words } from './words.ts';

export interface TableInSight {
  /** Undefined where there is only one. */
  table: string | undefined;
  properties: readonly ContractProperty[];
}

export function useTableInSight(model: ContractModel, tables: readonly string[]): TableInSight {
  const { table: wanted } = useSearch({ strict: false });
  const at = Math.max(0, wanted === undefined ? 0 : tables.indexOf(wanted));
  return {
    table: tables.length > 1 ? tables[at] : undefined,
    properties: model.objects[at]?.properties ?? [],
  };
}

/** Every column of every table once: an agreement names columns of the whole product. */
export function allColumns(model: ContractModel): string[] {
  const names = model.objects.flatMap(({ properties }) => properties.map(({ name }) => name));
  return [...new Set(names)];
}

export function TableChoice({
  tables,
  table,
}: {
  tables: readonly string[];
  table: string | undefined;
}) {
  const navigate = useNavigate();
  if (table === undefined) return null;
  return (
    <SegmentedControl
      aria-label={words.tables}
      data={[...tables]}
      value={table}
      onChange={(chosen) =>
        void navigate({
          to: '.',
          search: (old) => present({ ...old, table: chosen }),
          replace: true,
        })
      }
    />
  );
}
