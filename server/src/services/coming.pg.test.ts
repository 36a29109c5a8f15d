/**
 * What has a date ahead, over HTTP: for whom, in which order, and what others do not learn of it.
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
  testSubject,
} from '../../../test/support/control.ts';
import { type ControlHttp, openControlHttp } from '../../../test/support/control-http.ts';

const stranger = testSubject('stranger');
const ada = testSubject('ada');
const DAY_MS = 86_400_000;

describe('what comes', () => {
  let http: ControlHttp;
  const dayIn = (days: number): string =>
    new Date(http.control.clock.now() + days * DAY_MS).toISOString();
  const coming = async (as: Subject, query = '') => http.done(as, 'GET', `/api/v1/coming${query}`);
  const agree = async (as: Subject, purpose: string, until: string) => {
    const request = { product: 'sales.orders', purpose, until };
    const { agreement } = await http.control.agreements.request(as, request);
    await http.control.agreements.decide(owner, agreement.agreement, 'approve', {});
    return agreement.agreement;
  };

  before(async () => {
    http = await openControlHttp();
    await createSales(http.control);
    await register(http.control, stranger, ada);
  });
  after(() => http.close());

  it('is nothing without dates, and is for who is signed in', async () => {
    assert.deepEqual(await coming(owner), { items: [], next: null });
    assert.equal((await http.call(null, 'GET', '/api/v1/coming')).status, 401);
    assert.equal((await http.call(owner, 'GET', '/api/v1/coming?days=0')).status, 400);
    assert.equal((await http.call(owner, 'GET', '/api/v1/coming?after=odd')).status, 400);
  });

  it('tells of agreements who has them and who decides on them, and of majors how many use them', async () => {
    const ends = dayIn(50);
    const text = (version: string, end = '') =>
      ordersContract({ version }).replace('slaProperties:', `slaProperties:${end}`);
    const first = text('1.0.0', `\n  - {id: ends, property: endOfLife, value: "${ends}"}`);
    assert.ok(first.includes('endOfLife'));
    await http.control.registry.publishContract(owner, { text: first, media: 'application/yaml' });
    const soon = await agree(ada, 'reporting', dayIn(20));
    const late = await agree(analyst, 'research', dayIn(40));
    await agree(analyst, 'reporting', dayIn(100));
    const next = { text: text('2.0.0'), media: 'application/yaml' as const };
    await http.control.registry.publishContract(owner, next);

    const told = async (as: Subject, query = '') =>
      (await coming(as, query)).items.map(
        (item: { agreement: string | null; major: number | null; consumers: number | null }) =>
          item.agreement ?? [item.major, item.consumers],
      );
    assert.deepEqual(await told(owner), [soon, late, [1, 3]]);
    assert.deepEqual(await told(ada), [soon, [1, null]]);
    assert.deepEqual(await told(analyst), [late, [1, null]]);
    assert.deepEqual(await told(stranger), []);
    assert.deepEqual(await told(owner, '?days=30'), [soon]);
    assert.deepEqual((await told(owner, '?days=365')).length, 4);
    assert.deepEqual(await told(platform), [], 'who looks after no domain and has no agreement');
  });

  it('comes page by page, each once', async () => {
    const whole = (await coming(owner, '?days=365')).items;
    const paged = [];
    for (let after = ''; ; ) {
      const page = await coming(owner, `?days=365&limit=1${after}`);
      paged.push(...page.items);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    assert.deepEqual(paged, whole);
  });
});
