/**
 * Promises of a product over HTTP: what batches and time do to them, who sees which figure, and that search says the same.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RuleResult } from '@weft/core/ingest/report';
import {
  analyst,
  createSales,
  ordersContract,
  owner,
  platform,
  steward,
} from '../../../test/support/control.ts';
import {
  type ControlHttp,
  openControlHttp,
  testBatch,
  testMeasurement,
} from '../../../test/support/control-http.ts';

const CONTRACT = ordersContract({
  extra: `    customProperties:
      - {property: weftSortOrder, value: [order_id]}
`,
})
  .replace(
    '  - property: weftGranularity',
    '  - {property: weftMissesAllowed, value: {count: 2, period: P7D}}\n  - property: weftGranularity',
  )
  .replace(
    '      - id: some_orders\n',
    '      - {id: dear_orders, type: sql, query: select max(amount) from orders, mustBeLessThan: 900, severity: warning, dimension: accuracy}\n      - id: some_orders\n',
  );

function rule(values: Partial<RuleResult>): RuleResult {
  return {
    id: 'some_orders',
    column: null,
    dimension: 'completeness',
    severity: 'error',
    consequence: 'hold',
    evaluation: 'pass',
    checked: 10,
    failed: 0,
    value: '10',
    must: '> 0',
    ...values,
  };
}

const dear = rule({ id: 'dear_orders', consequence: 'warn', value: '450', must: '< 900' });

describe('promises', () => {
  let http: ControlHttp;
  const PROMISES = '/api/v1/products/sales.orders/promises';
  const state = async (where?: string) => {
    const query = where === undefined ? '' : `?where=${encodeURIComponent(where)}&facet=state`;
    const { items, facets } = await http.done(analyst, 'GET', `/api/v1/search${query}`);
    return { hit: items[0], facets };
  };

  before(async () => {
    http = await openControlHttp();
    await createSales(http.control);
    const { registry } = http.control;
    await registry.publishContract(owner, { text: CONTRACT, media: 'application/yaml' });
  });
  after(() => http.close());

  it('are unknown before the first batch, and not found without a contract', async () => {
    const { promises, days, budget, version } = await http.done(
      analyst,
      'GET',
      `${PROMISES}?days=3`,
    );
    assert.equal(version, '1.0.0');
    assert.ok(promises.every((promise: { state: string }) => promise.state === 'unknown'));
    assert.deepEqual(
      days.map((day: { day: string; state: string }) => [day.day, day.state]),
      [
        ['2026-02-27', 'none'],
        ['2026-02-28', 'none'],
        ['2026-03-01', 'none'],
      ],
    );
    assert.deepEqual([budget.allowed, budget.spent], [2, 0]);
    assert.equal((await state()).hit.state, 'unknown');
    const none = await http.call(analyst, 'GET', '/api/v1/products/sales.nothing/promises');
    assert.equal(none.status, 404);
    assert.equal((await http.call(null, 'GET', PROMISES)).status, 401);
    assert.equal((await http.call(analyst, 'GET', `${PROMISES}?days=9999`)).status, 400);
  });

  it('are kept by a batch that keeps them, and search says so', async () => {
    const rules = [rule({}), dear];
    await http.report({ reports: [testBatch({ rules })], measurements: [testMeasurement()] });
    const { promises, days } = await http.done(owner, 'GET', PROMISES);
    const by = (id: string) => promises.find((promise: { id: string }) => promise.id === id);
    assert.deepEqual([by('daily').state, by('daily').measured], ['kept', 'PT59M59S']);
    assert.deepEqual(
      [by('orders.some_orders').state, by('orders.some_orders').batch],
      ['kept', 'bat_1'],
    );
    assert.deepEqual(
      [by('orders.dear_orders').measured, by('orders.dear_orders').headroom],
      ['450', 2],
    );
    assert.equal(days.at(-1).state, 'kept');
    const { hit, facets } = await state('state = kept');
    assert.deepEqual([hit.state, hit.consumers, hit.answersIn], ['kept', 0, null]);
    assert.deepEqual(facets.state, [{ value: 'kept', count: 1 }]);
    assert.deepEqual(hit.budget, {
      allowed: 2,
      spent: 0,
      left: 2,
      since: '2026-02-23T00:00:00.000Z',
    });
  });

  it('keep figures of values from those who do not see the batches', async () => {
    for (const [as, value] of [
      [analyst, null],
      [steward, '450'],
      [platform, '450'],
    ] as const) {
      const { promises } = await http.done(as, 'GET', PROMISES);
      const found = promises.find((promise: { rule: string }) => promise.rule === 'dear_orders');
      assert.deepEqual([found.measured, found.state], [value, 'kept'], as.id);
      const path = '/api/v1/products/sales.orders/rules/dear_orders/history';
      assert.equal((await http.done(as, 'GET', path)).items[0].value, value, as.id);
    }
  });

  it('are missed by a batch that lets offenders in, told once, and every result stays in the history', async () => {
    const rules = [rule({}), { ...dear, evaluation: 'warn' as const, failed: 1, value: '1800' }];
    const late = { started: '2026-03-01T09:30:00Z', finished: '2026-03-01T09:30:01Z' };
    const second = testBatch({ batch: 'bat_2', rules, ...late });
    await http.report({ reports: [second] });
    http.control.clock.add(1);
    await http.report({ reports: [second], measurements: [testMeasurement()] });
    const { hit } = await state('state = missed');
    assert.equal(hit.state, 'missed');
    assert.equal(hit.budget.left, 1);
    const { promises } = await http.done(owner, 'GET', PROMISES);
    const found = promises.find((promise: { rule: string }) => promise.rule === 'dear_orders');
    assert.deepEqual([found.state, found.headroom, found.failed], ['missed', 0.5, 1]);
    const events = await http.done(analyst, 'GET', '/api/v1/events?product=sales.orders&limit=200');
    const told = events.items.filter((event: { type: string }) => /sla\.breached/.test(event.type));
    assert.deepEqual(
      told.map((event: { data: unknown }) => event.data),
      [{ product: 'sales.orders', promises: ['orders.dear_orders'], missesLeft: 1 }],
    );
    const path = '/api/v1/products/sales.orders/rules/dear_orders/history?limit=1';
    const first = await http.done(owner, 'GET', path);
    assert.deepEqual(first.items, [
      {
        batch: 'bat_2',
        at: '2026-03-01T09:30:00.000Z',
        checked: 10,
        failed: 1,
        value: '1800',
        must: '< 900',
        evaluation: 'warn',
      },
    ]);
    const next = await http.done(owner, 'GET', `${path}&after=${first.next}`);
    assert.deepEqual([next.items[0].batch, next.next], ['bat_1', null]);
    const odd = await http.call(owner, 'GET', '/api/v1/products/sales.orders/rules/odd/history');
    assert.equal(odd.status, 404);
  });

  it('are not judged by a repair: two mended records say nothing of the file that they came with', async () => {
    const parents = [{ batch: 'bat_2', records: 2 }];
    const late = { started: '2026-03-01T09:35:00Z', finished: '2026-03-01T09:35:01Z' };
    const mended = testBatch({ batch: 'bat_2r', rules: [rule({}), dear], parents, ...late });
    await http.report({ reports: [mended], measurements: [testMeasurement()] });
    const { promises } = await http.done(owner, 'GET', PROMISES);
    const found = promises.find((promise: { rule: string }) => promise.rule === 'dear_orders');
    assert.deepEqual([found.state, found.batch], ['missed', 'bat_2']);
    assert.equal((await state()).hit.state, 'missed');
  });

  it('get worse with time alone, in search as well', async () => {
    const third = { started: '2026-03-01T09:40:00Z', finished: '2026-03-01T09:40:01Z' };
    await http.report({
      reports: [testBatch({ batch: 'bat_3', rules: [rule({}), dear], ...third })],
    });
    assert.equal((await state()).hit.state, 'kept');
    assert.equal(await http.control.promises.sweep(), 0, 'nothing is due');
    http.control.clock.set('2026-03-02T08:30:00.000Z');
    assert.equal(await http.control.promises.sweep(), 1);
    assert.equal((await state()).hit.state, 'close');
    http.control.clock.set('2026-03-02T09:30:00.000Z');
    assert.equal(await http.control.promises.sweep(), 1);
    assert.equal((await state()).hit.state, 'missed');
    http.control.clock.set('2026-03-04T00:00:01.000Z');
    await http.control.promises.sweep();
    const { hit } = await state();
    // The 1st, when offenders came in, and the 2nd and 3rd, when nothing came.
    assert.deepEqual([hit.budget.spent, hit.budget.left], [3, 0]);
    const { days } = await http.done(analyst, 'GET', `${PROMISES}?days=4`);
    assert.deepEqual(
      days.map((day: { state: string }) => day.state),
      ['missed', 'missed', 'missed', 'none'],
    );
  });

  it('tell how long requests wait for their answer', async () => {
    const ask = async (purpose: string, seconds: number) => {
      const { agreement } = await http.done(analyst, 'POST', '/api/v1/agreements', {
        json: { product: 'sales.orders', purpose, columns: null, until: null, why: 'x' },
      });
      http.control.clock.add(seconds);
      await http.done(owner, 'POST', `/api/v1/agreements/${agreement}/approve`, { json: {} });
    };
    await ask('reporting', 3600);
    await ask('research', 7200);
    const { hit } = await state();
    assert.deepEqual([hit.answersIn, hit.consumers], ['PT1H30M', 1]);
  });

  it('of an older major are asked for by its number', async () => {
    const text = ordersContract({ version: '2.0.0' });
    await http.control.registry.publishContract(owner, { text, media: 'application/yaml' });
    const stateOf = async (query: string) => {
      const answer = await http.done(analyst, 'GET', `${PROMISES}${query}`);
      const measured = answer.promises.some((one: { state: string }) => one.state !== 'unknown');
      return [answer.version, answer.newest, measured];
    };
    assert.deepEqual(await stateOf(''), ['2.0.0', '2.0.0', false]);
    assert.deepEqual(await stateOf('?major=1'), ['1.0.0', '2.0.0', true]);
    assert.equal((await http.call(analyst, 'GET', `${PROMISES}?major=3`)).status, 404);
  });
});
