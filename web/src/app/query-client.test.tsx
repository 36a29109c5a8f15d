/**
 * What is asked and sent where the browser says that it has no line: it goes out at once or fails at once, and never waits unseen.
 */
import { onlineManager, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, onTestFinished, test, vi } from 'vitest';
import { api, take } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { ANNA } from '../testing/facts.ts';
import { problem, startMesh } from '../testing/mesh.ts';
import { createQueryClient, waitBefore } from './query-client.ts';

function Page() {
  const me = useQuery({ queryKey: ['me'], queryFn: () => take(api.GET('/api/v1/whoami')) });
  const sent = useMutation({ mutationFn: () => take(api.POST('/auth/logout')) });
  return (
    <>
      <p>{me.data?.name ?? 'nobody'}</p>
      <button type="button" onClick={() => sent.mutate()}>
        {sent.isSuccess ? 'sent' : 'send'}
      </button>
    </>
  );
}

test('without a line it is tried all the same, at once', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/whoami', ANNA);
  mesh.onOpen('post', '/auth/logout', { next: null });
  onlineManager.setOnline(false);
  onTestFinished(() => onlineManager.setOnline(true));
  render(
    <QueryClientProvider client={createQueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  await screen.findByText(ANNA.name);
  await userEvent.click(screen.getByText('send'));
  await screen.findByText('sent');
  expect(mesh.asked('post', '/auth/logout').length).toBe(1);
});

test('what is asked too often stays in sight, and is asked again when it may be', async () => {
  const mesh = startMesh();
  let isBusy = false;
  mesh.on('get', '/api/v1/whoami', () =>
    isBusy ? problem(429, 'RATE_LIMITED') : { ...ANNA, name: isBusy ? '' : ANNA.name },
  );
  const client = createQueryClient();
  render(
    <QueryClientProvider client={client}>
      <Page />
    </QueryClientProvider>,
  );
  await screen.findByText(ANNA.name);
  isBusy = true;
  void client.refetchQueries();
  await vi.waitFor(() => expect(mesh.asked('get', '/api/v1/whoami').length).toBe(2));
  isBusy = false;
  await vi.waitFor(() => expect(mesh.asked('get', '/api/v1/whoami').length).toBe(3), 5_000);
  expect(client.getQueryState(['me'])).toMatchObject({ status: 'success', error: null });
  await screen.findByText(ANNA.name);
});

test('whoever asks to be left alone is, within reason', () => {
  const asked = (waitMs?: number) =>
    new Problem({
      ...{ status: 429, code: 'RATE_LIMITED', title: '', detail: '' },
      ...(waitMs === undefined ? {} : { waitMs }),
    });
  expect(waitBefore(0, asked())).toBe(1_000);
  expect(waitBefore(9, asked())).toBe(10_000);
  expect(waitBefore(0, asked(45_000))).toBe(45_000);
  expect(waitBefore(0, asked(86_400_000))).toBe(300_000);
  expect(waitBefore(0, new Error('x'))).toBe(1_000);
});
