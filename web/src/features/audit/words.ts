/**
 * What the audit page says.
 */
import {
  formatClock,
  formatDay,
  formatExact,
  formatName,
  formatNumber,
  plural,
} from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';
import type { AuditEntry, ChainReport } from './audit-queries.ts';
import type { AuditSearch, Span } from './audit-search.ts';

export const SPAN_NAMES: Record<Span, string> = {
  P1D: 'last 24 h',
  P7D: 'last 7 days',
  P30D: 'last 30 days',
  P90D: 'last 90 days',
};

const entriesCount = (count: number): string =>
  plural(count, { one: '# entry', other: '# entries' });

/** What the list shows, as a sentence; `hasMore` when there is more than is shown. */
export function finding(
  search: AuditSearch,
  items: readonly AuditEntry[],
  hasMore: boolean,
): string {
  const when = search.span === undefined ? '' : ` in the ${SPAN_NAMES[search.span]}`;
  if (search.column !== undefined) {
    const readers = new Set(items.map(({ actor }) => actor)).size;
    if (items.length === 0) return `Nobody was let at ${search.column}${when}`;
    const least = hasMore ? 'At least ' : '';
    return `${least}${plural(readers, { one: '# reader was', other: '# readers were' })} let at ${search.column}${when}`;
  }
  if (items.length === 0) return `Nothing like this happened${when}`;
  const people = plural(new Set(items.map(({ actor }) => actor)).size, {
    one: '# name',
    other: '# names',
  });
  if (hasMore) return `The newest ${formatNumber(items.length)} entries${when}, by ${people}`;
  return `${entriesCount(items.length)}${when}, by ${people}`;
}

/** "agreement.approve" as a person says it. */
export function actionWords(action: string): string {
  // Why not "permitted": it begins queries, too, that are then refused for a hidden column.
  if (action === 'query.permitted') return 'Query begun';
  return formatName(action.replaceAll('.', ' '));
}

/** The actions that a person means by an action's words, its name, or a part of either; of one that is named whole, it alone. */
export function actionsMeant(text: string, known: readonly string[]): string[] {
  const meant = plainAction(text);
  const namesOf = (action: string) => [action, actionWords(action)].map(plainAction);
  const whole = known.filter((action) => namesOf(action).includes(meant));
  if (whole.length > 0) return whole;
  return known.filter((action) => namesOf(action).some((name) => name.includes(meant)));
}

const plainAction = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s._]+/g, ' ');

const FACTS_MAX = 3;

/** The first facts of an entry, short enough for a line. */
export function factsOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return '';
  const told = Object.entries(plainFacts(details))
    .filter(([, value]) => isShort(value))
    .map(([name, value]) => `${name} ${[value].flat().map(factWords).join(', ')}`);
  return [...lookedAt(details), ...told].slice(0, FACTS_MAX).join(' · ');
}

const COLUMNS_TOLD = 4;

/** What a query read, a phrase for each table. */
function lookedAt(details: object): string[] {
  const { tables } = details as { tables?: unknown };
  if (!Array.isArray(tables)) return [];
  return tables.flatMap((table: { product?: unknown; columns?: unknown } | null) => {
    const { product, columns } = table ?? {};
    if (typeof product !== 'string' || !Array.isArray(columns)) return [];
    return [words.lookedAt(columns.slice(0, COLUMNS_TOLD).map(String), columns.length, product)];
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Times as the reader's clock has them, as in the rest of the list. */
function factWords(value: unknown): string {
  if (typeof value !== 'string' || !TIME.test(value)) return String(value);
  return Number.isNaN(Date.parse(value)) ? value : `${formatDay(value)} ${formatClock(value)}`;
}

/** What the log notes for programs, as a person says it: that nothing is cut off goes without saying. */
function plainFacts(details: object): Record<string, unknown> {
  const facts = Object.entries(details).flatMap(([name, value]) => {
    if (name === 'truncated') return value === true ? [['cut off', 'yes'] as const] : [];
    return [[FACT_NAMES[name] ?? name, value] as const];
  });
  return Object.fromEntries(facts);
}

const FACT_NAMES: Readonly<Record<string, string>> = {
  rowCount: 'rows',
  rows: 'rows',
  cpuSeconds: 'seconds of work',
  isExport: 'as files',
};

const TEXT_MAX = 60;

function isShort(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.length < 5 && value.every(isShort);
  if (typeof value === 'string') return value !== '' && value.length <= TEXT_MAX;
  return typeof value === 'number' || typeof value === 'boolean';
}

export const words = {
  who: 'Who',
  whoHint: 'name or id',
  severalNames: (ids: readonly string[]): string =>
    `Several are called so: ${ids.join(', ')}. Write the id of one.`,
  lookedAt: (columns: readonly string[], count: number, product: string): string => {
    if (count === 0) return `asked for ${product}`;
    const more = count - columns.length;
    return `read ${listAll(more > 0 ? [...columns, `${formatNumber(more)} more`] : columns)} of ${product}`;
  },
  did: 'Did',
  noAction: (text: string): string =>
    `Nothing in the log is called ${text}. Choose one that the field offers, or a part of it.`,
  didHint: 'Policy change',
  toWhat: 'To what',
  toWhatHint: 'product, subject, id',
  letAt: 'Let at column',
  letAtHint: 'domain.product.column',
  when: 'When',
  anyTime: 'any time',
  fromTo: 'from … to …',
  noDay: (text: string): string => `${text} is no day: write it as 2026-11-01.`,
  noColumn: 'A column is written domain.product.column.',
  from: 'From',
  before: 'Before',
  clear: 'Clear',
  entries: 'Entries',
  table: 'Entries of the audit log, the newest first',
  facts: 'Facts',
  older: 'Show older ones',
  entry: 'Entry',
  place: (index: number, chain: string, at: string): string =>
    `number ${index} of the chain ${chain}, ${formatExact(at)}`,
  hash: 'Its hash',
  copyHash: 'Copy the hash',
  previous: 'The one before',
  isFirst: 'none: it is the first',
  holds: 'What the entry holds',
  title: 'Who was let at your data',
  ownersOnly:
    'The whole log is for the platform team and privacy officers. Who was let at a column, its owners may ask.',
  askHelp: 'Choose a product of yours and one of its columns.',
  askTitle: 'Ask about a column',
  questions: 'Questions',
  noneHelp: 'Take a condition away, or look at a longer time.',
  none: 'No entry fits',
  whoSaw: 'Who saw a column',
  product: 'Product',
  column: 'Column',
  ask: 'Ask for the last 30 days',
  noProduct: 'There is no such product.',
  verify: 'Verify the chain',
  take: 'Take the log away',
  policiesChanged: 'Which policies changed',
  accessGiven: 'Who was given access',
  rowsSeen: 'Who looked at refused rows',
  queriesRan: 'Which queries ran',
  tokens: 'Who was given a token',
  mine: 'What I did',
  often: 'Often asked',
};

export function wholeWords({
  chain,
  entries,
  checkpoints,
}: Pick<ChainReport, 'chain' | 'entries' | 'checkpoints'>): string {
  const whole = plural(entries, {
    one: `The chain ${chain} is whole: # entry`,
    other: `The chain ${chain} is whole: # entries`,
  });
  if (checkpoints === 0) return `${whole}, none signed yet`;
  return plural(checkpoints, {
    one: `${whole}, held against # signed checkpoint`,
    other: `${whole}, held against # signed checkpoints`,
  });
}
