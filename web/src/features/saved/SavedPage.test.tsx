/** Saved work: one's own, and what others share. */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { startMesh } from '../../testing/mesh.ts';
import { expectAccessible, show } from '../../testing/render.tsx';
import { SavedPage } from './SavedPage.tsx';

const AT = '2026-11-20T08:00:00Z';

const query = (name: string, owner: string) => ({
  saved: `sav_${name}`,
  kind: 'query' as const,
  name,
  body: { sql: 'SELECT 1', purpose: 'research' },
  product: null,
  owner,
  sharedWith: 'everybody' as const,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
  seenAt: null,
});

test('a query that a colleague shares is listed under his name, and cannot be changed', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/saved', ({ query: asked }) => ({
    items: asked.get('shared') === 'true' ? [query('theirs', 'bo')] : [query('mine', 'anna@cpg')],
    next: null,
  }));
  mesh.on('get', '/api/v1/names', { items: [{ id: 'bo', name: 'Bo Buyer' }] });
  await show(<SavedPage />);
  const shared = await screen.findByRole('region', { name: 'Shared with you' });
  const link = await within(shared).findByRole('link', { name: 'theirs' });
  expect(link.getAttribute('href')).toContain('saved=sav_theirs');
  await within(shared).findByText(/Shared by Bo Buyer/);
  expect(within(shared).queryByRole('button')).toBeNull();
  expect(within(shared).queryByText('mine')).toBeNull();
  await expectAccessible();
});

test('where nobody shares anything, it says what would stand here', async () => {
  startMesh().on('get', '/api/v1/saved', { items: [], next: null });
  await show(<SavedPage />);
  await screen.findByText(
    'What others of this mesh share with you, or with everybody, stands here.',
  );
});
