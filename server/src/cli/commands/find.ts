/**
 * `find`: products by words and by what they promise, each with promise beside measurement.
 */
import type { CommandContext } from '../command.ts';
import { readList } from '../listing.ts';
import { formatCount, formatShare } from '../output.ts';

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
  nearest?: string[];
  next: string | null;
}

export async function find(context: CommandContext): Promise<undefined> {
  const query = {
    q: context.args[0],
    where: context.options.text('where'),
    sort: context.options.text('sort'),
    facet: context.options.list('facet')?.join(','),
  };
  const found = await readList<ProductHit, SearchAnswer>(context, '/api/v1/search', query);
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
      {
        head: 'PASS RATE',
        cell: (p) => (p.measured.passRate === null ? '-' : formatShare(p.measured.passRate)),
        align: 'right',
      },
      { head: 'ACCESS', cell: (p) => p.access },
      { head: 'TITLE', cell: (p) => p.title },
    ],
    'Nothing fits. Fewer words, or another --where?',
  );
  if (found.nearest !== undefined) context.out.say(`Did you mean ${found.nearest.join(' or ')}?`);
  for (const [field, values] of Object.entries(found.facets)) {
    context.out.say(`${field}: ${values.map((v) => `${v.value} (${v.count})`).join(', ')}`);
  }
  return undefined;
}
