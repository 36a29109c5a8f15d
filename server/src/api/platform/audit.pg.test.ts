/**
 * The routes over two chains: one list by time that pages without gaps, one chain on demand, closed to others.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import { analyst, createTestControl, platform } from '../../../../test/support/control.ts';
import { openTestStore, silentLogger } from '../../../../test/support/store.ts';
import { ROOT_KEY } from '../../adapters/keyring.ts';
import { systemRandom } from '../../adapters/runtime-ports.ts';
import { createAuditLog } from '../../store/audit-log.ts';
import { createApp } from '../app.ts';
import { registerAudit } from './audit.ts';

interface Page {
  items: { chain: string; index: number; at: string }[];
  next: string | null;
}

test('two chains are listed as one by time, or apart', async () => {
  await using store = await openTestStore();
  const { audit: control, keys: crypto, clock } = createTestControl(store);
  const keys = { crypto, keyId: ROOT_KEY, publicKey: crypto.ensureKey(ROOT_KEY) };
  const node = createAuditLog({ store, schema: 'node', clock, random: systemRandom, ...keys });
  for (let n = 0; n < 9; n += 1) {
    clock.add(1);
    await (n % 3 === 0 ? node : control).append({
      actor: 'ana',
      action: n === 4 ? 'test.begun' : 'test.done',
      subject: `s${n}`,
      details: { n },
    });
  }
  let subject: Subject = platform;
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    authenticate: async () => subject,
    requestsPerMinute: 100_000,
  });
  registerAudit(app, [control, node]);
  const get = async (url: string) => {
    const answer = await app.inject({ url, headers: { authorization: 'Bearer any' } });
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  };
  const times: string[] = [];
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: Page = (await get(`/api/v1/audit?limit=2${next && `&after=${next}`}`)).body;
    times.push(...page.items.map((item) => item.at));
    seen.push(...page.items.map((item) => `${item.chain}${item.index}`));
    next = page.next;
  }
  assert.deepEqual(times, [...times].sort());
  assert.equal(
    seen.join(' '),
    'node0 control0 control1 node1 control2 control3 node2 control4 control5',
  );
  const backwards: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const url: string = `/api/v1/audit?limit=2&order=newest${after && `&after=${after}`}`;
    const page: Page = (await get(url)).body;
    backwards.push(...page.items.map((item) => `${item.chain}${item.index}`));
    after = page.next;
  }
  assert.deepEqual(backwards, seen.toReversed());
  const first = (await get('/api/v1/audit?limit=2')).body as Page;
  assert.equal((await get(`/api/v1/audit?order=newest&after=${first.next}`)).status, 400);
  const alone = (await get('/api/v1/audit?chain=node&limit=2')).body as Page;
  assert.deepEqual(
    alone.items.map((item) => item.index),
    [0, 1],
  );
  assert.equal((await get(`/api/v1/audit?after=${alone.next}`)).status, 400);
  assert.equal((await get('/api/v1/audit?chain=other')).status, 400);
  assert.equal((await get('/api/v1/audit/verify?chain=node')).body.entries, 3);
  assert.equal((await get('/api/v1/audit/verify')).body.chains.length, 2);
  const actions = (await get('/api/v1/audit/actions')).body;
  assert.deepEqual(actions, { items: ['test.begun', 'test.done'] }, 'each once');
  assert.deepEqual((await get('/api/v1/audit/actions?chain=node')).body, { items: ['test.done'] });
  const countOf = async (action: string) =>
    ((await get(`/api/v1/audit?action=${action}`)).body as Page).items.length;
  assert.deepEqual(
    [await countOf('test.begun'), await countOf('test.begun,test.done'), await countOf('test')],
    [1, 9, 0],
  );
  subject = analyst;
  for (const path of ['', '/actions', '/verify', '/export'])
    assert.equal((await get(`/api/v1/audit${path}?chain=node`)).status, 403);
  await app.close();
});
