/**
 * The rail marks the queue that a request is decided from, and else the place of the page in sight.
 */
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { agreement, OWEN } from '../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../testing/mesh.ts';
import { showApp } from '../testing/render.tsx';

const REQUEST = agreement({ subject: 'ada' });

function meshOf(): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  mesh.on('get', '/api/v1/agreements', { items: [REQUEST], next: null });
  mesh.on('get', '/api/v1/agreements/{agreement}', problem(404, 'NOT_FOUND'));
  mesh.on('get', '/api/v1/agreements/{agreement}/comments', { items: [], next: null });
  mesh.on('get', '/api/v1/news', { items: [], next: null });
  mesh.on('get', '/api/v1/coming', { items: [], next: null });
  mesh.on('get', '/api/v1/products/{product}/promises', problem(404, 'NOT_FOUND'));
  return mesh;
}

const marked = async () => {
  const rail = await screen.findByRole('navigation', { name: 'Places' });
  return within(rail)
    .getAllByRole('link')
    .filter((link) => link.getAttribute('aria-current') === 'page')
    .map((link) => link.textContent);
};

test('a request that is decided from the review is part of it', async () => {
  meshOf();
  const { user, where, back } = await showApp('/review', { me: OWEN });
  await user.click(await screen.findByRole('link', { name: 'Decide' }));
  await waitFor(() => expect(where()).toBe(`/agreements/${REQUEST.agreement}`));
  expect(await marked()).toEqual(['Review']);
  back();
  await screen.findByRole('link', { name: 'Decide' });
  expect(await marked()).toEqual(['Review']);
});

test('one that is decided from the first page is part of that', async () => {
  const mesh = meshOf();
  const item = {
    ...{ id: 'q1', kind: 'request' as const, agreement: REQUEST.agreement, batch: null },
    ...{ domain: 'loyalty', due: null, product: REQUEST.product, since: REQUEST.requestedAt },
    facts: { subject: 'ada', purpose: 'research' },
  };
  mesh.on('get', '/api/v1/queue', { capped: false, items: [item], next: null, total: 1 });
  const { user, where } = await showApp('/', { me: OWEN });
  await user.click(await screen.findByRole('link', { name: /^Decide/ }));
  await waitFor(() => expect(where()).toBe(`/agreements/${REQUEST.agreement}`));
  expect((await marked()).map((text) => text?.replace(/\d.*$/, ''))).toEqual(['Home']);
});

test('one that is opened by its address is an agreement', async () => {
  meshOf();
  await showApp(`/agreements/${REQUEST.agreement}`, { me: OWEN });
  expect(await marked()).toEqual(['Agreements']);
});
