/**
 * The queue over HTTP: what waits for whom, in which order, and what nobody else gets to see of it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import {
  analyst,
  createSales,
  ordersContract,
  owner,
  platform,
  register,
  steward,
  testSubject,
} from '../../../test/support/control.ts';
import {
  type ControlHttp,
  openControlHttp,
  testBatch,
  testMeasurement,
} from '../../../test/support/control-http.ts';

const stranger = testSubject('stranger');
const other = testSubject('otto', { roles: ['producer'], domains: ['other'] });

describe('the queue', () => {
  let http: ControlHttp;
  const queue = async (as: Subject, query = '') => http.done(as, 'GET', `/api/v1/queue${query}`);
  const ids = async (as: Subject, query = '') =>
    (await queue(as, query)).items.map((item: { id: string }) => item.id);

  before(async () => {
    http = await openControlHttp();
    const { control } = http;
    await createSales(control);
    await register(control, other, stranger);
    await control.registry.putDomain(platform, {
      name: 'other',
      title: 'other',
      description: null,
      owners: ['otto'],
      stewards: [],
    });
    const text = ordersContract().replace(
      '  - property: weftGranularity',
      '  - {property: weftMissesAllowed, value: {count: 1, period: P7D}}\n  - property: weftGranularity',
    );
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
  });
  after(() => http.close());

  it('is empty when nothing waits', async () => {
    for (const as of [owner, steward, analyst, platform]) {
      const { items, total } = await queue(as, '?kind=request');
      assert.deepEqual([items, total], [[], 0], as.id);
    }
    assert.equal((await http.call(owner, 'GET', '/api/v1/queue?kind=odd')).status, 400);
    assert.equal((await http.call(null, 'GET', '/api/v1/queue')).status, 401);
  });

  it('has requests for those who decide, and counter-offers for who asked', async () => {
    const asked = await http.done(analyst, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.orders', purpose: 'reporting', why: 'plan' },
    });
    const id = `request:${asked.agreement}`;
    for (const as of [owner, steward]) assert.ok((await ids(as)).includes(id), as.id);
    for (const as of [analyst, stranger, other, platform])
      assert.deepEqual(await ids(as, '?kind=request'), [], as.id);
    const { items } = await queue(owner, '?kind=request');
    assert.equal(items[0].facts.subject, 'ana');
    assert.equal(items[0].facts.purpose, 'reporting');
    await http.done(owner, 'POST', `/api/v1/agreements/${asked.agreement}/counter`, {
      json: { until: 'P5D', because: 'shorter' },
    });
    assert.deepEqual(await ids(owner, '?kind=request'), []);
    const [countered] = (await queue(analyst)).items;
    assert.deepEqual(
      [countered.id, countered.due, countered.facts.until, countered.facts.because],
      [`countered:${asked.agreement}`, null, '2026-03-06T10:00:00+00:00', 'shorter'],
    );
    await http.done(analyst, 'POST', `/api/v1/agreements/${asked.agreement}/approve`, { json: {} });
    assert.deepEqual(await ids(analyst), [`agreement-ends:${asked.agreement}`]);
    assert.deepEqual(await ids(stranger), []);
    const path = `/api/v1/agreements/${asked.agreement}/renew`;
    const renewal = await http.done(analyst, 'POST', path, { json: { until: 'P90D' } });
    assert.deepEqual(await ids(analyst), [], 'what is being renewed needs nothing of its holder');
    assert.ok((await ids(owner)).includes(`request:${renewal.agreement}`));
    await http.done(owner, 'POST', `/api/v1/agreements/${renewal.agreement}/deny`, { json: {} });
    assert.deepEqual(await ids(analyst), [`agreement-ends:${asked.agreement}`]);
    await http.done(analyst, 'POST', `/api/v1/agreements/${asked.agreement}/revoke`, { json: {} });
  });

  it('has an own request only for who may decide it', async () => {
    const json = { product: 'sales.orders', purpose: 'research' };
    for (const [as, isHis] of [
      [steward, false],
      [owner, true],
    ] as const) {
      const { agreement } = await http.done(as, 'POST', '/api/v1/agreements', { json });
      assert.equal((await ids(as)).includes(`request:${agreement}`), isHis, as.id);
      await http.done(as, 'POST', `/api/v1/agreements/${agreement}/revoke`, { json: {} });
    }
  });

  it('has batches and refused rows for the domain, and failures for the platform, too', async () => {
    const at = (minute: string) => ({
      started: `2026-03-01T08:${minute}:00Z`,
      finished: `2026-03-01T08:${minute}:01Z`,
    });
    const records = { in: 10, good: 7, quarantined: 3, duplicates: 0 };
    await http.report({
      reports: [
        testBatch({ batch: 'bat_F', state: 'failed', because: 'no CSV', ...at('10') }),
        testBatch({ batch: 'bat_H', state: 'held', because: 'too few', ...at('20') }),
        testBatch({ batch: 'bat_Q', table: 'lines', records, ...at('30') }),
      ],
      measurements: [testMeasurement()],
    });
    assert.deepEqual(await ids(owner), [
      'quarantine:bat_Q',
      'batch-failed:bat_F',
      'batch-held:bat_H',
    ]);
    const { agreement } = await http.done(analyst, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.orders', purpose: 'reporting' },
    });
    assert.deepEqual(
      (await ids(owner)).slice(0, 2),
      [`request:${agreement}`, 'quarantine:bat_Q'],
      'who waits for an answer stands before what is due in a month',
    );
    await http.done(analyst, 'POST', `/api/v1/agreements/${agreement}/revoke`, { json: {} });
    assert.deepEqual(await ids(steward), ['batch-failed:bat_F', 'batch-held:bat_H']);
    assert.deepEqual(await ids(platform), ['batch-failed:bat_F']);
    for (const as of [other, stranger]) assert.deepEqual(await ids(as), [], as.id);
    const [refused] = (await queue(owner, '?kind=quarantine')).items;
    assert.deepEqual([refused.facts.open, refused.batch], [3, 'bat_Q']);
  });

  it('loses what was repaired, made good or decided', async () => {
    const late = { started: '2026-03-01T08:40:00Z', finished: '2026-03-01T08:40:01Z' };
    const two = [{ batch: 'bat_Q', records: 2 }];
    await http.report({
      reports: [testBatch({ batch: 'bat_R', table: 'lines', parents: two, ...late })],
    });
    assert.equal((await queue(owner, '?kind=quarantine')).items[0].facts.open, 1);
    // Of those that a report says are open nothing is reckoned: some may have been given up.
    const records = { in: 10, good: 7, quarantined: 3, duplicates: 0 };
    const report = (open: number) => {
      const quarantine = { total: 3, byRule: {}, sample: [], open };
      const times = { started: '2026-03-01T08:30:00Z', finished: '2026-03-01T08:30:01Z' };
      return http.report({
        reports: [testBatch({ batch: 'bat_Q', table: 'lines', records, quarantine, ...times })],
      });
    };
    await report(2);
    assert.equal((await queue(owner, '?kind=quarantine')).items[0].facts.open, 2);
    await report(0);
    assert.deepEqual((await queue(owner, '?kind=quarantine')).items, []);
    await http.report({
      reports: [testBatch({ batch: 'bat_Q', table: 'lines', records, ...late })],
    });
    const one = [{ batch: 'bat_Q', records: 1 }];
    await http.report({
      reports: [
        testBatch({ batch: 'bat_S', table: 'lines', parents: one, ...late }),
        testBatch({ batch: 'bat_G', ...late }),
        testBatch({ batch: 'bat_H', state: 'discarded' }),
      ],
    });
    assert.deepEqual(await ids(owner), []);
  });

  it('has missed promises and misses that run out', async () => {
    http.control.clock.set('2026-03-03T12:00:00.000Z');
    await http.control.promises.sweep();
    assert.deepEqual(await ids(steward), [
      'budget-low:sales.orders',
      'promise-missed:sales.orders',
    ]);
    assert.deepEqual(await ids(stranger), []);
    const { items } = await queue(owner, '?kind=budget-low');
    assert.deepEqual([items[0].facts.left, items[0].facts.allowed], [0, 1]);
  });

  it('is read in pages, each item once', async () => {
    const all = await queue(steward);
    const first = await queue(steward, '?limit=1');
    assert.deepEqual([first.items.length, first.total], [1, all.items.length]);
    const rest = await queue(steward, `?limit=1&after=${first.next}`);
    assert.deepEqual([...first.items, ...rest.items], all.items);
    assert.equal((await http.call(steward, 'GET', '/api/v1/queue?after=x')).status, 400);
  });

  it('leaves out what somebody put off, for him and as long as he said', async () => {
    const path = '/api/v1/queue/promise-missed:sales.orders/snooze';
    const off = await http.done(steward, 'POST', path, { json: { until: 'PT1H' } });
    assert.equal(off.until, '2026-03-03T13:00:00.000Z');
    assert.deepEqual(await ids(steward), ['budget-low:sales.orders']);
    assert.ok((await ids(owner)).includes('promise-missed:sales.orders'));
    http.control.clock.add(3_601);
    assert.ok((await ids(steward)).includes('promise-missed:sales.orders'));
    await http.done(steward, 'POST', path, { json: { until: 'P1D' } });
    assert.ok(!(await ids(steward)).includes('promise-missed:sales.orders'));
    assert.equal((await http.call(owner, 'DELETE', path)).status, 204, 'his own snooze alone');
    assert.ok(!(await ids(steward)).includes('promise-missed:sales.orders'));
    assert.equal((await http.call(steward, 'DELETE', path)).status, 204);
    assert.ok((await ids(steward)).includes('promise-missed:sales.orders'), 'and it waits again');
    const json = { until: 'P1D' };
    assert.equal((await http.call(stranger, 'POST', path, { json })).status, 404);
    assert.equal((await http.call(steward, 'POST', path, { json: { until: 'P9Y' } })).status, 400);
    assert.equal((await http.call(steward, 'POST', path, { json: { until: 'soon' } })).status, 400);
  });
});
