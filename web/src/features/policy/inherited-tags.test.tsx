/** Tags of the domain stand at each column that inherits them, with whose they are. */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { contract, HOUSEHOLDS, OWEN, product } from '../../testing/facts.ts';
import { answerFrame, problem, startMesh } from '../../testing/mesh.ts';
import { showApp } from '../../testing/render.tsx';
import { inheritedTags } from './inherited-tags.ts';

test('a nearer level replaces the values of a key, and what is own is not inherited', () => {
  const domain = { personal: ['true'], region: ['eu', 'ch'] };
  const of = (levels: string[][], own: string[]) =>
    inheritedTags(domain, levels, own).map(({ tag, from }) => `${tag} ${from}`);
  expect(of([], [])).toEqual(['personal mesh', 'region:eu mesh', 'region:ch mesh']);
  expect(of([['region=us', 'finance'], []], [])).toEqual([
    'personal mesh',
    'region=us contract',
    'finance contract',
  ]);
  expect(of([['finance'], []], ['personal', 'region:at'])).toEqual(['finance contract']);
  expect(inheritedTags(undefined, [], [])).toEqual([]);
});

test('who sees what shows the tags of the domain at each column', async () => {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  mesh.on('get', '/api/v1/products/{product}', product({ access: 'open' }));
  mesh.on(
    'get',
    '/api/v1/contracts/{ref}',
    contract(HOUSEHOLDS.replace(/^tags: .*$/m, 'tags: []')),
  );
  mesh.onOpen('get', '/api/v1/policies/loyalty.households', {
    ...{ product: 'loyalty.households', version: 0, rowFilter: null, hiddenClassifications: [] },
    ...{ autoApprovePurposes: [], cedar: null, subjectAttributes: [], sets: {} },
  });
  mesh.onOpen('get', '/api/v1/policies/loyalty.households/schema', { schema: '', attributes: [] });
  mesh.onOpen('get', '/api/v1/policies/mesh', {
    ...{ version: 1, cedar: '', subjectAttributes: [], productionDomains: [] },
    domainTags: { loyalty: { personal: ['true'] } },
  });
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.onOpen('get', '/api/v1/domains/loyalty', {
    ...{ name: 'loyalty', title: 'Loyalty', description: null, owners: [OWEN.id], stewards: [] },
    ...{ node: null, createdAt: '2026-11-20T08:00:00Z', createdBy: OWEN.id },
  });
  const fine = { faults: [], warnings: [] };
  mesh.onOpen('post', '/api/v1/policies/loyalty.households/lint', fine);
  mesh.onOpen('get', '/api/v1/access/who', problem(403, 'FORBIDDEN'));
  await showApp('/policies/loyalty.households?view=who', { me: OWEN });
  const table = within(await screen.findByRole('table', { name: /^Columns with/ }));
  expect((await table.findAllByText('personal, of the domain')).length).toBe(3);
});
