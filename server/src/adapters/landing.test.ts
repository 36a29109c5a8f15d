/**
 * Landing: the bytes as received with their hash, or nothing.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { type LandOptions, land, landFile } from './landing.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-landing-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const options = (more: Partial<LandOptions> = {}): LandOptions => ({
  directory: join(directory, 'landings'),
  name: 'orders.csv',
  format: 'csv',
  compression: 'none',
  bytesMax: 1 << 20,
  signal: new AbortController().signal,
  ...more,
});
const files = () => readdirSync(join(directory, 'landings'));

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test('bytes land exactly, with name, size and hash', async () => {
  const landing = await land(chunks('a,b\n', '', '1,\xff\r\n'), options());
  const bytes = Buffer.from('a,b\n1,\xff\r\n');
  assert.deepEqual(readFileSync(landing.path), bytes);
  assert.deepEqual(landing, {
    path: landing.path,
    name: 'orders.csv',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    format: 'csv',
    compression: 'none',
  });
  const source = join(directory, 'local.csv');
  writeFileSync(source, bytes);
  const { name: _, ...rest } = options();
  const local = await landFile(source, rest);
  assert.deepEqual({ ...local, path: '' }, { ...landing, path: '', name: 'local.csv' });
  assert.notEqual(local.path, landing.path);
});

test('what does not land leaves nothing behind', async () => {
  const before = files();
  const large = land(chunks('x'.repeat(11), 'y'), options({ bytesMax: 10 }));
  await assert.rejects(large, (error) => isWeftError(error, 'PAYLOAD_TOO_LARGE'));
  const source = join(directory, 'large.csv');
  writeFileSync(source, 'x'.repeat(11));
  await assert.rejects(landFile(source, options({ bytesMax: 10 })), (error) =>
    isWeftError(error, 'PAYLOAD_TOO_LARGE'),
  );
  const broken = (async function* () {
    yield Buffer.from('half');
    throw new Error('connection lost');
  })();
  await assert.rejects(land(broken, options()), /connection lost/);
  assert.deepEqual(files(), before);
});

test('a sender that goes silent does not hold a cancelled landing', async () => {
  const before = files();
  const controller = new AbortController();
  let returned = false;
  const silent: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      let first = true;
      return {
        next() {
          if (!first) {
            controller.abort();
            return new Promise(() => undefined);
          }
          first = false;
          return Promise.resolve({ done: false, value: Buffer.from('start') });
        },
        return() {
          returned = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  await assert.rejects(land(silent, options({ signal: controller.signal })), (error) =>
    isWeftError(error, 'CANCELLED'),
  );
  assert.ok(returned, 'the sender is told');
  assert.deepEqual(files(), before);
});
