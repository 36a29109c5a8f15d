/**
 * What waits for a subject: decisions, held and failed batches, refused rows, missed promises, agreements that end.
 *
 * Not a store of tasks: each item is there as long as what it is about is so. Invariants: nobody gets an item of a domain
 * that he does not keep, nor an agreement that is not his; what somebody puts off is off for him alone; the most urgent
 * comes first, by when it is due and then by how long it waits; where a person waits for a person, two days count as due.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import {
  type Domains,
  deleteSnooze,
  LOOKED_AT,
  readCountered,
  readEnding,
  readFailed,
  readHeld,
  readLowBudgets,
  readMissed,
  readRefused,
  readRequests,
  readSnoozes,
  type WaitingRow,
  writeSnooze,
} from '../store/control-queue.ts';
import { readUntil } from './access-until.ts';
import type { ControlContext } from './control-context.ts';
import { decodeCursor, encodeCursor, notOfThisList, pageLimit } from './cursor.ts';
import { keptDomains } from './kept-domains.ts';

export const QUEUE_KINDS = [
  'request',
  'countered',
  'batch-held',
  'batch-failed',
  'quarantine',
  'promise-missed',
  'agreement-ends',
  'budget-low',
] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

export interface QueueItem extends Omit<WaitingRow, 'key'> {
  /** `KIND:` and what it is about; the same as long as that waits. */
  id: string;
  kind: QueueKind;
}

export interface QueuePage {
  items: QueueItem[];
  next: string | null;
  total: number;
  /** True when more than that may wait. */
  capped: boolean;
}

export interface QueueService {
  list(
    subject: Subject,
    query: { limit?: number | undefined; after?: string | undefined; kind?: QueueKind | undefined },
  ): Promise<QueuePage>;
  /** Puts an item off for the subject. Throws NOT_FOUND for one that does not wait for him, REQUEST_INVALID. */
  snooze(subject: Subject, id: string, until: string): Promise<{ id: string; until: string }>;
  /** Lets an item wait for the subject again; one that was not put off stays as it is. */
  wake(subject: Subject, id: string): Promise<void>;
}

const ENDS_SOON_DAYS = 14;
const SNOOZE_DAYS_MAX = 366;
const ANSWER_DAYS = 2;
const DAY_MS = 86_400_000;

export function createQueueService(context: ControlContext): QueueService {
  return {
    list: (subject, query) => listQueue(context, subject, query),
    snooze: (subject, id, until) => snooze(context, subject, { id, until }),
    wake: (subject, id) => deleteSnooze(context.db, subject.id, id),
  };
}

async function listQueue(
  context: ControlContext,
  subject: Subject,
  query: { limit?: number | undefined; after?: string | undefined; kind?: QueueKind | undefined },
): Promise<QueuePage> {
  const { waiting, capped } = await readWaiting(context, subject, query.kind);
  const now = new Date(context.clock.now()).toISOString();
  const off = await readSnoozes(context.db, { subject: subject.id, now });
  const items = waiting
    .filter((item) => !off.has(item.id))
    .sort((a, b) => byUrgency(placeOf(a), placeOf(b)));
  const limit = pageLimit(query.limit);
  const after = query.after === undefined ? null : readAfter(query.after);
  const later =
    after === null ? items : items.filter((item) => byUrgency(placeOf(item), after) > 0);
  const shown = later.slice(0, limit);
  const last = later.length > limit ? shown.at(-1) : undefined;
  const next =
    last === undefined ? null : encodeCursor('queue', [turnOf(last), last.since, last.id]);
  return { items: shown, next, total: items.length, capped };
}

interface Place extends Pick<QueueItem, 'since' | 'id'> {
  /** When it is its turn. */
  turn: string;
}

const WITHOUT_END = '9999';

const placeOf = (item: QueueItem): Place => ({ ...item, turn: turnOf(item) });

/** Why not at the end: who asked, and who was offered something, waits for an answer, and nothing else reminds of that. */
function turnOf({ kind, due, since }: QueueItem): string {
  if (due !== null) return due;
  if (kind !== 'request' && kind !== 'countered') return WITHOUT_END;
  return new Date(Date.parse(since) + ANSWER_DAYS * DAY_MS).toISOString();
}

function byUrgency(a: Place, b: Place): number {
  return compareTexts(a.turn, b.turn) || compareTexts(a.since, b.since) || compareTexts(a.id, b.id);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readAfter(after: string): Place {
  const [turn, since, id] = decodeCursor('queue', after, 3);
  if (typeof since !== 'string' || typeof id !== 'string' || typeof turn !== 'string') {
    throw notOfThisList();
  }
  return { turn, since, id };
}

async function readWaiting(
  context: ControlContext,
  subject: Subject,
  only: QueueKind | undefined,
): Promise<{ waiting: QueueItem[]; capped: boolean }> {
  const { acts, decides } = await keptDomains(context, subject);
  const now = new Date(context.clock.now()).toISOString();
  const soon = new Date(context.clock.now() + ENDS_SOON_DAYS * DAY_MS).toISOString();
  const { db } = context;
  const asking = { subject: subject.id, now };
  const isPlatform = subject.roles.includes('platform');
  const some = (domains: Domains, rows: (domains: Domains) => Promise<WaitingRow[]>) =>
    domains !== null && domains.length === 0 ? Promise.resolve([]) : rows(domains);
  const kinds: Record<QueueKind, () => Promise<WaitingRow[]>> = {
    request: () => some(decides, (domains) => readRequests(db, { domains, acts }, asking)),
    countered: () => readCountered(db, asking),
    'batch-held': () => some(decides, (domains) => readHeld(db, domains)),
    'batch-failed': () =>
      some(isPlatform ? null : decides, (domains) => readFailed(db, domains, now)),
    quarantine: () => some(acts, (domains) => readRefused(db, domains, now)),
    'promise-missed': () => some(decides, (domains) => readMissed(db, domains)),
    'agreement-ends': () => readEnding(db, asking, soon),
    'budget-low': () => some(decides, (domains) => readLowBudgets(db, domains)),
  };
  const waiting: QueueItem[] = [];
  let capped = false;
  for (const kind of QUEUE_KINDS) {
    if (only !== undefined && only !== kind) continue;
    const rows = await kinds[kind]();
    capped ||= rows.length >= LOOKED_AT;
    waiting.push(...rows.map(({ key, ...row }) => ({ id: `${kind}:${key}`, kind, ...row })));
  }
  return { waiting, capped };
}

async function snooze(
  context: ControlContext,
  subject: Subject,
  { id, until }: { id: string; until: string },
): Promise<{ id: string; until: string }> {
  const time = readUntil(until, context.clock.now());
  if (time === null) throw new WeftError('REQUEST_INVALID', 'until when is missing');
  const now = context.clock.now();
  if (Date.parse(time) > now + SNOOZE_DAYS_MAX * DAY_MS) {
    throw new WeftError('REQUEST_INVALID', 'nothing is put off for more than a year');
  }
  const kind = QUEUE_KINDS.find((known) => id.startsWith(`${known}:`));
  const { waiting } =
    kind === undefined ? { waiting: [] } : await readWaiting(context, subject, kind);
  if (!waiting.some((item) => item.id === id)) {
    throw new WeftError('NOT_FOUND', `"${id}" does not wait for you`, {
      remedy: '`weft queue` lists what does.',
    });
  }
  const at = new Date(now).toISOString();
  await writeSnooze(context.db, { subject: subject.id, item: id, until: time, now: at });
  return { id, until: time };
}
