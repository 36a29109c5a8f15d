/**
 * What is asked and sent where the browser says that it has no line: it goes out at once or fails at once, and never waits unseen.
 */
import { onlineManager, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, onTestFinished, test } from 'vitest';
import { api, take } from '../api/client.ts';
import { ANNA } from '../testing/facts.ts';
import { startMesh } from '../testing/mesh.ts';
import { createQueryClient } from './query-client.ts';

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
