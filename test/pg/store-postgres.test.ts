/**
 * What only a server with several sessions can show: a session that ends under us, two stores at once, the oldest rules.
 *
 * Runs by `test/pg/run.ts`, which sets TEST_PG.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { migrate } from '../../server/src/store/migrate.ts';
import { isSqlError } from '../../server/src/store/sql-error.ts';
import { openTestStore } from '../support/store.ts';

describe('a session that ends', () => {
  test('fails its transaction as a failure of the store, and the next one works', async () => {
    await using store = await openTestStore({ migrated: false });
    const db = store.schema('control');
    const killed = db.transaction().execute(async (tx) => {
      await sql`create table public.half (n int)`.execute(tx);
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
    });
    await assert.rejects(killed, (error) => isWeftError(error, 'STORE_FAILED'));
    for (let n = 0; n < 12; n++) await sql`select 1`.execute(db);
    await assert.rejects(sql`select 1 from public.half`.execute(db), (e) => isSqlError(e, '42P01'));
  });
});

describe('two sessions', () => {
  test('work at the same time: an open transaction does not stop others', async () => {
    await using store = await openTestStore();
    const db = store.schema('node');
    await db.transaction().execute(async (tx) => {
      await sql`create table t (n int)`.execute(tx);
      const { rows } = await sql`select 1 as n`.execute(db);
      assert.deepEqual(rows, [{ n: 1 }]);
    });
  });

  test('that migrate at once apply each file once', async () => {
    await using store = await openTestStore({ migrated: false });
    const runs = await Promise.all([1, 2, 3].map(() => migrate(store, 'control')));
    const names = runs.flat();
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(await migrate(store, 'control'), []);
  });

  test('that deadlock are told apart: one of them goes through', async () => {
    await using store = await openTestStore();
    const db = store.schema<{ t: { n: number; hits: number } }>('node');
    await sql
      .raw('create table t (n int, hits int); insert into t values (1, 0), (2, 0)')
      .execute(db);
    const both = Promise.withResolvers<void>();
    let started = 0;
    const hit = (first: number, second: number): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await sql`update t set hits = hits + 1 where n = ${first}`.execute(tx);
        started += 1;
        if (started === 2) both.resolve();
        await both.promise;
        await sql`update t set hits = hits + 1 where n = ${second}`.execute(tx);
      });
    const outcomes = await Promise.allSettled([hit(1, 2), hit(2, 1)]);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(lost.length, 1);
    assert.ok(isSqlError(lost[0]?.reason, '40P01'));
    const { rows } = await sql`select sum(hits) as hits from t`.execute(db);
    assert.deepEqual(rows, [{ hits: 2 }]);
  });
});
