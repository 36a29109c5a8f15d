/**
 * What the pages of access say.
 */
import type { Agreement } from '../../api/types.ts';
import type { StatusKind } from '../../components/Status.tsx';
import { formatDay, formatDuration, formatName, formatNumber, plural } from '../../lib/format.ts';

interface StateWords {
  kind: StatusKind;
  word: string;
}

const STATES: Record<Agreement['state'], StateWords> = {
  requested: { kind: 'waiting', word: 'waits for a decision' },
  countered: { kind: 'close', word: 'other terms are offered' },
  approved: { kind: 'kept', word: 'approved' },
  active: { kind: 'kept', word: 'in force' },
  denied: { kind: 'missed', word: 'denied' },
  expired: { kind: 'unknown', word: 'ended' },
  revoked: { kind: 'unknown', word: 'withdrawn' },
};

export function stateWords(state: Agreement['state']): StateWords {
  return STATES[state];
}

export function isOpen({ state }: Pick<Agreement, 'state'>): boolean {
  return state === 'requested' || state === 'countered';
}

/** The finding at the head of an agreement's page. */
export function agreementHeadline(agreement: Agreement, isOwn: boolean): string {
  const who = isOwn ? 'You' : agreement.subject;
  const { product, state, until } = agreement;
  switch (state) {
    case 'requested':
      return isOwn ? 'Your request waits for a decision' : `${who} asks for ${product}`;
    case 'countered':
      return isOwn ? 'Other terms are offered to you' : `${who} has your offer`;
    case 'approved':
    case 'active':
      return `${isOwn ? 'You may' : `${who} may`} read ${product}${until === null ? '' : ` until ${formatDay(until)}`}`;
    case 'denied':
      return isOwn ? 'Your request was denied' : `${who} was denied`;
    case 'expired':
      return `The agreement ended${until === null ? '' : ` on ${formatDay(until)}`}`;
    case 'revoked':
      return 'The agreement was withdrawn';
  }
}

export function agreementsFinding(items: readonly Agreement[]): string {
  const open = items.filter(isOpen).length;
  const active = items.filter(({ state }) => state === 'active').length;
  if (items.length === 0) return 'No agreements yet';
  const inForce = `${formatNumber(active)} in force`;
  return open === 0
    ? inForce
    : `${plural(open, { one: 'One waits', other: '# wait' })}, ${inForce}`;
}

export const words = {
  query: 'Query it',
  request: 'Request',
  purposeQuestion: 'What will you use it for?',
  notAllowed: 'The contract does not allow this purpose.',
  until: 'Until',
  noEnd: 'without an end',
  why: 'Why, in a sentence',
  whyHint: 'The owner reads it before deciding.',
  send: 'Send request',
  preview: 'This is what you would see',
  invented: 'invented rows, live policy',
  whyTitle: 'Why it looks like this',
  nothing: 'With an agreement alone you would see nothing',
  empty: 'No agreements yet',
  emptyHelp: 'What you ask for and what you are granted stands here.',
  market: 'Look in the market',
  reviewEmpty: 'Nothing waits for you',
  reviewEmptyHelp: 'Requests for access to products of your domains arrive here, the oldest first.',
};

export function purposeWords(purpose: string): string {
  return formatName(purpose).toLowerCase();
}

export function termsText({ columns, until }: Pick<Agreement, 'columns' | 'until'>): string {
  const what =
    columns === null
      ? 'all columns'
      : plural(columns.length, { one: '# column', other: '# columns' });
  return `${what}, ${until === null ? words.noEnd : `until ${formatDay(until)}`}`;
}

const MINUTE_MS = 60_000;

/** How long a decision takes, by those that were made. */
export function answerWords(ms: number): string {
  if (ms < MINUTE_MS) return 'The last requests were answered within a minute.';
  return `The last requests were answered in about ${formatDuration(ms)}.`;
}
