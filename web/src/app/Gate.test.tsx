/**
 * Who comes in: by a link in the address, at once and when it is pasted into a page that is open already.
 */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { api, take } from '../api/client.ts';
import { keep, recall } from '../lib/tab-memory.ts';
import { ANNA } from '../testing/facts.ts';
import { type Mesh, problem, startMesh } from '../testing/mesh.ts';
import { Gate } from './Gate.tsx';
import { signOut } from './sign-in.ts';
import { theme } from './theme.ts';

const SESSION = '/auth/session';

/** What a page holds; the mesh answers the first one alone. */
function Held() {
  const { data } = useQuery({
    queryKey: ['policy'],
    queryFn: () => take(api.GET('/api/v1/queue')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === undefined ? 'nothing' : `held: ${data.total}`;
}

function open(page: ReactNode = 'The page'): Mesh {
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
        <Gate>{page}</Gate>
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

test('who is signed in is asked before a link makes him somebody else, and may stay', async () => {
  const mesh = open();
  mesh.on('get', '/api/v1/whoami', ANNA);
  await screen.findByText('The page');
  location.hash = '#token=of-another';
  const dialog = within(await screen.findByRole('dialog', { name: /^You are signed in as/ }));
  expect(location.hash).toBe('');
  await userEvent.click(dialog.getByRole('button', { name: /^Stay/ }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(mesh.asked('post', SESSION)).toEqual([]);
  location.hash = '#token=of-another';
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in by the link' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(mesh.asked('post', SESSION).map(({ body }) => body)).toEqual([{ token: 'of-another' }]);
});

test('what another tab does with the session is followed', async () => {
  const mesh = open();
  await screen.findByRole('button', { name: 'Sign in' });
  mesh.on('get', '/api/v1/whoami', ANNA);
  const other = new BroadcastChannel('weft-session');
  onTestFinished(() => other.close());
  other.postMessage('changed');
  await screen.findByText('The page');
  keep(ANNA.id, 'workbench', 'select 1');
  other.postMessage('ended');
  await waitFor(() => expect(recall(ANNA.id, 'workbench')).toBeUndefined());
});

test('other tabs are told of a session that is opened here, and this one is not told by itself', async () => {
  const mesh = open();
  await screen.findByRole('button', { name: 'Sign in' });
  const heard: unknown[] = [];
  const other = new BroadcastChannel('weft-session');
  onTestFinished(() => other.close());
  other.onmessage = ({ data }) => heard.push(data);
  location.hash = '#code=once';
  await screen.findByText('The page');
  await waitFor(() => expect(heard).toEqual(['changed']));
  const asked = mesh.asked('get', '/api/v1/whoami').length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(mesh.asked('get', '/api/v1/whoami').length).toBe(asked);
});

test('of whom another follows nothing is in sight, also while the answers for the other are away', async () => {
  const mesh = open(<Held />);
  mesh.on('get', '/api/v1/whoami', ANNA);
  mesh.on('get', '/api/v1/queue', { capped: false, items: [], next: null, total: 7 });
  await screen.findByText('held: 7');
  mesh.on('get', '/api/v1/queue', () => new Promise(() => {}));
  mesh.on('get', '/api/v1/whoami', { ...ANNA, id: 'another', name: 'Another' });
  const other = new BroadcastChannel('weft-session');
  onTestFinished(() => other.close());
  other.postMessage('changed');
  await screen.findByText('nothing');
  expect(screen.queryByText('held: 7')).toBeNull();
});

test('who could not be signed out is told that he is still in, and may try again', async () => {
  const mesh = open();
  mesh.on('get', '/api/v1/whoami', ANNA);
  await screen.findByText('The page');
  mesh.onOpen('post', '/auth/logout', () => problem(500, 'INTERNAL', { detail: 'Not now.' }));
  keep(ANNA.id, 'workbench', 'select 1');
  await signOut();
  const dialog = within(await screen.findByRole('dialog', { name: 'You are still signed in' }));
  dialog.getByText(/Not now/);
  expect(recall(ANNA.id, 'workbench')).toBe('select 1');
  mesh.onOpen('post', '/auth/logout', () => problem(401, 'UNAUTHENTICATED'));
  await signOut();
  expect(recall(ANNA.id, 'workbench')).toBeUndefined();
});

test('another fragment is nothing to sign in with', async () => {
  const mesh = open();
  await screen.findByRole('button', { name: 'Sign in' });
  location.hash = '#news';
  await waitFor(() => expect(location.hash).toBe('#news'));
  expect(mesh.asked('post', SESSION)).toEqual([]);
  location.hash = '';
});
