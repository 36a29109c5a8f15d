/**
 * The reader of event streams: however the bytes are cut, the messages are the same. Expectations follow the examples and
 * rules of WHATWG HTML, "Server-sent events".
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readServerSentEvents, type ServerSentEvent } from './sse.ts';

async function* chunksOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece;
}

async function read(...pieces: (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const found: ServerSentEvent[] = [];
  for await (const message of readServerSentEvents(chunksOf(bytes))) found.push(message);
  return found;
}

const message = (data: string, id: string | null = null): ServerSentEvent => ({
  id,
  data,
  retry: null,
});

test('data lines are joined, an id stands beside, one space after the colon is no data', async () => {
  assert.deepEqual(await read('data: YHOO\ndata: +2\ndata: 10\n\n'), [message('YHOO\n+2\n10')]);
  assert.deepEqual(await read('data: first event\nid: 1\n\n'), [message('first event', '1')]);
  assert.deepEqual(await read('data:third\n\ndata:  third\n\n'), [
    message('third'),
    message(' third'),
  ]);
});

test('comments, unknown fields and keep-alives give nothing', async () => {
  assert.deepEqual(await read(': keep-alive\n\n: test stream\nevent: x\n\nfoo\n\ndata: a\n\n'), [
    message('a'),
  ]);
});

test('a field without a colon is one with an empty value; an empty id is an id', async () => {
  assert.deepEqual(await read('data\n\n'), [message('')]);
  assert.deepEqual(await read('data: x\nid\n\n'), [message('x', '')]);
});

test('retry is digits, and an id with a NUL is none', async () => {
  assert.deepEqual(await read('retry: 2500\n\n'), [{ id: null, data: '', retry: 2500 }]);
  assert.deepEqual(await read('retry: soon\ndata: x\nid: a\0b\n\n'), [message('x')]);
});

test('a message that the end cuts off is not given', async () => {
  assert.deepEqual(await read('data: a\n\ndata: b\n'), [message('a')]);
});

test('all three line ends', async () => {
  assert.deepEqual(await read('data: a\r\n\r\ndata: b\r\rdata: c\n\n'), [
    message('a'),
    message('b'),
    message('c'),
  ]);
});

test('every cut of a stream into two gives the same messages', async () => {
  const text = Buffer.from(
    'id: 1\r\ndata: Grüße 東京\r\n\r\n: beat\n\nid: 2\ndata: {"a":1}\ndata: x\n\nretry: 10\n\n',
  );
  const whole = await read(text);
  assert.equal(whole.length, 3);
  for (let at = 0; at <= text.length; at++) {
    assert.deepEqual(await read(text.subarray(0, at), text.subarray(at)), whole, `cut at ${at}`);
  }
});

test('property: chunks do not matter', async () => {
  const line = fc.constantFrom('data: é', 'data', 'id: 7', ': c', 'retry: 5', '', '', 'x: y');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const stream = fc.array(fc.tuple(line, end), { maxLength: 20 });
  const seed = Number(process.env['WEFT_SEED'] ?? '0') || undefined;
  await fc.assert(
    fc.asyncProperty(stream, fc.array(fc.nat(60), { maxLength: 6 }), async (lines, cuts) => {
      const bytes = Buffer.from(lines.flat().join(''));
      const places = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ];
      const pieces = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
      assert.deepEqual(await read(...pieces), await read(bytes));
    }),
    { numRuns: 200, ...(seed === undefined ? {} : { seed }) },
  );
});
