/**
 * Queries about saved work, and about the events that those who follow want to see.
 *
 * Not who may read and write it (`services/saved-service.ts`). Invariant: a row is changed only from the version that was
 * read.
 */
import type { WeftEvent } from '@weft/core/events/event';
import { type Kysely, type Selectable, sql } from 'kysely';
import { instant, json, optionalInstant } from './control-rows.ts';
import type { ControlTables, SavedWorkTable } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export const SAVED_KINDS = ['query', 'search', 'follow'] as const;
export type SavedKind = (typeof SAVED_KINDS)[number];
export type SharedWith = 'nobody' | 'everybody' | string[];

export interface Saved {
  saved: string;
  kind: SavedKind;
  name: string;
  body: Record<string, unknown>;
  product: string | null;
  owner: string;
  sharedWith: SharedWith;
  version: number;
  createdAt: string;
  updatedAt: string;
  seenAt: string | null;
}

const COLUMNS = [
  'saved',
  'kind',
  'name',
  'body',
  'product',
  'owner',
  'shared_with',
  'version',
  'created_at',
  'updated_at',
  'seen_at',
] as const;

export async function readSaved(db: Db, id: string): Promise<Saved | null> {
  const row = await db
    .selectFrom('saved_work')
    .select(COLUMNS)
    .where('saved', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : savedOf(row);
}

export interface SavedQuery {
  subject: string;
  /** What others share with the subject, instead of his own. */
  isShared: boolean;
  kind: SavedKind | null;
  product: string | null;
  before: string | null;
  limit: number;
}

/** Saved work that its owner shares with the subject. */
export function sharedWith(subject: string) {
  return sql<boolean>`(shared_with = '"everybody"' or shared_with @> ${json([subject])}::jsonb)`;
}

/** The newest first. */
export async function readSavedPage(db: Db, query: SavedQuery): Promise<Saved[]> {
  const { subject, kind, product, before } = query;
  let rows = db
    .selectFrom('saved_work')
    .select(COLUMNS)
    .orderBy('saved', 'desc')
    .limit(query.limit);
  if (query.isShared) {
    rows = rows.where('owner', '<>', subject).where(sharedWith(subject));
  } else rows = rows.where('owner', '=', subject);
  if (kind !== null) rows = rows.where('kind', '=', kind);
  if (product !== null) rows = rows.where('product', '=', product);
  if (before !== null) rows = rows.where('saved', '<', before);
  return (await rows.execute()).map(savedOf);
}

export async function countSaved(db: Db, owner: string): Promise<number> {
  const row = await db
    .selectFrom('saved_work')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function readFollow(db: Db, owner: string, product: string): Promise<Saved | null> {
  const row = await db
    .selectFrom('saved_work')
    .select(COLUMNS)
    .where('owner', '=', owner)
    .where('kind', '=', 'follow')
    .where('product', '=', product)
    .executeTakeFirst();
  return row === undefined ? null : savedOf(row);
}

export async function insertSaved(db: Db, saved: Saved): Promise<void> {
  await db
    .insertInto('saved_work')
    .values({ saved: saved.saved, created_at: saved.createdAt, ...valuesOf(saved) })
    .execute();
}

/** Writes the new form; false when somebody changed it since `version` was read. */
export async function updateSaved(db: Db, saved: Saved, version: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('saved_work')
    .set(valuesOf(saved))
    .where('saved', '=', saved.saved)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export async function deleteSaved(db: Db, id: string): Promise<void> {
  await db.deleteFrom('saved_work').where('saved', '=', id).execute();
}

export async function noteSeen(db: Db, id: string, now: string): Promise<void> {
  await db.updateTable('saved_work').set({ seen_at: now }).where('saved', '=', id).execute();
}

function valuesOf(saved: Saved) {
  return {
    kind: saved.kind,
    name: saved.name,
    body: json(saved.body),
    product: saved.product,
    owner: saved.owner,
    shared_with: json(saved.sharedWith),
    version: saved.version,
    updated_at: saved.updatedAt,
    seen_at: saved.seenAt,
  };
}

function savedOf(row: Pick<Selectable<SavedWorkTable>, (typeof COLUMNS)[number]>): Saved {
  return {
    saved: row.saved,
    kind: row.kind,
    name: row.name,
    body: row.body,
    product: row.product,
    owner: row.owner,
    sharedWith: row.shared_with,
    version: row.version,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
    seenAt: optionalInstant(row.seen_at),
  };
}

export interface NewsRow {
  position: number;
  event: WeftEvent;
  product: string;
}

/** What every reader of a product is told of, whether he follows it or not. */
const READERS_EVENTS = ['io.weft.contract.published.v1', 'io.weft.product.retired.v1'];

/**
 * Newest events of followed products; of others that `agreements` are about, those of the agreements, and what became of the
 * product's contract since one that is in force was decided. Before a position.
 */
export async function readNewsEvents(
  db: Db,
  options: {
    followed: readonly string[];
    agreements: readonly { agreement: string; product: string; inForceSince: string | null }[];
    before: number;
    limit: number;
  },
): Promise<NewsRow[]> {
  const { followed, agreements, before, limit } = options;
  const ids = agreements.map(({ agreement }) => agreement);
  const others = [...new Set(agreements.map(({ product }) => product))].filter(
    (product) => !followed.includes(product),
  );
  const inForce = agreements.filter(({ inForceSince }) => inForceSince !== null);
  const { rows } = await sql<{ position: string; event: WeftEvent; product: string }>`
    select found.position, found.event, asked.product from (
      select product, true as is_followed from unnest(${[...followed]}::text[]) as followed(product)
      union all select product, false from unnest(${others}::text[]) as others(product)
    ) as asked cross join lateral (
      select position, event from events
      where events.product = asked.product and position < ${before}
        and (asked.is_followed or event->'data'->>'agreement' = any(${ids}::text[])
          or (event->>'type' = any(${READERS_EVENTS}::text[]) and exists (
            select 1 from unnest(
              ${inForce.map(({ product }) => product)}::text[],
              ${inForce.map(({ inForceSince }) => inForceSince)}::timestamptz[]
            ) as read(product, since)
            where read.product = asked.product and read.since < (event->>'time')::timestamptz)))
      order by position desc limit ${limit}
    ) as found
    order by found.position desc limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/** Those of some comments that a subject wrote. */
export async function readCommentsBy(
  db: Db,
  author: string,
  comments: readonly string[],
): Promise<string[]> {
  if (comments.length === 0) return [];
  const rows = await db
    .selectFrom('agreement_comments')
    .select('comment')
    .where('author', '=', author)
    .where('comment', 'in', [...comments])
    .execute();
  return rows.map(({ comment }) => comment);
}

/** Active products that were made after an instant, the newest first. */
export async function readNewProducts(
  db: Db,
  since: string,
  limit: number,
): Promise<{ product: string; name: string; at: string }[]> {
  const rows = await db
    .selectFrom('products')
    .select(['product', 'name', 'created_at'])
    .where('created_at', '>', since)
    .where('status', '=', 'active')
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, at: instant(row.created_at) }));
}
