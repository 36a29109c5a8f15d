/**
 * Gathers a chart beside the page: the pages of a result go to a worker by reference, points come back.
 */
import { whyLate } from '../../api/late.ts';
import { unreachable } from '../../api/problem.ts';
import type { ResultColumn } from '../../lib/result-splitter.ts';
import type { ChartData, ChartSpec } from './chart-data.ts';

export interface GatherRequest {
  columns: readonly ResultColumn[];
  pages: readonly Blob[];
  spec: ChartSpec;
  rowCount: number;
}

export type GatherTold = { data: ChartData | null } | { error: string };

/** Rejects when the pages cannot be read; ends the worker when the signal aborts. */
export function gather(request: GatherRequest, signal: AbortSignal): Promise<ChartData | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./gather-worker.ts', import.meta.url), { type: 'module' });
    const end = (): void => worker.terminate();
    signal.addEventListener('abort', end, { once: true });
    worker.onmessage = ({ data }: MessageEvent<GatherTold>) => {
      end();
      if ('error' in data) reject(new Error(data.error));
      else resolve(data.data);
    };
    worker.onerror = (event: Event | ErrorEvent) => {
      end();
      if ('message' in event) reject(new Error(event.message));
      else void whyLate().then((why) => reject(why ?? unreachable()));
    };
    worker.postMessage(request);
  });
}
