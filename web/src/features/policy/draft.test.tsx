/**
 * The change of a policy outlives its page, keeps the version that it was begun from, and is its writer's alone.
 */
import { cleanup, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { OWEN } from '../../testing/facts.ts';
import { show } from '../../testing/render.tsx';
import { useDraft } from './draft.ts';

function Draft({ etag }: { etag: string }) {
  const draft = useDraft('loyalty.households', { content: { cedar: 'in force' }, etag });
  return (
    <>
      <p>{`${draft.content.cedar}, ${draft.etag}, ${draft.isChanged ? 'changed' : 'as it was'}`}</p>
      <button type="button" onClick={() => draft.change({ cedar: 'mine' })}>
        change
      </button>
      <button type="button" onClick={draft.drop}>
        drop
      </button>
    </>
  );
}

test('a change is there when one comes back, for nobody else, until it is dropped', async () => {
  const first = await show(<Draft etag="1" />);
  await first.user.click(screen.getByText('change'));
  cleanup();
  await show(<Draft etag="2" />, { me: OWEN });
  screen.getByText('in force, 2, as it was');
  cleanup();
  const { user } = await show(<Draft etag="2" />);
  screen.getByText('mine, 1, changed');
  await user.click(screen.getByText('drop'));
  screen.getByText('in force, 2, as it was');
  expect(Object.keys(sessionStorage)).toEqual([]);
});
