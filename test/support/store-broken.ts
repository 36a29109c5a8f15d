/**
 * A program for tests of durability: `node --import store-disk.ts?… store-broken.ts DIRECTORY PLAN` commits rows, one transaction
 * each; for some of them the disk of the store fails. It prints `{acked, refused}`: ids that were acknowledged, and the code of
 * each error.
 *
 * Not a test. Invariant: the disk works again before the next row is tried.
 */
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { openPgliteStore } from '../../server/src/adapters/store-pglite.ts';
import { breakStoreDisk, mendStoreDisk } from './store-disk.ts';

const [directory = '', plan = ''] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };
const store = await openPgliteStore({ directory, logger: silent });
const db = store.schema<{ acked: { id: number } }>('node');
await sql.raw('create schema node; create table acked (id int)').execute(db);
const acked: number[] = [];
const refused: string[] = [];
for (let id = 1; id <= 12; id++) {
  if (id % 3 === 0) breakStoreDisk(plan);
  try {
    await db.insertInto('acked').values({ id }).execute();
    acked.push(id);
  } catch (error) {
    refused.push(isWeftError(error) ? error.code : String(error));
  }
  mendStoreDisk(plan);
}
await store.close();
process.stdout.write(JSON.stringify({ acked, refused }));
