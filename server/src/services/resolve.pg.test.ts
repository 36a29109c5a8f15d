/**
 * Any id to what it is, and the thread of an agreement: as far as the subject may know of it, and not one step further.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
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
} from '../../../test/support/control-http.ts';
import type { ControlTables } from '../store/control-tables.ts';

const stranger = testSubject('stranger');
const officer = testSubject('pia', { roles: ['privacy_officer'] });
const BATCH = 'bat_01JD5X3Z8W6Y7R9T0V2B4N6M8K';

describe('ids and threads', () => {
  let http: ControlHttp;
  let agreement: string;

  before(async () => {
    http = await openControlHttp();
    await createSales(http.control);
    await register(http.control, stranger, analyst, platform, officer);
    const { registry } = http.control;
    await registry.publishContract(owner, { text: ordersContract(), media: 'application/yaml' });
    await http.report({ reports: [testBatch({ batch: BATCH })] });
    const json = { product: 'sales.orders', purpose: 'reporting' };
    ({ agreement } = await http.done(analyst, 'POST', '/api/v1/agreements', { json }));
  });
  after(() => http.close());

  const resolve = async (as: Subject, id: string) => {
    const answer = await http.call(as, 'GET', `/api/v1/resolve/${encodeURIComponent(id)}`);
    if (answer.status !== 200) return answer.status;
    const { kind, product, domain } = answer.body;
    return [kind, answer.body.id, product, domain];
  };

  it('are told what they are', async () => {
    const { hash } = await http.control.registry.contract('sales.orders');
    const contract = ['contract', 'sales.orders@1.0.0', 'sales.orders', 'sales'];
    assert.deepEqual(await resolve(analyst, 'sales'), ['domain', 'sales', null, 'sales']);
    assert.deepEqual(await resolve(analyst, 'sales.orders'), [
      'product',
      'sales.orders',
      'sales.orders',
      'sales',
    ]);
    assert.deepEqual(await resolve(analyst, 'sales.orders@1'), contract);
    assert.deepEqual(await resolve(analyst, `sha256:${hash}`), contract);
    assert.deepEqual(await resolve(owner, BATCH), ['batch', BATCH, 'sales.orders', 'sales']);
    const { items } = await http.done(analyst, 'GET', '/api/v1/events?product=sales.orders');
    const { id } = items[0];
    assert.deepEqual(await resolve(analyst, id), ['event', id, 'sales.orders', 'sales']);
    assert.deepEqual(await resolve(analyst, 'ana'), ['subject', 'ana', null, null]);
  });

  it('are not there for who may not know of them', async () => {
    const json = { kind: 'query', name: 'q', body: { sql: 'select 1', purpose: 'reporting' } };
    const { saved } = await http.done(analyst, 'POST', '/api/v1/saved', { json });
    for (const id of [
      BATCH,
      agreement,
      saved,
      'ana',
      `${BATCH}x`,
      'qry_01JD5X3Z8W6Y7R9T0V2B4N6M8K',
    ])
      assert.equal(await resolve(stranger, id), 404, id);
    for (const [as, id, kind] of [
      [steward, BATCH, 'batch'],
      [owner, agreement, 'agreement'],
      [analyst, agreement, 'agreement'],
      [analyst, saved, 'saved'],
      [platform, 'ana', 'subject'],
    ] as const) {
      const found = await resolve(as, id);
      assert.equal(Array.isArray(found) ? found[0] : found, kind, id);
    }
    assert.equal(await resolve(owner, saved), 404);
    assert.equal(await resolve(analyst, 'sales.none@1'), 404);
    assert.equal((await http.call(null, 'GET', '/api/v1/resolve/sales')).status, 401);
  });

  it('let the parties of an agreement speak, and nobody else hear', async () => {
    const path = `/api/v1/agreements/${agreement}/comments`;
    const say = (as: Subject, text: string) => http.call(as, 'POST', path, { json: { text } });
    assert.equal((await say(analyst, 'I need the amounts.')).status, 201);
    http.control.clock.add(1);
    assert.equal((await say(owner, 'For how long?')).status, 201);
    const { items } = await http.done(steward, 'GET', path);
    assert.deepEqual(
      items.map((item: { author: string; text: string }) => [item.author, item.text]),
      [
        ['ana', 'I need the amounts.'],
        ['olga', 'For how long?'],
      ],
    );
    const page = await http.done(analyst, 'GET', `${path}?limit=1`);
    const rest = await http.done(analyst, 'GET', `${path}?limit=1&after=${page.next}`);
    assert.deepEqual([rest.items[0].author, rest.next], ['olga', null]);
    for (const as of [officer, platform]) {
      assert.equal((await http.call(as, 'GET', path)).status, 403, as.id);
      assert.equal((await say(as, 'x')).status, 403, as.id);
    }
    assert.equal((await http.call(stranger, 'GET', path)).status, 404);
    assert.equal((await say(stranger, 'x')).status, 404);
    assert.equal((await say(analyst, 'x'.repeat(4001))).status, 400);
    assert.equal((await say(analyst, '  ')).status, 400);
    const events = await http.done(analyst, 'GET', '/api/v1/events?product=sales.orders&limit=200');
    const told = events.items.filter((e: { type: string }) => /commented/.test(e.type));
    assert.equal(told.length, 2);
    assert.ok(!JSON.stringify(events).includes('amounts'), 'no text in an event');
    const db = http.store.schema<ControlTables>('control');
    const audit = await sql<{ details: string }>`
      select details from audit_entries where action = 'agreement.comment'`.execute(db);
    assert.equal(audit.rows.length, 2);
    assert.ok(!JSON.stringify(audit.rows).includes('amounts'), 'no text in the audit log');
  });
});
