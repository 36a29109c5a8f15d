/**
 * Who comes in: by a link in the address, at once and when it is pasted into a page that is open already.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA } from '../testing/facts.ts';
import { type Mesh, problem, startMesh } from '../testing/mesh.ts';
import { Gate } from './Gate.tsx';
import { theme } from './theme.ts';

const SESSION = '/auth/session';

function open(): Mesh {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/whoami', () => problem(401, 'UNAUTHENTICATED'));
  mesh.onOpen('get', '/api/v1/mesh', { demo: null, oidc: false });
  mesh.onOpen('post', SESSION, () => {
    mesh.on('get', '/api/v1/whoami', ANNA);
    return new Response(null, { status: 200 });
  });
  render(
    <MantineProvider theme={theme}>
      <QueryClientProvider
        client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
      >
        <Gate>The page</Gate>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return mesh;
}

test('a sign-in link that is pasted into the sign-in page lets in, and does not stay in the address', async () => {
  const mesh = open();
  await screen.findByRole('button', { name: 'Sign in' });
  location.hash = '#code=once';
  await screen.findByText('The page');
  expect(mesh.asked('post', SESSION).map(({ body }) => body)).toEqual([{ code: 'once' }]);
  expect(location.hash).toBe('');
});

test('a link that was used up is told where it was pasted', async () => {
  const mesh = open();
  mesh.onOpen('post', SESSION, () => problem(401, 'CODE_USED', { detail: 'It was used.' }));
  await screen.findByRole('button', { name: 'Sign in' });
  location.hash = '#code=twice';
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('It was used.'));
});

test('another fragment is nothing to sign in with', async () => {
  const mesh = open();
  await screen.findByRole('button', { name: 'Sign in' });
  location.hash = '#news';
  await waitFor(() => expect(location.hash).toBe('#news'));
  expect(mesh.asked('post', SESSION)).toEqual([]);
  location.hash = '';
});
