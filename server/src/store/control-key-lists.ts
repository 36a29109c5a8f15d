/**
 * Queries about what nodes tell of the key lists of sets: versions and sizes. No key is ever here.
 *
 * Invariant: an older report never replaces a newer one.
 */
import type { KeyListReport } from '@weft/core/registry/key-list';
import type { Kysely } from 'kysely';
import { instant } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export async function writeKeyList(db: Db, list: KeyListReport): Promise<void> {
  const { product, set, declaration, version, keys, subjects, problem, readAt } = list;
  const values = { declaration, version, keys, subjects, problem, read_at: readAt };
  await db
    .insertInto('key_lists')
    .values({ product, set_name: set, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['product', 'set_name'])
        .doUpdateSet(values)
        .where('key_lists.read_at', '<=', readAt),
    )
    .execute();
}

/** What is known of the lists of a product, by the names of their sets. */
export async function readKeyLists(db: Db, product: string): Promise<Map<string, KeyListReport>> {
  const rows = await db
    .selectFrom('key_lists')
    .select(['product', 'set_name', 'declaration', 'version', 'keys', 'subjects', 'problem'])
    .select('read_at')
    .where('product', '=', product)
    .execute();
  return new Map(
    rows.map(({ set_name: set, read_at, ...row }) => [
      set,
      { ...row, set, readAt: instant(read_at) },
    ]),
  );
}
