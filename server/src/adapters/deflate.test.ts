/** Blocks of Avro files: what is taken out of one must not keep more memory than it has bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeDeflate } from './deflate.ts';

test('an inflated block holds its own bytes and no others', () => {
  const bytes = new TextEncoder().encode('{"path":"a"}'.repeat(10));
  const plain = nodeDeflate.inflate(nodeDeflate.deflate(bytes));
  assert.deepEqual(plain, bytes);
  assert.equal(plain.buffer.byteLength, bytes.length);
});

test('a damaged block is refused by name', () => {
  assert.throws(() => nodeDeflate.inflate(Uint8Array.from([255, 255, 255])), {
    code: 'TABLE_CORRUPT',
  });
});
