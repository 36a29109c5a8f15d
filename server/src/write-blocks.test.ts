/** Blocks into slow streams, and into some that are closed in between. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { writeBlocks } from './write-blocks.ts';

const block = Buffer.alloc(100);
const blocks = (count: number): Uint8Array[] => Array.from({ length: count }, () => block);

function slow(onBlock: (sink: Writable, count: number) => void): Writable {
  let count = 0;
  return new Writable({
    highWaterMark: 150,
    async write(_block, _encoding, done) {
      await setImmediate();
      onBlock(this, ++count);
      done();
    },
  });
}

test('a slow stream gets all blocks, and no listener is left on it', async () => {
  let most = 0;
  let bytes = 0;
  const sink = slow((stream) => {
    most = Math.max(most, stream.listenerCount('drain') + stream.listenerCount('close'));
    bytes += block.length;
  });
  assert.equal(await writeBlocks(sink, blocks(50)), true);
  assert.equal(most, 2);
  assert.equal(sink.listenerCount('drain') + sink.listenerCount('close'), 0);
  await new Promise<void>((resolve) => sink.end(resolve));
  assert.equal(bytes, 50 * block.length);
});

test('a stream that is closed in between ends the writing', async () => {
  const sink = slow((stream, count) => {
    if (count === 3) stream.destroy();
  });
  assert.equal(await writeBlocks(sink, blocks(50)), false);
});
