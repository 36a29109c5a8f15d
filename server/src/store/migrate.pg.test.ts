/**
 * The migration runner: once, in order, whole files, and never past a file that was changed afterwards.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { openTestStore } from '../../../test/support/store.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

let directory = '';
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-migrate-'));
  write('0001-first.sql', 'create table a (n int); insert into a values (1);');
  write('0002-second.sql', 'insert into a values (2);');
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(directory, name), text);
}

async function numbers(store: Store): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`select n from a order by n`.execute(
    store.schema('node'),
  );
  return rows.map((row) => row.n);
}

function failed(pattern: RegExp): (error: unknown) => boolean {
  return (error) => isWeftError(error, 'MIGRATION_FAILED') && pattern.test(error.message);
}

describe('migrating', () => {
  test('runs each file once, in order, and goes on with new ones', async () => {
    await using store = await openTestStore({ migrated: false });
    const first = await migrate(store, 'node', directory);
    assert.deepEqual(first, ['0001-first.sql', '0002-second.sql']);
    assert.deepEqual(await migrate(store, 'node', directory), []);
    write('0004-later.sql', 'insert into a values (4);');
    assert.deepEqual(await migrate(store, 'node', directory), ['0004-later.sql']);
    assert.deepEqual(await numbers(store), [1, 2, 4]);
  });

  test('by several at once runs each file once', async () => {
    await using store = await openTestStore({ migrated: false });
    const runs = await Promise.all([1, 2, 3].map(() => migrate(store, 'node', directory)));
    assert.deepEqual(runs.flat().sort(), ['0001-first.sql', '0002-second.sql']);
    assert.deepEqual(await numbers(store), [1, 2]);
  });

  test('leaves nothing of a file that fails, and works once it is corrected', async () => {
    await using store = await openTestStore({ migrated: false });
    write('0003-bad.sql', 'insert into a values (3); select 1 / 0;');
    await assert.rejects(migrate(store, 'node', directory), failed(/0003-bad\.sql: division/));
    assert.deepEqual(await numbers(store), [1, 2]);
    write('0003-bad.sql', 'insert into a values (3);');
    assert.deepEqual(await migrate(store, 'node', directory), ['0003-bad.sql']);
  });

  test('refuses a changed, a missing and a squeezed-in file, and a name that says no number', async () => {
    await using store = await openTestStore({ migrated: false });
    await migrate(store, 'node', directory);
    const second = path.join(directory, '0002-second.sql');
    const run = (): Promise<string[]> => migrate(store, 'node', directory);
    write('0002-second.sql', 'insert into a values (22);');
    await assert.rejects(run(), failed(/0002-second\.sql was changed/));
    fs.rmSync(second);
    await assert.rejects(run(), failed(/0002-second\.sql was applied, but this version/));
    write('0002-other.sql', '');
    await assert.rejects(run(), failed(/the file is now 0002-other/));
    write('0002-second.sql', 'insert into a values (2);');
    await assert.rejects(run(), failed(/same number/));
    fs.rmSync(path.join(directory, '0002-other.sql'));
    write('notes.txt', '');
    await assert.rejects(run(), failed(/not a migration/));
    assert.deepEqual(await numbers(store), [1, 2]);
  });

  test('brings both schemas of this version up', async () => {
    await using store = await openTestStore();
    for (const schema of ['control', 'node'] as const)
      assert.deepEqual(await migrate(store, schema), []);
  });
});
