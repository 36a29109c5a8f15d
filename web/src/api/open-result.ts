/**
 * Asks a query beside the page. The worker is a file of its own, which comes with the first query.
 */
import { whyLate } from './late.ts';
import { ResultStore } from './result-store.ts';

export function openResult(query: { sql: string; purpose: string }): ResultStore {
  const worker = new Worker(new URL('./result-worker.ts', import.meta.url), { type: 'module' });
  return new ResultStore(worker, query, () => performance.now(), whyLate);
}
