/**
 * The page of a domain names it by its title and by its id, which commands and filters take.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, hit } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';

test('a domain has its id beside its title', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/domains/{domain}', {
    ...{ name: 'point_of_sale', title: 'Tills', description: 'What passes a till.' },
    ...{ owners: [], stewards: [], node: null },
  });
  mesh.on('get', '/api/v1/search', {
    ...{ facets: {}, items: [hit()], next: null, total: 1, capped: false },
  });
  await showApp('/d/point_of_sale');
  await screen.findByRole('heading', { level: 1, name: 'Tills' });
  expect(screen.getByText('point_of_sale').tagName).toBe('P');
  await expectAccessible();
});
