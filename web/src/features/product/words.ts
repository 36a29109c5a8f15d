/**
 * What the pages of a product say.
 */
import { type MeasuredPromise, type PromiseState, worstOf } from '../../api/promises.ts';
import type { Product } from '../../api/types.ts';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatDay, formatName, formatNumber, plural } from '../../lib/format.ts';

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
/** The team that the contract names, else ids of the owners. */
export function ownerOf(
  document: unknown,
  facts: Product['facts'],
): { team: string } | { owners: readonly string[] } {
  const { team } = (document ?? {}) as { team?: { name?: unknown } };
  if (typeof team?.name === 'string' && team.name !== '') return { team: team.name };
  const { owners = [] } = facts ?? {};
  return { owners };
}

export function olderVersion(shown: string, newest: string | null): string {
  return newest === null
    ? `You look at ${shown}.`
    : `You look at ${shown}. The newest is ${newest}.`;
}

export const words = {
  noOwner: 'No owner named',
  ledgerTitle: 'What is promised, and what we saw',
  readSource: 'Read the source',
  columns: 'Columns',
  noAgreement: 'No profile yet: you have no agreement',
  hiddenByPolicy: 'A policy hides all of it from you',
  noAgreementHelp:
    'Counts, spread and examples are read under your own rights, so they come with an agreement.',
  request: 'Request access',
  chooseProfile: 'Figures are what your purpose lets you see.',
  compare: 'Compare',
  connect: 'Connect',
  versions: 'Versions',
  lineageTitle: 'Where the data comes from, and who reads it',
  noConsumers: 'Nobody has an agreement yet',
  noColumns: 'The contract names no columns',
  table: 'Table',
  columnCount: (count: number): string => plural(count, { one: '# column', other: '# columns' }),
  allColumns: (table: string): string => `All columns of ${table}`,
  allWays: 'All ways',
  ownTools: 'Read it with your own tools',
  needsAgreement: 'needs an agreement first',
  forPurpose: (purpose: string): string => `for ${purpose}`,
  codeNeeds: 'What the code needs',
  purposeNeeded:
    'The purpose is part of each question: what an answer holds is decided by it, each time anew.',
  cutNeeded: 'A result beyond the mesh’s limits is cut and says so; ask for less, or in parts.',
  loadingConsumers: 'Loading who uses it',
  noConsumersHelp: 'Whoever is granted access for a purpose is counted here.',
  peopleHidden: 'Who they are, and for what, is shown to owner, steward and privacy officer.',
  people: 'Who they are',
  agreements: 'Agreements in force',
  who: 'Who',
  purpose: 'Purpose',
  until: 'Until',
  agreement: 'Agreement',
  noEnd: 'no end',
  loadingLineage: 'Loading the lineage',
  shownAs: 'How it is shown',
  graph: 'Graph',
  list: 'List',
  drawingLineage: 'Drawing the lineage',
  open: (product: string): string => `Open ${product}`,
  referring: 'Columns that refer to others',
  noReferenceHelp:
    'A contract says so with a relationship of the column; it appears here, and is checked with each batch.',
  noReference: 'No column refers to another product',
  references: 'The references, as a table',
  referencesTable: 'Columns that refer to columns of other products',
  column: 'Column',
  existsIn: 'exists in',
  existsAs: 'as',
  beforeUse: 'Before you use it',
  loadingPromises: 'Loading the promises',
  allPromises: (count: number): string => `All ${formatNumber(count)} promises`,
  allOf: (count: number): string => `All ${formatNumber(count)}`,
  firstColumns: (table: string): string => `The first columns of ${table}`,
  seeNewest: 'Look at the newest',
  copyHash: 'Copy the whole hash',
  following: 'Following',
  follow: 'Follow',
  query: 'Query',
  more: 'More to do',
  copyNewest: 'Copy link to the newest version',
  copyVersion: (version: string): string => `Copy link to ${version}`,
  requestOther: 'Request access for another purpose',
  send: 'Send data',
  requestOf: (product: string): string => `Request ${product}`,
  queryOf: (product: string): string => `Query ${product}`,
  unfollowOf: (product: string): string => `Follow ${product} no more`,
  followOf: (product: string): string => `Follow ${product}`,
  loading: 'Loading the product',
  overview: 'Overview',
  quality: 'Quality',
  batches: 'Batches',
  lineage: 'Lineage',
  consumers: 'Consumers',
  about: 'About this product',
  tool: 'Tool',
  code: (tool: string): string => `Code for ${tool}`,
  copyCode: (tool: string): string => `Copy the code for ${tool}`,
  needs: (things: string): string => `Needs ${things}.`,
  newest: 'newest',
  replaced: 'replaced',
  serving: 'serving',
  loadingHistory: 'Loading the history',
  noneChecked: 'No batch was checked yet.',
  seeRows: (count: number, value1: string): string => `See the ${formatNumber(count)} ${value1}`,
  rowsAside: (count: number): string =>
    plural(count, { one: '# row set aside', other: '# rows set aside' }),
  isMine: 'You look after it',
  yoursTo: (day: string): string => `Yours to ${formatDay(day)}`,
  yoursHidden: 'Yours, but a policy hides all of it',
  yoursIs: (major: number): string => `Yours is ${major}.x`,
  published: (time: string): PhraseParts => ['published ', { time }],
  tokenNeeded: [
    { code: 'WEFT_TOKEN' },
    ' in the environment: an API key of yours, which is shown once when you make it. Keep it out of code.',
  ] as PhraseParts,
  /** The ways to use a product from outside of the app, and what each needs. */
  otherMajor: (major: number, version: string): string =>
    `Your agreement is on ${major}.x. This page shows ${version}, for which you have none.`,
  showVersion: (version: string): string => `Show ${version}`,
  requestVersion: (version: string): string => `Request ${version}`,
  doors: {
    weft: {
      title: 'weft',
      needs: 'a clone of Weft to run it in, Node 20 or newer, and WEFT_TOKEN',
    },
    curl: { title: 'curl', needs: 'WEFT_TOKEN' },
    python: { title: 'Python', needs: 'requests, pandas, and WEFT_TOKEN' },
    duckdb: { title: 'DuckDB', needs: 'requests, duckdb, and WEFT_TOKEN' },
    spark: {
      title: 'Spark',
      needs: 'requests, pyspark, Java, and WEFT_TOKEN; on a cluster, a folder that all of it reads',
    },
    iceberg: {
      title: 'Iceberg',
      needs:
        'a clone of Weft to run it in, Node 20 or newer, pyiceberg, and WEFT_TOKEN; whatever opens Iceberg reads the same folder',
    },
    powerbi: {
      title: 'Power BI',
      needs:
        'a text parameter WEFT_TOKEN of the report, and the way of signing in to this address set to Anonymous: the key stands in the question itself',
    },
    javascript: { title: 'JavaScript', needs: 'Node 20 or newer, and WEFT_TOKEN' },
  },
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

/** What a product refers to, and what refers to it. */
export function lineageWords(sources: number, readers: number): string {
  const reads =
    sources === 0
      ? 'It refers to no other product'
      : plural(sources, {
          one: 'It refers to # product',
          other: 'It refers to # products',
        });
  const read =
    readers === 0
      ? 'no product refers to it'
      : plural(readers, { one: '# product refers to it', other: '# products refer to it' });
  return `${reads}; ${read}`;
}

/** Who uses a product, as a heading. */
export function usageText(consumers: number, agreements: number): string {
  const what = plural(agreements, {
    one: '# agreement in force',
    other: '# agreements in force',
  });
  return plural(consumers, { one: `# consumer has ${what}`, other: `# consumers have ${what}` });
}

export interface Sight {
  purpose: string;
  treated: { plain: number; changed: number; hidden: number };
  /** Null while they are not known. */
  rows: number | null;
  isGrouped: boolean;
  isFiltered: boolean;
}

/** What figures are read under: "For demand planning: 4 as they are, 2 hidden, 1,559 rows." */
export function sightText({ purpose, treated, rows, isGrouped, isFiltered }: Sight): string {
  const forms = isGrouped
    ? { one: '# group', other: '# groups' }
    : { one: '# row', other: '# rows' };
  const parts = [
    `For ${formatName(purpose).toLowerCase()}: ${treatmentText(treated)}`,
    ...(rows === null ? [] : [plural(rows, forms)]),
    ...(isFiltered ? ['by a condition on rows'] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** Columns that share a promise, as one sentence. */
export const FOLDED = {
  hasType: (columns: number): PhraseParts => [
    plural(columns, { one: '# column has ', other: '# columns have ' }),
    { strong: 'their types' },
  ],
  present: (columns: number): PhraseParts => [
    plural(columns, { one: '# column is ', other: '# columns are ' }),
    { strong: 'never empty' },
  ],
};

export const FOLDED_FOUND = {
  hasType: '0 of another type',
  present: '0 empty',
  none: 'not measured yet',
};

export const setAside = (count: number): string => `${formatNumber(count)} set aside`;

export const rowsChecked = (count: number): string =>
  plural(count, { one: '# row checked', other: '# rows checked' });

/** Whether it tells of people, and what it may be used for. */
export function personalText(columns: readonly string[], purposes: readonly string[]): string {
  const about = columns.length === 0 ? 'No personal data.' : `Personal data: ${allOf(columns)}.`;
  const may =
    purposes.length === 0
      ? 'The contract names no purposes.'
      : `Use it for ${anyOf(purposes.map((purpose) => formatName(purpose).toLowerCase()))}.`;
  return `${about} ${may}`;
}

function allOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function anyOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
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
