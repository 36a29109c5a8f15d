/**
 * What the parts of a clean room say: the price of a question, its answer with its noise, what follows from it, its proof.
 */
import type { Budget } from '../lib/budget.ts';
import { formatDigits, formatNumber } from '../lib/format.ts';
import { type IntervalRow, isTold, type Saying, type ToldRow } from '../lib/intervals.ts';
import { listAll } from '../lib/language.ts';

export const words = {
  spent: 'spent',
  thisQuestion: 'this question',
  leftOf: (whole: string): string => `left of ${formatDigits(whole)}`,
  noBudget: 'The budget is not known',
  asChart: 'Show as chart',
  asTable: 'Show as table',
  group: 'Group',
  estimate: 'Estimate',
  lowest: 'Lowest',
  highest: 'Highest',
  withheld: 'withheld: too few to say',
  nothingTold: 'No group is told',
  maySay: 'What you may say',
  nothingToSay: 'Nothing can be compared: fewer than two groups are told.',
  sharper: (amount: string): string => `Sharper costs ${formatDigits(amount)} more.`,
  nothingOf: (labels: readonly string[]): string =>
    `Of ${listAll(labels)} nothing may be said: withheld.`,
  certificate: 'Certificate',
  copyCertificate: 'Copy the certificate',
};

/** "Too dear: 0.40 is 0.15 more than the 0.25 that is left". */
export function tooDear({ price, missing, left }: Budget): string {
  return `Too dear: ${formatDigits(price)} is ${formatDigits(missing ?? '0')} more than the ${formatDigits(left)} that is left`;
}

/** The gauge as a sentence. */
export function budgetFinding(budget: Budget): string {
  const { spent, price, left, whole, missing } = budget;
  if (missing !== null) return `${tooDear(budget)} of ${formatDigits(whole)}.`;
  return `${formatDigits(spent)} of ${formatDigits(whole)} is spent, this question takes ${formatDigits(price)}, ${formatDigits(left)} is left after it.`;
}

/** "50 ± 9"; where the ends are not as far away, "50 (41 to 62)". */
export function intervalWords({ estimate, low, high }: ToldRow): string {
  const [below, above] = [estimate - low, high - estimate].map((by) => formatNumber(by));
  const is = formatNumber(estimate);
  return below === above
    ? `${is} ± ${below}`
    : `${is} (${formatNumber(low)} to ${formatNumber(high)})`;
}

/** The highest and the lowest group, as a sentence, and who is withheld. */
export function intervalsFinding(title: string, rows: readonly IntervalRow[]): string {
  const told = rows.filter(isTold).toSorted((a, b) => b.estimate - a.estimate);
  const [first] = told;
  const last = told.at(-1);
  const withheld = rows.filter((row) => !isTold(row)).map(({ label }) => label);
  const kept = withheld.length === 0 ? '' : ` ${listAll(withheld)}: ${words.withheld}.`;
  if (first === undefined || last === undefined) return `${title}: ${words.nothingTold}.${kept}`;
  const highest = `${title}: highest estimate ${first.label}, ${intervalWords(first)}`;
  const lowest = first === last ? '' : `; lowest ${last.label}, ${intervalWords(last)}`;
  return `${highest}${lowest}.${kept}`;
}

const span = ({ low, high }: ToldRow): string => `${formatNumber(low)} to ${formatNumber(high)}`;

/** A saying as a sentence; `isWhole` where no group is withheld, so that the most is the most of all. */
export function sayingWords(saying: Saying, isWhole: boolean): string {
  if (saying.kind === 'close') {
    const [a, b, ...more] = saying.rows.map(({ label }) => label);
    return more.length === 0
      ? `${a} against ${b}: too close to tell.`
      : `${listAll(saying.rows.map(({ label }) => label))}: too close to tell apart.`;
  }
  const { row } = saying;
  if (saying.kind === 'most') {
    const of = isWhole ? 'is the highest' : 'is the highest of those told';
    return `${row.label} ${of}: its lowest (${formatNumber(row.low)}) is above every other highest (${formatNumber(saying.next)}).`;
  }
  const [only, ...more] = saying.of;
  if (only !== undefined && more.length === 0)
    return `${row.label} is above ${only.label}: ${span(row)} against ${span(only)}.`;
  const highest = Math.max(...saying.of.map(({ high }) => high));
  const names = listAll(saying.of.map(({ label }) => label));
  return `${row.label} is above ${names}: its lowest (${formatNumber(row.low)}) is above their highest (${formatNumber(highest)}).`;
}
