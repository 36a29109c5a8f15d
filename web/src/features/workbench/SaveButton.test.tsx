/** Keeping a query: two buttons never say the same. */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { SavedQuery } from '../../api/saved.ts';
import { problem, startMesh } from '../../testing/mesh.ts';
import { show } from '../../testing/render.tsx';
import { SaveButton } from './SaveButton.tsx';

const body = { sql: 'SELECT 2', purpose: 'research' };

const buttons = (): (string | null)[] =>
  screen.getAllByRole('button').map(({ textContent }) => textContent);

test('a kept query is changed, or saved under another name; one that is not kept is saved', async () => {
  startMesh();
  const open = { saved: 'sav_1', owner: 'anna@cpg', body: { ...body, sql: 'SELECT 1' } };
  await show(<SaveButton body={body} open={open as SavedQuery} onReload={() => {}} />);
  expect(buttons()).toEqual(['Save the change', 'Save under another name']);
});

test('a change is sent over the version that was opened', async () => {
  const mesh = startMesh();
  const open = {
    ...{ saved: 'sav_1', kind: 'query' as const, name: 'Income', owner: 'anna@cpg', version: 2 },
    body: { ...body, sql: 'SELECT 1' },
    ...{ product: null, sharedWith: 'nobody' as const, seenAt: null },
    ...{ createdAt: '2026-11-20T08:00:00Z', updatedAt: '2026-11-20T08:00:00Z' },
  };
  mesh.on('patch', '/api/v1/saved/{saved}', ({ headers }) =>
    headers.get('if-match') === '"v2"'
      ? { ...open, body, version: 3 }
      : problem(412, 'PRECONDITION_FAILED'),
  );
  const { user } = await show(<SaveButton body={body} open={open} onReload={() => {}} />);
  await user.click(screen.getByRole('button', { name: 'Save the change' }));
  await waitFor(() => expect(mesh.asked('patch', '/api/v1/saved/{saved}')).toHaveLength(1));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(mesh.asked('patch', '/api/v1/saved/{saved}')[0]?.body).toEqual({ body });
});

test('without a kept one there is one way', async () => {
  startMesh();
  await show(<SaveButton body={body} open={null} onReload={() => {}} />);
  expect(buttons()).toEqual(['Save']);
});
