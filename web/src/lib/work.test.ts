/**
 * Work ends once, and what comes late changes nothing.
 */
import { expect, test } from 'vitest';
import {
  cancelWork,
  currentWork,
  dismissWork,
  pauseWork,
  resumeWork,
  secondsLeft,
  startWork,
  type WorkHandle,
} from './work.ts';

const start = { title: 'a.csv', product: 'sales.orders', phase: 'Sending', unit: 'bytes' } as const;
const find = (id: string) => currentWork().find((work) => work.id === id);
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('what is reported after the end changes nothing', async () => {
  let late: WorkHandle | null = null;
  const id = startWork(start, async (handle) => {
    late = handle;
    handle.report({ done: 5, total: 10 });
    return 'In the table';
  });
  await settled();
  expect(find(id)).toMatchObject({ state: 'done', done: 5, outcome: 'In the table' });
  (late as WorkHandle | null)?.report({ done: 1, phase: 'Checking' });
  expect(find(id)).toMatchObject({ done: 5, phase: 'Sending' });
});

test('cancelling stops the work and says so at once, also when the work fails of it', async () => {
  let stopped: AbortSignal | null = null;
  const id = startWork(start, async ({ signal }) => {
    stopped = signal;
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return 'never';
  });
  cancelWork(id);
  expect(find(id)?.state).toBe('cancelled');
  expect(stopped).toMatchObject({ aborted: true });
  await settled();
  expect(find(id)).toMatchObject({ state: 'cancelled', error: null });
});

test('work that runs cannot be dismissed; work that failed can', async () => {
  const fault = new Error('no line');
  const id = startWork(start, async () => {
    await settled();
    throw fault;
  });
  dismissWork(id);
  expect(find(id)?.state).toBe('running');
  await settled();
  await settled();
  expect(find(id)).toMatchObject({ state: 'failed', error: fault });
  dismissWork(id);
  expect(find(id)).toBeUndefined();
});

test('pausing and going on reach whoever does the work', async () => {
  const steps: string[] = [];
  const id = startWork(start, async (handle) => {
    handle.onPause({ pause: () => steps.push('pause'), resume: () => steps.push('resume') });
    await new Promise((_, reject) => handle.signal.addEventListener('abort', reject));
    return '';
  });
  pauseWork(id);
  expect(find(id)?.state).toBe('paused');
  resumeWork(id);
  expect(find(id)?.state).toBe('running');
  expect(steps).toEqual(['pause', 'resume']);
  cancelWork(id);
});

test('time left needs a rate and a total', () => {
  expect(secondsLeft({ done: 50, total: 100, rate: 25 })).toBe(2);
  expect(secondsLeft({ done: 50, total: null, rate: 25 })).toBeNull();
  expect(secondsLeft({ done: 50, total: 100, rate: 0 })).toBeNull();
});
