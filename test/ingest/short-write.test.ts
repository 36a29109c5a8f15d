/**
 * A write that the system takes in part never passes for a whole one: the bytes are written on, or the upload fails.
 *
 * The system is made to do so by a limit on the size of files (`ulimit -f`), which cuts the write that crosses it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = mkdtempSync(join(tmpdir(), 'weft-short-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Lands 1.9 MB where a file may have 1.5 MB; prints what became of it. */
const SCRIPT = `
  import { createLandingStore } from ${JSON.stringify(new URL('../../server/src/adapters/node-disk.ts', import.meta.url).href)};
  const store = createLandingStore({ directory: process.argv[1], bytesMax: 1e9 });
  async function* body() { yield Buffer.alloc(1_000_000, 'a'); yield Buffer.alloc(900_000, 'b'); }
  await store.land('bat_1', body()).then(({ bytes }) => console.log('landed', bytes), (error) => console.log(error.code));
  console.log((await store.list()).length, 'left');
`;

test('a landing that could not be written whole is refused and removed', async () => {
  const { stdout } = await promisify(execFile)(
    'bash',
    [
      '-c',
      'ulimit -f 1500; exec "$@"',
      'bash',
      process.execPath,
      '--input-type=module',
      '--eval',
      SCRIPT,
      folder,
    ],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  );
  assert.equal(stdout, 'EFBIG\n0 left\n');
});
