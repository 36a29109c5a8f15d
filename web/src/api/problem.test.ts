/**
 * What is made of an answer that is none: of the mesh that refuses, and of what is in the way to it.
 */
import { expect, test } from 'vitest';
import { problem } from '../testing/mesh.ts';
import { isPassing, problemOf } from './problem.ts';

const page = (status: number, headers: Record<string, string> = {}) =>
  new Response('<h1>Not here</h1>', {
    status,
    headers: { 'content-type': 'text/html', ...headers },
  });

test('what a proxy says of a page is no word of the mesh about what there is', async () => {
  for (const status of [400, 401, 403, 404, 410, 422]) {
    const { document } = await problemOf(page(status));
    expect(document).toMatchObject({ status: 0, code: 'NOT_AN_ANSWER' });
    expect(document.detail).toContain(String(status));
    const told = await problemOf(problem(status, 'SOME_CODE'));
    expect(told.document).toMatchObject({ status, code: 'SOME_CODE' });
    expect(isPassing(told), String(status)).toBe(false);
  }
});

test('what passes by itself is asked again, as late as whoever answered wants', async () => {
  for (const status of [407, 408, 429, 500, 503]) {
    const plain = await problemOf(page(status));
    expect(plain.document).toMatchObject({ status, code: `HTTP_${status}` });
    expect(isPassing(plain), String(status)).toBe(true);
    expect(plain.document.waitMs).toBeUndefined();
  }
  const wait = async (text: string) =>
    (await problemOf(page(429, { 'retry-after': text }))).document.waitMs;
  expect(await wait('30')).toBe(30_000);
  expect(await wait(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
  expect(await wait('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  expect(await wait('soon')).toBeUndefined();
});
