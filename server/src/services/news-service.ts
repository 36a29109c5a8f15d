/**
 * News for a subject: events of products that he follows and of his agreements, new contracts of what he reads, and new products
 * that his searches find.
 *
 * Not the event log (`events-service.ts`). Invariants: the newest come first, and each event once; of agreements between others
 * nothing (`event-readers.ts`), and nothing that he did himself by asking or by saying something; a search that cannot be read any
 * more brings nothing and fails nothing.
 */
import { eventType, type WeftEvent } from '@weft/core/events/event';
import { compileSearch, type SearchExpression } from '@weft/core/registry/search-compile';
import type { Subject } from '@weft/core/registry/types';
import { readAgreements } from '../store/control-access.ts';
import {
  type NewsRow,
  readCommentsBy,
  readNewProducts,
  readNewsEvents,
  readSavedPage,
  type Saved,
} from '../store/control-saved.ts';
import type { ProductSearch } from '../store/control-search-reader.ts';
import type { ControlContext } from './control-context.ts';
import { decodePosition, encodeCursor, pageLimit } from './cursor.ts';
import { readableEvents } from './event-readers.ts';

export interface NewsItem {
  kind: 'event' | 'search-match';
  product: string;
  at: string;
  /** Null for a match of a search. */
  event: WeftEvent | null;
  /** The search that found it; null for an event. */
  saved: FoundBy | null;
}

/** A search as its owner comes back to it. */
interface FoundBy {
  saved: string;
  name: string;
  q: string;
  where: string;
  sort: string;
}

export interface NewsService {
  /** Matches of searches stand on the first page. */
  list(
    subject: Subject,
    query: { limit?: number | undefined; after?: string | undefined },
  ): Promise<{ items: NewsItem[]; next: string | null }>;
}

/** Read until there are enough, since events between others are passed over. */
const READ_AT_ONCE = 200;
const FOLLOWED_MAX = 500;
const AGREEMENTS_MAX = 500;
const SEARCHES_MAX = 50;
const NEW_PRODUCTS_MAX = 200;

type NewsContext = ControlContext & { search: ProductSearch };

export function createNewsService(context: NewsContext): NewsService {
  return { list: (subject, query) => listNews(context, subject, query) };
}

async function listNews(
  context: NewsContext,
  subject: Subject,
  query: { limit?: number | undefined; after?: string | undefined },
): Promise<{ items: NewsItem[]; next: string | null }> {
  const limit = pageLimit(query.limit);
  const before =
    query.after === undefined ? Number.MAX_SAFE_INTEGER : decodePosition('news', query.after);
  const rows = await readReadable(context, subject, { before, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const events = shown.map(({ event, product }): NewsItem => {
    return { kind: 'event', product, at: event.time, event, saved: null };
  });
  const found = query.after === undefined ? await matchesOf(context, subject) : [];
  return {
    items: [...found, ...events].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    next: last === undefined ? null : encodeCursor('news', [last.position]),
  };
}

/** At most `limit` events that the subject may read; as many when there are. */
async function readReadable(
  context: NewsContext,
  subject: Subject,
  { before, limit }: { before: number; limit: number },
): Promise<NewsRow[]> {
  const followed = await followedBy(context, subject);
  const agreements = await agreementsOf(context, subject);
  const found: NewsRow[] = [];
  for (let at = before; ; ) {
    const rows = await readNewsEvents(context.db, {
      ...{ followed, agreements },
      before: at,
      limit: READ_AT_ONCE,
    });
    const readable = await readableEvents(context.db, subject, rows);
    found.push(...(await doneByOthers(context, subject, { rows: readable, agreements })));
    const last = rows.at(-1);
    if (last === undefined || rows.length < READ_AT_ONCE || found.length >= limit) break;
    at = last.position;
  }
  return found.slice(0, limit);
}

/** Without what the subject did himself: that he asked for access, and what he said about it. */
async function doneByOthers(
  { db }: NewsContext,
  subject: Subject,
  { rows, agreements }: { rows: readonly NewsRow[]; agreements: readonly { agreement: string }[] },
): Promise<NewsRow[]> {
  const asked = new Set(agreements.map(({ agreement }) => agreement));
  const said = new Set(await readCommentsBy(db, subject.id, rows.flatMap(commentOf)));
  return rows.filter((row) => {
    const { type, data } = row.event;
    if (type === REQUESTED) return !asked.has(String(data['agreement']));
    return !commentOf(row).some((comment) => said.has(comment));
  });
}

const REQUESTED = eventType('agreement.requested');
const COMMENTED = eventType('agreement.commented');

const commentOf = ({ event: { type, data } }: NewsRow): string[] =>
  type === COMMENTED ? [String(data['comment'])] : [];

async function followedBy({ db }: NewsContext, subject: Subject): Promise<string[]> {
  const page = { subject: subject.id, isShared: false, product: null, before: null };
  const rows = await readSavedPage(db, { ...page, kind: 'follow', limit: FOLLOWED_MAX });
  return rows.flatMap(({ product }) => (product === null ? [] : [product]));
}

async function agreementsOf({ db, clock }: NewsContext, subject: Subject) {
  const agreements = await readAgreements(db, {
    seenBy: { subject: subject.id, domains: [] },
    state: null,
    product: null,
    subject: subject.id,
    before: null,
    limit: AGREEMENTS_MAX,
    now: new Date(clock.now()).toISOString(),
  });
  return agreements.map(({ agreement, product, state, decidedAt }) => {
    return { agreement, product, inForceSince: state === 'active' ? decidedAt : null };
  });
}

/** Products that came since each search was saved or looked at last, and that it finds now. */
async function matchesOf(context: NewsContext, subject: Subject): Promise<NewsItem[]> {
  const page = { subject: subject.id, isShared: false, product: null, before: null };
  const searches = await readSavedPage(context.db, {
    ...page,
    kind: 'search',
    limit: SEARCHES_MAX,
  });
  const items: NewsItem[] = [];
  for (const saved of searches) items.push(...(await matchesOfOne(context, saved)));
  return items;
}

async function matchesOfOne(context: NewsContext, saved: Saved): Promise<NewsItem[]> {
  const fresh = await readNewProducts(
    context.db,
    saved.seenAt ?? saved.createdAt,
    NEW_PRODUCTS_MAX,
  );
  if (fresh.length === 0) return [];
  const names = [...new Set(fresh.map(({ name }) => name))];
  const among: SearchExpression = {
    kind: 'in',
    field: { key: 'name', kind: 'text', argument: null },
    values: names,
  };
  const where = whereOf(context, saved, among);
  if (where === null) return [];
  const { rows } = await context.search.search({
    text: textOf(saved.body['q']),
    where,
    sort: 'product',
    descending: false,
    after: null,
    limit: NEW_PRODUCTS_MAX,
    facets: [],
    orders: context.orders,
    now: new Date(context.clock.now()).toISOString(),
  });
  const at = new Map(fresh.map((item) => [item.product, item.at]));
  return rows.flatMap(({ product }): NewsItem[] => {
    const time = at.get(product);
    if (time === undefined) return [];
    return [{ kind: 'search-match', product, at: time, event: null, saved: foundBy(saved) }];
  });
}

function whereOf(
  { orders }: NewsContext,
  saved: Saved,
  among: SearchExpression,
): SearchExpression | null {
  const text = textOf(saved.body['where']);
  if (text.trim() === '') return among;
  const { value } = compileSearch(text, orders);
  return value === null ? null : { kind: 'and', args: [among, value] };
}

function foundBy({ saved, name, body }: Saved): FoundBy {
  const [q, where, sort] = [textOf(body['q']), textOf(body['where']), textOf(body['sort'])];
  return { saved, name, q, where, sort };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
