/**
 * Looking through the texts of published contracts, for questions that are asked when somebody changes a policy.
 *
 * Not for what is asked at each read: these queries look at every product.
 */
import { type Kysely, sql } from 'kysely';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

/** A published contract as far as its model is made of it. */
export interface PublishedText {
  product: string;
  hash: string;
  source: string;
}

/** The newest contract of each product, where its text holds `words`. */
export async function readNewestWith(
  db: Db,
  words: string,
  limit: number,
): Promise<PublishedText[]> {
  const { rows } = await sql<PublishedText>`
    select product, hash, source from (
      select distinct on (product) product, hash, source from contracts
      order by product, major desc, minor desc, patch desc, ordinal desc
    ) as newest
    where strpos(source, ${words}) > 0 order by product limit ${limit}`.execute(db);
  return rows;
}
