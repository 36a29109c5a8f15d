/**
 * A promise as a sentence, and its measurement as a finding with a note. Facts come from the API; words are made here.
 *
 * Invariant: every operator of the API has a sentence; one that is new here is shown by its own name, never left out.
 */
import type { MeasuredPromise } from '../api/promises.ts';
import { durationMs, formatDuration, formatNumber, formatShare, plural } from '../lib/format.ts';
import type { PhrasePart, PhraseParts } from './Phrase.tsx';

export interface MeasuredWords {
  finding: string;
  note: string | null;
}

export const NOT_MEASURED = 'not measured yet';

/** What the contract itself calls its rules, by their ids. */
export type RuleNames = ReadonlyMap<string, string>;

export function promiseSentence(promise: MeasuredPromise, names?: RuleNames): PhraseParts {
  const { kind, statement, promised } = promise;
  const name = statement.subject === 'query' ? names?.get(promise.rule ?? '') : undefined;
  if (name !== undefined) return [name];
  switch (kind) {
    case 'freshness':
      return ['Is never older than ', { strong: lengthText(promised) }];
    case 'frequency':
      return ['Arrives ', { strong: everyText(promised) }];
    case 'latency':
      return ['Arrives within ', { strong: lengthText(promised) }, ' of what it tells of'];
    case 'retention':
      return ['Kept for ', { strong: lengthText(promised) }];
    case 'availability':
      return ['Can be queried ', { strong: percentText(statement.value) }, ' of the time'];
    case 'rows':
      return [
        'At least ',
        { strong: formatShare(Number(statement.value)) },
        ' of sent rows are good',
      ];
    case 'rule':
      return ruleSentence(promise);
  }
}

function ruleSentence({ statement, rule }: MeasuredPromise): PhraseParts {
  const { subject, operator, value, unit } = statement;
  const what: PhrasePart = { code: subject };
  const amount = { strong: `${amountText(value)}${unitText(unit)}` };
  switch (operator) {
    case 'unique':
      // Why: the same rows in two batches break no such promise, and nobody shall think that they do.
      return [
        statement.within === 'table' ? 'No two rows share ' : 'No two rows of a batch share ',
        what,
      ];
    case 'hasType':
      return [what, ' has ', { strong: 'its type' }, ' in every row'];
    case 'present':
      return [what, ' is ', { strong: 'never empty' }];
    case 'presentAndNot':
      return [what, ' is never empty, nor ', { strong: value ?? '' }];
    case 'standsIn':
      return [what, ' exists in ', ...referenceParts(value)];
    case 'oneOf':
      return [what, ' is one of ', { strong: value ?? '' }];
    case 'matches':
      return [what, ' has the form ', { code: value ?? '' }];
    case 'hasFormat':
      return [what, ' is ', { strong: value ?? '' }];
    case 'multipleOf':
      return [what, ' is a multiple of ', amount];
    case 'notInFuture':
      return [what, ' is ', { strong: 'not in the future' }];
    case 'uniqueItems':
      return [what, ' holds no item twice'];
    case 'satisfies':
      return ['Every row satisfies ', { code: value ?? '' }];
    default:
      return [...measureParts(subject, rule), ...comparison(operator, amount)];
  }
}

function measureParts(subject: string, rule: string | null): PhraseParts {
  if (subject === 'rows') return ['A batch has '];
  if (subject === 'query') return [{ code: rule ?? 'query' }, ' gives '];
  return [{ code: subject }, ' is '];
}

function comparison(operator: string, amount: { strong: string }): PhraseParts {
  const words: Record<string, string> = {
    equals: '',
    differs: 'other than ',
    above: 'above ',
    atLeast: 'at least ',
    below: 'below ',
    atMost: 'at most ',
    between: 'between ',
    notBetween: 'not between ',
  };
  return [words[operator] ?? `${operator} `, amount];
}

function referenceParts(value: string | null): PhraseParts {
  const [domain = '', product = '', column = ''] = (value ?? '').split('.');
  if (product === '') return [{ code: value ?? '' }];
  return [
    { product: `${domain}.${product}` },
    ...(column === '' ? [] : [' as ', { code: column }]),
  ];
}

/** What was seen: never more exact than it is, never silent about what was set aside. */
export function measuredWords(promise: MeasuredPromise): MeasuredWords {
  const { kind, measured, state } = promise;
  if (measured === null) return kind === 'rule' ? hiddenWords(promise) : UNMEASURED;
  switch (kind) {
    case 'freshness':
    case 'frequency':
      return { finding: `${lengthText(measured)} ago`, note: 'the newest batch' };
    case 'latency':
      return { finding: lengthText(measured), note: 'from arrival to visible' };
    case 'retention':
      return {
        finding: lengthText(measured),
        note: state === 'unknown' ? 'as old as the product is' : 'the oldest batch',
      };
    case 'availability':
      return { finding: percentText(measured), note: null };
    case 'rows':
      return { finding: shareOf(promise), note: asideNote(promise) };
    case 'rule':
      return ruleWords(promise);
  }
}

const UNMEASURED: MeasuredWords = { finding: NOT_MEASURED, note: null };

/** Of a rule that was checked, but whose value is told to those alone who see the rows. */
function hiddenWords({ state, statement, promised, checked }: MeasuredPromise): MeasuredWords {
  const note = checkedNote(checked);
  if (state === 'unknown') return { finding: NOT_MEASURED, note };
  // Why known: what has to be one value, and is kept, is that value.
  if (state === 'kept' && statement.operator === 'equals' && promised !== null) {
    return { finding: `${amountText(promised)}${unitText(statement.unit)}`, note };
  }
  return { finding: HIDDEN[state], note };
}

const HIDDEN = {
  kept: 'kept, by a value not told to you',
  close: 'close, by a value not told to you',
  missed: 'missed, by a value not told to you',
};

function ruleWords(promise: MeasuredPromise): MeasuredWords {
  const { statement, measured, checked } = promise;
  const offence = OFFENCES[statement.operator] ?? null;
  const note = asideNote(promise) ?? checkedNote(checked);
  if (offence === null && !isOffenderCount(promise)) {
    return { finding: `${amountText(measured)}${unitText(statement.unit)}`, note };
  }
  return { finding: `${amountText(measured)} ${offence ?? 'outside'}`, note };
}

const OFFENCES: Readonly<Record<string, string>> = {
  unique: 'doubles',
  hasType: 'of another type',
  present: 'empty',
  presentAndNot: 'empty or missing',
  standsIn: 'unknown',
  oneOf: 'other values',
  matches: 'of another form',
  hasFormat: 'of another form',
  multipleOf: 'other values',
  notInFuture: 'in the future',
  uniqueItems: 'with doubles',
  satisfies: 'against it',
};

/** A rule on single rows tells how many offend; one on the whole tells its own value. */
function isOffenderCount({ statement, rule, column }: MeasuredPromise): boolean {
  return column !== null && rule !== null && statement.subject === column;
}

function asideNote({ refused, checked }: MeasuredPromise): string | null {
  if (refused === null || refused === 0) return null;
  const of = checked === null ? '' : ` of ${formatNumber(checked)}`;
  return `${formatNumber(refused)}${of} set aside`;
}

function checkedNote(checked: number | null): string | null {
  return checked === null
    ? null
    : plural(checked, { one: '# row checked', other: '# rows checked' });
}

function shareOf({ measured, checked, failed }: MeasuredPromise): string {
  if (checked !== null && failed !== null && checked > 0) return formatShare(1 - failed / checked);
  return formatShare(Number(measured));
}

function lengthText(iso: string | null): string {
  const ms = iso === null ? null : durationMs(iso);
  return ms === null ? (iso ?? '') : longDuration(ms);
}

const YEAR_MS = 31_557_600_000;

/** Years and months of a retention as such: "24 months", not "730 d". */
function longDuration(ms: number): string {
  const days = ms / 86_400_000;
  if (ms >= YEAR_MS && Math.abs(ms / YEAR_MS - Math.round(ms / YEAR_MS)) < 0.01) {
    return plural(Math.round(ms / YEAR_MS), { one: '# year', other: '# years' });
  }
  if (days >= 2 && Number.isInteger(days)) return plural(days, { one: '# day', other: '# days' });
  return formatDuration(ms);
}

function everyText(iso: string | null): string {
  const named: Record<string, string> = {
    PT1H: 'every hour',
    P1D: 'every day',
    P7D: 'every week',
    P1W: 'every week',
    P30D: 'every 30 days',
    P1M: 'every month',
    P1Y: 'every year',
  };
  return named[iso ?? ''] ?? `every ${lengthText(iso)}`;
}

function percentText(percent: string | null): string {
  const value = Number(percent);
  return percent === null || Number.isNaN(value) ? (percent ?? '') : formatShare(value / 100);
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** Numbers in the reader's form, ranges as "1 and 53", text as it is. */
function amountText(value: string | null): string {
  if (value === null) return '';
  const [low = '', high] = value.split('..');
  if (high !== undefined) return `${amountText(low)} and ${amountText(high)}`;
  return DECIMAL.test(value) ? formatNumber(value) : value;
}

function unitText(unit: string | null): string {
  if (unit === null) return '';
  return unit === 'percent' ? ' %' : ` ${unit}`;
}
