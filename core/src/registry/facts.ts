/**
 * The fact sheet of a product: what discovery compares, ranks, counts and shows. Promises stand beside measurements.
 *
 * Not the contract (its facets are compiled in `contract/compile/search-facets.ts`) and nothing about who asks.
 * Invariant: a fact that is not known is null or absent, never zero; so "unknown" stays apart from a measured zero.
 */
import type { ContractFacets } from '../contract/compile/search-facets.ts';
import { joinMeasurements, type TableMeasurement } from './measurement.ts';

export interface ProductFacts {
  /** `domain.product`. */
  product: string;
  domain: string;
  name: string;
  title: string | null;
  description: string | null;
  owners: string[];
  tags: string[];
  /** Business names and synonyms of columns and of places inside them. */
  terms: string[];
  status: string;
  version: string;
  /** The worst of what is promised; null while nothing was measured. */
  state: ProductState | null;
  /** Since when it is so, RFC 3339. */
  stateSince: string | null;
  /** Misses that the contract still allows; null where it says nothing of it. */
  budget: { allowed: number; spent: number; left: number; since: string } | null;
  /** Contract id, and the hash of the version that the facts come from. */
  contract: { id: string; version: string; hash: string };
  purposes: string[];
  /** Highest of the columns. */
  classification: string | null;
  granularity: string | null;
  licence: string | null;
  region: string | null;
  price: { amount: string | null; currency: string | null; unit: string | null } | null;
  /** Seconds. */
  frequency: number | null;
  tables: string[];
  /** Column name, or place inside a column (`lines.items.qty`), → readable type, in the contract's order; of two tables with one name, the first counts. */
  columns: Record<string, string>;
  promise: {
    /** Seconds. */
    freshness: number | null;
    latency: number | null;
    /** How old the newest batch may be. */
    age: number | null;
    /** Share of bad records that a batch may have, 0 to 1. */
    badShareMax: number | null;
    retention: number | null;
    /** 0 to 1. */
    availability: number | null;
    rules: string[];
  };
  measured: {
    rows: number | null;
    bytes: number | null;
    batches: number | null;
    passRate: number | null;
    /** Of the newest batches, the worst share that was set aside; null where no share is promised. */
    badShare: number | null;
    /** RFC 3339; the freshness is its age when somebody asks. */
    lastBatch: string | null;
    nulls: Record<string, number>;
    distinct: Record<string, number>;
    /** Subjects with an active agreement. */
    consumers: number | null;
  };
}

export type ProductState = 'kept' | 'close' | 'missed';

export interface FactSources {
  product: string;
  domain: string;
  name: string;
  /** From the ODPS document; the contract's own words stand in where it says nothing. */
  title: string | null;
  description: string | null;
  tags: readonly string[];
  owners: readonly string[];
  status: string;
  hash: string;
  facets: ContractFacets;
  measurements: readonly TableMeasurement[];
  consumers: number;
  badShareMax: number | null;
  badShare: number | null;
  standing: Pick<ProductFacts, 'state' | 'stateSince' | 'budget'>;
}

/** Puts the fact sheet of a product together. */
export function buildFacts(sources: FactSources): ProductFacts {
  const { facets } = sources;
  const measured = joinMeasurements(sources.measurements);
  return {
    product: sources.product,
    domain: sources.domain,
    name: sources.name,
    title: sources.title ?? facets.title,
    description: sources.description ?? facets.purpose,
    owners: unique([...sources.owners, ...facets.owners]),
    tags: unique([
      ...sources.tags,
      ...facets.tags,
      ...facets.columns.flatMap((column) => column.tags),
    ]),
    terms: unique(facets.columns.flatMap((c) => [c.businessName ?? '', ...c.synonyms])),
    status: sources.status,
    ...sources.standing,
    version: facets.version,
    contract: { id: facets.contract, version: facets.version, hash: sources.hash },
    purposes: facets.purposes,
    classification: facets.classification,
    granularity: facets.granularity,
    licence: facets.licence,
    region: facets.region,
    price: facets.price,
    frequency: facets.frequency?.seconds ?? null,
    tables: facets.tables,
    columns: typesByName(facets.columns),
    promise: {
      freshness: facets.freshness?.seconds ?? null,
      latency: facets.latency?.seconds ?? null,
      age: facets.age?.seconds ?? null,
      badShareMax: sources.badShareMax,
      retention: facets.retention?.seconds ?? null,
      availability: facets.availability,
      rules: unique(facets.rules.map((rule) => rule.id)),
    },
    measured: { ...measured, badShare: sources.badShare, consumers: sources.consumers },
  };
}

/** Whether a product costs anything; null where its contract names no amount. */
export function priceKind({ price }: Pick<ProductFacts, 'price'>): 'free' | 'priced' | null {
  const amount = Number.parseFloat(price?.amount ?? '');
  if (Number.isNaN(amount)) return null;
  return amount === 0 ? 'free' : 'priced';
}

function typesByName(columns: readonly { name: string; type: string }[]): Record<string, string> {
  const types: Record<string, string> = {};
  for (const { name, type } of columns) types[name] ??= type;
  return types;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))];
}
