/**
 * Batches and operations over HTTP, with the real service behind them: streams, async answers, errors as problem+json.
 */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import type { FakeRecord } from '../../../../test/support/fake-stager.ts';
import {
  openTestIngest,
  platform,
  producer,
  stranger,
  type TestIngest,
} from '../../../../test/support/ingest.ts';
import { openIngestApp } from '../../../../test/support/ingest-http.ts';
import type { WeftApp } from '../app.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer, required: true }
customProperties:
  - { property: weftBadShareMax, value: 0.5 }
`;
const steward: Subject = {
  id: 'stella',
  name: 'Stella',
  roles: ['steward', 'consumer'],
  domains: ['sales'],
  attributes: {},
};
const SUBJECTS: Record<string, Subject> = {
  ana: producer,
  pat: platform,
  sam: stranger,
  stella: steward,
};

let node: TestIngest;
let app: WeftApp;
before(async () => {
  node = await openTestIngest({ fakeStager: true });
  node.publish(CONTRACT);
  app = await openIngestApp(node, SUBJECTS);
});
after(async () => {
  await app.close();
  await node[Symbol.asyncDispose]();
});

const records = (ids: (number | null)[]): string =>
  JSON.stringify(
    ids.map(
      (id): FakeRecord => ({ raw: String(id), values: id === null ? {} : { id: String(id) } }),
    ),
  );

async function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: { as?: string; body?: string | Readable; headers?: Record<string, string> } = {},
) {
  const { as = 'ana', body, headers } = options;
  const response = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${as}`, ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

const upload = (
  body: string | Readable,
  options: { as?: string; query?: string; headers?: Record<string, string> } = {},
) =>
  call('POST', `/api/v1/products/sales.orders/batches?format=csv&${options.query ?? ''}`, {
    body,
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.as === undefined ? {} : { as: options.as }),
  });

describe('routes of batches', () => {
  it('take any body as bytes, whatever its content type, and answer with the report', async () => {
    const text = records([1, 2, null]);
    const pieces = Readable.from([Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5))]);
    const { status, body } = await upload(pieces, { query: 'key=k1&name=a.csv' });
    assert.equal(status, 200);
    assert.deepEqual(
      [body.state, body.records, body.key, body.source.bytes],
      ['committed', { in: 3, good: 2, quarantined: 1, duplicates: 0 }, 'k1', text.length],
    );
    const typeless = await call('POST', '/api/v1/products/sales.orders/batches?format=csv', {
      body: records([7]),
      headers: { 'content-type': 'made/up; x=1' },
    });
    assert.deepEqual([typeless.status, typeless.body.state], [200, 'committed']);
    assert.deepEqual((await call('GET', `/api/v1/batches/${body.batch}`)).body, body);
    const listed = await call('GET', '/api/v1/batches?state=committed&limit=1');
    assert.equal(listed.body.items.length, 1);
    assert.equal(
      (await call('GET', `/api/v1/batches?limit=1&after=${listed.body.next}`)).body.items[0].batch,
      body.batch,
    );
    const refused = await call('GET', `/api/v1/batches/${body.batch}/quarantine`);
    assert.deepEqual(
      refused.body.items.map((i: { rule: string }) => i.rule),
      ['id.required'],
    );
  });

  it('say what is wrong as problem+json', async () => {
    assert.equal((await upload(records([1]), { as: 'sam' })).status, 403);
    assert.equal((await upload(records([2]), { query: 'key=k1' })).body.code, 'BATCH_KEY_REUSED');
    assert.equal(
      (await upload(records([2]), { headers: { 'content-encoding': 'br' } })).body.code,
      'REQUEST_INVALID',
    );
    assert.equal(
      (await call('POST', '/api/v1/products/sales.nothing/batches', { body: 'x' })).body.code,
      'NOT_FOUND',
    );
    assert.equal(
      (await call('POST', '/api/v1/products/nodot/batches', { body: 'x' })).body.code,
      'REQUEST_INVALID',
    );
    assert.equal((await call('GET', '/api/v1/batches/bat_none')).body.code, 'NOT_FOUND');
    assert.equal((await call('GET', '/api/v1/batches?state=odd')).body.code, 'REQUEST_INVALID');
    assert.equal((await call('GET', '/api/v1/batches?after=odd')).body.code, 'REQUEST_INVALID');
    const empty = await call('POST', '/api/v1/products/sales.orders/batches?format=csv', {
      headers: { 'content-type': 'text/csv' },
    });
    assert.deepEqual([empty.status, empty.body.state], [200, 'failed']);
  });

  it('release and discard with a reason, without a body too', async () => {
    const held = await upload(records([1, null, null]));
    assert.equal(held.body.state, 'held');
    const released = await call('POST', `/api/v1/batches/${held.body.batch}/release`, {
      body: '{"because":"agreed"}',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual(
      [released.status, released.body.state, released.body.because],
      [200, 'committed', 'agreed'],
    );
    assert.equal(released.body.heldBecause, held.body.because);
    assert.match(released.body.heldBecause, /records are bad|is broken/);
    const other = await upload(records([1, null, null]));
    const discarded = await call('POST', `/api/v1/batches/${other.body.batch}/discard`);
    assert.deepEqual(
      [discarded.status, discarded.body.state, discarded.body.because],
      [200, 'discarded', null],
    );
    const shown = await call('GET', `/api/v1/batches/${other.body.batch}`);
    assert.deepEqual([shown.body.because, shown.body.heldBecause], [null, other.body.because]);
    assert.equal(
      (await call('POST', `/api/v1/batches/${other.body.batch}/release`)).body.code,
      'BATCH_STATE',
    );
  });

  it('answer at once when asked to, and the operation tells the end', async () => {
    const started = await upload(records([1, 2]), { headers: { prefer: 'respond-async' } });
    assert.deepEqual([started.status, started.body.state], [202, 'landed']);
    const url = String(started.headers['location']);
    await node.service.settle();
    const operation = await finished(url);
    assert.deepEqual(
      [operation.state, operation.result.state, operation.batch],
      ['done', 'committed', started.body.batch],
    );
    assert.equal((await call('GET', url, { as: 'sam' })).status, 404);
    assert.equal((await call('GET', url, { as: 'pat' })).status, 200);
  });

  it('show values of rows to who acts for the domain and to nobody else, in every answer', async () => {
    const started = await upload(records([1, null, null]), {
      headers: { prefer: 'respond-async' },
    });
    const url = String(started.headers['location']);
    await node.service.settle();
    const batch = `/api/v1/batches/${started.body.batch}`;
    assert.equal((await finished(url)).result.quarantine.sample.length, 2);
    for (const as of ['pat', 'stella']) {
      const operation = await call('GET', url, { as });
      assert.deepEqual([operation.status, operation.body.result.quarantine.sample], [200, []]);
      assert.deepEqual((await call('DELETE', url, { as })).body.result.quarantine.sample, []);
      assert.deepEqual((await call('GET', batch, { as })).body.quarantine.sample, []);
      const listed = await call('GET', '/api/v1/batches', { as });
      assert.ok(
        listed.body.items.every(
          (item: { quarantine: { sample: unknown[] } }) => item.quarantine.sample.length === 0,
        ),
      );
      assert.equal((await call('GET', `${batch}/quarantine`, { as })).status, 403);
    }
    assert.equal((await call('POST', `${batch}/release`, { as: 'stella' })).status, 403);
    const released = await call('POST', `${batch}/release`, { as: 'pat' });
    assert.deepEqual([released.body.state, released.body.quarantine.sample], ['committed', []]);
    const other = await upload(records([1, null, null]));
    const discarded = await call('POST', `/api/v1/batches/${other.body.batch}/discard`, {
      as: 'pat',
    });
    assert.deepEqual([discarded.body.state, discarded.body.quarantine.sample], ['discarded', []]);
  });

  it('stop when they are cancelled', async () => {
    const started = await upload('wait', { headers: { prefer: 'respond-async' } });
    const url = String(started.headers['location']);
    assert.equal((await call('GET', url)).body.state, 'running');
    assert.equal((await call('DELETE', url)).status, 200);
    await node.service.settle();
    assert.equal((await finished(url)).state, 'cancelled');
    assert.equal((await call('GET', `/api/v1/batches/${started.body.batch}`)).body.state, 'failed');
  });
});

async function finished(url: string) {
  for (;;) {
    const { body } = await call('GET', url);
    if (body.state !== 'running') return body;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
