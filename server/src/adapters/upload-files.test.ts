/**
 * An offset is told as safe only once the bytes below it are on disk, and what stands behind it counts for nothing.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { createLandingStore } from './node-disk.ts';
import { createUploadFiles } from './upload-files.ts';

const directory = await fs.mkdtemp(join(tmpdir(), 'weft-uploads-'));
after(() => fs.rm(directory, { recursive: true, force: true }));

const MEGABYTE = Buffer.alloc(1 << 20, 'a');
async function* megabytes(count: number, end?: Error): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i++) yield MEGABYTE;
  if (end !== undefined) throw end;
}
const digestOf = (count: number) => {
  const hash = createHash('sha256');
  for (let i = 0; i < count; i++) hash.update(MEGABYTE);
  return hash.digest('hex');
};

test('offsets are told after a sync, also before the piece ends', async (t) => {
  const files = createUploadFiles({ directory });
  await files.create('upl_a');
  const handle = await fs.open(files.path('upl_a'));
  const methods = Object.getPrototypeOf(handle) as fs.FileHandle;
  await handle.close();
  const log: string[] = [];
  const sync = methods.datasync;
  t.mock.method(methods, 'datasync', async function (this: fs.FileHandle) {
    await sync.call(this);
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.push('synced');
  });
  const end = await files.append('upl_a', {
    offset: 0,
    limit: 20 << 20,
    body: megabytes(20),
    sha256: null,
    onSafe: async (offset) => void log.push(`${offset >> 20}`),
  });
  assert.equal(end, 20 << 20);
  assert.deepEqual(log, ['synced', '16', 'synced', '20']);
});

test('bytes behind the last safe offset are cut off, and the hash is that of what stays', async () => {
  for (const files of [createUploadFiles({ directory }), createUploadFiles({ directory })]) {
    const upload = `upl_${await fs.readdir(directory).then((names) => names.length)}`;
    await files.create(upload);
    await fs.appendFile(files.path(upload), 'never told');
    const piece = { limit: 3 << 20, sha256: null, onSafe: async () => {} };
    const broken = { ...piece, offset: 0, body: megabytes(1, new Error('the line broke')) };
    await assert.rejects(files.append(upload, broken), /the line broke/);
    assert.equal((await fs.stat(files.path(upload))).size, 1 << 20, 'what came stays');
    // As after a restart: nothing is known of the bytes but their file.
    const other = createUploadFiles({ directory });
    await other.append(upload, { ...piece, offset: 1 << 20, body: megabytes(2) });
    assert.equal(await other.digest(upload, 3 << 20), digestOf(3));
    await assert.rejects(
      other.append(upload, { ...piece, offset: 2 << 20, body: megabytes(1), sha256: 'x' }),
      { code: 'UPLOAD_PIECE_MISMATCH' },
    );
    assert.equal((await fs.stat(files.path(upload))).size, 2 << 20);
    await files.append(upload, { ...piece, offset: 2 << 20, body: megabytes(1) });
    assert.equal(await other.digest(upload, 3 << 20), digestOf(3));
  }
});

test('an offset whose telling was not confirmed keeps its bytes, and one without bytes is never filled up', async () => {
  const files = createUploadFiles({ directory });
  await files.create('upl_lost');
  const piece = { limit: 3 << 20, sha256: null, onSafe: async () => {} };
  const onSafe = async (): Promise<void> => {
    throw new WeftError('STORE_FAILED', 'the line to the database broke');
  };
  await assert.rejects(
    files.append('upl_lost', { ...piece, offset: 0, body: megabytes(1), onSafe }),
  );
  const end = await files.append('upl_lost', { ...piece, offset: 1 << 20, body: megabytes(2) });
  assert.equal(await files.digest('upl_lost', end), digestOf(3));
  await fs.truncate(files.path('upl_lost'), 100);
  const behind = files.append('upl_lost', { ...piece, offset: 2 << 20, body: megabytes(1) });
  await assert.rejects(behind, (error) => isWeftError(error, 'DISK_FAILED'));
  assert.equal((await fs.stat(files.path('upl_lost'))).size, 100);
});

test('bytes that were taken off the disk are told by name', async () => {
  const files = createUploadFiles({ directory });
  await files.create('upl_gone');
  await fs.rm(files.path('upl_gone'));
  const piece = { offset: 0, limit: 1, body: megabytes(1), sha256: null, onSafe: async () => {} };
  const isTold = (error: unknown): boolean => isWeftError(error, 'DISK_FAILED');
  await assert.rejects(files.append('upl_gone', piece), isTold);
  await assert.rejects(createUploadFiles({ directory }).digest('upl_gone', 1), isTold);
  const landings = createLandingStore({ directory: join(directory, 'landings'), bytesMax: 10 });
  const adopted = { path: files.path('upl_gone'), name: 'a.csv', bytes: 1, sha256: '' };
  await assert.rejects(landings.adopt('bat_gone', [adopted]), isTold);
});
