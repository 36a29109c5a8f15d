/**
 * Whom a next version breaks: each agreement in force with the breaking changes of what it shows, and each product that refers
 * to a column of it.
 *
 * Not a decision: the mesh judges the version. A change of no single column concerns everybody.
 */
import type { ContractModel } from '@weft/core/contract/model';
import type { ContractChange } from '../../../api/contract-diff.ts';

export interface Reader {
  id: string;
  who: string;
  purpose: string;
  /** Null for every column. */
  columns: readonly string[] | null;
}

export interface Broken {
  id: string;
  who: string;
  /** For a reader his purpose, for a product the columns that it refers to. */
  what: string;
  changes: readonly ContractChange[];
}

/** The column that a change is about, by its name until now; null for the whole table, a promise or the terms. */
export function columnOfChange({ path, was }: Pick<ContractChange, 'path' | 'was'>): string | null {
  const [object = '', column = ''] = (was ?? path).split('.');
  if (column === '' || column.includes('(') || NOT_TABLES.has(object)) return null;
  return column.replace(/\[.*$/, '');
}

const NOT_TABLES = new Set(['sla', 'servers', 'roles']);

export function brokenReaders(
  changes: readonly ContractChange[],
  readers: readonly Reader[],
): Broken[] {
  const breaking = changes.filter(({ consumer }) => consumer === 'break');
  return readers.flatMap(({ id, who, purpose, columns }) => {
    const hit = breaking.filter((change) => touches(change, columns));
    return hit.length === 0 ? [] : [{ id, who, what: purpose, changes: hit }];
  });
}

/** A product whose contract refers to columns of this one. */
export interface Referrer {
  product: string;
  columns: readonly string[];
}

export function brokenProducts(
  changes: readonly ContractChange[],
  referrers: readonly Referrer[],
): Broken[] {
  const breaking = changes.filter(({ consumer }) => consumer === 'break');
  return referrers.flatMap(({ product, columns }) => {
    const hit = breaking.filter((change) => touches(change, columns));
    return hit.length === 0
      ? []
      : [{ id: product, who: product, what: columns.join(', '), changes: hit }];
  });
}

/** The columns of `product` that a contract of `by` refers to. */
export function referredColumns(product: string, by: ContractModel): string[] {
  const [domain = ''] = product.split('.');
  const found = by.objects.flatMap(({ properties }) =>
    properties.flatMap(({ references, nested }) =>
      [...references, ...nested.flatMap((place) => place.property.references)].flatMap(
        ({ object, column }) => (isIn(object, domain, by.domain) ? [column] : []),
      ),
    ),
  );
  return [...new Set(found)].sort();
}

/** Why by the domain alone: the graph said already that the contract refers to the product. */
function isIn(object: string, domain: string, own: string | null): boolean {
  const parts = object.split('.');
  return (parts.length > 1 ? parts[0] : own) === domain;
}

function touches(change: ContractChange, columns: readonly string[] | null): boolean {
  const column = columnOfChange(change);
  if (column === null || columns === null) return true;
  return columns.some((name) => name.split('.').at(-1) === column);
}
