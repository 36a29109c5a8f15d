/**
 * What every store must do, whichever engine is behind it. Runs on PGlite, and on a server when TEST_PG names one.
 *
 * Not here: durability and locks of the embedded engine (beside its adapter).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import fc from 'fast-check';
import { type Generated, type Kysely, sql } from 'kysely';
import { isSqlError, SQLSTATE } from '../../server/src/store/sql-error.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

interface Tables {
  thing: { id: Generated<number>; name: string; amount: number; doc: unknown };
}

const SCHEMA = `
  create table thing (
    id bigint generated always as identity primary key,
    name text not null constraint thing_name_once unique,
    amount int not null default 0 constraint thing_amount_positive check (amount >= 0),
    doc jsonb
  )`;

async function withThings(store: TestStore): Promise<Kysely<Tables>> {
  const db = store.schema<Tables>('node');
  await sql.raw(SCHEMA).execute(db);
  return db;
}

async function scalar(db: Kysely<Tables>, text: string, value: unknown): Promise<unknown> {
  const query = sql<{ v: unknown }>`select ${value}::${sql.raw(text)} as v`;
  return (await query.execute(db)).rows[0]?.v;
}

describe('values', () => {
  test('come back as they were given', async () => {
    await using store = await openTestStore();
    const db = store.schema<Tables>('node');
    const cases: [string, unknown, unknown?][] = [
      ['int8', 2 ** 53 - 1],
      ['int8', '9223372036854775807'],
      ['int8', 2n ** 60n, String(2n ** 60n)],
      ['int4', -5],
      ['int2', 7],
      ['float8', 0.1],
      ['float8', Number.NEGATIVE_INFINITY],
      ['numeric', '12345678901234567890.10'],
      ['bool', true],
      ['bool', false],
      ['text', 'Straße "x" \\ \n 🧵'],
      ['text', null],
      ['uuid', '0190b2c4-0000-7000-8000-000000000001'],
      ['date', '2026-02-28'],
      ['timestamptz', '2026-11-22T12:00:00+02:00', '2026-11-22T10:00:00Z'],
      ['timestamptz', new Date(1_700_000_000_123), '2023-11-14T22:13:20.123Z'],
      ['timestamptz', '2026-11-22T12:00:00.123456Z'],
      ['timestamp', '2026-11-22T12:00:00'],
      ['bytea', new Uint8Array([0, 1, 255])],
      ['bytea', new Uint8Array()],
      ['jsonb', { a: [1, null, 'x'], b: { c: true } }],
      ['jsonb', JSON.stringify([1, 2]), [1, 2]],
      ['json', '{"id": 9007199254740993}', { id: 9007199254740993n }],
      ['text[]', ['a', null, 'b"c\\', 'NULL', '', '{}', ',']],
      ['int4[]', []],
      ['int8[]', [1, 2]],
      ['bool[]', [true, false]],
      ['interval', 'P1D'],
    ];
    for (const [type, given, expected = given] of cases)
      if (type === 'interval') assert.equal(typeof (await scalar(db, type, given)), 'string');
      else assert.deepEqual(await scalar(db, type, given), expected, `${type} ${String(given)}`);
  });

  test('of any text and any JSON survive', async () => {
    await using store = await openTestStore();
    const db = store.schema<Tables>('node');
    const text = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (list) => {
        assert.deepEqual(await scalar(db, 'text[]', list), list);
        const doc = JSON.stringify({ list });
        assert.deepEqual(await scalar(db, 'jsonb', doc), { list });
      }),
      { numRuns: 40, seed: Number(process.env['WEFT_SEED'] ?? 1) },
    );
  });
});

describe('statements', () => {
  test('work through the builder and as raw SQL, without prefixes', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    const made = await db
      .insertInto('thing')
      .values([
        { name: 'a', amount: 1, doc: { k: 1 } },
        { name: 'b', amount: 2, doc: null },
      ])
      .returning(['id', 'name'])
      .execute();
    assert.deepEqual(made, [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]);
    const changed = await db
      .updateTable('thing')
      .set({ amount: 9 })
      .where('amount', '>', 1)
      .executeTakeFirst();
    assert.equal(changed.numUpdatedRows, 1n);
    const gone = await db.deleteFrom('thing').where('name', '=', 'zzz').executeTakeFirst();
    assert.equal(gone.numDeletedRows, 0n);
    const raw = await sql`select sum(amount) as total from thing where name <> ${'x'}`.execute(db);
    assert.deepEqual(raw.rows, [{ total: 10 }]);
  });

  test('several in one text run in order, and the last one answers', async () => {
    await using store = await openTestStore();
    const db = store.schema('node');
    const { rows } = await sql
      .raw('create table t (n int); insert into t values (1), (2); select max(n) as n from t')
      .execute(db);
    assert.deepEqual(rows, [{ n: 2 }]);
    const none = await sql.raw('select n from t; delete from t').execute(db);
    assert.deepEqual(none.rows, []);
  });

  test('see the tables of their own schema only', async () => {
    await using store = await openTestStore();
    await sql.raw('create table t as select 1 as n').execute(store.schema('control'));
    await sql.raw('create table t as select 2 as n').execute(store.schema('node'));
    for (const [schema, n] of [
      ['control', 1],
      ['node', 2],
      ['control', 1],
    ] as const) {
      const { rows } = await sql`select n from t`.execute(store.schema(schema));
      assert.deepEqual(rows, [{ n }]);
    }
  });

  test('that come again see tables as they are by then, and again after they were refused', async () => {
    await using store = await openTestStore();
    const db = store.schema('node');
    const other = store.schema('control');
    const read = (from: Kysely<unknown>) => sql`select * from t where n < ${9}`.execute(from);
    await sql.raw('create table t as select 1 as n').execute(db);
    for (let i = 0; i < 4; i++) assert.deepEqual((await read(db)).rows, [{ n: 1 }]);
    await sql.raw("alter table t add column word text default 'a'").execute(db);
    assert.deepEqual((await read(db)).rows, [{ n: 1, word: 'a' }]);
    await sql.raw('drop table t').execute(db);
    await assert.rejects(read(db), { message: /does not exist/ });
    await sql.raw('create table t as select 2::bigint as n').execute(db);
    await sql.raw('create table t as select 3 as n').execute(other);
    for (let i = 0; i < 3; i++) {
      assert.deepEqual((await read(db)).rows, [{ n: 2 }]);
      assert.deepEqual((await read(other)).rows, [{ n: 3 }]);
    }
  });

  test('of many texts leave the store usable', async () => {
    await using store = await openTestStore();
    const db = store.schema('node');
    for (let i = 0; i < 1_000; i++) {
      for (let again = 0; again < 2; again++) {
        const { rows } = await sql<{ v: number }>`select ${i}::int + ${sql.lit(i)} as v`.execute(
          db,
        );
        assert.equal(rows[0]?.v, 2 * i);
      }
    }
  });

  test('that are refused tell SQLSTATE and constraint, and leave the store usable', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    await db.insertInto('thing').values({ name: 'a', amount: 1, doc: null }).execute();
    const insert = (name: string, amount: number) =>
      db.insertInto('thing').values({ name, amount, doc: null }).execute();
    await assert.rejects(insert('a', 1), (error) => {
      assert.ok(isSqlError(error, SQLSTATE.uniqueViolation, 'thing_name_once'));
      assert.equal(error.table, 'thing');
      assert.doesNotMatch(JSON.stringify(error), /already exists/);
      return true;
    });
    await assert.rejects(insert('b', -1), (error) =>
      isSqlError(error, SQLSTATE.checkViolation, 'thing_amount_positive'),
    );
    await assert.rejects(sql`select nothing from nowhere`.execute(db), (e) =>
      isSqlError(e, '42P01'),
    );
    await assert.rejects(sql`select ${'x'}::int`.execute(db), (e) => isSqlError(e, '22P02'));
    await assert.rejects(sql`select ${'a\0b'}::text`.execute(db), Error);
    assert.equal(await scalar(db, 'int4', 5), 5);
  });

  test('of hostile text are values and never SQL', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    const name = "'; drop table thing; --";
    await db.insertInto('thing').values({ name, amount: 0, doc: null }).execute();
    const found = await db.selectFrom('thing').select('name').where('name', '=', name).execute();
    assert.deepEqual(found, [{ name }]);
  });
});

describe('transactions', () => {
  test('take effect whole or not at all', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    const add = (tx: Kysely<Tables>, name: string) =>
      tx.insertInto('thing').values({ name, amount: 0, doc: null }).execute();
    await db.transaction().execute((tx) => add(tx, 'kept'));
    const undone = db.transaction().execute(async (tx) => {
      await add(tx, 'lost');
      throw new Error('no');
    });
    await assert.rejects(undone, /^Error: no$/);
    const swallowed = db.transaction().execute(async (tx) => {
      await add(tx, 'lost');
      await add(tx, 'kept').catch(() => undefined);
    });
    await assert.rejects(swallowed, (error) => isWeftError(error, 'STORE_FAILED'));
    const names = await db.selectFrom('thing').select('name').execute();
    assert.deepEqual(names, [{ name: 'kept' }]);
  });

  test('go back to a savepoint and on', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    const tx = await db.startTransaction().execute();
    await tx.insertInto('thing').values({ name: 'a', amount: 0, doc: null }).execute();
    const point = await tx.savepoint('before_b').execute();
    await point.insertInto('thing').values({ name: 'b', amount: 0, doc: null }).execute();
    await point.rollbackToSavepoint('before_b').execute();
    await tx.commit().execute();
    const names = await db.selectFrom('thing').select('name').execute();
    assert.deepEqual(names, [{ name: 'a' }]);
  });

  test('that lock a row exclude each other, and nothing gets lost', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    await db.insertInto('thing').values({ name: 'counter', amount: 0, doc: null }).execute();
    const count = (): Promise<unknown> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('thing')
          .select('amount')
          .where('name', '=', 'counter')
          .forUpdate()
          .executeTakeFirstOrThrow();
        await new Promise((resolve) => setImmediate(resolve));
        const amount = row.amount + 1;
        await tx.updateTable('thing').set({ amount }).where('name', '=', 'counter').execute();
      });
    const others = Array.from({ length: 40 }, (_, n) => scalar(db, 'int4', n));
    await Promise.all(Array.from({ length: 25 }, count));
    assert.deepEqual(
      await Promise.all(others),
      Array.from({ length: 40 }, (_, n) => n),
    );
    const row = await db.selectFrom('thing').select('amount').executeTakeFirstOrThrow();
    assert.equal(row.amount, 25);
  });

  test('that are open show nothing to others', async () => {
    await using store = await openTestStore();
    const db = await withThings(store);
    const order: string[] = [];
    const writer = db.transaction().execute(async (tx) => {
      await tx.insertInto('thing').values({ name: 'a', amount: 0, doc: null }).execute();
      await sql`select 1`.execute(tx);
      order.push('written');
      throw new Error('undo');
    });
    const reader = db.selectFrom('thing').select('name').execute();
    await assert.rejects(writer, /undo/);
    assert.deepEqual(await reader, []);
    assert.deepEqual(order, ['written']);
  });
});

test('a result of many megabytes arrives whole', async () => {
  await using store = await openTestStore();
  const db = store.schema('node');
  const { rows } = await sql<{ t: string }>`
    select repeat('ä', 1000) || n as t from generate_series(1, 3000) as n`.execute(db);
  assert.equal(rows.length, 3000);
  assert.equal(rows[2999]?.t, `${'ä'.repeat(1000)}3000`);
  const big = 'x'.repeat(3_000_000);
  const back = await sql<{ t: string }>`select ${big}::text as t`.execute(db);
  assert.equal(back.rows[0]?.t, big);
});
