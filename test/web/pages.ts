/**
 * Every page of the app, with somebody who may see it: for stories that hold all of them to one thing.
 *
 * Not a test. Invariant: each route of `web/src/app/router.tsx` is here, which `narrow.web.test.ts` proves.
 */
import assert from 'node:assert/strict';
import { ask, type Person } from './browser.ts';

export interface AppPage {
  /** The address as the router has it: `/p/$product/columns`. */
  route: string;
  path: string;
  person: Person;
}

const PRODUCT = 'point_of_sale.transactions';

/** The pages, by ids that the mesh has at that time. */
export async function pagesOfApp(): Promise<AppPage[]> {
  const batch = await firstOf('producer', `/api/v1/batches?product=${PRODUCT}`, 'batch');
  const agreement = await firstOf('analyst', '/api/v1/agreements?subject=analyst', 'agreement');
  const ids = { product: PRODUCT, domain: 'point_of_sale', batch, agreement, id: batch };
  const own = (person: Person, routes: readonly string[], more: Record<string, string> = {}) =>
    routes.map((route) => ({ route, person, path: filled(route, { ...ids, ...more }) }));
  return [
    ...own('analyst', READ),
    ...own('analyst', ['/p/$product/versions/$pair'], { pair: '1.0.0...1.0.0' }),
    ...own('brand_manager', ['/p/$product/request'], { product: 'loyalty.households' }),
    ...own('producer', MADE),
    ...own('steward', KEPT),
    ...own('platform', OVERSEEN, { person: 'analyst' }),
  ];
}

const READ = [
  '/',
  '/market',
  '/market/compare',
  '/d/$domain',
  '/p/$product',
  '/p/$product/columns',
  '/p/$product/columns/$column',
  '/p/$product/quality',
  '/p/$product/quality/$rule',
  '/p/$product/batches',
  '/p/$product/lineage',
  '/p/$product/versions',
  '/p/$product/consumers',
  '/p/$product/connect',
  '/agreements',
  '/agreements/$agreement',
  '/workbench',
  '/saved',
  '/map',
  '/i/$id',
];

const MADE = [
  '/make',
  '/make/new',
  '/make/$product/version',
  '/make/$product/upload',
  '/make/$product/batches/$batch',
  '/make/$product/quarantine',
];

const KEPT = ['/review', '/policies', '/policies/see-as', '/policies/$product'];

const OVERSEEN = [
  '/audit',
  '/people',
  '/people/-/new',
  '/people/$person',
  '/domains',
  '/domains/-/new',
  '/domains/$domain',
];

function filled(route: string, ids: Record<string, string>): string {
  const all: Record<string, string> = {
    column: 'quantity',
    rule: 'coupon_never_above_value',
    ...ids,
  };
  const path = route.replace(/\$(\w+)/g, (_, name: string) => all[name] ?? '');
  if (route === '/market/compare') return `${path}?p=${PRODUCT},product_master.products`;
  return path;
}

async function firstOf(person: Person, path: string, name: string): Promise<string> {
  const { items } = (await (await ask(person, path)).json()) as {
    items: Record<string, string>[];
  };
  const found = items[0]?.[name];
  assert.ok(found, `${path} has something to look at`);
  return found;
}
