/**
 * A part that stays out says so where it would stand, and comes when the mesh is back; one of an older app asks to be loaded anew.
 */
import { screen } from '@testing-library/react';
import { Suspense } from 'react';
import { expect, test } from 'vitest';
import { startMesh } from '../testing/mesh.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { latePart } from './late.tsx';

function Part() {
  return <p>Here it is</p>;
}

const inSuspense = (Late: ReturnType<typeof latePart>) => (
  <Suspense fallback={null}>
    <Late />
  </Suspense>
);

test('it says that the mesh does not answer, and comes on Ask again', async () => {
  const mesh = startMesh();
  mesh.onOpen('get', '/', () => Response.error());
  let isAway = true;
  const Late = latePart(async () => {
    if (isAway) throw new Error('Unable to preload CSS');
    return Part;
  });
  const { user } = await show(inSuspense(Late));
  expect((await screen.findByRole('alert')).textContent).toContain('The mesh does not answer');
  await expectAccessible();
  isAway = false;
  await user.click(screen.getByRole('button', { name: 'Ask again' }));
  expect(await screen.findByText('Here it is')).toBeTruthy();
});

test('it comes by itself when the browser has its line again', async () => {
  const mesh = startMesh();
  mesh.onOpen('get', '/', () => Response.error());
  let isAway = true;
  const Late = latePart(async () => {
    if (isAway) throw new Error('Failed to fetch dynamically imported module');
    return Part;
  });
  await show(inSuspense(Late));
  await screen.findByRole('alert');
  isAway = false;
  window.dispatchEvent(new Event('online'));
  expect(await screen.findByText('Here it is')).toBeTruthy();
});

test('a part that a newer app has replaced offers to load the page anew', async () => {
  const mesh = startMesh();
  const entry = document.createElement('script');
  entry.type = 'module';
  entry.setAttribute('src', '/assets/index-old.js');
  document.head.append(entry);
  const page = '<script type="module" src="/assets/index-new.js">';
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  mesh.onOpen('get', '/', () => new Response(page, { headers }));
  const Late = latePart(async () => {
    throw new Error('Failed to fetch dynamically imported module');
  });
  await show(inSuspense(Late));
  expect((await screen.findByRole('alert')).textContent).toContain('A newer version of this app');
  expect(screen.getByRole('button', { name: 'Load the page again' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull();
  entry.remove();
});
