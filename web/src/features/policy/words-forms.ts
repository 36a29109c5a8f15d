/**
 * What the forms say in which rules are written.
 */

import { formatName, plural } from '../../lib/format.ts';
import type { Place } from './cedar/places.ts';
import type { RuleForm } from './cedar/rules.ts';
import type { PolicyContent } from './policy-queries.ts';

/** Purposes that the contract does not name; null where all are known, or none is named at all. */
export function purposeDoubt(purposes: readonly string[], known: readonly string[]): string | null {
  const odd = purposes.filter((purpose) => !known.includes(purpose) && !EVERYWHERE.has(purpose));
  if (odd.length === 0 || known.length === 0) return null;
  return plural(odd.length, {
    one: `The contract names no purpose ${odd[0]}: nobody can have an agreement for it.`,
    other: `The contract names no purposes ${odd.join(', ')}: nobody can have an agreement for them.`,
  });
}

/** Used without an agreement, so no contract names it. */
const EVERYWHERE: ReadonlySet<string> = new Set(['privacy_request']);

export const words = {
  domainTags: 'Tags of domains',
  domainTagsHelp: 'All tables of the domain inherit them, unless a contract says otherwise.',
  noTag: 'None.',
  addTag: 'Add a tag',
  domain: 'Domain',
  tag: 'Tag',
  valuesOf: (tag: string): string => `Values of ${tag}`,
  takeTag: (tag: string, domain: string): string => `Take ${tag} of ${domain} away`,
  beside: 'Beside the rules',
  onlyRows: 'The only rows that consumers get',
  onlyRowsHint: "all rows, or country in ('DE', 'AT')",
  allRows: 'all rows',
  hiddenClasses: 'Classes that do not exist for consumers',
  atOncePurposes: 'Purposes that are approved at once',
  attributes: 'Attributes that rules may ask of readers, though no reader has them yet',
  sets: 'Sets that rules can ask',
  setsHelp: 'They come through every change here as they are; a policy file changes them.',
  allHold: 'all of these hold',
  anyHolds: 'any of these holds',
  onlyWhen: 'Only when',
  exceptWhen: 'Except when',
  addCondition: 'Add a condition',
  looksAt: 'What the condition looks at',
  not: 'not',
  takeCondition: (condition: string): string => `Take the condition away: ${condition}`,
  oneOrMore: 'one or more',
  purposes: 'Purposes',
  roles: 'Roles',
  readers: 'Readers',
  domains: 'Domains',
  classes: 'Classes',
  attributeOf: 'Attribute of the reader',
  attribute: 'attribute',
  asNumbers: (name: string): string => `${name}, as numbers`,
  values: 'Values',
  holdsOne: 'holds one of',
  before: 'before',
  until: 'until',
  after: 'after',
  from: 'from',
  beforeOrAfter: 'Before or after',
  time: 'Time',
  tagHint: 'tag',
  tagValue: 'Value of the tag, if it has to have one',
  anyValue: 'any value',
  column: 'Column',
  isOwn: 'is one of the reader’s',
  isInSet: 'is in the set',
  set: 'Set',
  isOneOf: 'is one of',
  beginning: 'Beginning',
  beginsWith: 'begins with',
  isNot: 'is not',
  lessThan: 'less than',
  atMost: 'at most',
  moreThan: 'more than',
  atLeast: 'at least',
  comparison: 'Comparison',
  value: 'Value',
  groups: 'groups instead of rows',
  oneRowFor: 'One row for each',
  oneRowForHint: 'store_id, sold_at by week',
  tells: 'It tells',
  tellsHint: 'count, sum units',
  ofAtLeast: 'Of at least',
  different: 'different',
  veil: 'Veil a column',
  veiled: 'Column, class or tag that is veiled',
  takeVeil: (of: string): string => `Take the veil of ${of} away`,
  isShownAs: 'is shown as',
  shownAs: (name: string): string => `What ${name} is shown as`,
  everyRow: 'in every row',
  rowsWhere: 'in rows where',
  rowsUnless: 'in rows unless',
  veiledRows: (name: string): string => `In which rows ${name} is veiled`,
  rowCondition: 'Condition on the row',
  rowConditionHint: "region = 'DE'",
  rule: (name: string): string => `Rule ${name}`,
  forbids: 'Forbids',
  permits: 'Permits',
  ofTable: (table: string): string => `table ${table}`,
  change: 'Change',
  changeRule: (name: string): string => `Change the rule ${name}`,
  asWritten:
    'The forms have no words for all of it. It is kept as it is written; change it in the source.',
  for: 'For',
  when: 'When',
  always: 'always',
  theseRows: 'these rows, whatever permits them',
  shows: 'Shows',
  useRule: 'Use this rule',
  leave: 'Leave it as it was',
  takeOut: 'Take the rule out',
  name: 'Name',
  about: 'What it is for',
  aboutHint: 'in a sentence, for who reads it later',
  effect: 'Effect',
  table: 'Table',
  everyTable: 'every table',
  onlyWhenMore: 'Only when …',
  exceptWhenMore: 'Except when …',
  noFormsHelp: 'The source says in which line. Nothing of it is changed here.',
  noForms: 'The text cannot be taken apart into rules',
  noRule: 'No rule yet',
  addRule: 'Add a rule',
  onlySome: 'only some columns',
  someAlone: 'some columns alone, not the whole table',
  selectors: 'Columns, classes or tags',
  selectorsHint: 'classification internal, tag pii, a column',
  rowsOfAnswer: 'Rows of an answer',
  all: 'all',
  holdsUntil: 'Holds until',
  withoutEnd: 'without end',
  files: 'Files',
  mayTake: 'may be taken away',
  lookOnly: 'look only, no files',
  mayTakeSaid: 'may be taken away (said so)',
  purpose: 'Purpose',
  role: 'Role of the reader',
  has: 'Reader has an attribute',
  reader: 'Reader',
  domainOf: 'Domain of the reader',
  classOf: 'Class of the table',
  tagOf: 'Tag of the table',
  rowsByAttribute: 'Rows by an attribute of the reader',
  rowsBySet: 'Rows by a set',
  rowsByColumn: 'Rows by a column',
  rowsByList: 'Rows by a list of values',
  rowsByBeginning: 'Rows by how a text begins',
  rowsPresent: 'Rows with a value',
  hidden: 'hidden',
  empty: 'empty',
  standIn: 'a stand-in',
  alwaysSame: 'always the same',
  inSteps: 'in steps',
  step: 'Step, or day … year',
  inBands: 'in bands',
  bounds: 'Bounds',
  itsBeginning: 'its beginning',
  characters: 'Characters',
  itsEnd: 'its end',
  nameRule: 'Name the rule with letters, digits, - and . only.',
  chooseColumns: 'Choose the columns.',
  sayMask: 'Say what each column is shown as.',
  writeLimit: 'Write the limit as a number of rows.',
  writeUntil: 'Write the last day as 2027-01-31.',
  chooseTells: 'Choose what a group tells.',
  leastTwo: 'A group holds at least 2.',
  chooseValue: 'Choose a value for each condition.',
  chooseSet: 'Choose the set.',
  chooseAttribute: 'Choose the attribute of the reader.',
  chooseTag: 'Choose the tag.',
  writeTime: 'Write the time as 2027-01-31.',
  writeWhole: (name: string): string => `Write whole numbers for ${name}.`,
  chooseColumn: 'Choose a column that the table has.',
  writeAs: (place: string, example: string): string => `Write ${place} as ${example}.`,
  is: 'is',
  and: 'and',
  or: 'or',
  columnsWith: (columns: string | null, hasMasks: boolean): string => {
    if (columns === null) return hasMasks ? 'all columns, with' : 'all columns';
    return hasMasks ? `only ${columns}, with` : `only ${columns}`;
  },
  joinOf: (title: string): string => `${title}: all or any`,
};

/** What is in a set that rules can ask, and where it comes from. */
export function setWords(set: PolicyContent['sets'][string]): string {
  const { from, key, subject, where, purpose, values } = set;
  if (Array.isArray(values) && typeof from !== 'string') {
    return plural(values.length, {
      one: '# value, written down',
      other: '# values, written down',
    });
  }
  if (typeof from !== 'string') {
    return plural(Object.keys(values ?? {}).length, {
      one: 'written down for # reader',
      other: 'written down for # readers',
    });
  }
  const whose = typeof subject === 'string' ? ` of each ${subject}` : '';
  const which = typeof where === 'string' ? ` where ${where}` : '';
  return `${String(key)}${whose} from ${from}${which}, read for ${formatName(String(purpose)).toLowerCase()}`;
}

export function limitsOf({ limit, until, export: files }: RuleForm): string[] {
  return [
    ...(limit === null ? [] : [`at most ${limit} rows in an answer`]),
    ...(until === null ? [] : [`until ${until}`]),
    ...(files === 'forbidden' ? ['to look at, not to take away as files'] : []),
  ];
}

export const EXAMPLES: Readonly<Record<Place['type'], string>> = {
  text: 'text',
  number: 'a whole number',
  decimal: '1.50',
  time: '2027-01-31',
  truth: 'true or false',
};
