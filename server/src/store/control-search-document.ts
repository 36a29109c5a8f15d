/**
 * Writes the search document of a product: its fact sheet in columns that the store can filter, rank and count.
 *
 * Not the search. Invariant: it is rebuilt in the transaction that changes what it says, from the newest contract, the
 * product's own facts, the measurements of its tables, its promises and the number of its consumers; so discovery never lags.
 */
import { compileFacets } from '@weft/core/contract/compile/search-facets';
import type { ContractModel } from '@weft/core/contract/model';
import { buildFacts, type ProductFacts, priceKind } from '@weft/core/registry/facts';
import { joinMeasurements, type TableMeasurement } from '@weft/core/registry/measurement';
import { type MeshOrders, readSemver } from '@weft/core/registry/search-fields';
import type { Domain } from '@weft/core/registry/types';
import { type Kysely, sql } from 'kysely';
import { countConsumers } from './control-access.ts';
import { rebuildLinks } from './control-links.ts';
import { type ProductStanding, readProductStanding } from './control-promises.ts';
import { type ProductRow, readContract, readDomain } from './control-registry.ts';
import { json } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export interface DocumentContext {
  orders: MeshOrders;
  /** The model of a published contract. */
  modelOf(contract: { hash: string; source: string }): ContractModel;
  /** RFC 3339. */
  now: string;
}

/** Rebuilds the document of a product and tells its standing; without a contract there is none. */
export async function rebuildSearchDocument(
  tx: Db,
  product: ProductRow,
  context: DocumentContext,
): Promise<ProductStanding | null> {
  const contract = await readContract(tx, { product: product.product });
  if (contract === null) return null;
  const { major } = contract;
  const model = context.modelOf(contract);
  const measurements = await readMeasurements(tx, product.product, major);
  const standing = await readProductStanding(tx, {
    product: product.product,
    major,
    model,
    lastBatch: joinMeasurements(measurements).lastBatch,
    now: context.now,
  });
  const document = describeProduct({
    product,
    domain: await readDomain(tx, product.domain),
    hash: contract.hash,
    model,
    measurements,
    consumers: await countConsumers(tx, product.product),
    standing,
    orders: context.orders,
  });
  await writeSearchDocument(tx, document.facts, document.words, standing.until);
  await rebuildLinks(tx, product, model);
  return standing;
}

export interface ProductSources {
  product: Pick<
    ProductRow,
    'product' | 'domain' | 'name' | 'title' | 'description' | 'tags' | 'owner' | 'status'
  >;
  domain: Domain | null;
  /** Of the newest contract. */
  hash: string;
  model: ContractModel;
  measurements: readonly TableMeasurement[];
  consumers: number;
  standing: Pick<ProductStanding, 'state' | 'since' | 'budget' | 'badShare'>;
  orders: MeshOrders;
}

/** The fact sheet of a product and the words that find it. */
export function describeProduct(sources: ProductSources): { facts: ProductFacts; words: Words } {
  const { product, domain, model } = sources;
  const facets = compileFacets(model, sources.orders.classification);
  const owners = [...(domain?.owners ?? []), ...(product.owner === null ? [] : [product.owner])];
  const facts = buildFacts({
    product: product.product,
    domain: product.domain,
    name: product.name,
    title: product.title,
    description: product.description,
    tags: product.tags,
    owners,
    status: product.status,
    hash: sources.hash,
    facets,
    measurements: sources.measurements,
    consumers: sources.consumers,
    badShareMax: model.weft.badShareMax,
    badShare: sources.standing.badShare,
    standing: {
      state: sources.standing.state,
      stateSince: sources.standing.since,
      budget: sources.standing.budget,
    },
  });
  return { facts, words: wordsOf({ facts, model, domain }) };
}

export async function readMeasurements(tx: Db, product: string, major: number) {
  const rows = await tx
    .selectFrom('measurements')
    .select('measurement')
    .where('product', '=', product)
    .where('major', '=', major)
    .execute();
  return rows.map((row) => row.measurement);
}

/** The words of a document by weight, A first. */
export interface Words {
  names: string;
  terms: string;
  prose: string;
}

interface WordSources {
  facts: ProductFacts;
  model: ContractModel;
  domain: Domain | null;
}

function wordsOf({ facts, model, domain }: WordSources): Words {
  const properties = model.objects.flatMap((object) => object.properties);
  const prose = [
    facts.description,
    model.description.limitations,
    model.description.usage,
    ...model.objects.map((object) => object.description),
    ...properties.map((property) => property.description),
    domain?.description ?? null,
  ];
  const terms = [...Object.keys(facts.columns), ...facts.terms, ...facts.tags];
  return {
    names: plain([facts.product, facts.title, ...facts.tables]),
    terms: plain([...terms, domain?.title ?? null]),
    prose: plain(prose),
  };
}

// Why: a name such as point_of_sale is to be found by each of its words.
function plain(texts: readonly (string | null)[]): string {
  return texts.map((text) => (text ?? '').replace(/[._\-/]+/g, ' ')).join(' \n ');
}

/** Why the words apart: a measurement changes none, and whoever keeps them in memory reads them only when they changed. */
const REVISIONS = {
  revision: sql`pg_current_xact_id()`,
  words_revision: sql`case when search_documents.words = excluded.words
    then search_documents.words_revision else pg_current_xact_id() end`,
};

/** Writes the document of a fact sheet; `words` are what text search finds it by. */
export async function writeSearchDocument(
  tx: Db,
  facts: ProductFacts,
  words: Words,
  until: string | null = null,
): Promise<void> {
  const { product: _, ...values } = documentRow(facts, words, until);
  await tx
    .insertInto('search_documents')
    .values({ product: facts.product, ...values })
    .onConflict((conflict) => conflict.column('product').doUpdateSet({ ...values, ...REVISIONS }))
    .execute();
}

/** The row of a fact sheet. */
export function documentRow(facts: ProductFacts, words: Words, until: string | null = null) {
  const { promise, measured } = facts;
  return {
    product: facts.product,
    domain: facts.domain,
    name: facts.name,
    title: facts.title,
    status: facts.status,
    version: facts.version,
    version_key: readSemver(facts.version) ?? [0, 0, 0, 0],
    owners: facts.owners,
    tags: facts.tags,
    terms: facts.terms,
    purposes: facts.purposes,
    columns: Object.keys(facts.columns),
    rules: promise.rules,
    classification: facts.classification,
    granularity: facts.granularity,
    licence: facts.licence,
    region: facts.region,
    price: priceKind(facts),
    frequency: facts.frequency,
    retention: promise.retention,
    promise_freshness: promise.freshness,
    promise_latency: promise.latency,
    promise_availability: promise.availability,
    measured_rows: measured.rows,
    measured_bytes: measured.bytes,
    measured_pass_rate: measured.passRate,
    measured_batches: measured.batches,
    measured_consumers: measured.consumers,
    last_batch: measured.lastBatch,
    state: facts.state,
    state_since: facts.stateSince,
    state_until: until,
    // Why only then: a budget of which nothing was spent does not run out.
    misses_left: facts.budget !== null && facts.budget.spent > 0 ? facts.budget.left : null,
    facts: json(facts),
    names: `${words.names} ${words.terms}`.toLowerCase(),
    words: sql`
      setweight(to_tsvector('simple', ${words.names}) || to_tsvector('english', ${words.names}), 'A') ||
      setweight(to_tsvector('simple', ${words.terms}) || to_tsvector('english', ${words.terms}), 'B') ||
      setweight(to_tsvector('english', ${words.prose}), 'C')`,
  };
}
