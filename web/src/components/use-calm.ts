/**
 * A control that came in the place of another one takes no press for a moment: the second half of a double click was meant for
 * what stood there before.
 */
import { useCallback, useLayoutEffect, useRef } from 'react';

/** Most double clicks are shorter; whoever reads what came needs longer. */
const CALM_MS = 400;

interface Arrival {
  shown: string;
  at: number;
}

/** `shown` names what is in the place now. With `fromStart` the first one came in the place of something, too. */
export function useCalm(shown: string, { fromStart = false } = {}): () => boolean {
  const arrival = useRef<Arrival | null>(null);
  useLayoutEffect(() => {
    const isFirst = arrival.current === null;
    const at = isFirst && !fromStart ? Number.NEGATIVE_INFINITY : performance.now();
    if (arrival.current?.shown !== shown) arrival.current = { shown, at };
  }, [shown, fromStart]);
  return useCallback(
    () => performance.now() - (arrival.current?.at ?? Number.NEGATIVE_INFINITY) >= CALM_MS,
    [],
  );
}
