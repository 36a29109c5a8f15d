/**
 * Reads the pages of a result and gathers the points of a chart. A worker: nothing imports it.
 */
import { gatherChart } from './chart-data.ts';
import type { GatherRequest, GatherTold } from './gather.ts';

interface Scope {
  onmessage: ((event: MessageEvent<GatherRequest>) => void) | null;
  postMessage(told: GatherTold): void;
}

// Why: the types of a page are in force here, and a worker has fewer.
const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data: { columns, pages, spec, rowCount } }) => {
  try {
    scope.postMessage({ data: await gatherChart(columns, rowsOf(pages), spec, rowCount) });
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function* rowsOf(pages: readonly Blob[]): AsyncGenerator<readonly unknown[]> {
  for (const page of pages) yield* JSON.parse(await page.text()) as (readonly unknown[])[];
}
