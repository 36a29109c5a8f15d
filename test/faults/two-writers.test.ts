/**
 * Two writers on one table: of two commits on one parent exactly one wins, and the other stages again.
 *
 * The control is a build whose pointer is set without comparing: there the same check must find lost rows.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeTwice } from '../support/two-writers.ts';
import { weaken } from '../support/weakened.ts';

const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-writers-')));
after(() => fs.rmSync(base, { recursive: true, force: true }));

test('every row that was acknowledged to either of two writers is there', async () => {
  assert.deepEqual(await writeTwice(6), []);
});

test('control: without compare-and-set, rows are seen to be lost', async () => {
  const root = weaken(base, {
    name: 'the pointer is set without comparing',
    file: 'server/src/services/commit-groups.ts',
    find: '    if (row.metadata_location !== swap.expected) continue;\n',
    replace: '    void swap.expected;\n',
  });
  const module = new URL('test/support/two-writers.ts', root);
  const weak = (await import(module.href)) as { writeTwice: typeof writeTwice };
  assert.notDeepEqual(await weak.writeTwice(6), []);
});
