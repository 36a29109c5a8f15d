/**
 * Following the events of a running mesh: over any number of broken connections, and over a crash of the mesh, each event
 * comes once and in order, while batches commit on two tables at a time.
 *
 * Not the feed's own test. The reader breaks its connection after a number of events that follows WEFT_SEED.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import type { WeftEvent } from '@weft/core/events/event';
import fc from 'fast-check';
import { startMesh, type TestMesh, WEFT } from './support/mesh.ts';
import { HEAD, type SalesMesh, startSales } from './support/sales.ts';

const SEED = Number(process.env['WEFT_SEED'] ?? 7);
const BATCHES = 12;
const folder = mkdtempSync(join(tmpdir(), 'weft-follow-'));
const data = join(folder, 'data');

let sales: SalesMesh;
let mesh: TestMesh;

before(async () => {
  sales = await startSales(['lines', 'orders'], { data });
  mesh = sales.mesh;
});
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Message {
  id: string;
  event: WeftEvent;
}

/** One connection: messages until there are enough, or the line broke; what came after is thrown away. */
async function readSome(
  last: string | null,
  isEnough: (messages: readonly Message[]) => boolean,
): Promise<Message[]> {
  const broken = new AbortController();
  const messages: Message[] = [];
  try {
    const response = await fetch(`${mesh.url}/api/v1/events`, {
      headers: {
        authorization: `Bearer ${sales.ana}`,
        accept: 'text/event-stream',
        ...(last === null ? {} : { 'last-event-id': last }),
      },
      signal: broken.signal,
    });
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, event] = /^id: (.+)\ndata: (.+)$/.exec(block) ?? [];
        if (id === undefined || event === undefined) continue;
        messages.push({ id, event: JSON.parse(event) as WeftEvent });
        if (isEnough(messages)) return messages;
      }
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  } finally {
    broken.abort();
  }
  return messages;
}

/** Follows over connections that break, until `enough` says so. */
async function follow(
  start: string | null,
  enough: (messages: readonly Message[]) => boolean,
): Promise<Message[]> {
  const limits = fc.sample(fc.integer({ min: 1, max: 6 }), { seed: SEED, numRuns: 1000 });
  const messages: Message[] = [];
  while (!enough(messages)) {
    const limit = limits[messages.length % limits.length] ?? 1;
    const some = await readSome(
      messages.at(-1)?.id ?? start,
      (now) => now.length === limit || enough([...messages, ...now]),
    );
    messages.push(...some);
    if (some.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return messages;
}

const isCommit = (event: WeftEvent): boolean => event.type === 'io.weft.batch.committed.v1';
const commits = (messages: readonly Message[]): number =>
  messages.filter(({ event }) => isCommit(event)).length;

/** Sends batches on two tables, two at a time; those that a crash swallowed are sent again. */
async function sendBatches(first: number, count: number): Promise<void> {
  const send = async (no: number): Promise<void> => {
    const product = no % 2 === 0 ? 'lines' : 'orders';
    const path = `/api/v1/products/sales.${product}/batches?format=csv&key=no-${no}`;
    for (;;) {
      const answer = await fetch(`${mesh.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sales.olga}`, 'content-type': 'text/csv' },
        body: `${HEAD}\n${no},1,a,\n`,
      }).then(
        async (response) => (await response.json()) as { state: string },
        () => null,
      );
      if (answer?.state === 'committed') return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  let next = first;
  const line = async (): Promise<void> => {
    while (next < first + count) await send(next++);
  };
  await Promise.all([line(), line()]);
}

/** The whole log, page by page. */
async function wholeLog(): Promise<WeftEvent[]> {
  const events: WeftEvent[] = [];
  let after = '';
  for (;;) {
    const response = await fetch(`${mesh.url}/api/v1/events?limit=7${after}`, {
      headers: { authorization: `Bearer ${sales.ana}` },
    });
    const page = (await response.json()) as { items: WeftEvent[]; next: string | null };
    events.push(...page.items);
    if (page.next === null) return events;
    after = `&after=${page.next}`;
  }
}

function checkSequences(events: readonly WeftEvent[], perTable: number): void {
  for (const table of ['lines', 'orders']) {
    const own = events.filter((event) => event.source === `/domains/sales/tables/${table}@1`);
    assert.deepEqual(
      own.map((event) => Number(event.sequence)),
      Array.from({ length: perTable }, (_, i) => i + 1),
      table,
    );
  }
  const control = events.filter((event) => event.source === '/control').map((e) => e.sequence);
  assert.deepEqual(control, control.toSorted(), 'control events are in order');
  assert.equal(new Set(events.map((event) => event.id)).size, events.length, 'none twice');
}

let followed: Message[] = [];

test('over broken connections every event comes once, with gapless sequences per table', async () => {
  const reading = follow(null, (messages) => commits(messages) === BATCHES);
  await sendBatches(0, BATCHES);
  followed = await reading;
  const events = followed.map((message) => message.event);
  checkSequences(events, BATCHES / 2);
  const log = await wholeLog();
  assert.deepEqual(events, log.slice(0, events.length));
  assert.ok(log.slice(events.length).every((event) => !isCommit(event)));
});

test('over a crash of the mesh too', async () => {
  const start = followed.at(-1)?.id ?? null;
  const reading = follow(start, (messages) => commits(messages) === BATCHES);
  const sending = sendBatches(BATCHES, BATCHES);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { port } = new URL(mesh.url);
  await mesh.kill();
  await mesh.stop();
  mesh = await startMesh({ data, args: ['--port', port] });
  await sending;
  const events = [...followed, ...(await reading)].map((message) => message.event);
  checkSequences(events, BATCHES);
  assert.deepEqual(events, (await wholeLog()).slice(0, events.length));
});

test('weft events --follow prints one JSON document a line and ends with 130 when interrupted', async () => {
  const env = { ...mesh.env, WEFT_TOKEN: sales.ana };
  const args = ['events', 'sales.lines', '--follow', '--json'];
  const child = spawn(process.execPath, [WEFT, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const sequences: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as WeftEvent;
    assert.match(event.subject, /^sales\.lines/);
    if (isCommit(event)) sequences.push(Number(event.sequence));
    if (sequences.length === BATCHES && isCommit(event)) void sendBatches(1000, 1);
    if (sequences.length === BATCHES + 1) break;
  }
  child.kill('SIGINT');
  assert.equal(await ended, 130);
  assert.deepEqual(
    sequences,
    Array.from({ length: BATCHES + 1 }, (_, i) => i + 1),
  );
});
