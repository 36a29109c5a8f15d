/**
 * What the pages of a product say.
 */
import { type MeasuredPromise, type PromiseState, worstOf } from '../../api/promises.ts';
import type { Product } from '../../api/types.ts';
import { formatDay, formatNumber, plural } from '../../lib/format.ts';

/** How the promises stand, in three words; null where nothing was measured. */
export function stateText(
  promises: readonly MeasuredPromise[],
): { state: PromiseState; text: string } | null {
  const state = worstOf(promises);
  const count = promises.filter((promise) => promise.state === state).length;
  if (state === 'unknown') return null;
  const unknown = promises.filter((promise) => promise.state === 'unknown').length;
  if (state === 'kept') {
    const kept = { one: 'One promise kept', other: '# promises kept' };
    const text = unknown === 0 ? 'Every promise kept' : plural(count, kept);
    return {
      state,
      text: unknown === 0 ? text : `${text}, ${formatNumber(unknown)} not measured yet`,
    };
  }
  const forms =
    state === 'missed'
      ? { one: 'One promise missed', other: '# promises missed' }
      : { one: 'One promise close', other: '# promises close' };
  return { state, text: plural(count, forms) };
}

export function consumersText(count: number): string {
  return count === 0
    ? 'No consumers yet'
    : plural(count, { one: '# consumer', other: '# consumers' });
}

/** The team that the contract names, else the owners. */
export function ownerOf(document: unknown, facts: unknown): string {
  const { team } = (document ?? {}) as { team?: { name?: unknown } };
  if (typeof team?.name === 'string' && team.name !== '') return team.name;
  const { owners } = (facts ?? {}) as { owners?: string[] };
  return owners === undefined || owners.length === 0 ? 'No owner named' : owners.join(', ');
}

export function olderVersion(shown: string, newest: string | null): string {
  return newest === null
    ? `You look at ${shown}.`
    : `You look at ${shown}. The newest is ${newest}.`;
}

export const words = {
  ledgerTitle: 'What is promised, and what we saw',
  readSource: 'Read the source',
  columns: 'Columns',
  noAgreement: 'No profile yet: you have no agreement',
  noAgreementHelp:
    'Counts, spread and examples are read under your own rights, so they come with an agreement.',
  request: 'Request access',
  chooseProfile: 'Figures are what your purpose lets you see.',
  compare: 'Compare',
  connect: 'Connect',
  versions: 'Versions',
  lineageTitle: 'Where the data comes from, and who reads it',
  noConsumers: 'Nobody has an agreement yet',
};

/** "4 as they are, 2 changed, 2 hidden". */
export function treatmentText(counts: { plain: number; changed: number; hidden: number }): string {
  const parts = [
    `${formatNumber(counts.plain)} as they are`,
    ...(counts.changed > 0 ? [`${formatNumber(counts.changed)} changed`] : []),
    ...(counts.hidden > 0 ? [`${formatNumber(counts.hidden)} hidden`] : []),
  ];
  return parts.join(', ');
}

export const makerWords = {
  newVersion: 'New version',
  retire: 'Retire the product',
};

export const retireWords = {
  title: (product: string): string => `Retire ${product}`,
  noMore: 'It takes no batch, no new version and no new agreement from then on.',
  counting: 'Counting who reads it…',
  readersKeep: (consumers: number, agreements: number): string =>
    consumers === 0
      ? 'Nobody has an agreement; whoever asks for one is refused.'
      : `${plural(consumers, { one: '# consumer keeps', other: '# consumers keep' })} ${plural(agreements, { one: 'the agreement', other: '# agreements' })} to the end, and what is there stays readable, but nothing new comes.`,
  referrers: (products: readonly string[]): string =>
    products.length === 0
      ? 'No product refers to it.'
      : `${plural(products.length, { one: '# product refers', other: '# products refer' })} to it: ${products.join(', ')}. Their references are checked against what is there, and miss what would have come.`,
  hidden: 'The market shows it only to who asks for retired products.',
  forGood: 'This cannot be taken back. Another product needs another name.',
  notNow: 'Not now',
  goOn: 'Go on to retire it',
  typeName: 'Its name, to be sure',
  why: 'Why, for those who read it',
  retire: (product: string): string => `Retire ${product} for good`,
};

export const connectWords = {
  needsKey:
    ' in the environment: an API key of yours, which is shown once when you make it. Keep it out of code.',
  doors:
    'Tools that speak SQL to a server, such as psql, Trino and Spark over a catalog, read through doors of their own, which this mesh does not open yet. What stands here asks the mesh itself.',
};

/** "newest, supported to 31 Dec 2027", by what the mesh says of the version. */
export function standingText({
  standing,
  endOfSupport,
  endOfLife,
}: Pick<Product['contracts'][number], 'standing' | 'endOfSupport' | 'endOfLife'>): string {
  const day = (text: string): string => (Number.isNaN(Date.parse(text)) ? text : formatDay(text));
  const support = endOfSupport === null ? [] : [`supported to ${day(endOfSupport)}`];
  const life = endOfLife === null ? [] : [`ends ${day(endOfLife)}`];
  return [standing, ...support, ...life].join(', ');
}

export const batchWords = {
  title: 'Batches',
  allDays: 'All days',
  chooseOther: 'Choose another state or day, or all of them.',
  ofDay: (day: string): string => `Batches of ${formatDay(`${day}T12:00:00Z`)}`,
  none: (state: string | undefined, day: string | undefined): string => {
    if (state === undefined && day === undefined) return 'No batch is shown to you';
    const when = day === undefined ? '' : ` of ${formatDay(`${day}T12:00:00Z`)}`;
    return `No batch${when} is ${state ?? 'shown to you'}`;
  },
};
