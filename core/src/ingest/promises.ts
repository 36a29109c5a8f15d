/**
 * What a contract promises beside what was measured: each service level, each rule and the share of good records, with
 * how much room is left.
 *
 * Not the days (`promise-days.ts`) and not who may see a figure. Invariants: what cannot be measured is unknown and
 * never kept; records that a rule set aside cannot be read, so they break no promise to whoever reads, and stand beside it
 * as `refused`; a promise about time is judged at the moment that is asked for.
 */
import { compileRules, primaryKeyOf } from '../contract/compile/ingest-plan.ts';
import { slaDuration } from '../contract/compile/search-facets.ts';
import { tablesOf } from '../contract/compile/tables.ts';
import type { ContractModel, SlaProperty } from '../contract/model.ts';
import { hasOwnValue, type PlanRule, type Threshold } from '../contract/plan.ts';
import { formatDuration } from '../lib/duration.ts';
import { ratioText } from '../quality/threshold.ts';
import { type PromiseStatement, ruleStatement, thresholdFacts } from './promise-statement.ts';
import type { BatchState, RecordCounts, RuleResult } from './report.ts';

export const PROMISE_KINDS = [
  'freshness',
  'frequency',
  'latency',
  'retention',
  'availability',
  'rule',
  'rows',
] as const;
export type PromiseKind = (typeof PROMISE_KINDS)[number];

export const PROMISE_STATES = ['kept', 'close', 'missed', 'unknown'] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** Allowed ÷ measured: 1 is a promise just kept. Null: not known. */
export type Headroom = number | 'Infinity' | null;

export interface MeasuredPromise {
  id: string;
  kind: PromiseKind;
  /** Null for what is promised of the whole product. */
  table: string | null;
  rule: string | null;
  column: string | null;
  dimension: string | null;
  statement: PromiseStatement;
  /** Decimal text, ISO 8601 duration, or `low..high`; null where the statement says all. */
  promised: string | null;
  measured: string | null;
  headroom: Headroom;
  state: PromiseState;
  checked: number | null;
  failed: number | null;
  /** Records that were set aside for it and cannot be read. */
  refused: number | null;
  batch: string | null;
}

/** A batch as far as promises go. */
export interface PromiseBatch {
  batch: string;
  table: string;
  state: BatchState;
  started: string;
  finished: string | null;
  records: RecordCounts;
  rules: readonly RuleResult[];
}

export interface PromiseEvidence {
  /** Milliseconds since the epoch. */
  now: number;
  /** When the table that waits longest got its newest batch, and when the product got its first. */
  lastBatch: string | null;
  firstBatch: string | null;
  /** The newest batch of each table whose rules were judged. */
  newest: ReadonlyMap<string, PromiseBatch>;
}

const CLOSE = 1.1;

export function measurePromises(
  model: ContractModel,
  evidence: PromiseEvidence,
): MeasuredPromise[] {
  const tables = tablesOf(model);
  return [
    ...model.sla.flatMap((sla) => slaPromise(sla, evidence)),
    ...tables.flatMap(({ table }) => rowsPromise(model.weft.badShareMax, table, evidence)),
    ...tables.flatMap(({ table, object }) =>
      compileRules(model, object, primaryKeyOf(object)).map((rule) =>
        rulePromise(rule, table, { ...evidence, duplicateScope: model.weft.duplicateScope }),
      ),
    ),
  ];
}

/** The worst of them; unknown when nothing was measured. */
export function worstState(promises: readonly Pick<MeasuredPromise, 'state'>[]): PromiseState {
  for (const state of ['missed', 'close', 'kept'] as const) {
    if (promises.some((promise) => promise.state === state)) return state;
  }
  return 'unknown';
}

/** The worst share of records that was set aside, where the contract bounds it; null before anything was checked. */
export function worstBadShare(
  promises: readonly Pick<MeasuredPromise, 'kind' | 'checked' | 'failed'>[],
): number | null {
  const shares = promises.flatMap(({ kind, checked, failed }) =>
    kind !== 'rows' || checked === null || failed === null ? [] : [failed / checked],
  );
  return shares.length === 0 ? null : Math.max(...shares);
}

/** When a promise about time becomes worse by itself, in milliseconds since the epoch; null when none does. */
export function nextTurn(
  promises: readonly MeasuredPromise[],
  lastBatch: string | null,
): number | null {
  if (lastBatch === null) return null;
  const turns = promises.flatMap(({ kind, state, statement }) => {
    const seconds = kind === 'frequency' || kind === 'freshness' ? Number(statement.value) : null;
    if (seconds === null || state === 'missed') return [];
    const wait = state === 'kept' ? seconds / CLOSE : seconds;
    return [Date.parse(lastBatch) + wait * 1000 + 1];
  });
  return turns.length === 0 ? null : Math.min(...turns);
}

function slaPromise(sla: SlaProperty, evidence: PromiseEvidence): MeasuredPromise[] {
  const kind = PROMISE_KINDS.find((known) => known === sla.property);
  if (kind === undefined || kind === 'rule' || kind === 'rows') return [];
  const length = slaDuration(sla);
  const blank: MeasuredPromise = {
    ...nothingKnown,
    id: sla.id ?? kind,
    kind,
    column: sla.element?.split('.').at(-1) ?? null,
    statement: {
      subject: sla.element ?? 'product',
      operator: kind === 'retention' || kind === 'availability' ? 'atLeast' : 'atMost',
      value: length === null ? sla.value : String(length.seconds),
      unit: length === null ? sla.unit : 'seconds',
    },
    promised: length?.duration ?? sla.value,
  };
  return [length === null ? blank : { ...blank, ...measureLength(kind, length.seconds, evidence) }];
}

function measureLength(
  kind: PromiseKind,
  promised: number,
  evidence: PromiseEvidence,
): Partial<MeasuredPromise> {
  const { now, lastBatch, firstBatch } = evidence;
  const since = (text: string): number => Math.max(0, (now - Date.parse(text)) / 1000);
  if ((kind === 'frequency' || kind === 'freshness') && lastBatch !== null) {
    const age = since(lastBatch);
    return judged(formatDuration(age), quotient(promised, age));
  }
  if (kind === 'retention' && firstBatch !== null) {
    const held = since(firstBatch);
    // Why not missed: a history that is younger than the promise is whole all the same.
    return held < promised
      ? { measured: formatDuration(held) }
      : judged(formatDuration(held), quotient(held, promised));
  }
  if (kind === 'latency') return measureLatency(promised, evidence);
  return {};
}

/**
 * When something happened stands in rows, which are not here. What is here is how long a batch took from its arrival: a part
 * of the latency, so it can show that a promise was missed and never that it was kept.
 */
function measureLatency(promised: number, { newest }: PromiseEvidence): Partial<MeasuredPromise> {
  const took = [...newest.values()].flatMap(({ batch, state, started, finished }) =>
    state !== 'committed' || finished === null
      ? []
      : [{ batch, seconds: (Date.parse(finished) - Date.parse(started)) / 1000 }],
  );
  const slowest = took.sort((a, b) => b.seconds - a.seconds)[0];
  if (slowest === undefined || slowest.seconds <= promised) return {};
  const { batch, seconds } = slowest;
  return { ...judged(formatDuration(seconds), quotient(promised, seconds)), batch };
}

function rowsPromise(
  most: number | null,
  table: string,
  { newest }: PromiseEvidence,
): MeasuredPromise[] {
  if (most === null) return [];
  const statement = {
    subject: 'rows',
    operator: 'goodAtLeast',
    value: shareText(1 - most),
    unit: 'share',
  };
  const blank = { ...nothingKnown, id: `${table}.rows`, kind: 'rows' as const, table, statement };
  const promise = { ...blank, promised: statement.value };
  const batch = newest.get(table);
  if (batch === undefined || batch.records.in === 0) return [promise];
  const { in: all, quarantined } = batch.records;
  const bad = quarantined / all;
  return [
    {
      ...promise,
      ...judged(
        ratioText({ numerator: BigInt(all - quarantined), denominator: BigInt(all) }),
        quotient(most, bad),
      ),
      checked: all,
      failed: quarantined,
      refused: quarantined,
      batch: batch.batch,
    },
  ];
}

function shareText(share: number): string {
  return String(Number(share.toFixed(9)));
}

function rulePromise(
  rule: PlanRule,
  table: string,
  { newest, duplicateScope }: PromiseEvidence & Pick<ContractModel['weft'], 'duplicateScope'>,
): MeasuredPromise {
  const { value } = thresholdFacts(rule.must);
  const blank: MeasuredPromise = {
    ...nothingKnown,
    id: `${table}.${rule.id}`,
    kind: 'rule',
    table,
    rule: rule.id,
    column: rule.column,
    dimension: rule.dimension,
    statement: ruleStatement(rule, duplicateScope),
    promised: value,
  };
  const batch = newest.get(table);
  const result = batch?.rules.find((item) => item.id === rule.id);
  if (batch === undefined || result === undefined) return blank;
  const { checked, failed } = result;
  return { ...blank, ...measureRule(rule, result), checked, failed, batch: batch.batch };
}

function measureRule(rule: PlanRule, result: RuleResult): Partial<MeasuredPromise> {
  const { evaluation, failed, value } = result;
  if (evaluation === 'error' || evaluation === 'skip') return {};
  if (isSetAside(result) && !hasOwnValue(rule.check)) {
    return { measured: '0', headroom: 'Infinity', state: 'kept', refused: failed };
  }
  const headroom = value === null ? null : thresholdHeadroom(rule, Number(value));
  if (evaluation !== 'pass') {
    // Why below 1: where a bound itself does not count, what meets it exactly is a miss without any distance.
    const short = typeof headroom === 'number' ? Math.min(headroom, 0.999) : headroom;
    return { measured: value, headroom: short === 'Infinity' ? 0 : short, state: 'missed' };
  }
  return { measured: value, headroom, state: isClose(headroom) ? 'close' : 'kept' };
}

/** True when the offenders of a rule are in quarantine and not among what can be read. */
export function isSetAside(result: RuleResult): boolean {
  return result.consequence === 'quarantine' && result.evaluation === 'fail';
}

/** Allowed ÷ measured of a threshold; for "at least x %" the shares that fail are compared. */
export function thresholdHeadroom(
  { check, must }: Pick<PlanRule, 'check' | 'must'>,
  value: number,
): Headroom {
  const [low = 0, high = 0] = must.values;
  const isShare =
    must.unit === 'percent' || (check.kind === 'measure' && check.measure === 'completeness');
  switch (must.op) {
    case 'mustBeLessThan':
    case 'mustBeLessOrEqualTo':
      return quotient(low, Math.max(0, value));
    case 'mustBeGreaterThan':
    case 'mustBeGreaterOrEqualTo':
      return isShare ? quotient(100 - low, 100 - value) : least(value, low);
    case 'mustBeBetween':
      return smaller(least(value, low), quotient(high, Math.max(0, value)));
    case 'mustBe':
      return low === 0 ? quotient(0, Math.abs(value)) : exact(must, value);
    default:
      return exact(must, value);
  }
}

/** Measured ÷ promised of a lower bound; where none is above zero, nothing can fall short of it. */
function least(value: number, low: number): Headroom {
  return low <= 0 ? 'Infinity' : quotient(Math.max(0, value), low);
}

function exact({ op, values }: Threshold, value: number): Headroom {
  const [low = 0, high = low] = values;
  const isInside = op === 'mustNotBeBetween' ? value >= low && value <= high : value === low;
  return isInside === (op === 'mustBe') ? 'Infinity' : 0;
}

function smaller(a: Headroom, b: Headroom): Headroom {
  if (a === null || b === null) return null;
  if (a === 'Infinity') return b;
  return b === 'Infinity' ? a : Math.min(a, b);
}

function quotient(allowed: number, measured: number): Headroom {
  if (measured <= 0) return 'Infinity';
  return Math.max(0, allowed) / measured;
}

function isClose(headroom: Headroom): boolean {
  return typeof headroom === 'number' && headroom < CLOSE;
}

function judged(measured: string, headroom: Headroom): Partial<MeasuredPromise> {
  if (headroom === null) return { measured, headroom, state: 'unknown' };
  if (headroom !== 'Infinity' && headroom < 1) return { measured, headroom, state: 'missed' };
  return { measured, headroom, state: isClose(headroom) ? 'close' : 'kept' };
}

const nothingKnown = {
  table: null,
  rule: null,
  column: null,
  dimension: null,
  measured: null,
  headroom: null,
  state: 'unknown' as const,
  checked: null,
  failed: null,
  refused: null,
  batch: null,
};
