/**
 * The committed readers of `core/wasm` are what the sources beside them compile to.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../core/wasm/', import.meta.url));

test('building the readers again gives the committed bytes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'weft-wasm-'));
  try {
    execFileSync(process.execPath, [join(folder, 'build.mjs'), relative(folder, directory)]);
    for (const name of ['csv.wasm', 'ndjson.wasm']) {
      const committed = readFileSync(join(folder, name));
      const built = readFileSync(join(directory, name));
      assert.ok(committed.equals(built), `run \`node core/wasm/build.mjs\` and commit ${name}`);
      assert.ok(committed.length < 20_000, 'the module stays small');
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
