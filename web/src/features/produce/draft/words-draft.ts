/**
 * What the pages say on which a product is drafted and published.
 */

import type { PhraseParts } from '../../../components/Phrase.tsx';
import { formatBytes, formatNumber, formatShare, plural } from '../../../lib/format.ts';
import { rowWords } from '../words.ts';
import type { CheckName, Consequence } from './drafted-checks.ts';
import type { ColumnField, TermField } from './drafted-faults.ts';
import type { CheckedType, Misfit } from './drafted-fit.ts';
import type { Limit, Lost } from './drafted-limits.ts';
import type { Evidence } from './new-product.ts';

const LOST: Readonly<Record<Lost, string>> = {
  format: 'format',
  minimum: 'minimum',
  exclusiveMinimum: 'minimum',
  maximum: 'maximum',
  exclusiveMaximum: 'maximum',
  minLength: 'least length',
  maxLength: 'greatest length',
  pattern: 'pattern',
  values: 'list of values',
  examples: 'examples',
};

/** What becomes of others, behind a limit; nothing of the usual, which is that their rows are refused. */
const OTHERS: Readonly<Record<Consequence, string>> = {
  quarantine: '',
  warn: ' (others are warned of)',
  hold: ' (others hold the batch)',
  reject: ' (others reject the batch)',
};

export const CONSEQUENCE_WORDS: Readonly<Record<Consequence, string>> = {
  quarantine: 'refuses the row',
  warn: 'is taken, with a warning',
  hold: 'holds the whole batch',
  reject: 'rejects the whole batch',
};

/** Numbers and dates of a sample that are text, and what to do to have them as what they are. */
export const FOREIGN_WORDS: Readonly<Record<NonNullable<Evidence['looksLike']>, string>> = {
  decimalComma:
    'These look like numbers with a decimal comma. They are read as text; a file that writes a point has numbers.',
  thousands:
    'These look like numbers with separators of thousands. They are read as text; a file without them has numbers.',
  dayFirst:
    'These look like dates that begin with the day. They are read as text; a file that writes 2026-12-31 has dates.',
};

export const CHECK_LABELS: Readonly<Record<CheckName, string>> = {
  minimum: 'At least',
  maximum: 'At most',
  minLength: 'Fewest characters',
  maxLength: 'Most characters',
  pattern: 'Pattern',
  values: 'Permitted values',
};

const A_VALUE: Readonly<Record<CheckedType, string>> = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date such as 2026-12-31',
  timestamp: 'a moment such as 2026-12-31T09:30:00',
  time: 'a time such as 09:30:00',
};

/** What is told at the type of a column that the sample does not have. */
export const misfitWords = ({ type, such, isWhole }: Misfit): string =>
  isWhole
    ? `None of the sample's values is ${A_VALUE[type]} (${such}): each of its rows with one would be refused`
    : `None of the values that are shown of the sample is ${A_VALUE[type]} (${such}): such rows would be refused`;

const SCOPE_WORDS: Readonly<Record<string, string>> = {
  batch: 'within each batch',
  table: 'in the whole table',
};

export const scopeWords = (scope: string): string => SCOPE_WORDS[scope] ?? scope;

const VALUES_SHOWN = 6;

/** A limit of a column, for who reads the form. */
export function limitWords({ kind, said, otherwise }: Limit): string {
  const [first = '', second = '', third = ''] = said;
  const others = OTHERS[otherwise];
  switch (kind) {
    case 'key':
      return `${second === '1' ? 'the key' : `column ${first} of ${second} of the key`}, unique ${scopeWords(third)}`;
    case 'format':
      return `format ${first}`;
    case 'minimum':
      return `at least ${first}`;
    case 'exclusiveMinimum':
      return `more than ${first}`;
    case 'maximum':
      return `at most ${first}`;
    case 'exclusiveMaximum':
      return `less than ${first}`;
    case 'minLength':
      return `at least ${plural(Number(first), { one: '# character', other: '# characters' })}`;
    case 'maxLength':
      return `at most ${plural(Number(first), { one: '# character', other: '# characters' })}`;
    case 'pattern':
      return `pattern ${first}${others}`;
    case 'unique':
      return `each value once${others.replace('others', 'repeated ones')}`;
    case 'values': {
      const more = said.length - VALUES_SHOWN;
      const shown = said.slice(0, VALUES_SHOWN).join(', ');
      return `one of ${shown}${more > 0 ? ` and ${formatNumber(more)} more` : ''}${others}`;
    }
  }
}

export const words = {
  noYaml: 'The text is no YAML right now. Mend it beside, and the form comes back.',
  anchors:
    'The text has anchors (& and *), by which one place stands for several: there is no form of it, change the text itself.',
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
  numberTaken: (version: string, next: string): string =>
    `${version} is published already, with other content. Say a new number: ${next} or higher`,
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
  personal: 'personal',
  isPersonal: (name: string): string => `${name} is personal`,
  takenOut: (lost: readonly Lost[]): string =>
    `Taken out, since whoever may find the product reads the contract: ${lost.map((one) => LOST[one]).join(', ')}.`,
  askOpen: (columns: readonly string[], isRuled: boolean): string => {
    const names = columns.join(', ');
    const isOne = columns.length === 1;
    const these = isOne ? 'it' : 'them';
    const look = isOne ? 'looks personal or is confidential' : 'look personal or are confidential';
    const sees = isOne ? 'it as it is' : 'them as they are';
    return isRuled
      ? `${names} ${look}, and that the policy of the product hides or changes ${these} for everybody is not sure. Look at the policy before a request is agreed to. Publish it so?`
      : `${names} ${look}, and no policy of the product hides or changes ${these} yet: everybody with an agreement sees ${sees}. A policy can be written before the first request is agreed to. Publish it so?`;
  },
  unique: 'unique',
  isUnique: (name: string): string => `${name} is unique`,
  saysOf: (name: string): string => `What ${name} says`,
  saysHint: 'What it says, for who reads it',
  notInSample: 'not in the sample',
  limitsOf: (name: string): string => `What else the contract says of ${name}`,
  limits: 'Limits',
  changeLimits: (name: string): string => `Limits of ${name}: change them`,
  checkOf: (label: string, name: string): string => `${label} of ${name}`,
  noNumber: (value: string): string =>
    `${value} is no number: digits, with a point before decimals, such as 1250.50`,
  patternHint: '^[A-Z]{2}-[0-9]{4}$',
  oneALine: 'One a line',
  otherwise: 'Any other value',
  otherwiseOf: (label: string, name: string): string => `Any other value than ${label} of ${name}`,
  inText: (labels: readonly string[]): string =>
    `In the text alone, since the form could not keep it as it is: ${labels.join(', ').toLowerCase()}.`,
  badShare: 'Hold the batch above',
  badShareHelp: 'Percent of records refused; empty for no limit',
  scope: 'A key is unique',
  scopeHelp: 'And what is marked unique',
  csvDelimiter: 'CSV: delimiter',
  csvDelimiterHelp: 'Between two fields',
  csvEncoding: 'CSV: encoding',
  csvEncodingHelp: 'Of the characters',
  csvInText: 'How CSV files look stands in the text alone.',
  badShareInText: 'Stands in the text alone',
  leftOut: (type: string, lost: readonly Lost[]): string =>
    `Left out, since it was said of the type ${type}: ${lost.map((one) => LOST[one]).join(', ')}.`,
  suchAs: (examples: string): string => `such as ${examples}`,
  published: (product: string, version: string): string =>
    `${product} ${version} is published. It has no rows yet.`,
  signed: (hash: string): string => `Signed as ${hash}`,
  seeIt: 'See it as others do',
  sampleAtHand: (name: string, size: number): string =>
    `${name}, ${formatBytes(size)}, is still at hand. As the first batch it is checked like any other, and visible after its verdict.`,
  sendSample: 'Send the sample as the first batch',
  sendOther: 'Send another file',
  sendAFile: 'Send a file',
  isEmpty: (field: string): string => `“${field}” is empty`,
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
  sampleUnreadable: 'The sample cannot be read',
  sampleEmpty: 'The sample is empty',
  sampleEmptyDetail: (name: string): string => `${name} has nothing in it.`,
  sampleRemedy:
    'Choose a CSV, NDJSON, JSON, Parquet or Avro file with at least one record; it may be packed by gzip or zstd.',
  headerRemedy: 'Give each column a name of its own in the first line, and choose the file again.',
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
  toField: (field: string): string => `Go to ${field}`,
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

const DELIMITER_WORDS: Readonly<Record<string, string>> = {
  ',': 'comma ,',
  ';': 'semicolon ;',
  '\t': 'tab',
  '|': 'bar |',
};

export const delimiterWords = (delimiter: string): string =>
  DELIMITER_WORDS[delimiter] ?? delimiter;

const TERM_LABELS: Readonly<Record<TermField, string>> = {
  title: words.productTitle,
  owner: words.owner,
  purpose: words.purpose,
  table: words.table,
  granularity: words.oneRow,
  frequency: words.arrives,
  latency: words.notOlder,
  retention: words.keptFor,
  purposes: words.usedFor,
  badShare: words.badShare,
  duplicateScope: words.scope,
  delimiter: words.csvDelimiter,
  encoding: words.csvEncoding,
  version: words.version,
  status: words.status,
};

/** The label of a field of the whole product. */
export const termLabel = (field: TermField): string => TERM_LABELS[field];

/** The name of a field of a column, as readers hear it. */
export function columnLabel(field: ColumnField, name: string): string {
  switch (field) {
    case 'name':
      return words.nameOf(name);
    case 'type':
      return words.typeOf(name);
    case 'classification':
      return words.classOf(name);
    case 'description':
      return words.saysOf(name);
    default:
      return words.checkOf(CHECK_LABELS[field], name);
  }
}
