/**
 * The promises of one's products: what missed one stands first, and none is left out without a word.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, agreement, hit, OWEN } from '../../testing/facts.ts';
import { answerFrame, type Mesh, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';
import { missesFirst } from './use-home.ts';

const NAMES = Array.from({ length: 11 }, (_, at) => `loyalty.p${String(at).padStart(2, '0')}`);
const MISSED = 'loyalty.p10';

function withProducts(total: number): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  mesh.on('get', '/api/v1/queue', { capped: false, items: [], next: null, total: 0 });
  mesh.on('get', '/api/v1/news', { items: [], next: null });
  mesh.on('get', '/api/v1/coming', { items: [], next: null });
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/search', {
    facets: {},
    items: NAMES.map((product) => hit({ product })),
    next: null,
    total,
    capped: false,
  });
  mesh.on('get', '/api/v1/products/{product}/promises', ({ params }) => ({
    product: params['product'] ?? '',
    version: '1.0.0',
    newest: '1.0.0',
    promises: [],
    budget: null,
    days: ['2026-11-19', '2026-11-20'].map((day) => ({
      day,
      state: params['product'] === MISSED ? 'missed' : 'kept',
      batches: 1,
      held: 0,
      failed: 0,
      records: 5,
    })),
  }));
  return mesh;
}

const panel = () => screen.findByRole('region', { name: /Promises/ });
const shown = (within: HTMLElement) =>
  [...within.querySelectorAll('svg[role=img]')].map(
    (line) => line.getAttribute('aria-label')?.split(':')[0],
  );

test('products with misses stand first, and all are shown when asked for, in the table, too', async () => {
  withProducts(NAMES.length);
  const { user } = await showApp('/', { me: OWEN });
  const all = await screen.findByRole('button', { name: 'Show all 11 products' });
  const part = await panel();
  expect(shown(part)[0]).toBe(MISSED);
  expect(shown(part).length).toBe(9);
  await expectAccessible();
  await user.click(all);
  expect(shown(part)).toEqual([MISSED, ...NAMES.filter((name) => name !== MISSED)]);
  expect(screen.queryByRole('button', { name: /^Show all/ })).toBeNull();
  await user.click(within(part).getByRole('button', { name: /table/ }));
  expect(within(part).getAllByRole('row').length).toBe(1 + NAMES.length);
});

test('where there are more than can be looked at, it is said', async () => {
  withProducts(80);
  await showApp('/', { me: OWEN });
  expect(await screen.findByText(/11 of 80 products were looked at/)).toBeTruthy();
});

test('a missed promise of today counts as a missed day does; the others keep their order', () => {
  const one = (id: string, states: string[]) => ({
    id,
    days: [],
    promises: states.map((state) => ({ state })),
  });
  const items = [one('a', ['kept']), one('b', []), one('c', ['missed'])];
  expect(missesFirst(items).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
});

test('who reads an older major sees whether that one keeps its promises', async () => {
  const mesh = withProducts(0);
  mesh.on('get', '/api/v1/whoami', ANNA);
  const on = (product: string, major: number) =>
    agreement({ agreement: `agr_${product}${major}`, product, major, state: 'active' });
  const items = [on('loyalty.cards', 1), on('loyalty.cards', 2), on('loyalty.households', 1)];
  mesh.on('get', '/api/v1/agreements', { items, next: null });
  mesh.on('get', '/api/v1/products/{product}/promises', ({ params, query }) => ({
    ...{ product: params['product'] ?? '', version: `${query.get('major')}.0.0`, newest: '2.0.0' },
    ...{ promises: [], budget: null, days: [] },
  }));
  await showApp('/', { me: ANNA });
  const part = within(await panel());
  expect(
    (await part.findByText('loyalty.households@1')).closest('a')?.getAttribute('href'),
  ).toMatch(/^\/p\/loyalty\.households(@|%40)1$/);
  expect(part.getByText('loyalty.cards')).toBeTruthy();
});

test('news name the major that an agreement is on', async () => {
  const mesh = withProducts(0);
  const event = {
    ...{ specversion: '1.0', id: 'evt_1', source: 'weft', time: '2026-11-20T08:00:00Z' },
    ...{ type: 'io.weft.agreement.denied.v1', subject: 'loyalty.households@2' },
    data: { agreement: 'agr_1', purpose: 'research', product: 'loyalty.households' },
  };
  mesh.onOpen('get', '/api/v1/news', {
    items: [{ kind: 'event', product: 'loyalty.households', at: event.time, event, saved: null }],
    next: null,
  });
  await showApp('/', { me: OWEN });
  await screen.findByText('Access to loyalty.households@2 for research was denied');
});
