/**
 * What has a date ahead, for a subject: agreements that end, and majors whose data ends.
 *
 * Not what waits (`queue-service.ts`). Invariants: the soonest comes first; of agreements of others, and of how many use a
 * major, only who looks after the domain learns.
 */
import { slaText } from '@weft/core/contract/compile/search-facets';
import type { Subject } from '@weft/core/registry/types';
import { readEndings, readServedMajors, type ServedMajor } from '../store/control-coming.ts';
import { readContractSource } from '../store/control-decisions.ts';
import type { ControlContext } from './control-context.ts';
import { decodeCursor, encodeCursor, notOfThisList, pageLimit } from './cursor.ts';
import { keptDomains } from './kept-domains.ts';

export const COMING_KINDS = ['agreement-ends', 'major-ends'] as const;

export interface ComingItem {
  kind: (typeof COMING_KINDS)[number];
  product: string;
  /** RFC 3339. */
  at: string;
  agreement: string | null;
  /** Whose agreement ends. */
  subject: string | null;
  purpose: string | null;
  major: number | null;
  /** How many have an agreement on the major; null to who does not look after it. */
  consumers: number | null;
}

export interface ComingService {
  list(
    subject: Subject,
    query: { days?: number | undefined; limit?: number | undefined; after?: string | undefined },
  ): Promise<{ items: ComingItem[]; next: string | null }>;
}

export const COMING_DAYS = 60;
const DAY_MS = 86_400_000;

export function createComingService(context: ControlContext): ComingService {
  return { list: (subject, query) => listComing(context, subject, query) };
}

async function listComing(
  context: ControlContext,
  subject: Subject,
  query: Parameters<ComingService['list']>[1],
): ReturnType<ComingService['list']> {
  const now = context.clock.now();
  const from = new Date(now).toISOString();
  const to = new Date(now + (query.days ?? COMING_DAYS) * DAY_MS).toISOString();
  const { decides } = await keptDomains(context, subject);
  const asked = { subject: subject.id, domains: decides, from, to };
  const endings = await readEndings(context.db, asked);
  const majors = await readServedMajors(context.db, asked);
  const items = [
    ...endings.map(endingItem),
    ...(await majorEnds(context, majors, new Set(decides))),
  ].filter(({ at }) => at > from && at <= to);
  return pageOf(items, query);
}

function endingItem(row: Awaited<ReturnType<typeof readEndings>>[number]): ComingItem {
  const { agreement, product, subject, purpose, until } = row;
  const about = { agreement, product, subject, purpose };
  return { kind: 'agreement-ends', at: until, ...about, major: null, consumers: null };
}

/** A contract says when its data ends by `endOfLife`; one that says no time that can be read says nothing. */
async function majorEnds(
  context: ControlContext,
  majors: readonly ServedMajor[],
  kept: ReadonlySet<string>,
): Promise<ComingItem[]> {
  const items: ComingItem[] = [];
  for (const one of majors) {
    const source = () => readContractSource(context.db, one);
    const { sla } = await context.contracts.modelBy(one.hash, source);
    const at = Date.parse(slaText(sla, 'endoflife') ?? '');
    if (Number.isNaN(at)) continue;
    const { product, major } = one;
    const consumers = kept.has(one.domain) ? one.consumers : null;
    const none = { agreement: null, subject: null, purpose: null };
    const when = { kind: 'major-ends' as const, at: new Date(at).toISOString() };
    items.push({ ...when, product, ...none, major, consumers });
  }
  return items;
}

const keyOf = ({ at, kind, product, agreement, major }: ComingItem): string =>
  [at, kind, product, agreement ?? major].join(' ');

function pageOf(
  items: readonly ComingItem[],
  query: { limit?: number | undefined; after?: string | undefined },
): { items: ComingItem[]; next: string | null } {
  const after = query.after === undefined ? '' : readAfter(query.after);
  const ordered = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = ordered.slice(0, pageLimit(query.limit));
  const last = shown.length < ordered.length ? shown.at(-1) : undefined;
  const next = last === undefined ? null : encodeCursor('coming', [last.key]);
  return { items: shown.map(({ item }) => item), next };
}

function readAfter(after: string): string {
  const [key] = decodeCursor('coming', after, 1);
  if (typeof key !== 'string') throw notOfThisList();
  return key;
}
