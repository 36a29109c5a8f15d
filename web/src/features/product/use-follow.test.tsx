/**
 * Following a product: in sight at once, taken back when the mesh does not take it.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { problem, startMesh } from '../../testing/mesh.ts';
import { show } from '../../testing/render.tsx';
import { useFollow } from './use-follow.ts';

function Follow({ product }: { product: string }) {
  const follow = useFollow(product);
  if (follow === null) return <p>not known</p>;
  return (
    <button type="button" aria-pressed={follow.isFollowed} onClick={follow.toggle}>
      Follow
    </button>
  );
}

const followed = (product: string) => ({
  saved: 'sav_1',
  product,
  body: { product },
});

function start(...products: string[]) {
  const mesh = startMesh();
  mesh.onOpen('get', '/api/v1/saved', { items: products.map(followed) });
  const refusal = Promise.withResolvers<Response>();
  mesh.onOpen('post', '/api/v1/saved', () => refusal.promise);
  mesh.onOpen('delete', '/api/v1/saved/{saved}', () => refusal.promise);
  return { mesh, refuse: () => refusal.resolve(problem(503, 'OVERLOADED')) };
}

const button = (pressed: boolean) => screen.findByRole('button', { name: 'Follow', pressed });

test('a follow is in sight before the answer, and gone when it is refused', async () => {
  const { mesh, refuse } = start('loyalty.other');
  const { user } = await show(<Follow product="loyalty.households" />);
  await user.click(await button(false));
  expect(await button(true)).toBeTruthy();
  refuse();
  expect(await button(false)).toBeTruthy();
  expect(mesh.asked('post', '/api/v1/saved')[0]?.body).toMatchObject({
    kind: 'follow',
    body: { product: 'loyalty.households' },
  });
});

test('an end of following is in sight before the answer, and taken back when it is refused', async () => {
  const { mesh, refuse } = start('loyalty.households');
  const { user } = await show(<Follow product="loyalty.households" />);
  await user.click(await button(true));
  expect(await button(false)).toBeTruthy();
  refuse();
  expect(await button(true)).toBeTruthy();
  await waitFor(() =>
    expect(mesh.asked('delete', '/api/v1/saved/{saved}')[0]?.params['saved']).toBe('sav_1'),
  );
});

test('where the mesh keeps nothing of the kind, nothing is offered', async () => {
  startMesh().onOpen('get', '/api/v1/saved', problem(404, 'NOT_FOUND'));
  await show(<Follow product="loyalty.households" />);
  await waitFor(() => expect(screen.getByText('not known')).toBeTruthy());
  expect(screen.queryByRole('button')).toBeNull();
});
