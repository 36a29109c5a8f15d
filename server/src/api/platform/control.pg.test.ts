/**
 * The control plane over HTTP: who may do what, what documents look like, from publishing to a decision.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import {
  analyst,
  createTestControl,
  node,
  ordersContract,
  owner,
  platform,
  steward,
  type TestControl,
  testSubject,
} from '../../../../test/support/control.ts';
import { openTestStore, silentLogger, type TestStore } from '../../../../test/support/store.ts';
import { createApp, type WeftApp } from '../app.ts';
import { registerAudit } from './audit.ts';
import { registerControl } from './control.ts';

describe('the control plane over HTTP', () => {
  let store: TestStore;
  let control: TestControl;
  let app: WeftApp;
  const tokens = new Map<string, string>();

  const call = async (
    as: Subject | null,
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    options: { json?: unknown; text?: string; headers?: Record<string, string> } = {},
  ) => {
    const headers: Record<string, string> = { ...options.headers };
    if (as !== null) {
      const known = tokens.get(as.id);
      const token = known ?? (await control.identity.bootstrapToken(as, 86_400)).token;
      tokens.set(as.id, token);
      headers['authorization'] = `Bearer ${token}`;
    }
    const payload =
      options.text ?? (options.json === undefined ? null : JSON.stringify(options.json));
    if (payload !== null)
      headers['content-type'] ??= options.text ? 'text/yaml' : 'application/json';
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(payload === null ? {} : { payload }),
    });
    const type = String(answer.headers['content-type']);
    const document: unknown = /\bjson(;|$)/.test(type) ? JSON.parse(answer.body) : null;
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: document,
      at: (path: string): unknown => valueAt(document, path),
    };
  };

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    app = await createApp({
      version: '0.0.0',
      logger: silentLogger,
      authenticate: control.identity.authenticate,
      requestsPerMinute: 100_000,
    });
    registerControl(app, control);
    registerAudit(app, [control.audit]);
    await app.ready();
  });
  after(async () => {
    await app.close();
    await store.close();
  });

  it('tells everybody what mesh it is and nobody else anything without a token', async () => {
    const mesh = await call(null, 'GET', '/api/v1/mesh');
    assert.equal(mesh.status, 200);
    assert.equal(mesh.at('rootKey'), control.mesh.rootKey);
    for (const url of ['/api/v1/whoami', '/api/v1/domains', '/api/v1/search', '/api/v1/audit']) {
      assert.equal((await call(null, 'GET', url)).status, 401, url);
    }
    const forged = await call(null, 'GET', '/api/v1/whoami', {
      headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
    });
    assert.equal(forged.status, 401);
    assert.deepEqual((await call(analyst, 'GET', '/api/v1/whoami')).body, analyst);
  });

  it('lets only the platform issue tokens, and they work', async () => {
    const json = { subject: 'nora', roles: ['consumer'], ttlSeconds: 3600 };
    assert.equal((await call(analyst, 'POST', '/api/v1/tokens', { json })).status, 403);
    const issued = await call(platform, 'POST', '/api/v1/tokens', { json });
    assert.equal(issued.status, 201);
    const who = await call(null, 'GET', '/api/v1/whoami', {
      headers: { authorization: `Bearer ${issued.at('token')}` },
    });
    assert.equal(who.at('id'), 'nora');
    const unknown = await call(platform, 'POST', '/api/v1/tokens', { json: { subject: 'nobody' } });
    assert.equal(unknown.status, 404);
  });

  it('makes domains', async () => {
    const json = { name: 'sales', title: 'Sales', owners: ['olga'], stewards: [] };
    assert.equal((await call(owner, 'POST', '/api/v1/domains', { json })).status, 403);
    const made = await call(platform, 'POST', '/api/v1/domains', { json });
    assert.equal(made.status, 201);
    assert.equal(made.at('description'), null);
    assert.equal((await call(platform, 'POST', '/api/v1/domains', { json })).status, 200);
    const list = await call(analyst, 'GET', '/api/v1/domains');
    assert.deepEqual(list.body, { items: [{ ...(made.body as object), products: 0 }], next: null });
  });

  it('changes a domain over what was seen alone, where that is said', async () => {
    const put = (title: string, headers: Record<string, string>) =>
      call(platform, 'POST', '/api/v1/domains', {
        json: { name: 'sales', title, owners: ['olga'], stewards: [] },
        headers,
      });
    const seen = await call(analyst, 'GET', '/api/v1/domains/sales');
    const tag = seen.headers['etag'] as string;
    assert.equal((await put('Anew', { 'if-none-match': '*' })).status, 412);
    const changed = await put('Sales of all', { 'if-match': tag });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await put('Late', { 'if-match': tag })).status, 412);
    assert.equal((await put('Sales', { 'if-match': String(changed.headers['etag']) })).status, 200);
    const now = await call(analyst, 'GET', '/api/v1/domains/sales');
    assert.equal(now.headers['etag'], tag, 'the same content has the same tag');
  });

  it('publishes a contract as the bytes that were sent', async () => {
    const text = ordersContract();
    const dry = await call(owner, 'POST', '/api/v1/contracts?dryRun=true', { text });
    assert.equal(dry.status, 200);
    const first = await call(owner, 'POST', '/api/v1/contracts', { text });
    assert.equal(first.status, 201, first.text);
    const again = await call(owner, 'POST', '/api/v1/contracts', { text });
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    const yaml = await call(analyst, 'GET', '/api/v1/contracts/sales.orders@1', {
      headers: { accept: 'application/yaml' },
    });
    assert.equal(yaml.text, text);
    const detail = await call(analyst, 'GET', '/api/v1/contracts/sales.orders');
    assert.equal(detail.at('hash'), first.at('hash'));
    assert.equal(detail.at('model.objects.0.properties.0.name'), 'order_id');
    const broken = await call(owner, 'POST', '/api/v1/contracts', { text: 'kind: [' });
    assert.equal(broken.status, 422);
    assert.equal(broken.at('code'), 'CONTRACT_INVALID');
    assert.ok(Number(broken.at('errors.0.line')) >= 1);
  });

  it('takes a JSON document without rewriting it', async () => {
    const { document } = await control.registry.contract('sales.orders');
    const text = JSON.stringify(
      { ...(document as object), version: '1.0.1', tags: ['b'] },
      null,
      3,
    );
    const headers = { 'content-type': 'application/json' };
    const url = '/api/v1/contracts/sales.orders/bundle';
    const tag = String((await call(analyst, 'GET', url)).headers['etag']);
    const again = { headers: { 'if-none-match': tag } };
    assert.deepEqual([(await call(analyst, 'GET', url, again)).status, tag.length], [304, 66]);
    const published = await call(owner, 'POST', '/api/v1/contracts', { text, headers });
    assert.equal(published.status, 201, published.text);
    assert.equal((await control.registry.contract('sales.orders@1.0.1')).source, text);
    const next = await call(analyst, 'GET', url, again);
    assert.deepEqual(
      [next.status, next.at('versions.length')],
      [200, 2],
      'its proof is another one',
    );
  });

  it('shows products and finds them', async () => {
    const product = await call(analyst, 'GET', '/api/v1/products/sales.orders');
    assert.equal(product.at('access'), 'requestable');
    assert.equal(product.at('contracts.length'), 2);
    assert.equal(product.at('facts.granularity'), 'order × day');
    const where = encodeURIComponent('classification = confidential and frequency <= P1D');
    const found = await call(
      analyst,
      'GET',
      `/api/v1/search?q=orders&where=${where}&facet=domain,tag`,
    );
    assert.equal(found.status, 200, found.text);
    assert.equal(found.at('items.0.product'), 'sales.orders');
    assert.deepEqual(found.at('facets.domain'), [{ value: 'sales', count: 1 }]);
    assert.equal(found.at('items.0.promise.latency'), 'PT1H');
    const domains = await call(analyst, 'GET', '/api/v1/domains');
    assert.equal(domains.at('items.0.products'), 1);
    const wrong = await call(analyst, 'GET', '/api/v1/search?where=colour%20=%20red');
    assert.equal(wrong.status, 400);
    assert.equal(wrong.at('code'), 'EXPRESSION_INVALID');
    assert.equal(wrong.at('errors.0.column'), 1);
  });

  it('keeps a policy with an entity tag', async () => {
    const url = '/api/v1/policies/sales.orders';
    const json = {
      rowFilter: "store = 'a'",
      hiddenClassifications: ['confidential'],
      autoApprovePurposes: [],
    };
    assert.equal((await call(analyst, 'GET', url)).status, 403);
    assert.equal((await call(steward, 'PUT', url, { json })).status, 403);
    assert.equal((await call(owner, 'GET', url)).headers['etag'], '"v0"');
    const bad = await call(owner, 'PUT', url, { json: { rowFilter: 'colour = 3' } });
    assert.equal(bad.status, 400);
    const put = await call(owner, 'PUT', url, { json, headers: { 'if-match': '"v0"' } });
    assert.equal(put.status, 200, put.text);
    assert.equal(put.headers['etag'], '"v1"');
    const stale = await call(owner, 'PUT', url, { json: {}, headers: { 'if-match': '"v0"' } });
    assert.equal(stale.status, 412);
    assert.equal((await call(owner, 'PUT', url, { json })).at('version'), 1);
    assert.equal((await call(steward, 'GET', url)).at('rowFilter'), "store = 'a'");
  });

  it('carries a request to a decision that a node gets', async () => {
    const asked = await call(analyst, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.orders', purpose: 'reporting', columns: null, until: null, why: 'x' },
    });
    assert.equal(asked.status, 201, asked.text);
    assert.equal(asked.at('columns'), null);
    const id = asked.at('agreement');
    const ask = {
      subject: analyst,
      purpose: 'reporting',
      tables: [{ domain: 'sales', table: 'orders' }],
    };
    const before = await call(node, 'POST', '/api/v1/access/decide', { json: ask });
    assert.equal(before.at('tables.0.decision'), 'deny');
    assert.equal((await call(analyst, 'POST', `/api/v1/agreements/${id}/approve`)).status, 403);
    const approved = await call(owner, 'POST', `/api/v1/agreements/${id}/approve`, {
      json: { until: 'P1D' },
    });
    assert.equal(approved.at('state'), 'active', approved.text);
    const after = await call(node, 'POST', '/api/v1/access/decide', { json: ask });
    assert.equal(after.at('tables.0.decision'), 'permit');
    assert.deepEqual(after.at('tables.0.columns'), ['order_id', 'store', 'amount']);
    assert.deepEqual(after.at('tables.0.rowFilter'), {
      op: 'eq',
      column: 'store',
      value: { type: 'string', value: 'a' },
    });
    assert.equal((await call(analyst, 'POST', '/api/v1/access/decide', { json: ask })).status, 403);
    const hit = await call(analyst, 'GET', '/api/v1/search?q=orders');
    assert.equal(hit.at('items.0.access'), 'agreed');
    const stranger = testSubject('stranger');
    assert.equal((await call(stranger, 'GET', `/api/v1/agreements/${id}`)).status, 404);
    assert.deepEqual((await call(stranger, 'GET', '/api/v1/agreements')).at('items'), []);
    control.clock.add(86_401);
    tokens.clear();
    const late = await call(node, 'POST', '/api/v1/access/decide', { json: ask });
    assert.equal(late.at('tables.0.decision'), 'deny');
    assert.equal((await call(analyst, 'GET', `/api/v1/agreements/${id}`)).at('state'), 'expired');
  });

  it('streams events, and goes on after the last cursor', async () => {
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const { token } = await control.identity.bootstrapToken(analyst, 86_400);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const first = await readStream(`${url}/api/v1/events`, headers, 3);
    assert.equal(first.length, 3);
    assert.match(first[0]?.data.type ?? '', /^io\.weft\.domain\.created\.v1$/);
    const resumed = readStream(
      `${url}/api/v1/events?product=sales.orders`,
      { ...headers, 'last-event-id': first[2]?.id ?? '' },
      2,
    );
    await call(owner, 'POST', '/api/v1/contracts', { text: ordersContract({ version: '1.1.0' }) });
    const seen = new Set(first.map((event) => event.data.id));
    for (const event of await resumed) assert.ok(!seen.has(event.data.id));
    const wrong = await call(analyst, 'GET', '/api/v1/events?after=xyz');
    assert.equal(wrong.status, 400);
  });

  it('refuses a subject more event streams than one needs', async () => {
    const [address] = app.addresses();
    assert.ok(typeof address === 'object');
    const { token } = await control.identity.bootstrapToken(analyst, 86_400);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const abort = new AbortController();
    const url = `http://127.0.0.1:${address.port}/api/v1/events`;
    const open = () => fetch(url, { headers, signal: abort.signal });
    const streams = await Promise.all(Array.from({ length: 16 }, open));
    assert.ok(streams.every((stream) => stream.status === 200));
    const refused = await open();
    assert.equal(refused.status, 429);
    abort.abort();
    await Promise.all(streams.map((stream) => stream.text().catch(() => '')));
  });

  it('gives no token that names domains without a role for them', async () => {
    const json = { subject: 'walter', roles: ['consumer'], domains: ['sales'] };
    const refused = await call(platform, 'POST', '/api/v1/tokens', { json });
    assert.equal(refused.status, 400);
    const roles = ['consumer', 'producer'];
    const given = await call(platform, 'POST', '/api/v1/tokens', { json: { ...json, roles } });
    assert.equal(given.status < 300, true);
  });

  it('shows, verifies and exports the audit log to those who may', async () => {
    assert.equal((await call(analyst, 'GET', '/api/v1/audit')).status, 403);
    const entries = await call(platform, 'GET', '/api/v1/audit?action=contract.publish');
    assert.equal(entries.at('items.0.actor'), 'olga');
    assert.equal((await call(platform, 'GET', '/api/v1/audit/verify')).status, 200);
    const lines = (await call(platform, 'GET', '/api/v1/audit/export')).text.trim().split('\n');
    for (const line of lines) JSON.parse(line);
    assert.ok(lines.length > 5);
    assert.ok(!lines.join('').includes('eyJ'), 'no token stands in the audit log');
  });

  it('describes itself', async () => {
    const { text } = await call(null, 'GET', '/openapi.json');
    const paths = Object.keys(JSON.parse(text).paths);
    for (const path of ['/api/v1/contracts/{ref}', '/api/v1/agreements/{agreement}/approve']) {
      assert.ok(paths.includes(path), path);
    }
  });
});

/** Reads so many events of a stream and hangs up. */
async function readStream(url: string, headers: Record<string, string>, count: number) {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const events: { id: string; data: { id: string; type: string } }[] = [];
  let buffer = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    buffer += decoder.decode(chunk, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (.+)$/m.exec(block)?.[1];
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (id !== undefined && data !== undefined) events.push({ id, data: JSON.parse(data) });
    }
    if (events.length >= count) break;
  }
  abort.abort();
  return events.slice(0, count);
}

/** The value at a path such as `items.0.product`; undefined when there is none. */
function valueAt(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[key]
          : undefined,
      document,
    );
}
