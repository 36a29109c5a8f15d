/**
 * Gives the focus back to what had it, when something that took it is gone.
 *
 * Why beside the modal's own way: that waits for a modal to be closed, and ours are taken away as they close. What has the
 * focus elsewhere by then, because it was led there, keeps it.
 */
import { useLayoutEffect, useState } from 'react';

export function useReturnedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => {
      const now = document.activeElement;
      const isOurs =
        now === null || now === document.body || now.closest('[role="dialog"]') !== null;
      if (isOurs && before instanceof HTMLElement && before.isConnected)
        before.focus({ preventScroll: true });
    },
    [before],
  );
}
