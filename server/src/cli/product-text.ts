/**
 * A product for people: what it is, what it promises beside what was measured, how to get it.
 *
 * Not the document: --json gives that. Invariant: a promise and its measurement stand on one line, and what was not
 * measured yet says so.
 */
import { formatDuration } from '@weft/core/lib/duration';
import { renderFacts } from './document-text.ts';
import { countOf, formatBytes, formatCount, formatShare } from './output.ts';

/** What this view reads of a product's document; the API gives more. */
export interface ProductDocument {
  product: string;
  title: string;
  description: string | null;
  status: string;
  domain: string;
  version: string | null;
  hash: string | null;
  tables: string[];
  contracts?: { version: string; publishedAt: string; publishedBy: string }[];
  access?: string;
  facts?: ProductFacts | null;
}

interface ProductFacts {
  owners?: string[];
  granularity?: string | null;
  classification?: string | null;
  frequency?: number | null;
  purposes?: string[];
  licence?: string | null;
  region?: string | null;
  tags?: string[];
  terms?: string[];
  columns?: Record<string, string>;
  promise?: {
    latency?: number | null;
    age?: number | null;
    availability?: number | null;
    retention?: number | null;
    rules?: string[];
  };
  measured?: {
    rows?: number | null;
    bytes?: number | null;
    batches?: number | null;
    consumers?: number | null;
    passRate?: number | null;
    lastBatch?: string | null;
    nulls?: Record<string, number>;
  } | null;
}

export function renderProduct(product: ProductDocument, now: Date): string {
  const facts = product.facts ?? {};
  const parts = [
    `${product.product}${product.version === null ? '' : `@${product.version}`}  ${product.title}`,
    renderFacts([
      ['what', product.description],
      ['status', product.status],
      ['owners', join(facts.owners)],
      ['granularity', facts.granularity ?? null],
      ['class', facts.classification ?? null],
      ['purposes', join(facts.purposes)],
      ['licence', facts.licence ?? null],
      ['region', facts.region ?? null],
      ['tags', join(facts.tags)],
      ['tables', product.tables.map((table) => `${product.domain}.${table}`).join(', ')],
      ['contract', product.hash],
      ['access', product.access ?? null],
    ]),
    renderPromises(facts, now),
    renderColumns(facts),
    renderNext(product, facts),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderPromises({ promise = {}, measured, frequency }: ProductFacts, now: Date): string {
  const { rows, bytes, batches, passRate, lastBatch, consumers } = measured ?? {};
  const seconds = (value: number | null | undefined): string =>
    typeof value === 'number' ? formatDuration(value) : '-';
  const lines: [string, string, string][] = [
    ['', 'PROMISED', 'MEASURED'],
    ['frequency', seconds(frequency), `last batch ${lastBatch ?? 'not yet'}`],
    ['age', seconds(promise.age), ageOf(lastBatch, now)],
    ['latency', seconds(promise.latency), '-'],
    [
      'availability',
      typeof promise.availability === 'number' ? formatShare(promise.availability) : '-',
      '-',
    ],
    ['retention', seconds(promise.retention), '-'],
    [
      'rules',
      countOf(promise.rules?.length ?? 0, 'rule'),
      typeof passRate === 'number' ? `${formatShare(passRate)} of records pass` : 'not yet',
    ],
    [
      'rows',
      '-',
      typeof rows === 'number'
        ? `${countOf(rows, 'row')} in ${formatCount(batches ?? 0)} ${batches === 1 ? 'batch' : 'batches'}, ${formatBytes(bytes ?? 0)}`
        : 'not yet',
    ],
    ['consumers', '-', typeof consumers === 'number' ? String(consumers) : 'not yet'],
  ];
  const shown = lines.filter(([, promised, found]) => promised !== '-' || found !== '-');
  const width = Math.max(...shown.map(([, promised]) => promised.length)) + 2;
  return shown
    .map(([name, promised, found]) => `${name.padEnd(14)}${promised.padEnd(width)}${found}`)
    .join('\n');
}

/** The age of the newest batch now. */
function ageOf(lastBatch: string | null | undefined, now: Date): string {
  if (typeof lastBatch !== 'string') return '-';
  return formatDuration(Math.max(0, Math.round((now.getTime() - Date.parse(lastBatch)) / 1_000)));
}

function renderColumns({ columns = {}, measured }: ProductFacts): string {
  const names = Object.keys(columns);
  if (names.length === 0) return '';
  const nameWidth = Math.max(6, ...names.map((name) => name.length)) + 2;
  const typeWidth = Math.max(4, ...Object.values(columns).map((type) => type.length)) + 2;
  const nulls = measured?.nulls ?? {};
  return [
    `${'COLUMN'.padEnd(nameWidth)}${'TYPE'.padEnd(typeWidth)}NULLS`,
    ...names.map((name) => {
      const share = nulls[name];
      const found = share === undefined ? '-' : formatShare(share);
      return `${name.padEnd(nameWidth)}${(columns[name] ?? '').padEnd(typeWidth)}${found}`;
    }),
  ].join('\n');
}

function renderNext(product: ProductDocument, facts: ProductFacts): string {
  const purpose = facts.purposes?.[0];
  if (product.access !== 'requestable' || purpose === undefined) return '';
  return `Ask for access: weft request ${product.product} --purpose ${purpose}`;
}

const join = (texts: readonly string[] | undefined): string => (texts ?? []).join(', ');
