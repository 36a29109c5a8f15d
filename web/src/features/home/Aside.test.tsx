/**
 * Dates that come, for whom they are, and where one goes on; how much waits is told in the rail.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { keep } from '../../lib/tab-memory.ts';
import { HOSTILE, OWEN } from '../../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';
import type { ComingItem } from './use-home.ts';

const AHEAD = new Date(Date.now() + 20 * 86_400_000).toISOString();

const ending = (agreement: string, subject: string): ComingItem => ({
  ...{ kind: 'agreement-ends', product: 'loyalty.households', at: AHEAD, agreement, subject },
  ...{ purpose: 'research', major: null, consumers: null },
});

function start(coming: ComingItem[]): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  const waiting = (id: string, kind: 'request' | 'quarantine' | 'agreement-ends') => ({
    ...{ id, kind, agreement: `agr_${id}`, batch: null, domain: 'loyalty', due: null },
    ...{ facts: {}, product: 'loyalty.households', since: '2026-11-20T08:00:00Z' },
  });
  const items = [waiting('a', 'request'), waiting('b', 'quarantine'), waiting('c', 'quarantine')];
  mesh.on('get', '/api/v1/queue', { capped: false, items, next: null, total: 3 });
  mesh.on('get', '/api/v1/news', { items: [], next: null });
  mesh.on('get', '/api/v1/names', { items: [{ id: 'ada', name: HOSTILE }] });
  mesh.on('get', '/api/v1/coming', { items: coming, next: null });
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  return mesh;
}

test('a date says what ends and for whom; what waits already is not told twice', async () => {
  start([
    ending('agr_1', 'ada'),
    ending('agr_2', OWEN.id),
    ending('agr_a', 'ada'),
    {
      ...{ kind: 'major-ends', product: 'loyalty.households', at: AHEAD, agreement: null },
      ...{ subject: null, purpose: null, major: 1, consumers: 2 },
    },
  ]);
  const { container } = await showApp('/', { me: OWEN });
  const section = within(await screen.findByRole('region', { name: 'Coming up' }));
  expect(section.getAllByRole('link').map((link) => link.textContent)).toEqual([
    `The access of ${HOSTILE} to loyalty.households ends`,
    'Your access to loyalty.households ends',
    'loyalty.households 1.x stops serving',
  ]);
  section.getByText('2 agreements are on it');
  expect(container.querySelector('img')).toBeNull();
  await expectAccessible();
});

test('what one began is led to, and nobody else is shown it', async () => {
  keep(OWEN.id, 'policy:loyalty.households', {});
  keep('somebody', 'new-product', {});
  start([]);
  await showApp('/', { me: OWEN });
  const section = within(await screen.findByRole('region', { name: 'Go on where you were' }));
  const links = section.getAllByRole('link');
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['/policies/loyalty.households']);
  expect(screen.queryByRole('region', { name: 'Coming up' })).toBeNull();
});

test('the rail says how much waits, by place', async () => {
  start([]);
  await showApp('/', { me: OWEN });
  const rail = within(await screen.findByRole('navigation', { name: 'Places' }));
  await rail.findByRole('link', { name: 'Home, waiting for you: 3' });
  rail.getByRole('link', { name: 'My products, waiting for you: 2' });
  rail.getByRole('link', { name: 'Review, waiting for you: 1' });
});

test('what the mesh refuses is not in sight any more, nor counted', async () => {
  const mesh = start([ending('agr_1', 'ada')]);
  const { client } = await showApp('/', { me: OWEN });
  await screen.findByRole('region', { name: 'Coming up' });
  await screen.findByRole('link', { name: 'Home, waiting for you: 3' });
  for (const path of ['/api/v1/queue', '/api/v1/coming'] as const)
    mesh.on('get', path, () => problem(403, 'FORBIDDEN', { detail: 'Not yours.' }));
  await client.invalidateQueries();
  await screen.findByText(/Not yours/);
  expect(screen.queryByRole('region', { name: 'Coming up' })).toBeNull();
  expect(screen.queryByText(/asks for loyalty/)).toBeNull();
  screen.getByRole('link', { name: 'Home' });
});
