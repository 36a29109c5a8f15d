/**
 * The results of a rule over its batches as a line: what is drawn, where the promise stands, which points missed it.
 *
 * Not drawing. A rule on single rows is drawn as the share of rows that kept it; a rule on the whole by its own value.
 */
import type { MeasuredPromise, RuleMoment } from '../../api/promises.ts';
import { formatNumber, formatShare } from '../../lib/format.ts';

export interface HistoryPoint {
  batch: string;
  at: string;
  /** Share of 1, or the rule's own value; null where the rule could not be checked. */
  value: number | null;
  isMiss: boolean;
}

export interface HistoryLine {
  unit: 'share' | 'number';
  /** Offenders were set aside, so that no reader met them: they are no miss. */
  isSetAside: boolean;
  /** The oldest first. */
  points: HistoryPoint[];
  /** Where the promise stands: one bound or two; empty where it is no number. */
  bounds: number[];
}

export function historyLine(
  moments: readonly RuleMoment[],
  { promised, isSetAside }: { promised: string | null; isSetAside: boolean },
): HistoryLine {
  const isShare = moments.every(({ value, failed }) => value === null || Number(value) === failed);
  const points = moments.toReversed().map((moment) => ({
    batch: moment.batch,
    at: moment.at,
    value: isShare ? goodShare(moment) : ownValue(moment),
    isMiss: isMissed(moment),
  }));
  return {
    unit: isShare ? 'share' : 'number',
    isSetAside,
    points,
    bounds: isShare ? [1] : boundsOf(promised),
  };
}

export function formatPoint(unit: HistoryLine['unit'], value: number): string {
  return unit === 'share' ? formatShare(value) : formatNumber(Number(value.toPrecision(6)));
}

function goodShare({ checked, failed }: RuleMoment): number | null {
  return checked === 0 ? null : 1 - failed / checked;
}

function ownValue({ value }: RuleMoment): number | null {
  const number = value === null ? Number.NaN : Number(value);
  return Number.isNaN(number) ? null : number;
}

function isMissed({ evaluation }: RuleMoment): boolean {
  return evaluation === 'fail' || evaluation === 'warn';
}

function boundsOf(promised: string | null): number[] {
  if (promised === null) return [];
  return promised
    .split('..')
    .map(Number)
    .filter((bound) => !Number.isNaN(bound));
}

const RANK = { missed: 0, close: 1, unknown: 3, kept: 2 } as const;

/** The rule whose history tells most: the worst, then the one that sets most rows aside. */
export function worstRule(promises: readonly MeasuredPromise[]): MeasuredPromise | null {
  const rules = promises.filter(({ kind, checked }) => kind === 'rule' && checked !== null);
  const sorted = rules.toSorted(
    (a, b) =>
      RANK[a.state] - RANK[b.state] || (b.refused ?? 0) - (a.refused ?? 0) || roomOf(a) - roomOf(b),
  );
  return sorted[0] ?? null;
}

function roomOf({ headroom }: MeasuredPromise): number {
  return typeof headroom === 'number' ? headroom : Number.MAX_VALUE;
}
