/**
 * The registry's answers: products and contract versions as the API shows them.
 *
 * Not the store's rows and not a search hit. Invariant: metadata only, the same for every subject of the mesh.
 */
import { slaText } from '@weft/core/contract/compile/search-facets';
import type { ContractModel } from '@weft/core/contract/model';
import type { ProductFacts } from '@weft/core/registry/facts';
import type { ContractRow, ProductRow } from '../store/control-registry.ts';
import { instant } from '../store/control-rows.ts';
import type { ProductPort } from '../store/control-tables.ts';

export interface ContractView {
  contract: string;
  product: string;
  version: string;
  major: number;
  hash: string;
  predecessor: string | null;
  tables: string[];
  media: string;
  publishedBy: string;
  publishedAt: string;
}

export interface ProductView {
  product: string;
  domain: string;
  name: string;
  title: string;
  description: string | null;
  status: 'active' | 'retired';
  owner: string | null;
  tags: string[];
  version: string | null;
  /** Contract id of the newest version. */
  contract: string | null;
  hash: string | null;
  tables: string[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
}

export interface ProductDetail extends ProductView {
  outputPorts: ProductPort[];
  inputPorts: ProductPort[];
  contracts: VersionView[];
  facts: ProductFacts | null;
}

export interface VersionView extends ContractView {
  /** `newest` of all, `serving`: the newest of an older major, which keeps its own table; `replaced` by one of its own major. */
  standing: 'newest' | 'serving' | 'replaced';
  /** Until when this version promises support, and when its data ends, as it says itself; RFC 3339 or a day. */
  endOfSupport: string | null;
  endOfLife: string | null;
}

export interface ContractDetail extends ContractView {
  /** The document as JSON, and as it was published. */
  document: unknown;
  source: string;
  model: ContractModel;
}

export function contractView(row: ContractRow): ContractView {
  return {
    contract: row.contract_id,
    product: row.product,
    version: row.version,
    major: row.major,
    hash: row.hash,
    predecessor: row.predecessor,
    tables: row.tables,
    media: row.media,
    publishedBy: row.published_by,
    publishedAt: instant(row.published_at),
  };
}

/** Versions of one product, with how each stands among the others. */
export function versionViews(
  rows: readonly ContractRow[],
  modelOf: (row: ContractRow) => ContractModel,
): VersionView[] {
  const order = rows.toSorted(
    (a, b) => b.major - a.major || b.minor - a.minor || b.patch - a.patch || b.ordinal - a.ordinal,
  );
  const first = new Map<number, ContractRow>();
  for (const row of order) if (!first.has(row.major)) first.set(row.major, row);
  return rows.map((row) => {
    const { sla } = modelOf(row);
    const isFirst = first.get(row.major) === row;
    return {
      ...contractView(row),
      standing: row === order[0] ? 'newest' : isFirst ? 'serving' : 'replaced',
      endOfSupport: slaText(sla, 'endofsupport'),
      endOfLife: slaText(sla, 'endoflife'),
    };
  });
}

/** A product with what its newest contract says; `model` is that contract's. */
export function productView(
  row: ProductRow,
  newest: { contract: ContractRow; model: ContractModel } | null,
): ProductView {
  return {
    product: row.product,
    domain: row.domain,
    name: row.name,
    title: row.title ?? newest?.model.name ?? row.name,
    description: row.description ?? newest?.model.description.purpose ?? null,
    status: row.status,
    owner: row.owner,
    tags: row.tags,
    version: newest?.contract.version ?? null,
    contract: newest?.contract.contract_id ?? null,
    hash: newest?.contract.hash ?? null,
    tables: newest?.contract.tables ?? [],
    createdBy: row.created_by,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}
