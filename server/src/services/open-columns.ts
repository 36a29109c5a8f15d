/**
 * Which columns of a table of this node the contracts of a domain may refer to: all of its own tables, and of others those that
 * their owners opened (`weftReferences`).
 *
 * Asked anew for each batch, as contracts are. Invariant: a column counts as open only when the contract of the rows that would be
 * looked at says so, and the newest version of its product does not say otherwise.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel, ContractProperty } from '@weft/core/contract/model';
import { isOpenTo } from '@weft/core/contract/open-references';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { isWeftError } from '@weft/core/lib/error';
import type { TableRow } from '../store/node-batches.ts';
import type { ContractSource } from './ingest-ports.ts';

/** Rejects with UNAVAILABLE when the contract of the table is neither known nor reachable. */
export async function openColumns(
  contracts: ContractSource,
  { row, domain }: { row: TableRow; domain: string },
): Promise<(column: Pick<BoundColumn, 'id' | 'name'>) => boolean> {
  if (row.domain === domain) return () => true;
  const [own, newest] = await Promise.all([
    modelOf(contracts, `${row.product}@${row.major}`),
    modelOf(contracts, row.product),
  ]);
  return (column) => {
    const says = [own, newest].map((model) => propertyOf(model, row.table_name, column));
    const [stated, today] = says;
    if (stated === null || stated === undefined || !isOpenTo(stated, domain)) return false;
    // Why open when it is gone: a new major without the column says nothing about the rows of the old one.
    return today === null || today === undefined || isOpenTo(today, domain);
  };
}

/** Null for a contract that is not there or not proven: it opens nothing. */
async function modelOf(contracts: ContractSource, ref: string): Promise<ContractModel | null> {
  try {
    return (await contracts.current(ref)).model;
  } catch (error) {
    if (isWeftError(error, 'NOT_FOUND') || isWeftError(error, 'CONTRACT_UNTRUSTED')) return null;
    throw error;
  }
}

function propertyOf(
  model: ContractModel | null,
  table: string,
  { id, name }: Pick<BoundColumn, 'id' | 'name'>,
): ContractProperty | null {
  if (model === null) return null;
  const { properties = [] } = tablesOf(model).find((each) => each.table === table)?.object ?? {};
  return (
    properties.find((property) => property.id === id) ??
    properties.find((property) => property.name === name) ??
    null
  );
}
