/**
 * The quarantine over HTTP: documents as OpenAPI has them, who sees counts and who sees values, exports as streams.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { openTestEngine } from '../../../../test/support/engine.ts';
import {
  openTestIngest,
  platform,
  producer,
  stranger,
  type TestIngest,
} from '../../../../test/support/ingest.ts';
import { quarantineOf, salesContract, send } from '../../../../test/support/quarantine.ts';
import { silentLogger } from '../../../../test/support/store.ts';
import { createIdempotencyStore } from '../../store/idempotency.ts';
import { createApp, type WeftApp } from '../app.ts';
import { withIdempotency } from '../idempotency.ts';
import { registerQuarantine } from './quarantine.ts';

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
const SECRET = 'Secret';

let node: TestIngest;
let app: WeftApp;
let batch: string;
before(async () => {
  node = await openTestIngest();
  app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    authenticate: async (bearer) => {
      const subject = SUBJECTS[bearer];
      if (subject === undefined) throw new WeftError('UNAUTHENTICATED', 'unknown token');
      return subject;
    },
  });
  const { store, clock } = node.deps;
  withIdempotency(app, createIdempotencyStore({ store, schema: 'node', clock }), (scope) =>
    registerQuarantine(scope, quarantineOf(node.deps, node.service)),
  );
  await app.ready();
  node.publish(salesContract('orders'));
  const csv = `id,sku,price\n1,a,1\n2,${SECRET},2\n3,${SECRET},3\n4,c,x\n5,d\n1,a,1\n`;
  batch = (await send(node, 'orders', csv)).batch;
});
after(async () => {
  await app.close();
  await node[Symbol.asyncDispose]();
});

async function call(
  method: 'GET' | 'POST',
  path: string,
  options: { as?: string; json?: unknown; body?: string; headers?: Record<string, string> } = {},
) {
  const { as = 'ana', json, body, headers = {} } = options;
  const response = await app.inject({
    method,
    url: `/api/v1/${path}`,
    headers: {
      authorization: `Bearer ${as}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined
      ? body === undefined
        ? {}
        : { payload: body }
      : { payload: JSON.stringify(json) }),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    raw: response.rawPayload,
  };
}

async function json(...args: Parameters<typeof call>) {
  const { status, text } = await call(...args);
  return { status, text, body: JSON.parse(text) };
}

describe('the quarantine over HTTP', () => {
  it('groups causes, with examples for who may read values and counts for who may not', async () => {
    const { body } = await json('GET', 'quarantine/causes?product=sales.orders');
    assert.deepEqual(
      body.items.map((c: Record<string, unknown>) => [
        c['rule'],
        c['column'],
        c['open'],
        c['batches'],
        c['examples'],
      ]),
      [
        ['sku.pattern', 'sku', 2, 1, [SECRET]],
        ['price.type', 'price', 1, 1, ['x']],
        ['structure.too_few_fields', null, 1, 1, []],
      ],
    );
    assert.deepEqual(body.balance, [
      {
        product: 'sales.orders',
        batches: 1,
        in: 6,
        committed: 1,
        duplicates: 1,
        open: 4,
        discarded: 0,
        held: 0,
      },
    ]);
    for (const as of ['pat', 'stella']) {
      const seen = await json('GET', 'quarantine/causes', { as });
      assert.equal(seen.body.items.length, 3);
      assert.ok(!seen.text.includes(SECRET), as);
    }
    assert.deepEqual((await json('GET', 'quarantine/causes', { as: 'sam' })).body.items, []);
    assert.equal(
      (await call('GET', 'quarantine/causes?product=sales.orders', { as: 'sam' })).status,
      404,
    );
  });

  it('gives no value, and no answer that depends on one, to who may not read them', async () => {
    const where = { product: 'sales.orders' };
    const line = JSON.stringify({ ref: `${batch}:1`, raw: '2,b,2' });
    for (const as of ['pat', 'stella', 'sam']) {
      const denied = as === 'sam' ? 404 : 403;
      for (const [method, path, json] of [
        ['GET', 'quarantine/rows?product=sales.orders', undefined],
        ['GET', `quarantine/rows?batch=${batch}`, undefined],
        ['GET', 'quarantine/export?product=sales.orders', undefined],
        ['GET', 'quarantine/causes?product=sales.orders&value=Sec', undefined],
        ['POST', 'quarantine/previews', { where }],
        ['POST', 'quarantine/replays', { where }],
        ['POST', 'quarantine/discards', { where, because: 'x' }],
      ] as const) {
        const { status, text } = await call(
          method,
          path,
          json === undefined ? { as } : { as, json },
        );
        assert.equal(status, denied, `${as} ${path}`);
        assert.ok(!text.includes(SECRET));
      }
      const sent = await call('POST', 'quarantine/fixes?product=sales.orders', { as, body: line });
      assert.equal(sent.status, denied);
      const lineage = await json('GET', `batches/${batch}/lineage`, { as });
      assert.equal(lineage.status, as === 'sam' ? 404 : 200);
    }
    const { body } = await json('GET', 'quarantine/batches', { as: 'stella' });
    assert.equal(body.items[0].lineage.records.open, 4);
  });

  it('pages records by rule, column, value, reason, time and state', async () => {
    const first = await json('GET', 'quarantine/rows?product=sales.orders&limit=2');
    assert.deepEqual(
      first.body.items.map((r: { record: number }) => r.record),
      [1, 2],
    );
    const rest = await json('GET', `quarantine/rows?product=sales.orders&after=${first.body.next}`);
    assert.deepEqual(
      rest.body.items.map((r: { record: number }) => r.record),
      [3, 4, 5],
    );
    assert.equal(rest.body.next, null);
    const found = async (query: string): Promise<number[]> =>
      (await json('GET', `quarantine/rows?product=sales.orders&${query}`)).body.items.map(
        (r: { record: number }) => r.record,
      );
    assert.deepEqual(await found('rule=price.type'), [3]);
    assert.deepEqual(await found('column=sku'), [1, 2]);
    assert.deepEqual(await found('value=ecre'), [1, 2]);
    assert.deepEqual(await found('reason=FEW%20fields'), [4]);
    assert.deepEqual(await found('state=duplicate'), [5]);
    assert.deepEqual(await found('state=open&column=price'), [3]);
    assert.deepEqual(await found('since=2999-01-01'), []);
    assert.deepEqual((await found('until=2999-01-01')).length, 5);
    for (const query of ['state=lost', 'since=soon', 'after=nonsense', 'limit=0']) {
      assert.equal(
        (await call('GET', `quarantine/rows?product=sales.orders&${query}`)).status,
        400,
        query,
      );
    }
    assert.equal((await call('GET', 'quarantine/rows')).status, 400);
    assert.equal((await call('GET', 'quarantine/rows?batch=bat_none')).status, 404);
  });

  it('exports NDJSON, CSV and Parquet with the bytes as they came', async () => {
    const ndjson = await call('GET', `quarantine/export?batch=${batch}`);
    assert.equal(ndjson.headers['weft-records'], '5');
    const lines = ndjson.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ line, raw }) => [line, raw])[0], [3, `2,${SECRET},2`]);
    assert.deepEqual(lines[0].reasons, [
      { rule: 'sku.pattern', column: 'sku', value: SECRET, message: 'does not match ^[a-z]+$' },
    ]);
    const csv = await call('GET', `quarantine/export?batch=${batch}&format=csv&state=open`);
    assert.equal(csv.text.trim().split('\n').length, 5);
    const { raw, headers } = await call('GET', `quarantine/export?batch=${batch}&format=parquet`);
    assert.equal(headers['content-type'], 'application/vnd.apache.parquet');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${node.root}/out.parquet`, raw);
    const engine = await openTestEngine();
    try {
      const rows = await engine.rows(
        `SELECT record, kind, decode(raw) AS raw, reasons[1].rule AS rule FROM '${node.root}/out.parquet' ORDER BY record`,
      );
      assert.deepEqual(rows[4], {
        record: 5,
        kind: 'duplicate',
        raw: '1,a,1',
        rule: 'primary_key',
      });
    } finally {
      engine.close();
    }
    assert.deepEqual(await node.deps.files.names(`${node.root}/scratch`), []);
  });

  it('answers a replay under the same key once more without sending anything again', async () => {
    const where = { product: 'sales.orders', rule: 'sku.pattern' };
    const repair = { columns: { sku: { map: { [SECRET]: 'b' } } } };
    const seen = await json('POST', 'quarantine/previews', { json: { where, repair, samples: 1 } });
    const [sample] = seen.body.sample;
    assert.deepEqual([seen.body.good, sample.after], [2, { sku: 'b' }]);
    // The preview has the record itself: a page has the first rows alone, in another order.
    const rows = await json('GET', `quarantine/rows?batch=${batch}`);
    const same = rows.body.items.find((row: { ref: string }) => row.ref === sample.ref);
    assert.ok(sample.raw.includes(SECRET));
    assert.equal(sample.raw, same.raw);
    const asked = {
      json: { where, repair, because: 'typing' },
      headers: { 'idempotency-key': 'k1' },
    };
    const first = await json('POST', 'quarantine/replays', asked);
    assert.deepEqual([first.status, first.body.good], [200, 2]);
    const again = await json('POST', 'quarantine/replays', asked);
    assert.deepEqual(again.body, first.body);
    const other = await call('POST', 'quarantine/replays', {
      json: { where },
      headers: { 'idempotency-key': 'k1' },
    });
    assert.equal(other.status, 409);
    const { body } = await json('GET', `quarantine/rows?batch=${batch}&state=repaired`);
    assert.deepEqual(
      body.items.map((r: { record: number }) => r.record),
      [1, 2],
    );
  });

  it('takes fixes as a stream and discards with a reason only', async () => {
    const line = JSON.stringify({ ref: `${batch}:4`, raw: '5,d,5' });
    const preview = await json('POST', 'quarantine/fixes?product=sales.orders&preview=true', {
      body: line,
    });
    assert.deepEqual([preview.body.good, preview.body.sample.length], [1, 1]);
    const sent = await json('POST', 'quarantine/fixes?product=sales.orders', { body: line });
    assert.deepEqual([sent.body.good, sent.body.batches.length], [1, 1]);
    const where = { batch };
    assert.equal((await call('POST', 'quarantine/discards', { json: { where } })).status, 400);
    const gone = await json('POST', 'quarantine/discards', {
      json: { where, because: 'no price' },
    });
    assert.deepEqual([gone.body.records, gone.body.more], [1, false]);
    const { body } = await json('GET', `batches/${batch}/lineage`);
    assert.deepEqual(body.records, {
      in: 6,
      committed: 4,
      duplicates: 1,
      open: 0,
      discarded: 1,
      held: 0,
    });
    const faulty = await json('POST', 'quarantine/fixes?product=sales.orders', {
      body: '{"ref":1}\n',
    });
    assert.deepEqual(
      [faulty.status, faulty.body.code, faulty.body.errors[0].line],
      [400, 'REPAIR_INVALID', 1],
    );
    const decided = await call('POST', 'quarantine/replays', {
      json: { where: { ...where, state: 'open' } },
    });
    assert.equal(decided.status, 400);
  });

  it('leaves in the audit log who read and who decided, with counts and without a value', () => {
    const actions = new Set(node.audit.map(({ action }) => action));
    for (const action of ['read', 'export', 'preview', 'replay', 'discard']) {
      assert.ok(actions.has(`quarantine.${action}`), action);
    }
    assert.ok(!JSON.stringify(node.audit).includes(SECRET));
  });
});
