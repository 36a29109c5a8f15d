/**
 * The bench keeps the old answer in sight until the new one has something, and never more than two.
 */
import { expect, test } from 'vitest';
import type { ResultTold } from '../../api/result-protocol.ts';
import { type ResultSource, ResultStore } from '../../api/result-store.ts';
import { Bench } from './bench.ts';

class Source implements ResultSource {
  onmessage: ResultSource['onmessage'] = null;
  onerror: ResultSource['onerror'] = null;
  asked: { sql?: string; kind: string }[] = [];
  isEnded = false;

  postMessage(message: { sql?: string; kind: string }): void {
    this.asked.push(message);
    if (message.kind === 'cancel') this.tell({ kind: 'cancelled' });
  }

  terminate(): void {
    this.isEnded = true;
  }

  tell(data: ResultTold): void {
    this.onmessage?.({ data } as MessageEvent<ResultTold>);
  }

  page(): void {
    this.tell({ kind: 'page', page: 0, rows: 1, blob: new Blob(['[[1]]']) });
  }

  end(): void {
    const tail = { rowCount: 1, truncated: false, seconds: 0, cpuSeconds: 0, products: [] };
    this.tell({ kind: 'end', tail, bytes: 1 });
  }
}

function open() {
  const sources: Source[] = [];
  const bench = new Bench((query) => {
    const source = new Source();
    sources.push(source);
    return new ResultStore(source, query, () => 0);
  });
  return { bench, sources };
}

test('a kept query is opened once: coming back to it finds what was made of it, another version is another text', () => {
  const bench = new Bench(() => {
    throw new Error('nothing is asked');
  });
  bench.openText('sav_1 1', 'SELECT 1');
  bench.write('SELECT 2');
  bench.openText('sav_1 1', 'SELECT 1');
  expect(bench.state().sql).toBe('SELECT 2');
  bench.openText('sav_1 2', 'SELECT 3');
  expect(bench.state().sql).toBe('SELECT 3');
});

test('a text that was begun before is no suggestion', () => {
  const begun = { sql: 'SELECT 7', opened: null };
  const bench = new Bench(() => {
    throw new Error('nothing is asked');
  }, begun);
  bench.suggest('SELECT * FROM a.b');
  expect(bench.state().sql).toBe('SELECT 7');
});

test('a text that was run before gives way to the product that one comes from; one that was not stays', () => {
  const [product, suggested] = ['a.b', 'SELECT * FROM a.b'];
  const ask = () => {
    throw new Error('nothing is asked');
  };
  const ran = new Bench(ask, { sql: 'SELECT 7', opened: null, wasRun: true });
  expect(ran.state().sql).toBe('SELECT 7');
  ran.comeFrom(product, suggested);
  expect(ran.state().sql).toBe(suggested);
  const changed = new Bench(ask, { sql: 'SELECT 7', opened: null, wasRun: true });
  changed.write('SELECT 8');
  changed.comeFrom(product, suggested);
  expect(changed.state().sql).toBe('SELECT 8');
});

test('the old answer stays until the new one has a row or has ended', () => {
  const { bench, sources } = open();
  bench.run('SELECT 1', 'research');
  sources[0]?.page();
  sources[0]?.end();
  bench.run('SELECT 2', 'research');
  expect(bench.state().shown?.sql).toBe('SELECT 1');
  sources[1]?.page();
  expect(bench.state().shown?.sql).toBe('SELECT 2');
  expect(sources[0]?.isEnded).toBe(true);
});

test('running again cancels what nobody waits for any more', () => {
  const { bench, sources } = open();
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3']) bench.run(sql, 'research');
  expect(sources.map(({ isEnded }) => isEnded)).toEqual([true, true, false]);
  expect(bench.state().current?.sql).toBe('SELECT 3');
});

test('what ended is remembered once, the newest first; another order asks for the same query', () => {
  const { bench, sources } = open();
  bench.run('SELECT 1 AS a', 'research');
  sources[0]?.end();
  bench.run('SELECT 1 AS a', 'research', { column: 'a', isDescending: true });
  expect(sources[1]?.asked[0]?.sql).toContain('ORDER BY "a" DESC');
  sources[1]?.tell({ kind: 'failed', problem: { status: 422, code: 'X', title: '', detail: '' } });
  expect(bench.state().past.map(({ outcome }) => outcome.state)).toEqual(['failed', 'done']);
});

test('a suggestion never takes the place of what was written', () => {
  const { bench } = open();
  bench.suggest('SELECT 1');
  expect(bench.state().sql).toBe('SELECT 1');
  bench.write('SELECT 2');
  bench.suggest('SELECT 3');
  expect(bench.state().sql).toBe('SELECT 2');
});

test('who comes from a product finds a text on it, unless his own was not run yet', () => {
  const { bench } = open();
  bench.comeFrom('a.b', 'SELECT 1');
  expect(bench.state().sql).toBe('SELECT 1');
  bench.write('SELECT 2');
  bench.comeFrom('c.d', 'SELECT 3');
  expect(bench.state().sql).toBe('SELECT 2');
  bench.run('SELECT 2', 'research');
  bench.comeFrom('e.f', 'SELECT 4');
  expect(bench.state().sql).toBe('SELECT 4');
  bench.write('SELECT 5');
  bench.run('SELECT 5', 'research');
  bench.comeFrom('e.f', 'SELECT 4');
  expect(bench.state().sql, 'the page drawn again is no new coming').toBe('SELECT 5');
});

test('who comes to nothing finds no text, and one once there is something', () => {
  const { bench } = open();
  bench.suggest('SELECT 0');
  bench.comeFrom('a.b', '');
  expect(bench.state().sql).toBe('');
  bench.comeFrom('a.b', 'SELECT 1');
  expect(bench.state().sql).toBe('SELECT 1');
  bench.run('SELECT 1', 'research');
  bench.comeFrom('a.b', '');
  expect(bench.state().sql, 'another purpose takes no text').toBe('SELECT 1');
});

test('an answer stays in sight where the next is not answered, and gives way to what the mesh refuses', () => {
  const refused = (status: number) => ({
    kind: 'failed' as const,
    problem: { status, code: 'X', title: 'x', detail: 'x' },
  });
  const { bench, sources } = open();
  bench.run('SELECT 1', 'research');
  const first = bench.state().shown;
  sources[0]?.page();
  sources[0]?.end();
  for (const [at, status] of [0, 429, 407, 503].entries()) {
    bench.run('SELECT 2', 'research');
    sources[at + 1]?.tell(refused(status));
    expect(bench.state().shown, String(status)).toBe(first);
    expect(bench.state().current?.store.status().problem?.status).toBe(status);
  }
  expect(bench.state().past).toHaveLength(5);
  bench.run('SELECT 3', 'research');
  sources.at(-1)?.tell(refused(403));
  expect(bench.state().shown).toBe(bench.state().current);
});

test('a query that ran while the page was loaded anew is told to have been ended, until another runs', () => {
  const source = new Source();
  const begun = { sql: 'SELECT 1', opened: null, isRunning: true };
  const bench = new Bench((query) => new ResultStore(source, query, () => 0), begun);
  expect(bench.state()).toMatchObject({ isCutOff: true, sql: 'SELECT 1' });
  expect(bench.isRunning()).toBe(false);
  bench.run('SELECT 1', 'research');
  expect(bench.state().isCutOff).toBe(false);
  expect(bench.isRunning()).toBe(true);
  source.end();
  expect(bench.isRunning()).toBe(false);
});
