/**
 * What waits, by keyboard: moving, putting away, and that it comes back with the reason when the mesh says no.
 */
import { useQuery } from '@tanstack/react-query';
import { cleanup, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { type QueueItem, queueQuery } from '../../api/queue.ts';
import type { Me } from '../../api/types.ts';
import { useKeys } from '../../app/keys.ts';
import { ANNA, HOSTILE } from '../../testing/facts.ts';
import { type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, focused, show } from '../../testing/render.tsx';
import { Queue } from './Queue.tsx';

const SNOOZE = '/api/v1/queue/{item}/snooze';

function item(id: string, facts: Partial<QueueItem> = {}): QueueItem {
  return {
    id,
    kind: 'request',
    agreement: `agr_${id}`,
    batch: null,
    domain: 'loyalty',
    due: null,
    facts: { subject: id, purpose: 'research' },
    product: 'loyalty.households',
    since: '2026-11-20T08:00:00Z',
    ...facts,
  };
}

function Page() {
  useKeys();
  const queue = useQuery(queueQuery);
  return queue.data === undefined ? null : <Queue items={queue.data.items} />;
}

test('who asks is called by name, and the names of all are asked for at once', async () => {
  const { mesh } = start();
  mesh.on('get', '/api/v1/names', { items: [{ id: 'ada', name: 'Ada Author' }] });
  await show(<Page />);
  await screen.findByText('Ada Author asks for loyalty.households');
  // Why as it is: an id with a capital letter is neither an id nor a name.
  screen.getByText('bo asks for loyalty.households');
  expect(mesh.asked('get', '/api/v1/names').map(({ query }) => query.get('ids'))).toEqual([
    'ada,bo,cy',
  ]);
});

function start(items = [item('ada'), item('bo'), item('cy')]): {
  mesh: Mesh;
  left: () => string[];
} {
  const mesh = startMesh();
  let now = items;
  mesh.on('get', '/api/v1/queue', () => ({
    capped: false,
    items: now,
    next: null,
    total: now.length,
  }));
  mesh.onOpen('post', SNOOZE, ({ params, body }) => {
    now = now.filter(({ id }) => id !== params['item']);
    return body as object;
  });
  return {
    mesh,
    left: () => screen.getAllByRole('link').map(({ textContent }) => textContent ?? ''),
  };
}

const links = () => screen.getAllByRole('link').map((link) => link.getAttribute('aria-label'));
const at = () => links().indexOf(focused().getAttribute('aria-label'));

test('each thing has one way on, named by what it is about', async () => {
  start([
    item('ada'),
    item('b', { kind: 'batch-held', agreement: null, batch: 'bat_1', facts: { name: HOSTILE } }),
    item('c', { kind: 'quarantine', agreement: null, batch: 'bat_2', facts: { open: 3 } }),
  ]);
  const { container } = await show(<Page />);
  await screen.findAllByRole('link');
  expect(new Set(links()).size).toBe(3);
  expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
    '/agreements/agr_ada',
    '/make/loyalty.households/batches/bat_1',
    '/make/loyalty.households/batches/bat_2',
  ]);
  expect(container.querySelector('img')).toBeNull();
  await expectAccessible();
});

test('j and k move the focus and stop at the ends', async () => {
  start();
  const { user } = await show(<Page />);
  await screen.findAllByRole('link');
  await user.keyboard('j');
  expect(at()).toBe(0);
  await user.keyboard('jjj');
  expect(at()).toBe(2);
  await user.keyboard('kkkk');
  expect(at()).toBe(0);
});

test('s puts away at once for about a day, and the focus goes on to the next', async () => {
  const { mesh } = start();
  const { user } = await show(<Page />);
  await screen.findAllByRole('link');
  await user.keyboard('js');
  await waitFor(() => expect(links().length).toBe(2));
  expect(focused().getAttribute('aria-label')).toContain('bo asks');
  await waitFor(() => expect(mesh.asked('post', SNOOZE).length).toBe(1));
  const [asked] = mesh.asked('post', SNOOZE);
  expect(asked?.params['item']).toBe('ada');
  const { until } = (asked?.body ?? {}) as { until: string };
  const hours = (new Date(until).getTime() - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
});

test('when the mesh says no, and cannot even be asked again, the thing is back with the reason', async () => {
  const { mesh } = start();
  const { user } = await show(<Page />);
  await screen.findAllByRole('link');
  const refusal = Promise.withResolvers<Response>();
  mesh.onOpen('post', SNOOZE, () => refusal.promise);
  await user.keyboard('js');
  await waitFor(() => expect(links().length).toBe(2));
  mesh.on('get', '/api/v1/queue', () => problem(503, 'OVERLOADED'));
  refusal.resolve(problem(409, 'QUEUE_ITEM_GONE', { detail: 'It was decided.' }));
  await waitFor(() => expect(links().length).toBe(3));
  expect(screen.getByRole('alert').textContent).toContain('It was decided.');
});

const ways = () => screen.getAllByRole('link').map((link) => link.getAttribute('href'));
const idle = async (me: Partial<Me>) => {
  startMesh().on('get', '/api/v1/queue', { capped: false, items: [], next: null, total: 0 });
  await show(<Page />, { me: { ...ANNA, ...me } });
  await screen.findByText('Nothing waits for you');
  return ways();
};

test('who has nothing to do is led to where the work of his role begins', async () => {
  expect(await idle({})).toEqual(['/market']);
  cleanup();
  expect(await idle({ roles: ['producer'], domains: ['loyalty'] })).toEqual([
    '/make/new',
    '/market',
  ]);
  cleanup();
  expect(await idle({ roles: ['producer'], domains: [] })).toEqual(['/market']);
  cleanup();
  expect(await idle({ roles: ['privacy_officer'] })).toEqual([
    '/policies/mesh',
    '/audit',
    '/market',
  ]);
  await expectAccessible();
});
