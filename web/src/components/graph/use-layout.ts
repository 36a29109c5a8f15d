/**
 * The places of a graph's nodes, worked out in a worker; the old ones stay until the new ones are there.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Place } from './layout.ts';
import type { LayoutDone, LayoutTask } from './layout.worker.ts';

export function useLayout(
  ids: readonly string[],
  edges: readonly { from: string; to: string }[],
): ReadonlyMap<string, Place> | null {
  const [places, setPlaces] = useState<ReadonlyMap<string, Place> | null>(null);
  const worker = useRef<Worker | null>(null);
  const task = useRef(0);
  // Why by content: callers build their lists anew with each answer, mostly the same ones.
  const shape = JSON.stringify([ids, edges.map(({ from, to }) => [from, to])]);
  const input = useMemo(() => {
    const [nodes, pairs] = JSON.parse(shape) as [string[], [string, string][]];
    return { ids: nodes, edges: pairs.map(([from, to]) => ({ from, to })) };
  }, [shape]);
  useEffect(() => {
    const own = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    own.onmessage = ({ data }: MessageEvent<LayoutDone>) => {
      if (data.task === task.current)
        setPlaces(new Map(data.places.map((place) => [place.id, place])));
    };
    worker.current = own;
    return () => own.terminate();
  }, []);
  useEffect(() => {
    task.current += 1;
    const asked: LayoutTask = { ...input, task: task.current };
    worker.current?.postMessage(asked);
  }, [input]);
  return places;
}
