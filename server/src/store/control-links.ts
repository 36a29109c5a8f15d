/**
 * Queries about what products depend on, and what the graph of a mesh shows of them.
 *
 * Not the graph (`services/graph-service.ts`). Invariant: the links of a product are those of its newest contract and of its
 * product document, written only when they changed, since every batch comes by here.
 */

import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel } from '@weft/core/contract/model';
import { type Kysely, sql } from 'kysely';
import { type ProductRow, readClaim, readContractById } from './control-registry.ts';
import { json, optionalInstant } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export interface ProductLink {
  product: string;
  kind: 'reference' | 'input';
  target: string;
  isOutside: boolean;
  columns: string[] | null;
}

/** Brings the links of a product up to its contract and document. */
export async function rebuildLinks(db: Db, row: ProductRow, model: ContractModel): Promise<void> {
  const wanted = [...(await referencesOf(db, row, model)), ...(await inputsOf(db, row))];
  const known = await readLinks(db, [row.product], { isReverse: false });
  if (sameLinks(known, wanted)) return;
  await db.deleteFrom('product_links').where('product', '=', row.product).execute();
  if (wanted.length === 0) return;
  await db
    .insertInto('product_links')
    .values(
      wanted.map(({ product, kind, target, isOutside, columns }) => ({
        product,
        kind,
        target,
        is_outside: isOutside,
        columns: columns === null ? null : json(columns),
      })),
    )
    .execute();
}

async function referencesOf(
  db: Db,
  { product, domain }: ProductRow,
  model: ContractModel,
): Promise<ProductLink[]> {
  const tables = tablesOf(model);
  const own = new Set(tables.flatMap(({ table, object }) => [table, object.name, object.id]));
  const columns = new Map<string, Set<string>>();
  for (const { object } of tables) {
    for (const { name, references, nested } of object.properties) {
      const all = [...references, ...nested.flatMap((place) => place.property.references)];
      for (const { object: place } of all) {
        if (own.has(place)) continue;
        columns.set(place, (columns.get(place) ?? new Set()).add(name));
      }
    }
  }
  const links = new Map<string, ProductLink>();
  for (const [place, names] of columns) {
    const [table = '', of = domain] = place.split('.').reverse();
    const claim = await readClaim(db, of, table);
    const target = claim?.product ?? place;
    if (target === product) continue;
    const before = links.get(target)?.columns ?? [];
    const joint = [...new Set([...before, ...names])].sort();
    links.set(target, {
      product,
      kind: 'reference',
      target,
      isOutside: claim === null,
      columns: joint,
    });
  }
  return [...links.values()];
}

async function inputsOf(db: Db, row: ProductRow): Promise<ProductLink[]> {
  const links = new Map<string, ProductLink>();
  for (const { name, contractId } of row.input_ports) {
    const contract = contractId === null ? null : await readContractById(db, contractId);
    const target = contract?.product ?? contractId ?? name;
    if (target === row.product) continue;
    const isOutside = contract === null;
    links.set(target, { product: row.product, kind: 'input', target, isOutside, columns: null });
  }
  return [...links.values()];
}

function sameLinks(a: readonly ProductLink[], b: readonly ProductLink[]): boolean {
  const text = (links: readonly ProductLink[]): string =>
    links
      .map(({ kind, target, isOutside, columns }) =>
        JSON.stringify([kind, target, isOutside, columns]),
      )
      .sort()
      .join('\n');
  return text(a) === text(b);
}

/** Links of these products, or with `isReverse` those that lead to them. */
export async function readLinks(
  db: Db,
  products: readonly string[],
  { isReverse, limit = LINKS_MAX }: { isReverse: boolean; limit?: number },
): Promise<ProductLink[]> {
  if (products.length === 0) return [];
  const rows = await db
    .selectFrom('product_links')
    .select(['product', 'kind', 'target', 'is_outside', 'columns'])
    .where(
      sql<boolean>`${sql.ref(isReverse ? 'target' : 'product')} = any(${[...products]}::text[])`,
    )
    .orderBy('product')
    .orderBy('target')
    .limit(limit)
    .execute();
  return rows.map(({ is_outside: isOutside, ...row }) => ({ ...row, isOutside }));
}

const LINKS_MAX = 20_000;

export interface GraphProduct {
  product: string;
  domain: string;
  title: string;
  state: string | null;
  rows: number | null;
  lastBatch: string | null;
  consumers: number;
}

/** Active products: the named ones, those of a domain, or the largest. */
export async function readGraphProducts(
  db: Db,
  which: { products?: readonly string[]; domain?: string; limit: number },
): Promise<GraphProduct[]> {
  let query = db
    .selectFrom('search_documents')
    .select([
      'product',
      'domain',
      'title',
      'name',
      'state',
      'measured_rows',
      'last_batch',
      'measured_consumers',
    ])
    .where('status', '=', 'active')
    .orderBy(sql`measured_rows desc nulls last`)
    .orderBy(sql`product collate "C"`)
    .limit(which.limit);
  if (which.products !== undefined) {
    query = query.where(sql<boolean>`product = any(${[...which.products]}::text[])`);
  }
  if (which.domain !== undefined) query = query.where('domain', '=', which.domain);
  return (await query.execute()).map((row) => ({
    product: row.product,
    domain: row.domain,
    title: row.title ?? row.name,
    state: row.state,
    rows: row.measured_rows,
    lastBatch: optionalInstant(row.last_batch),
    consumers: row.measured_consumers ?? 0,
  }));
}

export interface ActiveAgreement {
  agreement: string;
  product: string;
  domain: string;
  subject: string;
  purpose: string;
  until: string | null;
}

/** Active agreements on these products. */
export async function readActiveAgreements(
  db: Db,
  products: readonly string[],
  { now, limit }: { now: string; limit: number },
): Promise<ActiveAgreement[]> {
  if (products.length === 0) return [];
  const rows = await db
    .selectFrom('agreements')
    .select(['agreement', 'product', 'domain', 'subject', 'purpose', 'until'])
    .where(sql<boolean>`product = any(${[...products]}::text[])`)
    .where('state', '=', 'active')
    .where((row) => row.or([row('until', 'is', null), row('until', '>', now)]))
    .orderBy('product')
    .orderBy('agreement')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, until: optionalInstant(row.until) }));
}
