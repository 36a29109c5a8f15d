/**
 * A draft that somebody wrote in is not lost by one press; one that nobody touched goes without a question.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { expectAccessible, focused, show } from '../../../testing/render.tsx';
import { LeaveDraft } from './LeaveDraft.tsx';

const CALM_MS = 450;

function leaving(isChanged: boolean) {
  const onLeave = vi.fn();
  const button = (
    <main>
      <LeaveDraft
        label="Another sample"
        variant="default"
        isChanged={isChanged}
        onLeave={onLeave}
      />
    </main>
  );
  return { onLeave, button };
}

test('what was written is asked for before it goes, and stays by default', async () => {
  const { onLeave, button } = leaving(true);
  const { user } = await show(button);
  const first = screen.getByRole('button', { name: 'Another sample' });
  await user.click(first);
  await screen.findByRole('dialog', { name: 'Throw the draft away?' });
  await waitFor(() => expect(focused().textContent).toBe('Keep the draft'));
  await expectAccessible();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(onLeave).not.toHaveBeenCalled();
  expect(focused()).toBe(first);
  await user.click(first);
  const away = await screen.findByRole('button', { name: 'Throw it away' });
  await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  await user.click(away);
  expect(onLeave).toHaveBeenCalledTimes(1);
});

test('a draft that nobody touched goes at once', async () => {
  const { onLeave, button } = leaving(false);
  const { user } = await show(button);
  await user.click(screen.getByRole('button', { name: 'Another sample' }));
  expect(onLeave).toHaveBeenCalledTimes(1);
});
