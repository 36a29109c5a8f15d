/**
 * What the pages say on which a product is drafted and published.
 */

import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatBytes, formatNumber, formatShare, plural } from '../../lib/format.ts';
import type { Limit, Lost } from './drafted-limits.ts';
import { rowWords } from './words.ts';

const LOST: Readonly<Record<Lost, string>> = {
  format: 'format',
  minimum: 'minimum',
  maximum: 'maximum',
  pattern: 'pattern',
  values: 'list of values',
  examples: 'examples',
};

const VALUES_SHOWN = 6;

/** A limit of a column, for who reads the form. */
export function limitWords({ kind, said, isWarned }: Limit): string {
  const [first = '', second = ''] = said;
  const warned = isWarned ? ' (others are warned of)' : '';
  switch (kind) {
    case 'key':
      return second === '1' ? 'the key' : `column ${first} of ${second} of the key`;
    case 'format':
      return `format ${first}`;
    case 'minimum':
      return `at least ${first}`;
    case 'maximum':
      return `at most ${first}`;
    case 'pattern':
      return `pattern ${first}${warned}`;
    case 'unique':
      return `each value once${isWarned ? ' (repeated ones are warned of)' : ''}`;
    case 'values': {
      const more = said.length - VALUES_SHOWN;
      const shown = said.slice(0, VALUES_SHOWN).join(', ');
      return `one of ${shown}${more > 0 ? ` and ${formatNumber(more)} more` : ''}${warned}`;
    }
  }
}

export const words = {
  noYaml: 'The text is no YAML right now. Mend it beside, and the form comes back.',
  anotherSample: 'Another sample',
  leaveTitle: 'Throw the draft away?',
  leaveHelp: 'What you wrote since the draft was made is lost. This cannot be taken back.',
  leaveIt: 'Throw it away',
  keepIt: 'Keep the draft',
  underEach: 'Under each: what the sample shows',
  trying: 'Trying it against the mesh…',
  asText: 'The contract as text',
  textKind: 'ODCS, YAML',
  asYaml: 'The contract as YAML',
  howShown: 'How the text is shown',
  text: 'Text',
  loadingDiff: 'Loading the comparison',
  sourceOfDraft: 'Source of the draft',
  loadingVersion: 'Loading the version in force',
  noVersion: (product: string): string => `No version of ${product} is in force`,
  comparing: 'Comparing with the version in force',
  whoReads: 'Looking who reads it',
  changeSomething:
    'Change the form or the text: what it means for each side stands here as you write.',
  backToProduct: 'Back to the product',
  notYours: 'Versions are published by who produces for the domain',
  notYoursHelp:
    'The rule: owners and producers of a domain publish its contracts, and the platform team. Ask them, or make a product in a domain of yours.',
  notYoursTitle: (product: string): string => `You do not publish ${product}`,
  draftedFrom: (
    name: string,
    { rows, truncated }: { rows: number; truncated: boolean },
  ): string => {
    const seen = rowWords(rows);
    return truncated
      ? `drafted from the first ${seen} of ${name}`
      : `drafted from ${seen} of ${name}`;
  },
  followsNewer: (version: string): string =>
    `begun before ${version}, which is in force now: look at what differs before you publish`,
  dropDraft: 'Leave my changes',
  sampleGone:
    'Send its first batch: the page was loaded anew, so the sample has to be chosen again.',
  follows: (version: string): string => `follows ${version}, the version in force`,
  against: (version: string): string => `Against ${version}`,
  sourceOf: (version: string): string => `Source of ${version}`,
  since: (version: string): string => `since ${version}`,
  nothingChanged: (version: string): string =>
    `Nothing is changed: this is ${version}, as it is in force.`,
  becomesFirst: (version: string): string =>
    `Nothing is missing. It becomes ${version}, the first version.`,
  becomesNext: (version: string, before: string | null): string =>
    `Nothing is missing. It becomes ${version}${before === null ? '' : ` after ${before}`}.`,
  needsNumber: (version: string): string => `It still bears the number ${version}.`,
  callIt: (version: string): string => `Call it ${version}`,
  refersTo: (columns: string): string => ` refers to ${columns}`,
  andMore: (count: number): string => `, and ${formatNumber(count)} more`,
  /** "It breaks 1 of 3 readers, and 0 of 2 products that refer to it". */
  breaksFor: (broken: number, readers: number, products: number, referrers: number): string => {
    const who = plural(readers, { one: '# agreement', other: '# agreements' });
    const what = plural(referrers, {
      one: '# product that refers to it',
      other: '# products that refer to it',
    });
    if (broken === 0 && products === 0) return `Nothing breaks for ${who} in force and ${what}`;
    return `It breaks ${formatNumber(broken)} of ${who} in force, and ${formatNumber(products)} of ${what}`;
  },
  columns: (count: number): string => plural(count, { one: '# column', other: '# columns' }),
  columnsHelp: 'Under each: what the sample shows',
  nameOf: (name: string): string => `Name of ${name}`,
  typeOf: (name: string): string => `Type of ${name}`,
  classOf: (name: string): string => `Classification of ${name}`,
  required: 'required',
  isRequired: (name: string): string => `${name} is required`,
  unique: 'unique',
  isUnique: (name: string): string => `${name} is unique`,
  saysOf: (name: string): string => `What ${name} says`,
  saysHint: 'What it says, for who reads it',
  notInSample: 'not in the sample',
  limitsOf: (name: string): string => `What else the contract says of ${name}`,
  leftOut: (type: string, lost: readonly Lost[]): string =>
    `Left out, since it was said of the type ${type}: ${lost.map((one) => LOST[one]).join(', ')}.`,
  suchAs: (examples: string): string => `such as ${examples}`,
  published: (contract: string, version: string): string =>
    `${contract}@${version} is published. It has no rows yet.`,
  signed: (hash: string): string => `Signed as ${hash}`,
  seeIt: 'See it as others do',
  sampleAtHand: (name: string, size: number): string =>
    `${name}, ${formatBytes(size)}, is still at hand. As the first batch it is checked like any other, and visible after its verdict.`,
  sendSample: 'Send the sample as the first batch',
  sendOther: 'Send another file',
  title: 'New product from a sample file',
  lead: 'The mesh reads the sample and drafts the contract: columns, types, keys, what looks personal. You say the rest, see what is missing as you write, and publish.',
  drop: 'Drop a sample here, or choose it',
  dropHelp: (size: number): string =>
    `CSV, NDJSON, JSON, Parquet or Avro, up to ${formatBytes(size)}. It is read and not kept.`,
  draft: 'Draft the contract',
  domain: 'Domain',
  name: 'Name of the product',
  inQueries: (domain: string, name: string): string => `In queries: ${domain}.${name}`,
  nameHelp: 'Small letters, digits and _, a letter first',
  tooLarge: 'The sample is too large',
  tooLargeDetail: (name: string, size: number, most: number): string =>
    `${name} has ${formatBytes(size)}; a sample has up to ${formatBytes(most)}.`,
  tooLargeRemedy:
    'Some ten thousand rows are enough. The whole file can be sent as the first batch.',
  terms: 'What it is, and what it promises',
  productTitle: 'Title',
  owner: 'Owner',
  purpose: 'What the data is for',
  table: 'What the table holds',
  oneRow: 'One row is',
  arrives: 'Arrives every',
  notOlder: 'Not older than',
  keptFor: 'Kept for',
  usedFor: 'May be used for',
  usedForHelp: 'Purposes, with commas between',
  noPurpose: (name: string): string =>
    `${name} is no purpose: small letters, digits, _ and - alone, a letter first, such as market_research`,
  usedForHint: 'research, assortment',
  version: 'Version',
  versionHelp: '1.0.0 can be relied on',
  status: 'Status',
  statusHelp: 'As it says of itself',
  unitOf: (label: string): string => `${label}: unit`,
  unit: 'unit',
  otherSample: 'Another sample',
  format: 'ODCS, YAML',
  faults: (count: number): string =>
    plural(count, {
      one: '# thing is missing or wrong',
      other: '# things are missing or wrong',
    }),
  line: (line: number): string => `line ${formatNumber(line)}`,
  moreFaults: (count: number): string => `and ${formatNumber(count)} more, marked in the text`,
  publish: 'Publish',
  publishVersion: (version: string): string => `Publish ${version}`,
  publishSure: (version: string): string => `Yes, publish ${version}`,
  newMajor: (version: string, before: string): string =>
    `${version} begins with an empty table of its own, and cannot be taken back. ${before} goes on serving those who read it; whoever wants ${version} asks for it.`,
  first: (version: string): string =>
    `Nothing is missing. It becomes ${version}, the first version.`,
  seen: (count: number): PhraseParts => [{ strong: formatNumber(count) }, ' seen'],
  emptyShare: (share: number): PhraseParts => [
    { strong: share === 0 ? 'none' : formatShare(share) },
    ' empty',
  ],
  different: (count: number): PhraseParts => [{ strong: formatNumber(count) }, ' different'],
  range: (low: string, high: string): PhraseParts => [{ strong: low }, ' to ', { strong: high }],
  units: { min: 'minutes', h: 'hours', d: 'days', m: 'months', y: 'years' },
  next: (version: string, changes: number, breaks: number): string => {
    const breaking = plural(breaks, {
      one: '# that breaks readers',
      other: '# that break readers',
    });
    return plural(changes, {
      one: `Nothing is missing. It becomes ${version}, with # change, ${breaking}.`,
      other: `Nothing is missing. It becomes ${version}, with # changes, ${breaking}.`,
    });
  },
  noDomain: 'Products are made by who produces for a domain',
  noDomainHelp:
    'The rule: a product belongs to a domain, and its people publish it. The platform team gives the role of a producer and a domain.',
  noDomainTitle: 'You produce for no domain yet',
  toPeople: 'People and their roles',
};
