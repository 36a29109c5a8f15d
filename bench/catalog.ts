/**
 * Discovery in a mesh of 100,000 products: start-up, memory, and searches over HTTP with words, facets and pages.
 *
 * `weft up` as a user starts it, on a directory that `catalog-store.ts` fills. Not the ranking's quality. Each kind of
 * search is asked with other words each time, one after the other, by a consumer who owns nothing; what is measured ends
 * with the last byte of the answer. Invariant: a search that must find something and does not is no figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogDomain, codename } from './catalog-products.ts';
import { openCatalog } from './catalog-store.ts';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { median, quantile, sample, treeMemory } from './measure.ts';
import { issueToken, type StartedMesh, startMesh } from './mesh.ts';

const PRODUCTS = 100_000;
/** Long enough for the index of all products to be read. */
const IDLE_MILLISECONDS = 30_000;
const MEGABYTE = 1024 ** 2;
const ROUNDS = 20;
const PAGES = 20;
const FACETS =
  'domain,state,frequency,freshness,granularity,classification,purpose,licence,region,price,tag';

interface Search {
  name: string;
  /** Parameters of the `round`-th search of this kind. */
  query(round: number): Record<string, string>;
  /** Pages that are read one after the other; each is measured. */
  pages?: number;
  /** Typing errors are forgiven only where the store has trigrams. */
  mayBeEmpty?: boolean;
}

const COMMON = [
  'orders',
  'shipments',
  'daily',
  'invoices',
  'store',
  'weekly',
  'returns',
  'customer',
];
const AREAS = ['orders', 'shipments', 'invoices', 'returns', 'forecasts', 'promotions'];
const TAGS = ['ml', 'vendor', 'raw', 'beta'];
const TYPOS = [
  'shipmnets',
  'forcasts',
  'inventori',
  'promotoins',
  'loyalti',
  'warehuose',
  'suplier',
];

const SEARCHES: readonly Search[] = [
  { name: 'rare word', query: (round) => ({ q: codename(round * 37) }) },
  { name: 'common word', query: (round) => ({ q: at(COMMON, round) }) },
  {
    name: 'three words',
    query: (round) => ({ q: `${at(AREAS, round)} store discount` }),
  },
  { name: 'prefix', query: (round) => ({ q: codename(round * 53).slice(0, 4) }) },
  { name: 'typing error', query: (round) => ({ q: at(TYPOS, round) }), mayBeEmpty: true },
  {
    name: 'words and promises',
    query: (round) => ({
      q: at(COMMON, round),
      where: `frequency <= P${1 + (round % 7)}D and retention >= P2Y and granularity <= 'store × week'`,
    }),
  },
  {
    name: 'conditions alone',
    query: (round) => ({
      where: `domain = ${catalogDomain(5 * round + 1).name} and tag in (certified, sales, raw) and measured.rows > 1000`,
    }),
  },
  {
    name: 'column and tag',
    query: (round) => ({
      where: `column = margin and tag = ${at(TAGS, round)}`,
    }),
  },
  { name: 'nothing asked', query: () => ({}) },
  {
    name: 'sorted by rows',
    query: (round) => ({ q: at(COMMON, round), sort: 'rows' }),
  },
  { name: 'deep page', query: (round) => ({ q: at(COMMON, round), limit: '50' }), pages: PAGES },
];

export async function measureCatalog(options: IngestOptions): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-catalog-run-'));
  try {
    await openCatalog(directory, { products: PRODUCTS, say: options.say });
    const seconds: number[] = [];
    for (let i = 0; i < options.runs - 1; i++) {
      options.say(`weft up with ${PRODUCTS} products, ${i + 1} of ${options.runs} …`);
      const mesh = await startMesh(directory);
      seconds.push(mesh.seconds);
      await mesh.stop();
    }
    const mesh = await startMesh(directory);
    seconds.push(mesh.seconds);
    try {
      return [
        figure({
          name: 'catalog: start-up',
          value: median(seconds),
          unit: 's',
          aim: atMost(5, ' s'),
          note: `min ${Math.min(...seconds).toFixed(2)} s, n = ${seconds.length}`,
        }),
        ...(await measureSearches(mesh, options)),
      ];
    } finally {
      await mesh.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureSearches(mesh: StartedMesh, options: IngestOptions): Promise<Figure[]> {
  await sleep(IDLE_MILLISECONDS);
  const idle = treeMemory(mesh.pid).resident;
  const token = await issueToken(mesh, { subject: 'reader', roles: ['consumer'], domains: [] });
  const times = new Map<string, Timed>();
  for (const search of SEARCHES) {
    options.say(`search, ${search.name} …`);
    times.set(search.name, await timeSearch({ url: mesh.url, token, search }));
  }
  const all = [...times.values()].flatMap((each) => each.milliseconds);
  const { resident } = treeMemory(mesh.pid);
  const note = `idle ${Math.round(idle / MEGABYTE)} MB`;
  return [
    figure({
      name: 'catalog: memory after searches',
      value: resident / MEGABYTE,
      unit: 'MB',
      aim: atMost(600, ' MB'),
      note,
    }),
    figure({
      name: 'catalog: search with facets, p95',
      value: quantile(all, 0.95),
      unit: 'ms',
      aim: atMost(50, ' ms'),
      note: `p50 ${median(all).toFixed(1)} ms, n = ${all.length}`,
    }),
    ...[...times].map(([name, each]) =>
      figure({
        name: `catalog: ${name}, p95`,
        value: quantile(each.milliseconds, 0.95),
        unit: 'ms',
        note: `p50 ${median(each.milliseconds).toFixed(1)} ms, CPU ${each.cpu.toFixed(1)} ms each, n = ${each.milliseconds.length}`,
      }),
    ),
  ];
}

interface Timed {
  milliseconds: number[];
  /** Milliseconds of CPU of mesh and asker for one search. */
  cpu: number;
}

interface SearchTask {
  url: string;
  token: string;
  search: Search;
}

/** Times the searches of a kind; the first one warms up and does not count. */
async function timeSearch(task: SearchTask): Promise<Timed> {
  const milliseconds: number[] = [];
  await timeRound(task, 0);
  const rounds = task.search.pages === undefined ? ROUNDS : 2;
  const { cpu } = await sample(async () => {
    for (let round = 0; round < rounds; round++) {
      milliseconds.push(...(await timeRound(task, round)));
    }
  });
  return { milliseconds, cpu: (cpu * 1_000) / milliseconds.length };
}

async function timeRound(task: SearchTask, round: number): Promise<number[]> {
  const { search } = task;
  const times: number[] = [];
  let after: string | null = null;
  do {
    const more: Record<string, string> = after === null ? {} : { after };
    const query = { facet: FACETS, ...search.query(round), ...more };
    const { milliseconds, next, found } = await ask(task, query);
    if (found === 0 && search.mayBeEmpty !== true) {
      throw new Error(`${JSON.stringify(query)} found nothing`);
    }
    times.push(milliseconds);
    after = next;
  } while (after !== null && times.length < (search.pages ?? 1));
  return times;
}

async function ask(about: { url: string; token: string }, query: Record<string, string>) {
  const start = performance.now();
  const response = await fetch(`${about.url}/api/v1/search?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${about.token}` },
  });
  const text = await response.text();
  const milliseconds = performance.now() - start;
  if (!response.ok) throw new Error(`${JSON.stringify(query)}: ${response.status} ${text}`);
  const { items, next } = JSON.parse(text) as { items: unknown[]; next: string | null };
  return { milliseconds, next, found: items.length };
}

function at(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}
