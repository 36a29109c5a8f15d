/**
 * Lays graphs out beside the page, so that a large one never stops it.
 */
import { type Layout, type LayoutInput, layoutGraph } from './layout.ts';

export interface LayoutTask extends LayoutInput {
  task: number;
}

export interface LayoutDone extends Layout {
  task: number;
}

addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => {
  const done: LayoutDone = { task: data.task, ...layoutGraph(data) };
  postMessage(done);
});
