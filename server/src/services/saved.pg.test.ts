/**
 * Saved work and news over HTTP: who reads and changes it, its bounds, and what is new to whom.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
import type { ControlTables } from '../store/control-tables.ts';

const friend = testSubject('fritz');
const stranger = testSubject('stranger');
const query = {
  kind: 'query',
  name: 'Sales by store',
  body: { sql: 'select store from sales.orders', purpose: 'reporting' },
  sharedWith: ['fritz'],
};

describe('saved work', () => {
  let http: ControlHttp;
  const publish = (product: string, extra: object = {}) =>
    http.control.registry.publishContract(owner, {
      text: ordersContract({ product, id: `sales.${product}`, ...extra }),
      media: 'application/yaml',
    });
  const code = async (...call: Parameters<ControlHttp['call']>) => {
    const { status, body } = await http.call(...call);
    return `${status} ${body?.code ?? ''}`.trim();
  };

  before(async () => {
    http = await openControlHttp();
    await createSales(http.control);
    await register(http.control, friend, stranger, analyst, platform);
    await publish('orders');
  });
  after(() => http.close());

  it('is read by the owner and whom it is shared with, and changed by the owner alone', async () => {
    const made = await http.call(analyst, 'POST', '/api/v1/saved', { json: query });
    assert.equal(made.status, 201);
    assert.equal(made.headers['etag'], '"v1"');
    const path = `/api/v1/saved/${made.body.saved}`;
    assert.match(made.body.saved, /^sav_/);
    assert.equal((await http.done(friend, 'GET', path)).body.sql, query.body.sql);
    for (const as of [stranger, platform])
      assert.equal(await code(as, 'GET', path), '404 NOT_FOUND');
    const json = { name: 'Mine' };
    assert.equal(await code(friend, 'PATCH', path, { json }), '403 FORBIDDEN');
    assert.equal(await code(stranger, 'PATCH', path, { json }), '404 NOT_FOUND');
    assert.equal(await code(friend, 'DELETE', path), '403 FORBIDDEN');
    assert.equal(await code(friend, 'POST', `${path}/seen`), '403 FORBIDDEN');
    const headers = { 'if-match': '"v1"' };
    const changed = await http.call(analyst, 'PATCH', path, { json, headers });
    assert.deepEqual([changed.body.name, changed.body.version], ['Mine', 2]);
    assert.equal(await code(analyst, 'PATCH', path, { json, headers }), '412 PRECONDITION_FAILED');
    assert.equal(await code(analyst, 'DELETE', path, { headers }), '412 PRECONDITION_FAILED');
    const shared = await http.done(friend, 'GET', '/api/v1/saved?shared=true');
    assert.equal(shared.items.length, 1);
    assert.deepEqual((await http.done(stranger, 'GET', '/api/v1/saved?shared=true')).items, []);
    await http.done(analyst, 'PATCH', path, { json: { sharedWith: 'everybody' } });
    assert.equal((await http.done(stranger, 'GET', '/api/v1/saved?shared=true')).items.length, 1);
    assert.deepEqual((await http.done(stranger, 'GET', '/api/v1/saved')).items, []);
    assert.equal(await code(analyst, 'DELETE', path), '204');
    assert.equal(await code(analyst, 'GET', path), '404 NOT_FOUND');
  });

  it('has the body of its kind, of a bounded size, and names what there is', async () => {
    const post = (json: unknown) => code(analyst, 'POST', '/api/v1/saved', { json });
    assert.equal(
      await post({ ...query, body: { product: 'sales.orders' } }),
      '400 REQUEST_INVALID',
    );
    assert.equal(await post({ ...query, kind: 'odd' }), '400 REQUEST_INVALID');
    assert.equal(await post({ ...query, name: 'Weekly\u{e0041}' }), '400 REQUEST_INVALID');
    assert.equal(await post({ ...query, sharedWith: ['nobody-there'] }), '404 NOT_FOUND');
    assert.equal(await post({ ...query, product: 'sales.none' }), '404 NOT_FOUND');
    const long = { ...query.body, sql: 'x'.repeat(100_001) };
    assert.equal(await post({ ...query, body: long }), '400 REQUEST_INVALID');
    const chart = { notes: 'x'.repeat(120_000) };
    assert.equal(await post({ ...query, body: { ...query.body, chart } }), '413 PAYLOAD_TOO_LARGE');
    assert.equal(await code(null, 'POST', '/api/v1/saved', { json: query }), '401 UNAUTHENTICATED');
  });

  it('is repeated by a key without being saved twice, and listed in pages', async () => {
    const headers = { 'idempotency-key': 'one' };
    const one = await http.done(friend, 'POST', '/api/v1/saved', { json: query, headers });
    const again = await http.done(friend, 'POST', '/api/v1/saved', { json: query, headers });
    assert.equal(one.saved, again.saved);
    const follow = { kind: 'follow', name: 'Orders', body: { product: 'sales.orders' } };
    const first = await http.call(friend, 'POST', '/api/v1/saved', { json: follow });
    const second = await http.call(friend, 'POST', '/api/v1/saved', { json: follow });
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(first.body.saved, second.body.saved);
    assert.equal(first.body.product, 'sales.orders');
    const page = await http.done(friend, 'GET', '/api/v1/saved?limit=1');
    const rest = await http.done(friend, 'GET', `/api/v1/saved?limit=1&after=${page.next}`);
    assert.deepEqual(
      [page.items[0].kind, rest.items[0].kind, rest.next],
      ['follow', 'query', null],
    );
    const follows = await http.done(friend, 'GET', '/api/v1/saved?kind=follow');
    assert.equal(follows.items.length, 1);
  });

  it('is at most 500 of one subject', async () => {
    const db = http.store.schema<ControlTables>('control');
    const row = (i: number) => ({
      saved: `sav_${i}`,
      kind: 'query' as const,
      name: 'n',
      body: '{}',
      product: null,
      owner: 'stranger',
      shared_with: '"nobody"',
      version: 1,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    });
    const rows = Array.from({ length: 500 }, (_, i) => row(i));
    await db.insertInto('saved_work').values(rows).execute();
    assert.equal(await code(stranger, 'POST', '/api/v1/saved', { json: query }), '409 CONFLICT');
  });

  it('brings news of followed products and of own agreements, and of nothing else', async () => {
    const types = async (as: typeof analyst, query = '') => {
      const { items } = await http.done(as, 'GET', `/api/v1/news${query}`);
      return items.map((item: { event: { type: string } }) => item.event?.type.slice(8, -3));
    };
    assert.deepEqual(await types(friend), ['contract.published', 'product.created']);
    assert.deepEqual(await types(analyst), []);
    const { agreement } = await http.done(analyst, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.orders', purpose: 'reporting' },
    });
    const comments = `/api/v1/agreements/${agreement}/comments`;
    await http.done(analyst, 'POST', comments, { json: { text: 'For the week.' } });
    assert.deepEqual(await types(analyst), [], 'what he did himself is no news');
    await http.done(owner, 'POST', comments, { json: { text: 'Why?' } });
    await http.done(owner, 'POST', `/api/v1/agreements/${agreement}/deny`, {
      json: { because: 'No.' },
    });
    assert.deepEqual(await types(analyst), ['agreement.denied', 'agreement.commented']);
    // Why not to his friend, who follows the product: what others ask for is between them and the owner.
    assert.deepEqual(await types(friend), ['contract.published', 'product.created']);
    const again = await http.done(analyst, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.orders', purpose: 'reporting' },
    });
    await http.done(owner, 'POST', `/api/v1/agreements/${again.agreement}/approve`, { json: {} });
    const own = ['agreement.granted', 'agreement.denied', 'agreement.commented'];
    // Why not the first contract: it was there before he read the product.
    assert.deepEqual(await types(analyst), own);
    http.control.clock.add(60);
    await publish('orders', { version: '2.0.0' });
    assert.deepEqual(await types(analyst), ['contract.published', ...own], 'he follows nothing');
    assert.deepEqual(await types(stranger), []);
    const page = await http.done(friend, 'GET', '/api/v1/news?limit=2');
    assert.deepEqual(await types(friend, `?limit=2&after=${page.next}`), ['product.created']);
  });

  it('brings new products that a saved search finds, until they were seen', async () => {
    const search = { q: 'returns', where: 'classification = confidential', sort: '' };
    const json = { kind: 'search', name: 'Returns', body: search };
    const { saved } = await http.done(analyst, 'POST', '/api/v1/saved', { json });
    const broken = { ...json, name: 'Old', body: { ...search, where: 'colour = red' } };
    await http.done(analyst, 'POST', '/api/v1/saved', { json: broken });
    const matches = async () => {
      const { items } = await http.done(analyst, 'GET', '/api/v1/news');
      return items
        .filter((item: { kind: string }) => item.kind === 'search-match')
        .map((item: { product: string; saved: { name: string } }) => [
          item.product,
          item.saved.name,
        ]);
    };
    assert.deepEqual(await matches(), []);
    http.control.clock.add(60);
    await publish('stock', { title: 'Stock' });
    await publish('returns', { title: 'Returns of the shop' });
    assert.deepEqual(await matches(), [['sales.returns', 'Returns']]);
    const { items } = await http.done(analyst, 'GET', '/api/v1/news');
    const match = items.find((item: { kind: string }) => item.kind === 'search-match');
    assert.deepEqual(match.saved, { saved, name: 'Returns', ...search }, 'as it is asked again');
    http.control.clock.add(60);
    await http.done(analyst, 'POST', `/api/v1/saved/${saved}/seen`);
    assert.deepEqual(await matches(), []);
  });
});
