/**
 * The second half of a double click does nothing to what came in the place of what was pressed, and nothing twice.
 */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { show } from '../testing/render.tsx';
import { useCalm } from './use-calm.ts';
import { useSending } from './use-sending.ts';

function Steps({ onDone }: { onDone: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const isCalm = useCalm(isAsked ? 'asked' : 'first');
  return isAsked ? (
    <button type="button" onClick={() => isCalm() && onDone()}>
      certain
    </button>
  ) : (
    <button type="button" onClick={() => isCalm() && setAsked(true)}>
      revoke
    </button>
  );
}

test('what came in the place of a pressed control takes no press for a moment', async () => {
  const done = vi.fn();
  await show(<Steps onDone={done} />);
  let now = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  fireEvent.click(screen.getByText('revoke'));
  now += 90;
  fireEvent.click(screen.getByText('certain'));
  expect(done).not.toHaveBeenCalled();
  now += 500;
  fireEvent.click(screen.getByText('certain'));
  expect(done).toHaveBeenCalledOnce();
});

function Sender({ send }: { send: (what: string) => Promise<void> }) {
  const { mutate } = useSending({ mutationFn: send }, (what) => what);
  return (
    <>
      <button type="button" onClick={() => mutate('a')}>
        a
      </button>
      <button type="button" onClick={() => mutate('b')}>
        b
      </button>
    </>
  );
}

test('a second press sends nothing while the first is under way, and again when it ended, well or not', async () => {
  const under = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const send = vi.fn((what: string) => under[what === 'a' ? 0 : 1]?.promise ?? Promise.resolve());
  await show(<Sender send={send} />);
  const [a, b] = [screen.getByText('a'), screen.getByText('b')];
  a.click();
  a.click();
  b.click();
  await waitFor(() => expect(send.mock.calls.map(([what]) => what)).toEqual(['a', 'b']));
  under[0]?.reject(new Error('refused'));
  under[0] = Promise.withResolvers<void>();
  await waitFor(() => {
    a.click();
    expect(send).toHaveBeenCalledTimes(3);
  });
});
