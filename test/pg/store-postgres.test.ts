/**
 * What only a server with several sessions can show: a session that ends under us, two stores at once, the oldest rules.
 *
 * Runs by `test/pg/run.ts`, which sets TEST_PG.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { CONTROL_SOURCE, createEvent } from '@weft/core/events/event';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import pg from 'pg';
import { claimSchemas } from '../../server/src/adapters/postgres-claim.ts';
import { openPostgresStore } from '../../server/src/adapters/store-postgres.ts';
import { appendEvents, readEvents } from '../../server/src/store/control-events.ts';
import type { ControlTables } from '../../server/src/store/control-tables.ts';
import { migrate } from '../../server/src/store/migrate.ts';
import { isSqlError } from '../../server/src/store/sql-error.ts';
import { openTestDatabase, openTestStore, silentLogger } from '../support/store.ts';

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

describe('a database', () => {
  const claimed = (url: string) =>
    openPostgresStore({
      url,
      logger: silentLogger,
      claim: () => claimSchemas({ url, schemas: ['control', 'node'], logger: silentLogger }),
    });

  test('is of one process: another is refused until the first is gone', async () => {
    await using database = await openTestDatabase();
    const first = await claimed(database.url);
    await assert.rejects(claimed(database.url), (error) => isWeftError(error, 'STORE_IN_USE'));
    await first.close();
    const second = await claimed(database.url);
    await sql`select 1`.execute(second.schema('control'));
    await second.close();
  });

  test('is claimed anew when the session of the claim ends', async () => {
    await using database = await openTestDatabase();
    const store = await claimed(database.url);
    await endClaims(database.url);
    await eventually(() => sql`select 1`.execute(store.schema('control')));
    await assert.rejects(claimed(database.url), (error) => isWeftError(error, 'STORE_IN_USE'));
    await store.close();
  });

  test('that another took meanwhile is left alone for good', async () => {
    await using database = await openTestDatabase();
    const store = await claimed(database.url);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query(END_CLAIMS);
    const take = "select pg_advisory_lock(hashtext('weft.process'), hashtext('node'))";
    await other.query(take);
    await eventually(async () => {
      const refused = await sql`select 1`.execute(store.schema('control')).catch((e) => e);
      assert.ok(isWeftError(refused, 'STORE_IN_USE'));
    });
    await other.end();
    await setTimeout(600);
    const late = sql`select 1`.execute(store.schema('control'));
    await assert.rejects(late, (error) => isWeftError(error, 'STORE_IN_USE'));
    await store.close();
  });
});

const END_CLAIMS =
  "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weft-claim' and datname = current_database()";

async function endClaims(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(END_CLAIMS);
  await client.end();
}

/** Asks again for five seconds. */
async function eventually(ask: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left--) {
    try {
      await ask();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await setTimeout(50);
    }
  }
}

describe('a late commit', () => {
  const draft = (name: string) => (position: number) =>
    createEvent({
      id: `evt_${name}`,
      kind: 'domain.changed',
      source: CONTROL_SOURCE,
      subject: name,
      time: Date.UTC(2026, 10, 28),
      sequence: position,
      data: {},
    });

  test('is not left behind the cursor of a reader: who comes later waits for it', async () => {
    await using store = await openTestStore();
    const db = store.schema<ControlTables>('control');
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const read: [number, string][] = [];
    let cursor = 0;
    const readOn = async (): Promise<void> => {
      for (const { position, event } of await readEvents(db, {
        after: cursor,
        limit: 10,
        product: null,
      })) {
        read.push([position, event.id]);
        cursor = position;
      }
    };
    const late = db.transaction().execute(async (tx) => {
      await appendEvents(tx, [draft('late')]);
      begun.resolve();
      await mayEnd.promise;
    });
    await begun.promise;
    let isThere = false;
    const early = db
      .transaction()
      .execute((tx) => appendEvents(tx, [draft('early')]))
      .then(() => {
        isThere = true;
      });
    // Until the first one ends the second cannot be seen, so no cursor can pass the first.
    for (let i = 0; i < 20; i++) {
      await setTimeout(25);
      await readOn();
    }
    assert.deepEqual([isThere, read], [false, []]);
    mayEnd.resolve();
    await Promise.all([late, early]);
    await readOn();
    assert.deepEqual(read, [
      [1, 'evt_late'],
      [2, 'evt_early'],
    ]);
  });

  test('that is taken back leaves no gap', async () => {
    await using store = await openTestStore();
    const db = store.schema<ControlTables>('control');
    const failed = db.transaction().execute(async (tx) => {
      await appendEvents(tx, [draft('gone')]);
      throw new Error('taken back');
    });
    await assert.rejects(failed, { message: 'taken back' });
    await db.transaction().execute((tx) => appendEvents(tx, [draft('next')]));
    const read = await readEvents(db, { after: 0, limit: 10, product: null });
    assert.deepEqual(
      read.map(({ position, event }) => [position, event.id]),
      [[1, 'evt_next']],
    );
  });
});
