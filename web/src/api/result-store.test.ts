/**
 * The store gives each row of the answer, and never keeps more than its few pages as objects.
 */
import { expect, test } from 'vitest';
import { PAGE_ROWS, type ResultTold } from './result-protocol.ts';
import { type ResultSource, ResultStore } from './result-store.ts';

/** Stands where the worker is: what it was told, and a way to tell what a worker tells. */
class Source implements ResultSource {
  onmessage: ResultSource['onmessage'] = null;
  onerror: ResultSource['onerror'] = null;
  readonly told: unknown[] = [];
  isEnded = false;

  postMessage(message: unknown): void {
    this.told.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  tell(data: ResultTold): void {
    this.onmessage?.({ data } as MessageEvent<ResultTold>);
  }

  page(page: number, first: number, rows: number): void {
    const body = JSON.stringify(Array.from({ length: rows }, (_, at) => [first + at]));
    this.tell({ kind: 'page', page, rows, blob: new Blob([body]) });
  }
}

const TAIL = { rowCount: 0, truncated: false, seconds: 1, cpuSeconds: 1, products: [] };

function open(pages: number): { source: Source; store: ResultStore } {
  const source = new Source();
  const store = new ResultStore(source, { sql: 'SELECT 1', purpose: 'research' }, () => 0);
  for (let page = 0; page < pages; page++) source.page(page, page * PAGE_ROWS, PAGE_ROWS);
  return { source, store };
}

test('a row is told when it is there, and is the right one', async () => {
  const { store } = open(3);
  expect(store.rowAt(2_345)).toBeNull();
  await new Promise<void>((resolve) => store.subscribe(() => resolve()));
  expect(store.rowAt(2_345)).toEqual([2_345]);
});

test('looking at every page keeps only the last few as objects', async () => {
  const { store } = open(60);
  for (let index = 0; index < 60 * PAGE_ROWS; index += PAGE_ROWS) {
    store.rowAt(index);
    await new Promise((resolve) => setTimeout(resolve));
    expect(store.decodedPages).toBeLessThanOrEqual(20);
  }
  let sum = 0;
  for await (const row of store.rows(0, 60 * PAGE_ROWS)) sum += Number(row[0]);
  expect(sum).toBe((60 * PAGE_ROWS * (60 * PAGE_ROWS - 1)) / 2);
  expect(store.decodedPages).toBeLessThanOrEqual(20);
});

test('the first page is shown before it is full, and replaced when it is', async () => {
  const { source, store } = open(0);
  source.page(0, 0, 10);
  expect(store.status().rowCount).toBe(10);
  store.rowAt(3);
  source.page(0, 0, PAGE_ROWS);
  source.page(1, PAGE_ROWS, 7);
  expect(store.status().rowCount).toBe(PAGE_ROWS + 7);
  const got: unknown[] = [];
  for await (const row of store.rows(990, 1_005)) got.push(row[0]);
  expect(got).toEqual(Array.from({ length: 15 }, (_, at) => 990 + at));
});

test('cancelling asks the worker, and leaving a running answer cancels it', () => {
  const { source, store } = open(1);
  store.dispose();
  expect(source.told.at(-1)).toEqual({ kind: 'cancel' });
  expect(source.isEnded).toBe(false);
  source.tell({ kind: 'cancelled' });
  expect(source.isEnded).toBe(true);
  expect(store.status().state).toBe('cancelled');
});

test('an answer is done only by its end, and a failure keeps the rows that came', () => {
  const { source, store } = open(1);
  expect(store.status().state).toBe('running');
  source.tell({
    kind: 'failed',
    problem: { status: 0, code: 'QUERY_LIMIT', title: 'x', detail: 'y' },
  });
  expect(store.status()).toMatchObject({ state: 'failed', rowCount: PAGE_ROWS });
  const whole = open(1);
  whole.source.tell({ kind: 'end', tail: { ...TAIL, rowCount: PAGE_ROWS }, bytes: 9 });
  expect(whole.store.status()).toMatchObject({ state: 'done', bytes: 9 });
});

test('a worker that did not come is no fault of the page: the mesh does not answer', async () => {
  const { source, store } = open(0);
  const ended = new Promise<void>((resolve) => store.subscribe(() => resolve()));
  // Why so: a browser tells a script that failed with a message, and one that it did not get without.
  source.onerror?.(new Event('error') as ErrorEvent);
  await ended;
  expect(store.status()).toMatchObject({ state: 'failed', problem: { code: 'UNREACHABLE' } });
});

test('a worker that came and failed says what failed', () => {
  const { source, store } = open(0);
  source.onerror?.(Object.assign(new Event('error'), { message: 'out of memory' }) as ErrorEvent);
  expect(store.status().problem).toMatchObject({ code: 'PAGE_FAULT', detail: 'out of memory' });
});
