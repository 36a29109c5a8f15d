/**
 * Answers about access over HTTP: what a steward is shown as the subject's answer is that answer, byte for byte.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import {
  createSales,
  createTestControl,
  ordersContract,
  owner,
  platform,
  type TestControl,
  testSubject,
} from '../../../../test/support/control.ts';
import { openTestStore, silentLogger, type TestStore } from '../../../../test/support/store.ts';
import { createApp, type WeftApp } from '../app.ts';
import { registerControl } from './control.ts';

const PRODUCT = 'sales.orders';
const CEDAR = `@id("shops") @mask("email: hash")
permit (principal, action, resource)
when { principal has shops && principal.shops.contains(resource.row.store) }
unless { resource.row has email && resource.row.email == "secret-1" };`;

describe('answers about access over HTTP', () => {
  let store: TestStore;
  let control: TestControl;
  let app: WeftApp;
  const steward = testSubject('stella', { roles: ['steward'] });
  const ann = testSubject('ann', { attributes: { shops: ['A'] } });
  const bob = testSubject('bob');

  const call = async (as: Subject, url: string, json?: unknown) => {
    const { token } = await control.identity.bootstrapToken(as, 3600);
    const answer = await app.inject({
      method: json === undefined ? 'GET' : 'POST',
      url,
      headers: { authorization: `Bearer ${token}` },
      ...(json === undefined ? {} : { payload: json as object }),
    });
    return { status: answer.statusCode, text: answer.body };
  };
  const explain = (as: Subject, about: Subject, told = '') =>
    call(
      as,
      `/api/v1/access/explain?subject=${about.id}&product=${PRODUCT}&purpose=reporting${told}`,
    );

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    const text = ordersContract({ purposes: '[reporting, research]' });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    for (const subject of [ann, bob, steward]) await control.identity.bootstrapToken(subject, 3600);
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
    const wanted = { product: PRODUCT, purpose: 'reporting' };
    const { agreement } = (await control.agreements.request(ann, wanted)).agreement;
    await control.agreements.decide(owner, agreement, 'approve', {});
    app = await createApp({
      version: '0.0.0',
      logger: silentLogger,
      authenticate: control.identity.authenticate,
      requestsPerMinute: 100_000,
    });
    registerControl(app, control);
    await app.ready();
  });
  after(async () => {
    await app.close();
    await store.close();
  });

  it('show a steward the very answer that the subject gets, and no more', async () => {
    for (const subject of [ann, bob, owner]) {
      const own = await explain(subject, subject);
      assert.equal(own.status, 200, own.text);
      const told = await explain(steward, subject, '&told=subject');
      assert.equal(told.text, own.text, subject.id);
    }
    const attributed = { ...ann, id: 'amy' };
    const asked = JSON.parse((await explain(attributed, attributed)).text);
    assert.deepEqual(
      asked.change.seen.columns.map(({ mask }: { mask: string | null }) => mask),
      [null, null, 'hash', null],
      'what an agreement would show is part of the answer',
    );
    const own = await explain(ann, ann);
    assert.ok(!own.text.includes('secret-1') && own.text.includes('"permit"'), own.text);
    const whole = await explain(steward, ann);
    assert.ok(whole.text.includes('secret-1'), 'a steward may know the condition');
    assert.equal((await explain(bob, ann, '&told=subject')).status, 403);
    assert.equal((await explain(steward, ann, '&told=somebody')).status, 400);
  });

  it('know majors of six digits at most, and refuse what is none', async () => {
    for (const major of ['9999999', '-1', '1.5', 'x', '99999999999999999999']) {
      const { status } = await explain(ann, ann, `&major=${major}`);
      assert.equal(status, 400, major);
    }
    assert.equal((await explain(ann, ann, '&major=999999')).status, 404);
    assert.equal((await explain(ann, ann, '&major=1')).status, 200);
  });

  it('take integer keys of a set as numbers, as YAML has them, or as text', async () => {
    for (const [values, status] of [
      [[367, '406'], 200],
      [{ ann: [367] }, 200],
      [[1.5], 400],
      [[2 ** 53], 400],
      [[true], 400],
    ] as const) {
      const sets = { own: { keys: 'integer', values } };
      const answer = await call(owner, `/api/v1/policies/${PRODUCT}/lint`, { cedar: CEDAR, sets });
      assert.equal(answer.status, status, answer.text);
      if (status === 200) assert.deepEqual(JSON.parse(answer.text).faults, []);
    }
  });

  it('tell a plan as values before and after', async () => {
    const cedar = CEDAR.replace('email: hash', 'email: hide').replace('unless', 'when');
    const body = { product: PRODUCT, policy: { cedar } };
    const { text } = await call(owner, '/api/v1/access/plan', body);
    const { items } = JSON.parse(text) as { items: { what: string[]; changes: object[] }[] };
    assert.deepEqual(items[0]?.changes, [
      { kind: 'column', of: 'email', before: 'hash', after: null, about: null },
      {
        kind: 'rows',
        of: null,
        before: "store in ('A') and email != 'secret-1'",
        after: "store in ('A') and email = 'secret-1'",
        about: null,
      },
    ]);
    assert.equal(items[0]?.what[0], '- email');
  });

  it('check policies of the mesh before they are applied, for those who oversee it', async () => {
    const bad = { cedar: 'permit (principal, action, resource)\nwhen { context.purpos == "x" };' };
    const checked = await call(platform, '/api/v1/policies/mesh/lint', bad);
    const { faults } = JSON.parse(checked.text) as { faults: { line: number; remedy: string }[] };
    assert.deepEqual([faults[0]?.line, faults[0]?.remedy], [2, 'did you mean `purpose`?']);
    const fine = await call(platform, '/api/v1/policies/mesh/lint', { cedar: '' });
    assert.deepEqual(JSON.parse(fine.text), { faults: [], warnings: [] });
    assert.equal((await call(owner, '/api/v1/policies/mesh/lint', bad)).status, 403);
  });
});
