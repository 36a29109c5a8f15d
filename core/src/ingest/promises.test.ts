/**
 * Promises beside measurements: room left, what is set aside, what cannot be known, days, and misses that are allowed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildModel, buildObject, buildProperty } from '../contract/fixtures/model-builder.ts';
import type { ContractModel, SlaProperty } from '../contract/model.ts';
import type { Check, Threshold, ThresholdOp } from '../contract/plan.ts';
import { missBudget, promiseDays } from './promise-days.ts';
import {
  measurePromises,
  nextTurn,
  type PromiseBatch,
  thresholdHeadroom,
  worstBadShare,
  worstState,
} from './promises.ts';
import type { RuleResult } from './report.ts';

const NOW = Date.parse('2026-03-11T12:00:00Z');

function sla(property: string, value: string, unit: string): SlaProperty {
  return { id: null, property, value, unit, element: null, driver: null, schedule: null };
}

function model(patch: { sla?: SlaProperty[]; weft?: Partial<ContractModel['weft']> } = {}) {
  const properties = [buildProperty('id', 'long', { required: true }), buildProperty('n', 'int')];
  return buildModel([buildObject('orders', properties)], {
    product: 'orders',
    sla: patch.sla ?? [],
    weft: patch.weft ?? {},
  });
}

function result(patch: Partial<RuleResult> = {}): RuleResult {
  return {
    id: 'id.required',
    column: 'id',
    dimension: 'completeness',
    severity: null,
    consequence: 'quarantine',
    evaluation: 'pass',
    checked: 100,
    failed: 0,
    value: '0',
    must: '= 0 rows',
    ...patch,
  };
}

function batch(started: string, patch: Partial<PromiseBatch> = {}): PromiseBatch {
  return {
    batch: `bat_${started}`,
    table: 'orders',
    state: 'committed',
    started,
    finished: started,
    records: { in: 100, good: 100, quarantined: 0, duplicates: 0 },
    rules: [],
    ...patch,
  };
}

function measured(contract: ContractModel, newest: PromiseBatch[] = [], lastBatch?: string) {
  return measurePromises(contract, {
    now: NOW,
    lastBatch: lastBatch ?? newest[0]?.finished ?? null,
    firstBatch: newest.at(-1)?.started ?? null,
    newest: new Map(newest.map((item) => [item.table, item])),
  });
}

test('a frequency is kept, close or missed by the age of what waits longest', () => {
  const daily = model({ sla: [sla('frequency', '1', 'd')] });
  const at = (last: string) => measured(daily, [], last)[0];
  assert.deepEqual(
    [at('2026-03-11T00:00:00Z'), at('2026-03-10T13:00:00Z'), at('2026-03-10T11:59:00Z')].map(
      (promise) => promise?.state,
    ),
    ['kept', 'close', 'missed'],
  );
  assert.equal(at('2026-03-11T00:00:00Z')?.headroom, 2);
  assert.deepEqual(
    [at('2026-03-11T00:00:00Z')?.measured, at('2026-03-11T00:00:00Z')?.promised],
    ['PT12H', 'P1D'],
  );
  assert.equal(measured(daily)[0]?.state, 'unknown');
});

test('what is not measured here is unknown and never kept', () => {
  const levels = [
    sla('availability', '99.5', 'percent'),
    sla('latency', '1', 'h'),
    sla('retention', '1', 'y'),
  ];
  const young = batch('2026-03-11T11:00:00Z', { finished: '2026-03-11T11:00:05Z' });
  const states = measured(model({ sla: levels }), [young]).map(({ kind, state }) => [kind, state]);
  assert.deepEqual(states.slice(0, 3), [
    ['availability', 'unknown'],
    ['latency', 'unknown'],
    ['retention', 'unknown'],
  ]);
  const slow = batch('2026-03-11T09:00:00Z', { finished: '2026-03-11T11:00:00Z' });
  const late = measured(model({ sla: levels }), [slow]).find(({ kind }) => kind === 'latency');
  assert.deepEqual([late?.state, late?.measured, late?.headroom], ['missed', 'PT2H', 0.5]);
  const old = batch('2024-03-11T12:00:00Z');
  const held = measured(model({ sla: levels }), [old]).find(({ kind }) => kind === 'retention');
  assert.deepEqual([held?.state, held?.headroom], ['kept', 731 / 365 - 1 / 365]);
});

test('what a rule set aside is refused and breaks nothing; what it let in does', () => {
  const rule = (patch: Partial<RuleResult>, more: Partial<PromiseBatch> = {}) => {
    const rules = [result(patch)];
    const found = measured(model(), [batch('2026-03-11T11:00:00Z', { rules, ...more })]);
    const {
      state,
      headroom,
      refused,
      measured: value,
    } = must(found.find((promise) => promise.rule === 'id.required'));
    return [state, headroom, refused, value];
  };
  assert.deepEqual(rule({}), ['kept', 'Infinity', null, '0']);
  assert.deepEqual(rule({ evaluation: 'fail', failed: 7, value: '7' }), [
    'kept',
    'Infinity',
    7,
    '0',
  ]);
  const let_in = { consequence: 'warn' as const, failed: 7, value: '7' };
  assert.deepEqual(rule({ ...let_in, evaluation: 'warn' }), ['missed', 0, null, '7']);
  assert.deepEqual(rule({ evaluation: 'error', value: null }), ['unknown', null, null, null]);
});

function must<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

test('the share of good records stands beside what the contract allows', () => {
  const rows = (quarantined: number) => {
    const records = { in: 100, good: 100 - quarantined, quarantined, duplicates: 0 };
    const found = measured(model({ weft: { badShareMax: 0.05 } }), [
      batch('2026-03-11T11:00:00Z', { records }),
    ]);
    return must(found.find(({ kind }) => kind === 'rows'));
  };
  assert.deepEqual([rows(0).state, rows(0).headroom], ['kept', 'Infinity']);
  assert.deepEqual(
    [rows(2).state, rows(2).headroom, rows(2).promised, rows(2).measured],
    ['kept', 2.5, '0.95', '0.98'],
  );
  assert.equal(rows(5).state, 'close');
  assert.equal(rows(10).state, 'missed');
  assert.equal(worstBadShare([rows(2), rows(10), rows(5)]), 0.1);
  assert.equal(worstBadShare(measured(model(), [])), null, 'nothing is bounded');
});

test('the room of a threshold is allowed over measured', () => {
  const count: Check = { kind: 'rowCount' };
  const completeness: Check = {
    kind: 'measure',
    measure: 'completeness',
    column: 'n',
    quantile: null,
  };
  const room = (op: ThresholdOp, values: number[], value: number, more: Partial<Threshold> = {}) =>
    thresholdHeadroom({ check: count, must: { op, values, unit: 'rows', ...more } }, value);
  assert.equal(room('mustBeLessThan', [10], 4), 2.5);
  assert.equal(room('mustBeLessThan', [10], 0), 'Infinity');
  assert.equal(room('mustBeGreaterOrEqualTo', [100], 150), 1.5);
  assert.equal(room('mustBeBetween', [10, 100], 80), 1.25);
  assert.equal(room('mustBeBetween', [10, 100], 5), 0.5);
  assert.equal(room('mustBe', [0], 3), 0);
  assert.equal(room('mustBe', [7], 7), 'Infinity');
  assert.equal(room('mustNotBe', [7], 7), 0);
  assert.equal(room('mustNotBeBetween', [1, 3], 2), 0);
  const share = { op: 'mustBeGreaterOrEqualTo' as const, values: [99], unit: 'percent' as const };
  assert.equal(thresholdHeadroom({ check: completeness, must: share }, 99.5), 2);
  assert.equal(thresholdHeadroom({ check: completeness, must: share }, 98), 0.5);
});

test('the worst promise counts, and time tells when to look again', () => {
  assert.equal(worstState([{ state: 'unknown' }]), 'unknown');
  assert.equal(worstState([{ state: 'kept' }, { state: 'unknown' }]), 'kept');
  assert.equal(worstState([{ state: 'kept' }, { state: 'close' }, { state: 'missed' }]), 'missed');
  const daily = model({ sla: [sla('frequency', '1', 'd')] });
  const last = '2026-03-11T00:00:00Z';
  const turn = must(nextTurn(measured(daily, [], last), last) ?? undefined);
  const after = measurePromises(daily, {
    now: turn,
    lastBatch: last,
    firstBatch: null,
    newest: new Map(),
  });
  assert.equal(after[0]?.state, 'close');
  const end = must(nextTurn(after, last) ?? undefined);
  const over = { now: end, lastBatch: last, firstBatch: null, newest: new Map() };
  assert.equal(measurePromises(daily, over)[0]?.state, 'missed');
});

test('a day is missed when a batch was due and none came, and says nothing when none was', () => {
  const states = (contract: ContractModel, ...batches: PromiseBatch[]) =>
    promiseDays({ model: contract, batches, now: NOW, days: 6 }).map((day) => day.state);
  const daily = model({ sla: [sla('frequency', '1', 'd')] });
  const on = (day: string) => batch(`2026-03-${day}T08:00:00Z`);
  // 6 to 11 March; the 11th is not over.
  assert.deepEqual(states(daily, on('07'), on('08'), on('10')), [
    'none',
    'kept',
    'kept',
    'missed',
    'kept',
    'none',
  ]);
  const everyThree = model({ sla: [sla('frequency', '3', 'd')] });
  assert.deepEqual(states(everyThree, on('06')), [
    'kept',
    'none',
    'none',
    'missed',
    'none',
    'none',
  ]);
  const hourly = model({ sla: [sla('frequency', '12', 'h')] });
  assert.deepEqual(states(hourly, on('08'), batch('2026-03-08T20:00:00Z'), on('09')).slice(2, 5), [
    'kept',
    'missed',
    'missed',
  ]);
  assert.deepEqual(
    states(model(), on('08')).filter((state) => state !== 'none'),
    ['kept'],
  );
  const broken = batch('2026-03-08T08:00:00Z', {
    rules: [result({ consequence: 'warn', evaluation: 'warn', failed: 1 })],
  });
  assert.equal(states(daily, broken)[2], 'missed');
  const held = batch('2026-03-08T08:00:00Z', { state: 'held' });
  assert.equal(states(model(), held)[2], 'missed');
  assert.equal(states(model(), held, on('08'))[2], 'kept', 'another one came');
  const [, , day] = promiseDays({ model: daily, batches: [held, on('08')], now: NOW, days: 6 });
  assert.deepEqual(day, {
    day: '2026-03-08',
    state: 'kept',
    batches: 2,
    held: 1,
    failed: 0,
    records: 200,
  });
});

test('misses are counted by day, or by batch where no frequency is promised', () => {
  const allowed = { missesAllowed: { count: 2, period: 'P5D' } };
  const daily = model({ sla: [sla('frequency', '1', 'd')], weft: allowed });
  const first = batch('2026-03-05T08:00:00Z');
  const budget = missBudget({ model: daily, batches: [first], now: NOW });
  assert.deepEqual(budget, { allowed: 2, spent: 4, left: 0, since: '2026-03-07T00:00:00.000Z' });
  const held = (hour: string) => batch(`2026-03-10T${hour}:00:00Z`, { state: 'held' });
  const free = model({ weft: allowed });
  const two = missBudget({ model: free, batches: [first, held('08'), held('09')], now: NOW });
  assert.deepEqual(two, { allowed: 2, spent: 2, left: 0, since: '2026-03-07T00:00:00.000Z' });
  const old = { ...held('08'), started: '2026-03-06T23:59:59Z' };
  assert.equal(missBudget({ model: free, batches: [old], now: NOW })?.left, 2);
  assert.equal(missBudget({ model: model(), batches: [held('08')], now: NOW }), null);
});

test('a key says among which rows it is the only one', () => {
  const withKey = (duplicateScope: 'batch' | 'table') => {
    const key = buildProperty('id', 'long', { primaryKeyPosition: 1 });
    const own = buildModel([buildObject('orders', [key])], { product: 'orders' });
    const scoped = { ...own, weft: { ...own.weft, duplicateScope } };
    return measured(scoped, []).find(({ rule }) => rule === 'primary_key')?.statement.within;
  };
  assert.deepEqual([withKey('batch'), withKey('table')], ['batch', 'table']);
});
