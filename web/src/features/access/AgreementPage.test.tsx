/** What an agreement shows is asked of its own major, whatever came since. */
import { waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, agreement, contract, HOUSEHOLDS } from '../../testing/facts.ts';
import { problem, startMesh } from '../../testing/mesh.ts';
import { showApp } from '../../testing/render.tsx';

test('an agreement on an older major is explained by that one', async () => {
  const mesh = startMesh();
  const own = agreement({ subject: ANNA.id, major: 1, state: 'active' });
  mesh.on('get', '/api/v1/agreements/{agreement}', own);
  mesh.on('get', '/api/v1/agreements/{agreement}/comments', { items: [], next: null });
  mesh.on('get', '/api/v1/agreements', { items: [own], next: null });
  mesh.on('get', '/api/v1/contracts/{ref}', contract(HOUSEHOLDS));
  mesh.on('get', '/api/v1/queue', { capped: false, items: [], total: 0, next: null });
  mesh.on('get', '/api/v1/whoami', ANNA);
  mesh.onOpen('get', '/api/v1/search', {
    ...{ items: [], total: 0, next: null, facets: {}, capped: false },
  });
  mesh.on('get', '/api/v1/access/explain', problem(404, 'NOT_FOUND'));
  await showApp(`/agreements/${own.agreement}`, { me: ANNA });
  const asked = () =>
    mesh.asked('get', '/api/v1/access/explain').map(({ query }) => query.get('major'));
  await waitFor(() => expect(asked()).toEqual(['1']));
});
