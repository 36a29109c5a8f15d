/**
 * Over what is held the line says why it could not be asked again.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA } from '../testing/facts.ts';
import { problem, startMesh } from '../testing/mesh.ts';
import { expectAccessible, show } from '../testing/render.tsx';
import { Stale } from './Stale.tsx';

const page = (status: number) =>
  new Response('<h1>Sign in</h1>', { status, headers: { 'content-type': 'text/html' } });

test.each([
  ['The node is away', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['The node is away', () => problem(503, 'UNAVAILABLE')],
  ['Too much was asked at once', () => problem(429, 'RATE_LIMITED')],
  ['Your network answers in the place of the mesh', () => page(407)],
  ['Your network answers in the place of the mesh', () => page(200)],
  ['Your network answers in the place of the mesh', () => page(404)],
])('%s', async (said, answer) => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/whoami', ANNA);
  const { client } = await show(<Stale />);
  await waitFor(() => expect(client.getQueryData(['me'])).toBeDefined());
  expect(screen.queryByRole('status')).toBeNull();
  mesh.on('get', '/api/v1/whoami', answer);
  await client.refetchQueries();
  expect((await screen.findByRole('status')).textContent).toContain(said);
  await expectAccessible();
  mesh.on('get', '/api/v1/whoami', ANNA);
  await client.refetchQueries();
  await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
});
