/** Admission: never too many at once, in order, fair per subject, and nobody leaves a place behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { Admission } from './query-admission.ts';

const LIMITS = { running: 2, perSubject: 3, waiting: 2, waitSeconds: 60 };
const never = new AbortController().signal;

test('places go to those who wait, in their order', async () => {
  const admission = new Admission(LIMITS);
  const first = await admission.acquire('a', never);
  const second = await admission.acquire('b', never);
  const order: string[] = [];
  const third = admission.acquire('c', never).then((release) => {
    order.push('c');
    return release;
  });
  const fourth = admission.acquire('d', never).then((release) => {
    order.push('d');
    return release;
  });
  first();
  first();
  (await third)();
  second();
  (await fourth)();
  assert.deepEqual(order, ['c', 'd']);
  await Promise.all([admission.acquire('e', never), admission.acquire('f', never)]);
});

test('a subject with too many, and a full queue, are refused at once', async () => {
  const admission = new Admission(LIMITS);
  const releases = [await admission.acquire('a', never), await admission.acquire('a', never)];
  void admission.acquire('a', never).then((release) => releases.push(release));
  await assert.rejects(admission.acquire('a', never), (e) => isWeftError(e, 'RATE_LIMITED'));
  void admission.acquire('b', never).then((release) => releases.push(release));
  await assert.rejects(admission.acquire('c', never), (e) => isWeftError(e, 'UNAVAILABLE'));
  for (const release of releases) release();
});

test('who gives up or waits too long leaves the queue', async () => {
  const admission = new Admission({ ...LIMITS, running: 1, waitSeconds: 0.01 });
  const release = await admission.acquire('a', never);
  const gone = new AbortController();
  const waiting = admission.acquire('b', gone.signal);
  gone.abort();
  await assert.rejects(waiting, (e) => isWeftError(e, 'CANCELLED'));
  await assert.rejects(admission.acquire('b', never), (e) => isWeftError(e, 'UNAVAILABLE'));
  release();
  (await admission.acquire('b', never))();
});
