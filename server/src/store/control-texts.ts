/**
 * Looking through the texts of contracts and policies, for questions that are asked when somebody changes a policy.
 *
 * Not search (`control-search.ts`) and not for what is asked at each read: these queries look at every product.
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

/** A word that policies select by. */
export interface PolicyWord {
  kind: 'classification' | 'tag' | 'purpose';
  word: string;
}

/**
 * True when the word stands in a contract, in a policy of another product (`product`: whose policy asks; `mesh` for the mesh's) or, a
 * purpose, in an agreement. Why by text: a warning is only worth something when the word is really nowhere. Why purposes apart: as a
 * word of a description a purpose would be known that nobody can ask for.
 */
export async function isWordUsed(
  db: Db,
  { kind, word }: PolicyWord,
  product: string,
): Promise<boolean> {
  const pattern = `(^|[^[:alnum:]_-])${word.replace(/[^\w ]/g, '\\$&')}($|[^[:alnum:]_-])`;
  const matches = kind === 'classification' ? sql`~*` : sql`~`;
  const { rows } = await sql<{ used: boolean }>`
    select (${kind} <> 'purpose' and exists (select 1 from contracts where source ${matches} ${pattern}))
      or (${kind} = 'purpose' and exists (select 1 from search_documents where ${word} = any(purposes)))
      or exists (select 1 from policies where product <> ${product}
        and concat_ws(' ', cedar, hidden_classifications::text, auto_approve_purposes::text) ${matches} ${pattern})
      or exists (select 1 from mesh_policies where ${product} <> 'mesh'
        and concat_ws(' ', cedar, domain_tags::text) ${matches} ${pattern})
      or (${kind} = 'purpose' and exists (select 1 from agreements where purpose = ${word}))
      as used`.execute(db);
  return rows[0]?.used === true;
}

/** Words of a kind that products are found by, for whoever mistyped one. */
export async function readWords(
  db: Db,
  kind: PolicyWord['kind'],
  limit: number,
): Promise<string[]> {
  const words = {
    classification: sql`select classification as word from search_documents where classification is not null`,
    tag: sql`select split_part(split_part(tag, ':', 1), '=', 1) as word from search_documents, unnest(tags) as tag`,
    purpose: sql`select unnest(purposes) as word from search_documents union all select purpose from agreements`,
  }[kind];
  const { rows } = await sql<{ word: string }>`
    select distinct word from (${words}) as words order by word limit ${limit}`.execute(db);
  return rows.map(({ word }) => word);
}
