/**
 * A program for tests: `node store-idle.ts DIRECTORY` opens a store, computes for a while and never closes it.
 *
 * Not a test. It prints `free` when the event loop turned while the database computed, `blocked` otherwise, and ends by
 * itself when an idle store does not keep a process alive.
 */
import { sql } from 'kysely';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';

const silent = { info() {}, warn() {}, error() {} };
const store = await openPgliteStore({ directory: process.argv[2] ?? '', logger: silent });
let turns = 0;
const timer = setInterval(() => {
  turns += 1;
}, 1);
await sql`select count(*) from generate_series(1, 1000000)`.execute(store.schema('node'));
clearInterval(timer);
process.stdout.write(turns > 0 ? 'free\n' : 'blocked\n');
