/**
 * What domains and people are called where only their ids are at hand.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Facets } from '../features/market/Facets.tsx';
import { ANNA } from '../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../testing/mesh.ts';
import { show, showApp } from '../testing/render.tsx';

const SHOP = {
  name: 'ecommerce',
  title: 'E-commerce',
  description: null,
  owners: ['jo.m'],
  stewards: ['sam'],
  node: null,
  products: 0,
  updatedAt: '2026-11-20T08:00:00Z',
};

function shopMesh(): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/domains', { items: [SHOP], next: null });
  mesh.on('get', '/api/v1/domains/{domain}', SHOP);
  return mesh;
}

test('a domain has its title in the way to its page, and its keepers their names', async () => {
  const mesh = shopMesh();
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/names', { items: [{ id: 'jo.m', name: 'Jörg Müller' }] });
  await showApp('/d/ecommerce', { me: ANNA });
  const way = await screen.findByRole('navigation', { name: 'Where this is' });
  await within(way).findByText('E-commerce');
  // Who has no name that the reader may know stays as he is written.
  await screen.findByText('Owners: Jörg Müller · Stewards: sam');
});

test('a domain that is found in has its title, and is asked for by its id', async () => {
  shopMesh();
  const chosen: string[] = [];
  const { user } = await show(
    <Facets
      facets={{ domain: [{ value: 'ecommerce', count: 3 }] }}
      conditions={[]}
      onChange={(conditions) => chosen.push(...conditions)}
    />,
  );
  await user.click(await screen.findByRole('checkbox', { name: /^E-commerce/ }));
  expect(chosen).toEqual(['domain in (ecommerce)']);
});

test('without the titles a domain is its id, as words', async () => {
  const mesh = shopMesh();
  mesh.on('get', '/api/v1/domains', problem(503, 'UNAVAILABLE'));
  await show(
    <Facets
      facets={{ domain: [{ value: 'point_of_sale', count: 3 }] }}
      conditions={[]}
      onChange={() => {}}
    />,
  );
  await screen.findByRole('checkbox', { name: /^Point of sale/ });
});
