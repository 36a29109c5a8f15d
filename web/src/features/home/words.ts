/**
 * What the first page says.
 */
import type { EventKind } from '@weft/core/events/event';
import type { QueueItem } from '../../api/queue.ts';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatDay, formatName, formatNumber, formatWhen, plural } from '../../lib/format.ts';
import type { ComingItem } from './use-home.ts';

const COUNTS = ['Nothing', 'One thing', 'Two things', 'Three things', 'Four things', 'Five things'];

/** "Four things need you. One is late." */
export function headline(items: readonly QueueItem[], total: number, now = new Date()): string {
  if (total === 0) return 'Nothing needs you.';
  const late = items.filter(({ due }) => due !== null && new Date(due) < now).length;
  const count = COUNTS[total] ?? plural(total, { one: '# thing', other: '# things' });
  const said = `${count} ${total === 1 ? 'needs' : 'need'} you.`;
  return late === 0 ? said : `${said} ${plural(late, { one: '# is late', other: '# are late' })}.`;
}

export interface Told {
  title: string;
  why: string;
  /** The one thing to do: a verb. */
  verb: string;
}

/** The id of who asks for access; empty where nobody does. */
export const askerOf = ({ kind, facts }: QueueItem): string =>
  kind === 'request' ? String(facts['subject'] ?? '') : '';

/** What waits, why, and what to do, from the facts of the queue. */
export function tell({ kind, product, facts }: QueueItem, nameOf: (id: string) => string): Told {
  const fact = (name: string): string => String(facts[name] ?? '');
  const count = (name: string): number => Number(facts[name] ?? 0);
  switch (kind) {
    case 'request':
      return {
        title: `${nameOf(fact('subject'))} asks for ${product}`,
        why: `Purpose: ${formatName(fact('purpose')).toLowerCase()}.`,
        verb: 'Decide',
      };
    case 'countered':
      return {
        title: `The owners of ${product} offer other terms`,
        why: offerWords(fact('purpose'), facts['until']),
        verb: 'Answer',
      };
    case 'batch-held':
      return {
        title: `A batch of ${product} is held`,
        why: `${fact('name')}: ${formatNumber(count('quarantined'))} of ${plural(count('records'), { one: '# record', other: '# records' })} did not keep a rule. ${fact('because')}`,
        verb: 'Look',
      };
    case 'batch-failed':
      return {
        title: `A batch of ${product} failed`,
        why: `${fact('name')} ended with ${fact('code')}. Nothing of it is visible.`,
        verb: 'Look',
      };
    case 'quarantine':
      return {
        title: `${plural(count('open'), { one: '# record of', other: '# records of' })} ${product} ${count('open') === 1 ? 'waits' : 'wait'} for a repair`,
        why: `${fact('name') === '' ? '' : `${fact('name')}: `}of the ${formatNumber(count('records'))} in this batch; the others are visible.`,
        verb: 'Repair',
      };
    case 'promise-missed':
      return {
        title: `${product} misses a promise`,
        why: 'What was measured last falls short of the contract.',
        verb: 'Look',
      };
    case 'agreement-ends':
      return {
        title: `Your access to ${product} ends`,
        why: `Purpose: ${formatName(fact('purpose')).toLowerCase()}.`,
        verb: 'Renew',
      };
    case 'budget-low':
      return {
        title: `${product} may run out of misses`,
        why: 'At most one more day may miss a promise.',
        verb: 'Look',
      };
  }
}

/** A date ahead: what happens, and whom it concerns. */
export function comingWords(
  { kind, product, subject, purpose, major, consumers }: ComingItem,
  { me, nameOf }: { me: string; nameOf(id: string): string },
): { what: string; more: string } {
  if (kind === 'major-ends') {
    return {
      what: `${product} ${major ?? ''}.x stops serving`,
      more: consumers === null ? 'You read it.' : consumersOn(consumers),
    };
  }
  const isMine = subject === me;
  const whose = isMine ? 'Your access' : `The access of ${nameOf(subject ?? '')}`;
  const why = formatName(purpose ?? '').toLowerCase();
  return { what: `${whose} to ${product} ends`, more: isMine ? `${why}: ask for longer` : why };
}

const consumersOn = (count: number): string =>
  count === 0
    ? 'Nobody reads it.'
    : plural(count, { one: '# agreement is on it', other: '# agreements are on it' });

/** The end that is offered is no day to answer by. */
function offerWords(purpose: string, until: unknown): string {
  const asked = `Your purpose was ${formatName(purpose).toLowerCase()}`;
  return typeof until === 'string'
    ? `${asked}; access is offered until ${formatDay(until)}.`
    : `${asked}.`;
}

export function dueWords(due: string, now = new Date()): string {
  const isLate = new Date(due) < now;
  const isToday = Math.abs(new Date(due).getTime() - now.getTime()) < 86_400_000;
  if (isLate) return `late since ${formatWhen(due, now)}`;
  return isToday ? `due ${formatWhen(due, now)}` : `by ${formatDay(due, now)}`;
}

export interface EventFacts {
  type: string;
  purpose?: string | null;
  version?: string | null;
  /** That an agreement is on: one on another major is another thing. */
  major?: number | null;
  /** The newest one that the reader has an agreement on; null for none. */
  ownMajor?: number | null;
}

/** Events as people tell them. */
export function tellEvent(
  { type, purpose = null, version = null, major = null, ownMajor = null }: EventFacts,
  subject: string,
): string {
  const noun = type.replace(/^io\.weft\./, '').replace(/\.v\d+$/, '');
  const said = EVENTS[noun as EventKind] as Said | undefined;
  if (said === undefined) return `${subject}: ${noun.replaceAll('.', ' ')}`;
  if (noun === 'contract.published' && version !== null) {
    const isNext = ownMajor !== null && Number.parseInt(version, 10) > ownMajor;
    const told = `${subject} has version ${version}`;
    return isNext ? `${told}; you read ${ownMajor}.x, ask for it on its page` : told;
  }
  // Why the purpose: two agreements on one product are told apart by it.
  const reason = purpose === null ? '' : ` for ${formatName(purpose).toLowerCase()}`;
  return said(`${subject}${major === null ? '' : `@${major}`}${reason}`);
}

type Said = (product: string) => string;

const EVENTS: Readonly<Record<EventKind, Said>> = {
  'domain.created': (domain) => `The domain ${domain} is new`,
  'domain.changed': (domain) => `The domain ${domain} changed`,
  'product.changed': (product) => `${product} changed`,
  'agreement.countered': (product) => `Other terms were offered for access to ${product}`,
  'agreement.commented': (product) => `Something was said about access to ${product}`,
  'agreement.expired': (product) => `Access to ${product} ended`,
  'batch.discarded': (product) => `A held batch of ${product} was discarded`,
  'batch.failed': (product) => `A batch of ${product} was not taken`,
  'quality.failed': (product) => `${product} missed a rule`,
  'sla.breached': (product) => `${product} missed a promise`,
  'snapshot.restated': (product) => `Rows of ${product} were corrected or deleted`,
  'batch.committed': (product) => `${product} has new data`,
  'batch.held': (product) => `A batch of ${product} is held`,
  'contract.published': (product) => `${product} has a new contract version`,
  'product.created': (product) => `${product} is new`,
  'product.retired': (product) => `${product} was retired`,
  'agreement.requested': (product) => `Access to ${product} was asked for`,
  'agreement.granted': (product) => `Access to ${product} was granted`,
  'agreement.denied': (product) => `Access to ${product} was denied`,
  'agreement.revoked': (product) => `Access to ${product} was withdrawn`,
  'policy.changed': (product) => `The policy of ${product} changed`,
  'rows.quarantined': (product) => `Records of ${product} were set aside`,
};

export const words = {
  needsYou: 'Needs you',
  queueEmpty: 'Requests, held batches and answers to what you asked for arrive here.',
  queueEmptyTitle: 'Nothing waits for you',
  toMarket: 'Look in the market',
  toMake: 'Make a product',
  toRules: 'The rules of the mesh',
  toAudit: 'What was done, in the audit',
  toDomains: 'Domains of the mesh',
  promises: 'Promises, last 30 days',
  weaveKey: 'One row is a product, one pick is a day',
  weave: 'Promises of your products by day',
  showAll: (count: number): string => `Show all ${formatNumber(count)} products`,
  onlyFirst: (shown: number, all: number): string =>
    `${formatNumber(shown)} of ${formatNumber(all)} products were looked at.`,
  toProducts: 'My products',
  close: 'Close',
  kept: 'Kept',
  notMeasured: 'Not measured',
  news: 'New in what you follow',
  newsEmpty: 'Follow a product on its page, and what happens to it stands here.',
  coming: 'Coming up',
  goOn: 'Go on where you were',
  begunQuery: 'The query in the workbench',
  begunProduct: 'A new product, drafted from a sample',
  begunDomain: 'A new domain',
  begunDomainChange: (domain: string): string => `A change of the domain ${domain}`,
  begunPerson: 'A new person or service',
  begunRights: (person: string): string => `What ${person} may be`,
  begunPolicy: (product: string): string =>
    product === 'mesh' ? 'The policies of the mesh, changed' : `The policy of ${product}, changed`,
  begunVersion: (product: string): string => `The next version of ${product}`,
  begunRequest: (product: string): string => `A request for ${product}`,
  begunAgreement: 'What you write on an agreement',
  begunRepair: (product: string): string => `A repair of rows of ${product}`,
  fits: (product: string): string => `${product} fits a search of yours`,
  openSearch: (name: string): string => `Open ${name}`,
  nextThing: 'Next thing',
  thingBefore: 'Thing before',
  putAway: 'Put away for a day',
  away: (title: string): string => `Put away until tomorrow: ${title}.`,
  undo: 'Take it back',
  keys: [{ key: 'J' }, { key: 'K' }, ' move ', { key: 'S' }, ' snooze'] as PhraseParts,
  missed: (count: number): string => `${formatNumber(count)} missed`,
};
