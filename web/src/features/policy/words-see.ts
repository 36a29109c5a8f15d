/**
 * What the pages say of who sees what, and why.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';

import { formatName, formatNumber, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';
import type { Explanation } from './policy-queries.ts';

export const words = {
  purpose: 'Purpose',
  chooseOne: 'choose one',
  table: 'Table',
  pickReader:
    'Choose a product and a reader that the fields offer: readers are those who have an agreement on the product, or asked for one; before a product is chosen, on any that you decide on.',
  reader: 'Reader',
  readerHint: 'name or id',
  product: 'Product',
  howMuch: 'How much is told',
  asTold: 'As they are told',
  allKnown: 'All that you may know',
  askHelp:
    'You are shown what that reader is shown: columns, rows, groups, and the smallest change that would turn it.',
  ask: 'Choose a reader, a product and a purpose',
  mayRead: 'may read',
  mayNotRead: 'may not read',
  seen: 'What is seen',
  seenThen: 'What would be seen then',
  answer: 'The answer itself',
  copyAnswer: 'Copy the answer',
  withDeciders: 'With what only who decides on the product may know.',
  own: 'This is your own answer.',
  whatHeGets: (name: string): string =>
    `What ${name} gets from the API by asking the same, byte for byte.`,
  seeAs: 'See what somebody sees',
  ofGroup: 'of each group',
  rows: 'Rows',
  all: 'all',
  groups: 'Groups',
  anAnswer: 'An answer',
  rowLimit: (count: number): string =>
    plural(count, { one: 'at most # row', other: 'at most # rows' }),
  files: 'Files',
  lookOnly: 'look only, no files',
  mayTake: 'may be taken away',
  columnsTable: 'Columns and how they are shown',
  column: 'Column',
  shown: 'Shown',
  means: 'Which means',
  asIs: 'as it is',
  noColumnsHelp: 'A contract names what is in a product.',
  noColumns: 'The contract has no columns',
  columns: 'Columns',
  columnsList: 'Columns with their class and tags',
  class: 'Class',
  tags: 'Tags',
  inheritedTag: (tag: string, from: 'mesh' | 'contract'): string =>
    from === 'mesh' ? `${tag}, of the domain` : `${tag}, of the contract`,
  whoSees: (column: string): string => `Who sees ${column}`,
  whoLooked: 'Who looked at it',
  nobodyHelp: 'No agreement in force shows this column.',
  nobody: 'Nobody sees it',
  readersTable: 'Who sees the column, for what, and how',
  for: 'For',
  sees: 'Sees',
  until: 'Until',
  owns: 'owns or produces it',
  itsValues: 'its values',
  noEnd: 'no end',
  who: 'Who',
  none: 'none',
  why: 'Why so',
  wouldTake: 'What would take it away',
  wouldLet: 'What would let him',
  noChange: 'No change of up to three steps turns it.',
  rules: 'What each rule says',
  noRule: 'No rule was asked.',
  toPolicy: 'Look at the policy',
  agreement: 'Agreement',
  ruleId: 'rule',
  about: (rows: number): string => `(about ${formatNumber(Math.round(rows))})`,
};

const OF_MESH = 'mesh:';
/** As the API names a rule that has no name, from 0. */
const UNNAMED = /^policy(\d+)$/;

/** Whose rule says what: "Rule restricted of the mesh’s policy forbids all rows". */
export function ruleSays({
  id,
  effect,
  applies,
  columns,
}: Pick<Explanation['policies'][number], 'id' | 'effect' | 'applies' | 'columns'>): PhraseParts {
  const { rule, whose } = namedRule(id);
  const told: PhraseParts = ['Rule ', { strong: rule }, ` of ${whose} `];
  if (isIdle({ applies, columns })) return [...told, 'does not apply here'];
  const what = columns === null ? applies : `${listAll(columns)}, in ${applies}`;
  return [...told, `${effect === 'forbid' ? 'forbids' : 'permits'} ${what}`];
}

/** Whether a rule says nothing of the table: of none of its rows, or of columns that it does not have. */
export function isIdle({
  applies,
  columns,
}: Pick<Explanation['policies'][number], 'applies' | 'columns'>): boolean {
  return applies === 'no row' || columns?.length === 0;
}

function namedRule(id: string): { rule: string; whose: string } {
  const isOfMesh = id.startsWith(OF_MESH);
  const name = isOfMesh ? id.slice(OF_MESH.length) : id;
  const [, at] = UNNAMED.exec(name) ?? [];
  return {
    rule: at === undefined ? name : `number ${Number(at) + 1}`,
    whose: isOfMesh ? 'the mesh’s policy' : 'the product’s policy',
  };
}

const ruleWords = (id: string): string => {
  const { rule, whose } = namedRule(id);
  return `rule ${rule} of ${whose}`;
};

/** Why somebody may or may not read, with rules by their names. */
export function reasonWords(reason: string): string {
  const [, ids] = /^Forbidden by (.+)\.$/.exec(reason) ?? [];
  return ids === undefined ? reason : `Forbidden by ${listAll(ids.split(', ').map(ruleWords))}.`;
}

type Edit = NonNullable<Explanation['change']>['edits'][number];

/** A step that would turn a decision. */
export const editWords = (edit: Edit): string =>
  edit.kind === 'policy' ? `without ${ruleWords(edit.id)}` : edit.text;

/** What somebody sees of a product. */
export function seesWords({ product, purpose, seen }: Explanation, reader: string): string {
  const why = formatName(purpose).toLowerCase();
  if (seen === null) return `${reader} sees nothing of ${product} for ${why}`;
  if (seen.granularity !== null) return `${reader} sees groups of ${product} for ${why}`;
  const shown = seen.columns.length;
  const all = shown + seen.hidden.length;
  return shown === all
    ? plural(all, {
        one: `${reader} sees all # column of ${product} for ${why}`,
        other: `${reader} sees all # columns of ${product} for ${why}`,
      })
    : plural(all, {
        one: `${reader} sees ${formatNumber(shown)} of # column of ${product} for ${why}`,
        other: `${reader} sees ${formatNumber(shown)} of # columns of ${product} for ${why}`,
      });
}

/** What one row stands for, where rows are groups. */
export function groupsWords({
  by,
  minimum,
}: NonNullable<NonNullable<Explanation['seen']>['granularity']>): string {
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const each =
    dimensions.length === 0 ? 'one row in all' : `one row for each ${listAll(dimensions)}`;
  return `${each}, only of ${formatNumber(minimum.units)} different ${minimum.of} or more`;
}

/** How many see a column. */
export function viewersWords(column: string, count: number): string {
  return count === 0
    ? `Nobody sees ${column}`
    : plural(count, { one: `# reader sees ${column}`, other: `# readers see ${column}` });
}
