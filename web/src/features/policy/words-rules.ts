/**
 * A policy in words: what it asks for and what it shows.
 *
 * Not what it does for somebody (`access/explain` knows). The words come from the form, so they say no more than the text.
 */

import { formatDay, formatName, formatNumber, plural } from '../../lib/format.ts';
import { listAll, listAny } from '../../lib/language.ts';
import type { Condition } from './cedar/conditions.ts';
import {
  type Granularity,
  type MaskForm,
  readMask,
  readObligations,
  type Selector,
} from './cedar/obligations.ts';
import { words } from './words-forms.ts';

const SIGNS: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
};
const TIME_SIGNS = { '<': 'before', '<=': 'until', '>': 'after', '>=': 'from' } as const;

export function conditionWords(condition: Condition): string {
  const said = plainWords(condition);
  return condition.not ? `not: ${said}` : said;
}

function plainWords(condition: Condition): string {
  switch (condition.kind) {
    case 'purpose':
      return `the purpose is ${listAny(condition.among.map(lower))}`;
    case 'role':
      return `the reader has the role ${listAny(condition.among.map(lower))}`;
    case 'person':
      return `the reader is ${listAny(condition.among)}`;
    case 'member':
      return `the reader speaks for the domain ${listAny(condition.among.map(lower))}`;
    case 'class':
      return `the table is ${listAny(condition.among.map(lower))}`;
    case 'attribute':
      return `the reader’s ${lower(condition.name)} hold ${listAny(condition.among)}`;
    case 'has':
      return `the reader has ${lower(condition.name)}`;
    case 'own':
      return `${condition.place} is one of the reader’s ${lower(condition.name)}`;
    case 'set':
      return `${condition.place} is in the set ${condition.set}`;
    case 'column':
      return `${condition.place} ${SIGNS[condition.comparison]} ${condition.value === '' ? 'empty' : condition.value}`;
    case 'among':
      return `${condition.place} is ${listAny(condition.among)}`;
    case 'starts':
      return `${condition.place} begins with ${condition.text}`;
    case 'present':
      return `${condition.place} has a value`;
    case 'time':
      return `it is ${TIME_SIGNS[condition.comparison]} ${dayOf(condition.at)}`;
    case 'tag':
      return `the table is tagged ${condition.value === null ? condition.key : `${condition.key}: ${condition.value}`}`;
  }
}

const lower = (name: string): string => formatName(name).toLowerCase();

function dayOf(text: string): string {
  return Number.isNaN(Date.parse(text)) ? text : formatDay(text);
}

export function selectorWords(selector: Selector): string {
  if (selector.kind === 'place') return selector.name;
  if (selector.kind === 'class') return `${lower(selector.name)} columns`;
  return `columns tagged ${selector.value === null ? selector.key : `${selector.key}: ${selector.value}`}`;
}

export function maskWords(mask: MaskForm): string {
  switch (mask.kind) {
    case 'hide':
      return words.hidden;
    case 'null':
      return words.empty;
    case 'hash':
      return words.standIn;
    case 'fixed':
      return `${words.alwaysSame}: ${mask.value}`;
    case 'first':
      return `${words.itsBeginning}, ${charactersWords(mask.count)}`;
    case 'last':
      return `${words.itsEnd}, ${charactersWords(mask.count)}`;
    case 'truncate':
      return `${words.inSteps} of ${/^\d/.test(mask.to) ? mask.to : `a ${mask.to}`}`;
    case 'bucket':
      return `${words.inBands}: ${mask.bounds.join(', ')}`;
  }
}

const charactersWords = (count: string): string =>
  plural(Number(count), { one: '# character', other: '# characters' });

/** A mask as the API writes it, an annotation's form for each kind of rows: `hash where region = 'DE', else null`. */
export function writtenMaskWords(text: string): string {
  if (text === 'none' || text === 'shown') return words.asItIs;
  const cases = text.split(', else ').map((part) => {
    const [, form = part, rows] = /^(.*?) where (.*)$/s.exec(part) ?? [];
    const mask = readMask(form.trim());
    const said = mask === null ? form : maskWords(mask);
    return rows === undefined ? said : `${said} where ${rows}`;
  });
  return cases.join(', else ');
}

export function granularityWords({ by, measures, atLeast }: Granularity): string {
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const told = measures.map(({ function: name, column }) =>
    [lower(name), column].filter((part) => part !== null).join(' '),
  );
  const each =
    dimensions.length === 0 ? 'one row in all' : `one row for each ${listAll(dimensions)}`;
  return `${each}, with ${listAll(told)}; only of ${formatNumber(atLeast.units)} ${atLeast.of} or more`;
}

/** Groups as the API writes them: as an annotation does. */
export function writtenGroupsWords(text: string): string {
  const read = readObligations(new Map([['granularity', text]]))?.granularity ?? null;
  return read === null ? text : granularityWords(read);
}
