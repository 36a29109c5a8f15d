/**
 * Rules of a report as sentences, and how far what was measured is from what must be.
 *
 * Not the verdict: the node judged. A bound that cannot be read here has no thread.
 */
import type { FlowCheck } from '../../components/BatchFlow.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import { headroomOf } from '../../lib/thread.ts';
import type { RuleResult } from './types.ts';

const KINDS: Record<string, string> = {
  type: 'is of its type',
  required: 'is never empty',
  range: 'is within its range',
  length: 'has an allowed length',
  pattern: 'fits its pattern',
  values: 'is one of the allowed values',
  reference: 'exists where it refers to',
  unique: 'is unique',
};

/** "quantity is within its range"; a rule of its own name says that name. */
export function ruleSays({ id, column }: Pick<RuleResult, 'id' | 'column'>): string {
  const kind = KINDS[id.slice(id.lastIndexOf('.') + 1)];
  if (kind !== undefined && id.includes('.'))
    return `${column ?? id.slice(0, id.lastIndexOf('.'))} ${kind}`;
  if (id === 'primary_key') return 'Its key is unique';
  const words = id.replaceAll(/[_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export type RuleStanding = 'kept' | 'close' | 'missed' | 'unknown';

export function standingOf({ evaluation }: Pick<RuleResult, 'evaluation'>): RuleStanding {
  if (evaluation === 'pass') return 'kept';
  if (evaluation === 'warn') return 'close';
  return evaluation === 'skip' ? 'unknown' : 'missed';
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;
const BETWEEN = new RegExp(`^between ${NUMBER} and ${NUMBER}`);
const BOUND = new RegExp(`^(<=|<|>=|>|=) ${NUMBER}`);

type Measured = Pick<RuleResult, 'evaluation' | 'value' | 'must'>;

/** Nearest to a bound from the side where the rule is broken. */
const JUST_BROKEN = 0.98;

/** Allowed ÷ measured; null where there is nothing to compare. On which side of 1 it is, the node decided. */
export function headroomOfRule(rule: Measured): number | null {
  const room = roomOf(rule);
  if (room === null) return null;
  return rule.evaluation === 'pass' ? Math.max(1, room) : Math.min(JUST_BROKEN, room);
}

function roomOf({ evaluation, value, must }: Measured): number | null {
  const measured = Number(value ?? Number.NaN);
  if (evaluation === 'skip' || evaluation === 'error' || Number.isNaN(measured)) return null;
  const between = BETWEEN.exec(must);
  if (between !== null) {
    return Math.min(
      atLeast(Number(between[1]), measured),
      headroomOf(Number(between[2]), measured),
    );
  }
  const [, operator = '', bound = ''] = BOUND.exec(must) ?? [];
  if (operator === '') return null;
  if (operator === '=') return Number(bound) === measured ? Number.POSITIVE_INFINITY : 0;
  return operator.startsWith('<')
    ? headroomOf(Number(bound), measured)
    : atLeast(Number(bound), measured);
}

function atLeast(bound: number, measured: number): number {
  return bound <= 0 ? Number.POSITIVE_INFINITY : measured / bound;
}

/** "97 of 19,147 fail", or what was measured where no row can fail by itself. */
export function measuredWords(rule: RuleResult): string {
  const { evaluation, checked, failed, value, must } = rule;
  if (evaluation === 'skip') return 'not measured';
  if (evaluation === 'error') return 'could not be run';
  if (must.endsWith('rows') || value === null) {
    return `${formatNumber(failed)} of ${plural(checked, { one: '# row fails', other: '# rows fail' })}`;
  }
  return must.endsWith('%') ? `${formatNumber(value)}\u202f%` : formatNumber(value);
}

/** "allowed none", "must be between 1,000 and 100,000". */
export function mustWords(must: string): string {
  if (must === '= 0 rows') return 'allowed none';
  return `must be ${must.replaceAll(/-?\d+(?:\.\d+)?/g, (number) => formatNumber(number))}`;
}

const CHECKS = [
  ['conformity', 'typed'],
  ['completeness', 'complete'],
  ['uniqueness', 'unique'],
  ['accuracy', 'plausible'],
  ['timeliness', 'in time'],
  ['consistency', 'known'],
] as const;

/** The checks that a batch crosses, by what they look at; with the rows that each refused. */
export function checksOf(
  rules: readonly RuleResult[],
  byRule: Readonly<Record<string, number>>,
): FlowCheck[] {
  const framed = Object.entries(byRule)
    .filter(([rule]) => rule.startsWith('structure.'))
    .reduce((sum, [, count]) => sum + count, 0);
  const dimensions = CHECKS.flatMap(([dimension, label]) => {
    const own = rules.filter((rule) => rule.dimension === dimension);
    if (own.length === 0) return [];
    const failed = own.reduce((sum, { id }) => sum + (byRule[id] ?? 0), 0);
    return [{ id: dimension, label, failed }];
  });
  return [{ id: 'framed', label: 'framed', failed: framed }, ...dimensions];
}

const ORDER: Record<RuleStanding, number> = { missed: 0, close: 1, unknown: 2, kept: 3 };

/** The worst first; otherwise as the report has them. */
export function byStanding(rules: readonly RuleResult[]): RuleResult[] {
  return [...rules].sort((a, b) => ORDER[standingOf(a)] - ORDER[standingOf(b)]);
}
