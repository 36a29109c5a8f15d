/**
 * The registry's answers: products and contract versions as the API shows them.
 *
 * Not the store's rows and not a search hit. Invariant: metadata only, the same for every subject of the mesh.
 */
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
  contracts: ContractView[];
  facts: ProductFacts | null;
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
