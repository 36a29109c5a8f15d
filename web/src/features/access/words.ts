/**
 * What the pages of access say.
 */

import type { Agreement } from '../../api/types.ts';
import type { PhraseParts } from '../../components/Phrase.tsx';
import type { StatusKind } from '../../components/Status.tsx';
import { formatDay, formatDuration, formatName, formatNumber, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';

import type { OfferedStep } from './decisions.ts';

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

/** The finding at the head of an agreement's page; `who` is the reader of it by name, null for who looks at his own. */
export function agreementHeadline(agreement: Agreement, who: string | null): string {
  const { product, state, until } = agreement;
  const isOwn = who === null;
  const day = until === null ? null : formatDay(until);
  switch (state) {
    case 'requested':
      return isOwn ? 'Your request waits for a decision' : `${who} asks for ${product}`;
    case 'countered':
      return isOwn ? 'Other terms are offered to you' : `${who} has your offer`;
    case 'approved':
    case 'active':
      if (isOwn)
        return day === null ? `You may read ${product}` : `You may read ${product} until ${day}`;
      return day === null
        ? `${who} may read ${product}`
        : `${who} may read ${product} until ${day}`;
    case 'denied':
      return isOwn ? 'Your request was denied' : `${who} was denied`;
    case 'expired':
      return day === null ? 'The agreement ended' : `The agreement ended on ${day}`;
    case 'revoked':
      return 'The agreement was withdrawn';
  }
}

/** How the request for a later end stands. */
export function renewalWords({ state, until }: Pick<Agreement, 'state' | 'until'>): string {
  const end = until === null ? words.noEnd : `until ${formatDay(until)}`;
  return state === 'active' ? `It is renewed ${end}.` : `You asked for it ${end}.`;
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

/** Over the terms as they are now, beside those that were asked for. */
export function givenWord(state: Agreement['state']): string {
  if (state === 'countered') return 'Offered';
  return state === 'active' || state === 'approved' ? 'Agreed to' : 'In the end';
}

export const words = {
  query: 'Query it',
  seeOwn: 'See or renew your agreement for this purpose',
  renewTitle: 'For longer',
  renewHelp: (day: string) =>
    `It ends on ${day}. Until then it stays as it is, whatever is decided.`,
  renewUntil: 'Until when instead',
  renewSend: 'Ask for longer',
  renewalSee: 'See it',
  renews: (who: string, day: string) => `${who} has this access until ${day} and asks for longer.`,
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
  groupsOnly: 'what a group tells, live policy',
  whyTitle: 'Why it looks like this',
  nothing: 'With an agreement alone you would see nothing',
  empty: 'No agreements yet',
  emptyHelp: 'What you ask for and what you are granted stands here.',
  market: 'Look in the market',
  reviewEmpty: 'Nothing waits for you',
  reviewEmptyHelp: 'Requests for access to products of your domains arrive here, the oldest first.',
  loadingAgreement: 'Loading the agreement',
  talkAndDecision: 'Talk and decision',
  who: 'Who',
  purpose: 'Purpose',
  columns: 'Columns',
  allShown: 'all that the policy shows',
  rows: 'Rows',
  whyAsked: 'Why',
  decidedBy: 'Decided by',
  because: 'Because',
  terms: 'Terms',
  asked: 'Asked',
  askedFor: 'Asked for',
  askedTitle: 'What was asked, and what came of it',
  askedUnknown: 'What was asked for is not known: the offer was made before that was kept.',
  decided: 'Decided',
  id: 'Id',
  copyId: 'Copy the id',
  asking: 'Asking what it shows',
  agreements: 'Agreements',
  table: 'Agreements: what waits first, then what is in force',
  product: 'Product',
  ofMajor: (major: number): string => `major ${major}`,
  state: 'State',
  next: 'Next agreement',
  before: 'Agreement before',
  loadingAgreements: 'Loading the agreements',
  noneLikeThis: 'No agreement stands like this',
  showAll: 'Show all of them',
  seeAll: 'See the agreements that there are',
  whose: 'Whose agreements',
  mine: 'Mine',
  ofMine: 'Of my products',
  standing: 'How they stand',
  all: 'All',
  waiting: 'Waiting',
  inForce: 'In force',
  ended: 'Ended',
  talk: 'Talk',
  noTalk: 'Ask back or explain here; both sides read it.',
  say: 'Say something to the other side',
  sendComment: 'Send',
  canDo: 'What you can do',
  decision: 'Your decision',
  whyOwn: 'Why, if you want to say it',
  whyDecided: 'Say what you decided and why',
  sayWhy: (reader: string): string => `Say why, so that ${reader} knows what to do about it.`,
  sendOffer: 'Send the offer',
  audited: 'It is written to the audit log, with your name.',
  seeNow: 'See how it stands now',
  offered: 'Columns that you offer',
  askedNoEnd: 'Asked without an end.',
  askedUntil: (day: string): string => `Asked until ${formatDay(day)}.`,
  askingWould: 'Asking what it would show…',
  wouldShowNothing: 'As it stands, nothing would be seen by it.',
  showsNothing: 'An agreement alone would show nothing.',
  columnsSeen: (seen: string): string => `Columns: ${seen}`,
  hasIt: (seen: string): string => `You have it, or asked already. ${seen}`,
  seeAgreement: 'See your agreement for this purpose',
  untilHelp: 'Leave it empty to ask without an end.',
  nothingSeen: 'Nothing would be seen',
  previewOf: 'Preview',
  allOfPurpose: 'All columns that the purpose shows',
  someOnly: (count: number): string =>
    plural(count, { one: '# column only', other: '# columns only' }),
  columnsToAsk: 'Columns to ask for',
  loadingProduct: 'Loading the product',
  noPurposes: 'The contract names no purpose, so nobody can be let in. Ask its owner.',
  need: (columns: string): string => `Another purpose shows ${columns}, too`,
  smallest: (purpose: string): string =>
    `The smallest change that shows it: ${purpose} as the purpose, if that is what you do.`,
  lookAt: (purpose: string): string => `Look at ${purpose}`,
  nobody:
    'The owner’s policy lets nobody see it for this purpose. You may ask all the same; the owner decides.',
  review: 'Review',
  loadingWaiting: 'Loading what waits',
  noneOpen: 'No request is open',
  whoHasAccess: 'See who has access',
  decide: 'Decide',
  nextRequest: 'Next request',
  requestBefore: 'Request before',
  inventedRows: 'Invented rows in the shape of real ones',
  asIs: 'as it is',
  hidden: 'hidden',
  isEmpty: 'empty',
  groupTells: 'What a group of rows tells',
  column: 'Column',
  columnIs: 'What it is',
  by: (unit: string): string => `by ${unit}`,
  noFiles: 'Results may be looked at and not taken away as files.',
  tables: 'Table',
  withdraw: 'Withdraw the request',
  letIn: (subject: string): string => `Let ${subject} in`,
  offerLess: 'Offer less',
  deny: 'Deny',
  accept: 'Accept these terms',
  decline: 'Decline',
  changeOffer: 'Change the offer',
  giveBack: 'Give the access back',
  takeBack: (purpose: string): string => `Take the access for ${purpose} back`,
  requestsWait: (count: number): string =>
    count === 0
      ? words.reviewEmpty
      : plural(count, { one: 'One request waits for you', other: '# requests wait for you' }),
  askedAt: (time: string): PhraseParts => ['asked ', { time }],
  itTakes: (edits: readonly string[]): string => `It would take: ${edits.join(', and ')}.`,
  oneRowPer: (grain: string): string => `one row per ${grain}`,
  /** Whatever the contract says of its rows: of a roll-up a row is a group. */
  oneGroupPer: (by: readonly { column: string; unit: string | null }[]): string =>
    by.length === 0
      ? 'one row for all'
      : `one row per ${listAll(by.map(({ column, unit }) => (unit === null ? column : `${unit} of ${column}`)))}`,
  measureOf: (measure: string, column: string | null): string =>
    `${measure} of ${column ?? 'rows'}`,
  rowLimit: (rows: number): string =>
    plural(rows, {
      one: 'An answer has at most # row.',
      other: 'An answer has at most # rows.',
    }),
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

/** Above what somebody sees; `subject` is null for the reader himself. */
export function seenTitle(subject: string | null, isNow: boolean): string {
  if (subject === null) return isNow ? 'This is what you see' : 'This is what you would see';
  return isNow ? `This is what ${subject} sees` : `This is what ${subject} would see`;
}

/** Where nothing would be seen, and what it would take. */
export function nothingText(subject: string | null, edits: readonly string[]): string {
  const said =
    subject === null
      ? 'By the policy alone you would see nothing for this purpose.'
      : `By the policy alone ${subject} would see nothing for this purpose.`;
  return edits.length === 0 ? said : `${said} ${words.itTakes(edits)}`;
}

/** What a step does that cannot be undone, and how it is done all the same. */
export function finalWords(
  { step, label }: Pick<OfferedStep, 'step' | 'label'>,
  { who, product }: { who: string; product: string },
  isOwn: boolean,
): string {
  const again = `Press “${label}” once more to do it.`;
  if (step === 'deny') {
    return isOwn ? `The offer ends here. ${again}` : `The request of ${who} ends here. ${again}`;
  }
  return isOwn
    ? `You read ${product} no more from that moment; open answers end. ${again}`
    : `${who} reads ${product} no more from that moment; open answers end. ${again}`;
}

/** When somebody else decided while the reader was writing. */
export function changedWords(agreement: Agreement): PhraseParts {
  return [
    { strong: 'It changed while you looked at it.' },
    ` You saw: ${stateWords(agreement.state).word}, ${termsText(agreement)}. What you wrote here is kept.`,
  ];
}

export function asksWords({ subject, columns, product }: Agreement): string {
  return columns === null
    ? `${subject} asks for all columns of ${product}`
    : plural(columns.length, {
        one: `${subject} asks for # column of ${product}`,
        other: `${subject} asks for # columns of ${product}`,
      });
}

export function askedWords(agreement: Agreement): string {
  const asked = `For ${purposeWords(agreement.purpose)}, ${termsText(agreement)}.`;
  return agreement.why === null ? asked : `${asked} “${agreement.why}”`;
}
