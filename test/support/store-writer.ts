/**
 * A program for tests of durability: `node store-writer.ts DIRECTORY [ROWS]` opens the store there and commits rows, one
 * transaction each, with ids that go on from the greatest there is. It prints `open`, then each id after its commit.
 *
 * Not a test. Invariant: an id is printed only when its commit was acknowledged; after ROWS rows it prints `done` and
 * waits, with the store open, for its end.
 */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';

const [directory = '', rows = 'Infinity'] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };
const store = await openPgliteStore({ directory, logger: silent });
const db = store.schema<{ acked: { id: number; filler: string } }>('node');
await sql
  .raw('create schema if not exists node; create table if not exists acked (id int, filler text)')
  .execute(db);
const last = await sql<{ id: number }>`select coalesce(max(id), 0) as id from acked`.execute(db);
let id = last.rows[0]?.id ?? 0;
// Why not a stream: what is written here must have left the process when it is killed.
writeSync(1, 'open\n');
const before = await store.countSyncs();
for (let n = 0; n < Number(rows); n++) {
  id += 1;
  await db
    .insertInto('acked')
    .values({ id, filler: 'x'.repeat(200) })
    .execute();
  writeSync(1, `${id}\n`);
  if (id % 40 === 0) await sql`checkpoint`.execute(db);
}
const after = await store.countSyncs();
writeSync(1, `syncs ${after.wal - before.wal}\ndone\n`);
setInterval(() => undefined, 60_000);
