/** Archives whose entries fail, and readers who leave: neither ends the process, and every entry that was begun is ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type TarEntry, tarOf } from './tar.ts';

const SIZE = 1 << 20;
const BLOCK = 1 << 16;

let open = 0;
async function* blocks(failsAt: number): AsyncGenerator<Uint8Array> {
  open++;
  try {
    for (let at = 0; at < SIZE; at += BLOCK) {
      if (at >= failsAt) throw new Error('file closed');
      yield Buffer.alloc(BLOCK, 1);
    }
  } finally {
    open--;
  }
}

const entry = (name: string, failsAt = SIZE): TarEntry => ({
  name,
  bytes: SIZE,
  read: () => blocks(failsAt),
});

test('the archive is whole, and equal to itself', async () => {
  const bytes = async (): Promise<Buffer> => {
    const all: Uint8Array[] = [];
    for await (const block of tarOf([entry('a'), entry('b')])) all.push(block);
    return Buffer.concat(all);
  };
  const once = await bytes();
  assert.equal(once.length, 2 * (512 + SIZE) + 1024);
  assert.deepEqual(await bytes(), once);
});

test('an entry that fails ends the archive with its error', async () => {
  const read = async (): Promise<void> => {
    for await (const _ of tarOf([entry('a'), entry('b', SIZE / 2)]));
  };
  await assert.rejects(read, /file closed/);
  await setTimeout(50);
  assert.equal(open, 0);
});

test('a reader who leaves, or pauses while an entry fails, ends the reading of entries', async () => {
  const left = tarOf([entry('a'), entry('b')]);
  await left.next();
  await left.return(undefined);
  assert.equal(open, 0);
  const paused = tarOf([entry('a', SIZE / 2)]);
  await paused.next();
  await setTimeout(50);
  await paused.return(undefined);
  assert.equal(open, 0);
});
