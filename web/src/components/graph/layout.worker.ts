/**
 * Lays graphs out beside the page, so that a large one never stops it.
 */
import { type LayoutInput, layoutGraph, type Place } from './layout.ts';

export interface LayoutTask extends LayoutInput {
  task: number;
}

export interface LayoutDone {
  task: number;
  places: Place[];
}

addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => {
  const done: LayoutDone = { task: data.task, places: layoutGraph(data) };
  postMessage(done);
});
