/**
 * How far what was measured is from what must be, and which checks a batch crosses.
 *
 * Not the verdict: the node judged. A bound that cannot be read here has no thread.
 */
import type { FlowCheck } from '../../../components/BatchFlow.tsx';
import { headroomOf } from '../../../lib/thread.ts';
import type { RuleResult } from '../types.ts';
import { CHECKS } from './words-rules.ts';

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

const DIMENSIONS = [
  'conformity',
  'completeness',
  'uniqueness',
  'accuracy',
  'timeliness',
  'consistency',
] as const;

/** The checks that a batch crosses, by what they look at; with the rows that each refused. */
export function checksOf(
  rules: readonly RuleResult[],
  byRule: Readonly<Record<string, number>>,
): FlowCheck[] {
  const framed = Object.entries(byRule)
    .filter(([rule]) => rule.startsWith('structure.'))
    .reduce((sum, [, count]) => sum + count, 0);
  const dimensions = DIMENSIONS.flatMap((dimension) => {
    const own = rules.filter((rule) => rule.dimension === dimension);
    if (own.length === 0) return [];
    const failed = own.reduce((sum, { id }) => sum + (byRule[id] ?? 0), 0);
    return [{ id: dimension, label: CHECKS[dimension], failed }];
  });
  return [{ id: 'framed', label: CHECKS.framed, failed: framed }, ...dimensions];
}

const ORDER: Record<RuleStanding, number> = { missed: 0, close: 1, unknown: 2, kept: 3 };

/** The worst first; otherwise as the report has them. */
export function byStanding(rules: readonly RuleResult[]): RuleResult[] {
  return [...rules].sort((a, b) => ORDER[standingOf(a)] - ORDER[standingOf(b)]);
}
