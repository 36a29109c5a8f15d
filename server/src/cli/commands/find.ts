/**
 * `find`: products by words and by what they promise, each with promise beside measurement.
 */
import type { CommandContext } from '../command.ts';
import { formatCount } from '../output.ts';
import { page } from '../text.ts';

export interface ProductHit {
  product: string;
  title: string;
  domain: string;
  owner: string | null;
  version: string | null;
  granularity: string | null;
  frequency: string | null;
  classification: string | null;
  promise: Record<string, unknown>;
  measured: {
    rows: number | null;
    freshness: string | null;
    lastBatch: string | null;
    passRate: number | null;
  };
  access: string;
  score: number;
}

interface SearchAnswer {
  items: ProductHit[];
  facets: Record<string, { value: string; count: number }[]>;
  total: number;
  next: string | null;
}

export async function find(context: CommandContext): Promise<undefined> {
  const query = {
    ...page(context),
    q: context.args[0],
    where: context.options.text('where'),
    sort: context.options.text('sort'),
    facet: context.options.texts('facet').join(',') || undefined,
  };
  const found = await context.api().call<SearchAnswer>('GET', '/api/v1/search', { query });
  if (context.out.json) {
    context.out.document(found, () => '');
    return undefined;
  }
  context.out.list(
    found,
    [
      { head: 'PRODUCT', cell: (p) => p.product },
      { head: 'GRANULARITY', cell: (p) => p.granularity ?? '-' },
      { head: 'FREQUENCY', cell: (p) => p.frequency ?? '-' },
      { head: 'CLASS', cell: (p) => p.classification ?? '-' },
      {
        head: 'ROWS',
        cell: (p) => (p.measured.rows === null ? 'not measured yet' : formatCount(p.measured.rows)),
        align: 'right',
      },
      { head: 'PASS RATE', cell: (p) => passRate(p.measured.passRate), align: 'right' },
      { head: 'ACCESS', cell: (p) => p.access },
      { head: 'TITLE', cell: (p) => p.title },
    ],
    'Nothing fits. Fewer words, or another --where?',
  );
  for (const [field, values] of Object.entries(found.facets)) {
    context.out.say(`${field}: ${values.map((v) => `${v.value} (${v.count})`).join(', ')}`);
  }
  return undefined;
}

function passRate(rate: number | null): string {
  return rate === null ? '-' : `${(Math.floor(rate * 10_000) / 100).toFixed(2)} %`;
}
