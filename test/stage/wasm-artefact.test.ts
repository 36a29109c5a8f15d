/**
 * The committed `core/wasm/csv.wasm` is what the sources beside it compile to.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../core/wasm/', import.meta.url));

test('building csv.wasm again gives the committed bytes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'weft-wasm-'));
  try {
    const target = join(directory, 'csv.wasm');
    execFileSync(process.execPath, [join(folder, 'build.mjs'), relative(folder, target)]);
    const committed = readFileSync(join(folder, 'csv.wasm'));
    assert.ok(committed.equals(readFileSync(target)), 'run `node core/wasm/build.mjs` and commit');
    assert.ok(committed.length < 20_000, 'the module stays small');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
