/**
 * Rules of an ingest plan in words, for documentation and for whoever reads a report.
 *
 * Not a message about one row. Invariant: the sentence says everything that the check and its threshold say.
 */
import { unreachable } from '../../lib/assert.ts';
import { formatDuration } from '../../lib/duration.ts';
import { pathLabel } from '../nested-path.ts';
import {
  type Bound,
  type Check,
  isSetCheck,
  type Measure,
  type PlanRule,
  type SetCheck,
  type Threshold,
} from '../plan.ts';
import { allowsNone } from '../quality-from-odcs.ts';

const LISTED_MAX = 12;

/** The promise of a rule as one sentence. */
export function checkSentence(rule: PlanRule): string {
  const { check, must } = rule;
  const where = scopeText(rule.scope);
  if (check.kind === 'rowCount' && where === '') {
    return `A batch has ${thresholdText(must, 'rows')}.`;
  }
  if (isSetCheck(check) && check.kind !== 'duplicates') {
    return `${valueText(check)}${where} is ${thresholdText(must, unitText(check))}.`;
  }
  if (allowsNone(must)) return `${promise(check)}${where}.`;
  const unit = must.unit === 'percent' ? 'percent of rows' : 'rows';
  return `${promise(check)}; the number of rows${where} where that fails is ${thresholdText(must, unit)}.`;
}

/** Which rows the rule looks at, where it is not the batch alone. */
function scopeText(scope: PlanRule['scope']): string {
  if (scope === undefined || scope.kind === 'batch') return '';
  if (scope.kind === 'table') return ' over the whole table';
  return ` over the rows of the last ${formatDuration(scope.seconds)} by ${scope.column}`;
}

type ValueCheck = Exclude<SetCheck, { kind: 'duplicates' }>;

function valueText(check: ValueCheck): string {
  switch (check.kind) {
    case 'rowCount':
      return 'The number of rows';
    case 'rowCountChange':
      return `The change of the number of rows against the mean of the ${check.batches} batches before`;
    case 'freshness':
      return `The age of the newest ${check.column}`;
    case 'drift':
      return check.method === 'ks'
        ? `The Kolmogorov–Smirnov distance of ${check.column} from its earlier values`
        : `The population stability index of ${check.column} against its earlier values, in ${check.bins} bins,`;
    case 'measure':
      return check.measure === 'quantile'
        ? `The quantile ${check.quantile} of ${check.column}`
        : `The ${MEASURE_WORDS[check.measure]} of ${check.column}`;
    case 'sql':
      return 'The result of its query';
    default:
      return unreachable(check);
  }
}

const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  completeness: 'share of rows with a value',
  distinct: 'number of distinct values',
  minimum: 'minimum',
  maximum: 'maximum',
  mean: 'mean',
  standardDeviation: 'standard deviation',
  quantile: 'quantile',
  sum: 'sum',
};

function unitText(check: ValueCheck): string {
  if (check.kind === 'freshness') return 'seconds';
  const isShare = check.kind === 'measure' && check.measure === 'completeness';
  return isShare || check.kind === 'rowCountChange' ? 'percent' : '';
}

/** What happens to a batch in which the rule fails. */
export function consequenceSentence(rule: PlanRule): string {
  switch (rule.consequence) {
    case 'quarantine':
      return 'The offending rows are quarantined.';
    case 'warn':
      return 'It is reported, the rows pass.';
    case 'hold':
      return 'The whole batch is held.';
    case 'reject':
      return 'The whole batch is rejected.';
  }
}

/** A threshold in words, such as `at least 5 rows`. */
export function thresholdText(must: Threshold, unit: string): string {
  const [first = 0, second = 0] = must.values;
  const amount = (n: number) => `${n}${unit === '' ? '' : ` ${unit}`}`;
  switch (must.op) {
    case 'mustBe':
      return `exactly ${amount(first)}`;
    case 'mustNotBe':
      return `not ${amount(first)}`;
    case 'mustBeGreaterThan':
      return `more than ${amount(first)}`;
    case 'mustBeGreaterOrEqualTo':
      return `at least ${amount(first)}`;
    case 'mustBeLessThan':
      return `less than ${amount(first)}`;
    case 'mustBeLessOrEqualTo':
      return `at most ${amount(first)}`;
    case 'mustBeBetween':
      return `from ${first} to ${amount(second)}`;
    case 'mustNotBeBetween':
      return `not from ${first} to ${amount(second)}`;
  }
}

type RowOrKeyCheck = Exclude<Check, ValueCheck>;

function promise(check: RowOrKeyCheck): string {
  const name = 'within' in check ? pathLabel(check.column, check.within ?? []) : columnOf(check);
  switch (check.kind) {
    case 'type':
      return `${name} is written as its type demands`;
    case 'required':
      return `${name} is never empty`;
    case 'missing':
      return `${name} is neither empty nor one of ${listed(check.values)}`;
    case 'range':
      return `${name} is ${rangeText(check.min, check.max)}`;
    case 'length':
      return `${name} has ${lengthText(check.min, check.max)} characters`;
    case 'pattern':
      return `${name} matches ${check.pattern}`;
    case 'values':
      return `${name} is one of ${listed(check.values)}`;
    case 'format':
      return `${name} is a valid ${FORMAT_WORDS[check.format] ?? check.format}`;
    case 'multipleOf':
      return `${name} is a multiple of ${check.divisor}`;
    case 'reference':
      return `${name} stands in ${check.table}.${check.target}`;
    case 'notFuture':
      return `${name} is not in the future${check.toleranceSeconds === 0 ? '' : ` by more than ${formatDuration(check.toleranceSeconds)}`}`;
    case 'items':
      return `${name} has ${lengthText(check.min, check.max)} items`;
    case 'uniqueItems':
      return `${name} has no item twice`;
    case 'expression':
      return `Every row satisfies ${check.sql}`;
    case 'duplicates':
      return `${check.columns.join(' with ')} ${check.columns.length === 1 ? 'is' : 'are'} never the same in two rows`;
    default:
      return unreachable(check);
  }
}

function columnOf(check: RowOrKeyCheck): string {
  return 'column' in check ? check.column : '';
}

const FORMAT_WORDS: Readonly<Record<string, string>> = {
  email: 'e-mail address',
  uuid: 'UUID',
  uri: 'URI',
  url: 'web address',
  hostname: 'host name',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  gtin: 'GTIN with its check digit',
  gtin8: 'GTIN-8 with its check digit',
  gtin12: 'GTIN-12 with its check digit',
  gtin13: 'GTIN-13 with its check digit',
  gtin14: 'GTIN-14 with its check digit',
  gln: 'GLN with its check digit',
  sscc: 'SSCC with its check digit',
  country: 'ISO 3166 country code',
  currency: 'ISO 4217 currency code',
  date: 'day as YYYY-MM-DD',
};

function rangeText(min: Bound | null, max: Bound | null): string {
  const low = min === null ? '' : `${min.inclusive ? 'at least' : 'above'} ${min.value}`;
  const high = max === null ? '' : `${max.inclusive ? 'at most' : 'below'} ${max.value}`;
  return [low, high].filter((text) => text !== '').join(' and ');
}

function lengthText(min: number | null, max: number | null): string {
  if (min === null) return `at most ${max}`;
  if (max === null) return `at least ${min}`;
  return min === max ? `exactly ${min}` : `${min} to ${max}`;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, LISTED_MAX).map((value) => (value === '' ? '(no text)' : value));
  const more = values.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
