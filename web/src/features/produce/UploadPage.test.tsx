/**
 * Files are sent to the major that the page names: each has a table and readers of its own.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Product } from '../../api/types.ts';
import { contract as contractFacts, HOUSEHOLDS, OWEN, product } from '../../testing/facts.ts';
import { startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';

const NAME = 'loyalty.households';

function contract(version: string, standing: 'newest' | 'serving' | 'replaced', tables: string[]) {
  return { version, major: Number(version[0]), standing, tables } as Product['contracts'][number];
}

async function open(at: string, contracts: Product['contracts']) {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/products/{product}', {
    ...product(),
    ...{ product: NAME, version: '2.0.0', tables: ['households'], contracts },
  });
  // What the frame asks for.
  mesh.on('get', '/api/v1/queue', { capped: false, items: [], total: 0, next: null });
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/whoami', OWEN);
  mesh.on('get', '/api/v1/contracts/{ref}', contractFacts(HOUSEHOLDS));
  mesh.onOpen('get', '/api/v1/search', {
    items: [],
    total: 0,
    next: null,
    facets: {},
    capped: false,
  });
  const shown = await showApp(at, { me: { ...OWEN, domains: ['loyalty'] } });
  await screen.findByLabelText(/Drop|choose/i, { selector: 'input' });
  return shown;
}

const BOTH = [
  contract('2.0.0', 'newest', ['households']),
  contract('1.1.0', 'serving', ['homes']),
  contract('1.0.0', 'replaced', ['homes']),
];
test('of several majors the newest is in sight, or the one that is chosen, and the choice stands in the address', async () => {
  const { user, where } = await open(`/make/${NAME}/upload`, BOTH);
  await expectAccessible();
  screen.getByText(`${NAME}@2.0.0`);
  await user.selectOptions(screen.getByLabelText('For the readers of'), '1.1.0, still served');
  await screen.findByText(`${NAME}@1.1.0`);
  expect(where()).toMatch(/upload\?major=1$/);
});

test('a link to an older major leads there', async () => {
  await open(`/make/${NAME}/upload?major=1`, BOTH);
  screen.getByText(`${NAME}@1.1.0`);
});

test('a product of one major asks nothing', async () => {
  await open(`/make/${NAME}/upload`, BOTH.slice(0, 1));
  expect(screen.queryByLabelText('For the readers of')).toBeNull();
});
