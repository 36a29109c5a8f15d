/**
 * What a quality rule promises as facts: of what, how, how much. Whoever shows it makes the sentence in his own words.
 *
 * Not the sentence of documents (`contract/compile/rule-sentences.ts`). Invariant: every check and threshold of the plan has
 * its facts, with values as they are written in the contract.
 */
import { pathLabel } from '../contract/nested-path.ts';
import {
  type Bound,
  isSetCheck,
  type PlanRule,
  type RowCheck,
  type SetCheck,
  type Threshold,
} from '../contract/plan.ts';

export interface PromiseStatement {
  /** A column, a place inside one, `rows`, or a measure such as `mean(amount)`. */
  subject: string;
  operator: string;
  value: string | null;
  unit: string | null;
  /** Of a key: among which rows it is the only one. */
  within?: 'batch' | 'table';
}

const LIST = ', ';

/** `duplicateScope`: where keys of the contract hold. */
export function ruleStatement(rule: PlanRule, duplicateScope: 'batch' | 'table'): PromiseStatement {
  const { check, must } = rule;
  if (!isSetCheck(check)) return rowStatement(check, rule.column ?? 'rows');
  if (check.kind === 'duplicates') {
    return { ...facts(check.columns.join(LIST), 'unique'), within: duplicateScope };
  }
  const { operator, value } = thresholdFacts(must);
  return facts(measureName(check), operator, value, measureUnit(check, must));
}

/** A threshold as an operator and one text; a range is `low..high`. */
export function thresholdFacts(must: Threshold): { operator: string; value: string } {
  return { operator: OPERATORS[must.op], value: must.values.join('..') };
}

const OPERATORS: Readonly<Record<Threshold['op'], string>> = {
  mustBe: 'equals',
  mustNotBe: 'differs',
  mustBeGreaterThan: 'above',
  mustBeGreaterOrEqualTo: 'atLeast',
  mustBeLessThan: 'below',
  mustBeLessOrEqualTo: 'atMost',
  mustBeBetween: 'between',
  mustNotBeBetween: 'notBetween',
};

function rowStatement(check: RowCheck, column: string): PromiseStatement {
  if (check.kind === 'expression') return facts('rows', 'satisfies', check.sql);
  const subject = 'within' in check ? pathLabel(check.column, check.within ?? []) : column;
  switch (check.kind) {
    case 'type':
      return facts(subject, 'hasType');
    case 'required':
      return facts(subject, 'present');
    case 'missing':
      return facts(subject, 'presentAndNot', check.values.join(LIST));
    case 'range':
      return rangeFacts(subject, { min: check.min, max: check.max });
    case 'length':
      return spanFacts(subject, check, 'characters');
    case 'items':
      return spanFacts(subject, check, 'items');
    case 'pattern':
      return facts(subject, 'matches', check.pattern);
    case 'values':
      return facts(subject, 'oneOf', check.values.join(LIST));
    case 'format':
      return facts(subject, 'hasFormat', check.format);
    case 'multipleOf':
      return facts(subject, 'multipleOf', check.divisor);
    case 'reference':
      return facts(subject, 'standsIn', `${check.table}.${check.target}`);
    case 'notFuture':
      return facts(subject, 'notInFuture', String(check.toleranceSeconds), 'seconds');
    case 'uniqueItems':
      return facts(subject, 'uniqueItems');
  }
}

function rangeFacts(
  subject: string,
  { min, max }: { min: Bound | null; max: Bound | null },
): PromiseStatement {
  if (min !== null && max !== null) {
    return facts(subject, 'between', `${min.value}..${max.value}`);
  }
  if (min !== null) return facts(subject, min.inclusive ? 'atLeast' : 'above', min.value);
  return facts(subject, max?.inclusive === false ? 'below' : 'atMost', max?.value ?? null);
}

function spanFacts(
  subject: string,
  { min, max }: { min: number | null; max: number | null },
  unit: string,
): PromiseStatement {
  if (min !== null && max !== null) return facts(subject, 'between', `${min}..${max}`, unit);
  if (min !== null) return facts(subject, 'atLeast', String(min), unit);
  return facts(subject, 'atMost', max === null ? null : String(max), unit);
}

function measureName(check: Exclude<SetCheck, { kind: 'duplicates' }>): string {
  switch (check.kind) {
    case 'rowCount':
      return 'rows';
    case 'rowCountChange':
      return `rowCountChange(${check.batches})`;
    case 'freshness':
      return `age(${check.column})`;
    case 'drift':
      return `${check.method}(${check.column})`;
    case 'measure':
      return `${check.measure}(${check.column})`;
    case 'sql':
      return 'query';
  }
}

function measureUnit(check: SetCheck, must: Threshold): string | null {
  if (check.kind === 'freshness') return 'seconds';
  const isShare = check.kind === 'measure' && check.measure === 'completeness';
  if (isShare || check.kind === 'rowCountChange' || must.unit === 'percent') return 'percent';
  return check.kind === 'rowCount' ? 'rows' : null;
}

function facts(
  subject: string,
  operator: string,
  value: string | null = null,
  unit: string | null = null,
): PromiseStatement {
  return { subject, operator, value, unit };
}
