/**
 * Queries about the key lists of sets: the one that was read last of each.
 *
 * Not when it is read again (`services/key-lists.ts`). Invariant: of a set one list is kept, so keys that were taken away are
 * nowhere any more.
 */
import type { Kysely } from 'kysely';
import type { NodeTables } from './node-tables.ts';

type Db = Kysely<NodeTables>;

/** Of everybody, or by subject; sorted, each once. */
export type ListContent = { keys: string[] } | { subjects: Record<string, string[]> };

export interface StoredList {
  basis: string;
  version: string;
  content: ListContent;
}

export async function readKeyList(
  db: Db,
  { product, set }: { product: string; set: string },
): Promise<StoredList | null> {
  const row = await db
    .selectFrom('key_lists')
    .select(['basis', 'version', 'content'])
    .where('product', '=', product)
    .where('set_name', '=', set)
    .executeTakeFirst();
  return row ?? null;
}

export async function writeKeyList(
  db: Db,
  { product, set, list, now }: { product: string; set: string; list: StoredList; now: string },
): Promise<void> {
  const { basis, version } = list;
  const values = { basis, version, content: JSON.stringify(list.content), read_at: now };
  await db
    .insertInto('key_lists')
    .values({ product, set_name: set, ...values })
    .onConflict((conflict) => conflict.columns(['product', 'set_name']).doUpdateSet(values))
    .execute();
}

/** Forgets a list that may no longer be read. */
export async function deleteKeyList(
  db: Db,
  { product, set }: { product: string; set: string },
): Promise<void> {
  await db
    .deleteFrom('key_lists')
    .where('product', '=', product)
    .where('set_name', '=', set)
    .execute();
}
