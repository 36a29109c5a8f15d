/**
 * The places of a graph's nodes and the ways of its edges, worked out in a worker; the old ones stay until the new ones are there.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Place, Way } from './layout.ts';
import type { LayoutDone, LayoutTask } from './layout.worker.ts';

export interface Drawn {
  places: ReadonlyMap<string, Place>;
  /** By `wayKey`. */
  ways: ReadonlyMap<string, Way>;
}

export const wayKey = (from: string, to: string): string => `${from} ${to}`;

export function useLayout(
  ids: readonly string[],
  edges: readonly { from: string; to: string }[],
): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
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
      if (data.task !== task.current) return;
      setDrawn({
        places: new Map(data.places.map((place) => [place.id, place])),
        ways: new Map(data.ways.map((way) => [wayKey(way.from, way.to), way])),
      });
    };
    worker.current = own;
    return () => own.terminate();
  }, []);
  useEffect(() => {
    task.current += 1;
    const asked: LayoutTask = { ...input, task: task.current };
    worker.current?.postMessage(asked);
  }, [input]);
  return drawn;
}
