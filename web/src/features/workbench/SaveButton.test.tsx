/** Keeping a query: two buttons never say the same. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { SavedQuery } from '../../api/saved.ts';
import { startMesh } from '../../testing/mesh.ts';
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

test('without a kept one there is one way', async () => {
  startMesh();
  await show(<SaveButton body={body} open={null} onReload={() => {}} />);
  expect(buttons()).toEqual(['Save']);
});
