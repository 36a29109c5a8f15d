/**
 * The products of a large mesh, made up: domains, names, descriptions, columns, promises. The same for the same number.
 *
 * Not how they get into a store (`catalog-store.ts`). Words are drawn so that some stand in most products and some in very
 * few, as in any catalogue. Invariant: product `n` depends on `n` alone, and its contract can be published.
 */
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { Domain } from '@weft/core/registry/types';

const AREAS = [
  ...[
    'orders',
    'shipments',
    'invoices',
    'returns',
    'forecasts',
    'promotions',
    'loyalty',
    'inventory',
  ],
  ...[
    'pricing',
    'stores',
    'suppliers',
    'campaigns',
    'baskets',
    'shelves',
    'deliveries',
    'contracts',
  ],
  ...['payments', 'claims', 'complaints', 'visits', 'sessions', 'coupons', 'recipes', 'batches'],
  ...['pallets', 'trucks', 'routes', 'warehouses', 'employees', 'shifts', 'machines', 'sensors'],
];
const KINDS = [
  ...['daily', 'weekly', 'monthly', 'snapshot', 'history', 'events', 'summary', 'lines'],
  ...['master', 'reference', 'audit', 'ledger', 'plan', 'actuals', 'exceptions', 'features'],
];
const REGIONS = ['emea', 'dach', 'nordics', 'iberia', 'benelux', 'apac', 'latam', 'northam'];
const TEAMS = [
  ...[
    'supply_chain',
    'commerce',
    'finance',
    'marketing',
    'logistics',
    'manufacturing',
    'quality',
    'people',
  ],
  ...[
    'procurement',
    'category',
    'retail',
    'wholesale',
    'online',
    'insights',
    'planning',
    'service',
  ],
];
const SUBJECTS = [
  'store',
  'customer',
  'product',
  'supplier',
  'warehouse',
  'household',
  'brand',
  'region',
];
const GRAINS = [
  'store × day',
  'household × day',
  'product × week',
  'store × week',
  'product × day',
];
const CLASSES = ['public', 'internal', 'internal', 'confidential', 'restricted'];
const TAGS = [
  'certified',
  'sales',
  'finance',
  'raw',
  'derived',
  'personal',
  'vendor',
  'ml',
  'regulated',
  'beta',
];
const PURPOSES = ['reporting', 'replenishment', 'assortment', 'research', 'marketing', 'audit'];
const MEASURES = [
  'quantity',
  'amount',
  'cost',
  'margin',
  'discount',
  'weight',
  'volume',
  'score',
  'share',
  'price',
];
const MOMENTS = ['created_at', 'updated_at', 'sold_at', 'shipped_at', 'paid_at', 'valid_from'];
const SYLLABLES = [
  'ba',
  'do',
  'fe',
  'gu',
  'ki',
  'lo',
  'ma',
  'ne',
  'pi',
  'ro',
  'sa',
  'tu',
  've',
  'wi',
  'zo',
  'qua',
];

export const DOMAINS = 200;
/** A word of this list stands in one of so many products. */
const CODENAMES = 4_096;
const DAY_MILLISECONDS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);

/** What stands in a form in the places of what each product has for itself. */
const PLACES = { domain: 'zzdomain', name: 'zzname', word: 'zzword', owner: 'zzowner' };
/** Products that share a form differ in names, domain and rare word. A prime, so that a domain has all forms. */
export const FORMS = 1_999;

export interface CatalogProduct {
  domain: string;
  name: string;
  /** Fills a form's text with what this product has for itself. */
  fill(text: string): string;
  /** What its node measured; null for one without a batch. */
  measurement: TableMeasurement | null;
}

export function catalogDomain(index: number): Domain {
  const team = pickAt(TEAMS, index);
  const region = pickAt(REGIONS, Math.floor(index / TEAMS.length));
  return {
    name: `${team}_${region}_${index}`,
    title: `${team.replace('_', ' ')} ${region}`,
    description: `Data of ${team.replace('_', ' ')} in ${region}.`,
    owners: [`owner_${index}`],
    stewards: [],
    node: null,
  };
}

/** A word that one product in 4,096 has. */
export function codename(index: number): string {
  const at = (digit: number): string => pickAt(SYLLABLES, Math.floor(index / 16 ** digit));
  return `${at(0)}${at(1)}${at(2)}x`;
}

/** The contract of all products of a form, JSON, before it is filled. */
export function catalogForm(index: number): string {
  const draw = drawer(index);
  const [area, kind] = [draw.skewed(AREAS), draw.skewed(KINDS)];
  return JSON.stringify(contractOf({ draw, area, kind }));
}

export function catalogProduct(index: number): CatalogProduct {
  const form = drawer(index % FORMS);
  const [area, kind] = [form.skewed(AREAS), form.skewed(KINDS)];
  const domain = catalogDomain(index % DOMAINS);
  const name = `${area}_${kind}_${index}`;
  const values = {
    domain: domain.name,
    name,
    word: codename(Math.floor(index / 7) % CODENAMES),
    owner: domain.owners[0] ?? '',
  };
  return {
    domain: domain.name,
    name,
    fill: (text) =>
      text.replace(/zz(domain|name|word|owner)/g, (_, key: keyof typeof PLACES) => values[key]),
    measurement: hasBatches(index)
      ? measurementOf(drawer(index), `${domain.name}.${name}`, name)
      : null,
  };
}

/** Four of five products took a batch. */
function hasBatches(index: number): boolean {
  return drawer(index + 1).below(5) > 0;
}

interface Draw {
  below(bound: number): number;
  even(list: readonly string[]): string;
  /** The first of a list are the most frequent. */
  skewed(list: readonly string[]): string;
}

function contractOf({ draw, area, kind }: { draw: Draw; area: string; kind: string }) {
  const { domain, name, word, owner } = PLACES;
  const subject = draw.skewed(SUBJECTS);
  const region = draw.even(REGIONS);
  return {
    kind: 'DataContract',
    apiVersion: 'v3.1.0',
    id: `${domain}.${name}`,
    version: '1.0.0',
    status: 'active',
    name: `${area} ${kind} ${region} ${word}`,
    domain,
    dataProduct: name,
    tags: [...new Set([draw.skewed(TAGS), draw.even(TAGS), area])],
    description: {
      purpose: `${kind} of ${area} per ${subject} in ${region}, for ${draw.even(PURPOSES)} and ${draw.even(PURPOSES)}.`,
      limitations: `Late ${draw.even(AREAS)} are missing; ${draw.even(SUBJECTS)} numbers of project ${word} are provisional.`,
      usage: `Join with ${draw.skewed(AREAS)} on ${subject}_id.`,
    },
    schema: [
      {
        id: name,
        name,
        physicalName: name,
        physicalType: 'table',
        description: `One row per ${subject} and ${kind} of ${area}.`,
        dataGranularityDescription: `One row per ${subject}.`,
        properties: propertiesOf(draw, subject),
        quality: [{ id: 'some_rows', type: 'library', metric: 'rowCount', mustBeGreaterThan: 0 }],
      },
    ],
    slaProperties: [
      { id: 'often', property: 'frequency', value: 1 + draw.below(7), unit: 'd' },
      { id: 'late', property: 'latency', value: 1 + draw.below(48), unit: 'h' },
      { id: 'keep', property: 'retention', value: 1 + draw.below(10), unit: 'y' },
    ],
    team: { name: domain, members: [{ username: owner, role: 'owner' }] },
    customProperties: [
      {
        property: 'weftPurposes',
        value: [...new Set([draw.skewed(PURPOSES), draw.even(PURPOSES)])],
      },
      { property: 'weftGranularity', value: draw.skewed(GRAINS) },
      { property: 'weftRegion', value: region },
    ],
  };
}

function propertiesOf(draw: Draw, subject: string) {
  const keys = [`${subject}_id`, ...SUBJECTS.slice(0, draw.below(4)).map((each) => `${each}_ref`)];
  const moments = MOMENTS.slice(0, 1 + draw.below(3));
  const measures = MEASURES.slice(draw.below(6)).flatMap((measure) => [
    measure,
    `${measure}_last_year`,
  ]);
  const column = (name: string, logicalType: string, physicalType: string, isKey = false) => ({
    id: name,
    name,
    description: `The ${name.replaceAll('_', ' ')}.`,
    logicalType,
    physicalType,
    required: isKey,
    classification: draw.skewed(CLASSES),
    ...(isKey ? { primaryKey: true, primaryKeyPosition: 1 } : {}),
  });
  return [
    ...keys.map((name, i) => column(name, 'integer', 'BIGINT', i === 0)),
    ...moments.map((name) => column(name, 'timestamp', 'TIMESTAMP')),
    ...measures.map((name) => column(name, 'number', 'DECIMAL(18,2)')),
  ];
}

function measurementOf(draw: Draw, product: string, table: string): TableMeasurement {
  const newest = new Date(FIRST_DAY + draw.below(300) * DAY_MILLISECONDS).toISOString();
  return {
    product,
    table,
    major: 1,
    measuredAt: newest,
    rows: 10 ** draw.below(9) + draw.below(1_000),
    bytes: 10 ** draw.below(10),
    lastBatch: newest,
    batches: 1 + draw.below(500),
    passRate: 1 - draw.below(100) / 10_000,
    nulls: { quantity: draw.below(100) / 1_000 },
    distinct: {},
  };
}

/** Numbers that look random and follow from the index (SplitMix32 by Guy Steele and others, public domain). */
function drawer(index: number): Draw {
  let state = Math.imul(index + 1, 0x9e3779b9) | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 4_294_967_296;
  };
  const at = (list: readonly string[], share: number): string =>
    list[Math.floor(share * list.length)] ?? '';
  return {
    below: (bound) => Math.floor(next() * bound),
    even: (list) => at(list, next()),
    skewed: (list) => at(list, next() ** 2),
  };
}

function pickAt(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}
