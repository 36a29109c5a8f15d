/**
 * The market: what is chosen is a step back, what is typed is none, and a condition that is wrong takes no facet away.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, hit } from '../../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, focused, showApp } from '../../testing/render.tsx';

const FACETS = { domain: [{ value: 'loyalty', count: 1 }], tag: [{ value: 'coupon', count: 1 }] };

function market(): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/saved', { items: [], next: null });
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/search', ({ query }) => {
    if (/^rows/.test(query.get('where') ?? '')) {
      const message = 'there is no field rows; did you mean measured.rows?';
      const errors = [{ code: 'EXPRESSION_INVALID', message, line: 1, column: 1 }];
      return problem(400, 'EXPRESSION_INVALID', { detail: message, errors });
    }
    return { facets: FACETS, items: [hit()], next: null, total: 1, capped: false };
  });
  return mesh;
}

const field = () => screen.findByRole('searchbox');

test('a facet is a step back, and what was typed is none', async () => {
  market();
  const { user, where, back } = await showApp('/market');
  await user.type(await field(), 'household');
  await waitFor(() => expect(where()).toBe('/market?q=household'));
  await user.click(await screen.findByRole('checkbox', { name: /coupon/i }));
  await waitFor(() => expect(where()).toMatch(/where=tag/));
  await user.click(await screen.findByRole('checkbox', { name: /loyalty/i }));
  await waitFor(() => expect(where()).toMatch(/domain/));
  back();
  await waitFor(() => expect(where()).not.toMatch(/domain/));
  expect(where()).toMatch(/where=tag/);
  back();
  await waitFor(() => expect(where()).toBe('/market?q=household'));
  expect(await field()).toHaveProperty('value', 'household');
});

test('a condition that is typed leaves no half word in the address', async () => {
  const mesh = market();
  const { user, where } = await showApp('/market');
  await user.type(await field(), 'measured');
  await waitFor(() => expect(where()).toBe('/market?q=measured'));
  await user.type(await field(), '.ro');
  await waitFor(() => expect(where()).toBe('/market'));
  expect(await field()).toHaveProperty('value', 'measured.ro');
  const asked = mesh.asked('get', '/api/v1/search').length;
  await user.type(await field(), 'ws > 1000{Enter}');
  await waitFor(() => expect(where()).toBe('/market?where=measured.rows+%3E+1000'));
  expect(mesh.asked('get', '/api/v1/search')).toHaveLength(asked + 1);
});

test('a wrong field is told once, beside the facets', async () => {
  market();
  const { user } = await showApp('/market');
  await screen.findByRole('checkbox', { name: /loyalty/i });
  await user.type(await field(), 'rows > 1000{Enter}');
  await screen.findByRole('alert');
  expect(screen.getAllByText(/there is no field rows/)).toHaveLength(1);
  expect(screen.getByRole('checkbox', { name: /loyalty/i })).toBeTruthy();
  await expectAccessible();
});

test('words with a slip in them are offered as they may have been meant', async () => {
  const mesh = market();
  mesh.on('get', '/api/v1/search', ({ query }) =>
    query.get('q') === 'hosehold'
      ? { facets: {}, items: [], next: null, total: 0, capped: false, nearest: ['household'] }
      : { facets: FACETS, items: [hit()], next: null, total: 1, capped: false },
  );
  const { user, where, back } = await showApp('/market?q=hosehold');
  await user.click(await screen.findByRole('button', { name: 'Look for “household”' }));
  await waitFor(() => expect(where()).toBe('/market?q=household'));
  await screen.findByRole('link', { name: 'Loyalty households' });
  back();
  await screen.findByRole('button', { name: 'Look for “household”' });
  await expectAccessible();
});

test('a search that is kept leads to where it is named, and another one is not said to be kept', async () => {
  const mesh = market();
  mesh.on('post', '/api/v1/saved', ({ body }) => ({
    ...(body as { kind: 'search'; name: string; body: Record<string, string> }),
    ...{ saved: 'sav_1', owner: ANNA.id, product: null, sharedWith: 'nobody' as const, version: 1 },
    ...{ createdAt: '2026-11-20T08:00:00Z', updatedAt: '2026-11-20T08:00:00Z', seenAt: null },
  }));
  const { user } = await showApp('/market?q=household');
  await user.click(await screen.findByRole('button', { name: /^Tell me/ }));
  const link = await screen.findByRole('link', { name: 'You are told of new ones' });
  expect(link.getAttribute('href')).toBe('/saved');
  expect(focused()).toBe(link);
  await user.clear(await field());
  await user.type(await field(), 'coupon');
  await screen.findByRole('button', { name: /^Tell me/ });
});

test('who has an agreement on an older major reads which one, and queries that', async () => {
  const mesh = market();
  const older = hit({ access: 'agreed', version: '2.0.0', yourMajor: 1 });
  const items = [older, hit({ product: 'loyalty.own', access: 'agreed', yourMajor: 1 })];
  mesh.on('get', '/api/v1/search', { facets: {}, items, next: null, total: 2, capped: false });
  await showApp('/market');
  expect(await screen.findAllByText('Yours: 1.x')).toHaveLength(1);
  expect(screen.getAllByText('Yours')).toHaveLength(1);
  const to = screen.getAllByRole('link', { name: 'Query' }).map((one) => one.getAttribute('href'));
  expect(to.map((href) => decodeURIComponent(href ?? '').split('from=')[1])).toEqual([
    'loyalty.households@1',
    'loyalty.own',
  ]);
});
