/** Saved work: one's own, and what others share. */
import { screen, waitFor, within } from '@testing-library/react';
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

test('a search gets another name over the version that was seen', async () => {
  const search = {
    ...query('“milk”, domain is Loyalty', 'anna@cpg'),
    ...{ saved: 'sav_1', kind: 'search' as const, body: { q: 'milk', where: '', sort: '' } },
    version: 3,
  };
  let { name } = search;
  const mesh = startMesh();
  mesh.on('get', '/api/v1/saved', ({ query: asked }) => ({
    items: asked.get('shared') === 'true' ? [] : [{ ...search, name }],
    next: null,
  }));
  mesh.on('patch', '/api/v1/saved/{saved}', ({ body }) => {
    ({ name } = body as { name: string });
    return { ...search, name };
  });
  const { user } = await show(<SavedPage />);
  await user.click(await screen.findByRole('button', { name: /^Change “milk”/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Name it' }));
  const field = await screen.findByRole('textbox', { name: /^Name/ });
  expect(field).toHaveProperty('value', search.name);
  await user.clear(field);
  expect(screen.getByRole('button', { name: 'Save the name' })).toHaveProperty('disabled', true);
  await expectAccessible();
  await user.type(field, '  Dairy {Enter}');
  await screen.findByRole('link', { name: 'Dairy' });
  const [asked] = mesh.asked('patch', '/api/v1/saved/{saved}');
  expect(asked?.body).toEqual({ name: 'Dairy' });
  expect(asked?.headers.get('if-match')).toBe('"v3"');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('where nobody shares anything, it says what would stand here', async () => {
  startMesh().on('get', '/api/v1/saved', { items: [], next: null });
  await show(<SavedPage />);
  await screen.findByText(
    'What others of this mesh share with you, or with everybody, stands here.',
  );
});
