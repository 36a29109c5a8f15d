/**
 * Agreements on a real store: who may take which step, what narrows, what repeats, what ends.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WeftEvent } from '@weft/core/events/event';
import { isWeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import type { Subject } from '@weft/core/registry/types';
import {
  analyst,
  createSales,
  createTestControl,
  node,
  ordersContract,
  owner,
  platform,
  steward,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import type { ControlTables } from '../store/control-tables.ts';

describe('agreements', () => {
  let store: TestStore;
  let control: TestControl;
  const refused = (code: ErrorCode) => (error: unknown) => isWeftError(error, code);
  let nth = 0;
  /** A request of a new subject, so that no test sees another's agreements. */
  const ask = async (values: { columns?: string[]; filter?: string; until?: string } = {}) => {
    const subject = testSubject(`asker${++nth}`);
    const { agreement } = await control.agreements.request(subject, {
      product: 'sales.orders',
      purpose: 'reporting',
      ...values,
    });
    return { subject, agreement, id: agreement.agreement };
  };

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    const text = ordersContract();
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
  });
  after(() => store.close());

  it('refuses what the contract does not allow', async () => {
    const request = (values: object) =>
      control.agreements.request(analyst, {
        product: 'sales.orders',
        purpose: 'reporting',
        ...values,
      });
    await assert.rejects(request({ product: 'sales.nothing' }), refused('NOT_FOUND'));
    await assert.rejects(request({ purpose: 'marketing' }), refused('REQUEST_INVALID'));
    await assert.rejects(request({ columns: ['order_id', 'iban'] }), refused('REQUEST_INVALID'));
    await assert.rejects(request({ columns: [] }), refused('REQUEST_INVALID'));
    await assert.rejects(request({ filter: 'iban = 3' }), refused('EXPRESSION_INVALID'));
    await assert.rejects(request({ until: 'yesterday' }), refused('REQUEST_INVALID'));
    await assert.rejects(request({ until: '2020-01-01T00:00:00Z' }), refused('REQUEST_INVALID'));
    assert.deepEqual((await control.agreements.list(analyst, {})).items, []);
  });

  it('gives the open agreement back to who asks again', async () => {
    const { subject, id } = await ask({ columns: ['store', 'amount'] });
    const again = await control.agreements.request(subject, {
      product: 'sales.orders@1',
      purpose: 'reporting',
      columns: ['amount', 'store'],
    });
    assert.deepEqual([again.created, again.agreement.agreement], [false, id]);
    const other = await control.agreements.request(subject, {
      product: 'sales.orders',
      purpose: 'research',
    });
    assert.equal(other.created, true);
  });

  it('renews by a request that leaves what is in force alone, until its own end', async () => {
    const { subject, id, agreement } = await ask({ columns: ['store'], until: 'P5D' });
    const later = { until: 'P90D', why: 'autumn' };
    await assert.rejects(
      control.agreements.renew(subject, id, later),
      refused('AGREEMENT_STATE'),
      'not in force yet',
    );
    await control.agreements.decide(owner, id, 'approve', {});
    await assert.rejects(
      control.agreements.renew(subject, id, { until: 'P1D' }),
      refused('REQUEST_INVALID'),
    );
    await assert.rejects(control.agreements.renew(owner, id, later), refused('FORBIDDEN'));
    await assert.rejects(
      control.agreements.renew(testSubject('nobody'), id, later),
      refused('NOT_FOUND'),
    );
    const { agreement: renewal, created } = await control.agreements.renew(subject, id, later);
    assert.deepEqual([created, renewal.state, renewal.columns], [true, 'requested', ['store']]);
    assert.ok(renewal.agreement !== id && (renewal.until ?? '') > (agreement.until ?? ''));
    const again = await control.agreements.renew(subject, id, later);
    assert.deepEqual([again.created, again.agreement.agreement], [false, renewal.agreement]);
    assert.equal((await control.agreements.show(subject, id)).state, 'active');
    await control.agreements.decide(owner, renewal.agreement, 'approve', {});
    const { until, state } = await control.agreements.show(subject, id);
    assert.deepEqual([until, state], [agreement.until, 'active']);
    assert.equal((await control.agreements.show(subject, renewal.agreement)).state, 'active');
  });

  it('renews nothing that has no end', async () => {
    const { subject, id } = await ask();
    await control.agreements.decide(owner, id, 'approve', {});
    await assert.rejects(
      control.agreements.renew(subject, id, { until: 'P90D' }),
      refused('AGREEMENT_STATE'),
    );
  });

  it('lets owners and stewards decide, and neither the requester nor the platform', async () => {
    const { subject, id } = await ask();
    const approve = (by: typeof analyst) => control.agreements.decide(by, id, 'approve', {});
    await assert.rejects(approve(subject), refused('FORBIDDEN'));
    await assert.rejects(approve(platform), refused('FORBIDDEN'));
    await assert.rejects(approve(analyst), refused('NOT_FOUND'));
    const agreement = await approve(steward);
    assert.deepEqual([agreement.state, agreement.decidedBy], ['active', 'stella']);
    assert.deepEqual(await approve(owner), agreement, 'a repeat changes nothing');
    const { agreement: own } = await control.agreements.request(steward, {
      product: 'sales.orders',
      purpose: 'reporting',
    });
    const ofSteward = control.agreements.decide(steward, own.agreement, 'approve', {});
    await assert.rejects(ofSteward, refused('FORBIDDEN'));
    const { agreement: ofOwner } = await control.agreements.request(owner, {
      product: 'sales.orders',
      purpose: 'reporting',
    });
    const approved = await control.agreements.decide(owner, ofOwner.agreement, 'approve', {});
    assert.equal(approved.state, 'active');
  });

  it('narrows at approval and never widens', async () => {
    const { id } = await ask({
      columns: ['store', 'amount'],
      filter: "store = 'a'",
      until: 'P30D',
    });
    const wide = { columns: ['amount', 'email'], filter: 'amount > 1', until: 'P90D' };
    const agreement = await control.agreements.decide(owner, id, 'approve', wide);
    assert.deepEqual(agreement.columns, ['amount']);
    assert.equal(agreement.filter, "(store = 'a') and (amount > 1)");
    assert.equal(agreement.until, '2026-03-31T10:00:00.000Z');
    const { id: second } = await ask({ columns: ['store'] });
    const none = control.agreements.decide(owner, second, 'approve', { columns: ['email'] });
    await assert.rejects(none, refused('REQUEST_INVALID'));
  });

  it('leaves the answer to a counter-offer to the requester', async () => {
    const { subject, id } = await ask();
    const terms = { columns: ['store'], until: 'P7D', because: 'enough for a report' };
    const countered = await control.agreements.decide(owner, id, 'counter', terms);
    assert.deepEqual([countered.state, countered.columns], ['countered', ['store']]);
    await assert.rejects(
      control.agreements.decide(owner, id, 'approve', {}),
      refused('AGREEMENT_STATE'),
    );
    const accepted = await control.agreements.decide(subject, id, 'approve', {});
    assert.deepEqual([accepted.state, accepted.columns], ['active', ['store']]);
    assert.deepEqual([accepted.decidedBy, accepted.because], [owner.id, 'enough for a report']);
    const again = await control.agreements.decide(subject, id, 'approve', { ifMatch: '"v2"' });
    assert.deepEqual(again, accepted, 'asked again after a lost answer');
    const { subject: other, id: declined } = await ask();
    await control.agreements.decide(owner, declined, 'counter', { until: 'P1D' });
    assert.equal((await control.agreements.decide(other, declined, 'deny', {})).state, 'denied');
  });

  it('keeps what was asked for beside what is offered and agreed to', async () => {
    const until = '2026-06-30T10:00:00.000Z';
    const request = { columns: ['store', 'amount'], filter: 'amount > 1', until };
    const asked = { ...request, granularity: null };
    const { subject, id, agreement } = await ask(request);
    assert.deepEqual(agreement.asked, asked);
    const first = { columns: ['store'], until: 'P7D', filter: null };
    const offered = await control.agreements.decide(owner, id, 'counter', first);
    assert.deepEqual([offered.columns, offered.filter, offered.asked], [['store'], null, asked]);
    await control.agreements.decide(owner, id, 'counter', { columns: ['amount'] });
    assert.deepEqual((await control.agreements.show(subject, id)).asked, asked);
    await control.agreements.decide(subject, id, 'approve', {});
    const { items } = await control.agreements.list(subject, {});
    assert.deepEqual(
      items.map((item) => [item.columns, item.asked]),
      [[['amount'], asked]],
    );
    const { subject: other, id: narrowed } = await ask({ columns: ['store', 'amount'] });
    await control.agreements.decide(owner, narrowed, 'approve', { columns: ['store'] });
    const shown = await control.agreements.show(other, narrowed);
    assert.deepEqual([shown.columns, shown.asked?.columns], [['store'], ['store', 'amount']]);
  });

  it('does not know what was asked for where an answer came before that was kept', async () => {
    const forget = (id: string) =>
      store
        .schema<ControlTables>('control')
        .updateTable('agreements')
        .set({ asked: null })
        .where('agreement', '=', id)
        .execute();
    const columns = ['store', 'amount'];
    const { subject, id } = await ask({ columns });
    const asked = async () => (await control.agreements.show(subject, id)).asked;
    await forget(id);
    assert.deepEqual((await asked())?.columns, columns, 'nobody answered: it is what is asked');
    await control.agreements.decide(owner, id, 'counter', { columns: ['store'] });
    assert.deepEqual((await asked())?.columns, columns);
    await forget(id);
    assert.equal(await asked(), null);
  });

  it('takes an answer to the terms that were seen, and to no others', async () => {
    const { subject, id } = await ask();
    const offer = (columns: string[]) =>
      control.agreements.decide(owner, id, 'counter', { columns, because: null });
    const seen = await offer(['store', 'amount']);
    const shown = await control.agreements.show(subject, id);
    assert.deepEqual([seen.version, shown.version], [2, 2]);
    await offer(['store']);
    for (const step of ['approve', 'deny'] as const) {
      await assert.rejects(
        control.agreements.decide(subject, id, step, { ifMatch: '"v2"' }),
        refused('PRECONDITION_FAILED'),
      );
    }
    assert.equal((await control.agreements.show(subject, id)).state, 'countered');
    const accepted = await control.agreements.decide(subject, id, 'approve', { ifMatch: '"v3"' });
    assert.deepEqual(
      [accepted.state, accepted.columns, accepted.version],
      ['active', ['store'], 4],
    );
  });

  it('ends for good when it is revoked or denied', async () => {
    const { subject, id } = await ask();
    await control.agreements.decide(owner, id, 'approve', {});
    const revoked = await control.agreements.decide(owner, id, 'revoke', { because: 'misuse' });
    assert.deepEqual([revoked.state, revoked.because], ['revoked', 'misuse']);
    await assert.rejects(
      control.agreements.decide(owner, id, 'approve', {}),
      refused('AGREEMENT_STATE'),
    );
    const table = { domain: 'sales', table: 'orders', major: null };
    const { tables } = await control.access.decide(node, {
      subject,
      purpose: 'reporting',
      tables: [table],
    });
    assert.equal(tables[0]?.decision, 'deny');
  });

  it('expires by the clock, with one event by the sweep', async () => {
    const { id } = await ask({ until: 'PT1H' });
    await control.agreements.decide(owner, id, 'approve', {});
    const before = await control.agreements.list(owner, { state: 'active' });
    assert.ok(before.items.some((agreement) => agreement.agreement === id));
    control.clock.add(3600);
    const listed = await control.agreements.list(owner, { state: 'active', limit: 200 });
    assert.ok(!listed.items.some((agreement) => agreement.agreement === id));
    const expired = await control.agreements.list(owner, { state: 'expired' });
    assert.deepEqual(
      expired.items.map((agreement) => agreement.agreement),
      [id],
    );
    assert.equal(await control.agreements.expireOverdue(), 1);
    assert.equal(await control.agreements.expireOverdue(), 0);
    const events = await control.events.list({
      subject: owner,
      product: 'sales.orders',
      after: null,
      limit: 200,
    });
    const ends = events.items.filter((event) => event.type === 'io.weft.agreement.expired.v1');
    assert.deepEqual(
      ends.map((event) => event.data['agreement']),
      [id],
    );
  });

  it('approves by policy what its owner said needs no person', async () => {
    await control.policies.put(owner, 'sales.orders', { autoApprovePurposes: ['research'] });
    const subject = testSubject('researcher');
    const request = { product: 'sales.orders', purpose: 'research' };
    const { agreement } = await control.agreements.request(subject, request);
    assert.deepEqual([agreement.state, agreement.decidedBy], ['active', 'policy:sales.orders@1']);
    const stored = await control.agreements.show(subject, agreement.agreement);
    assert.deepEqual(stored, agreement);
  });

  it('leaves a filter on a hidden column to a person, whatever the purpose', async () => {
    const policy = { autoApprovePurposes: ['research'], hiddenClassifications: ['confidential'] };
    await control.policies.put(owner, 'sales.orders', policy);
    const request = (filter: string) =>
      control.agreements.request(testSubject(`prober${++nth}`), {
        product: 'sales.orders',
        purpose: 'research',
        filter,
      });
    for (const filter of [
      "email = 'a@b.example'",
      "store = 'a' or not (email like 'a%')",
      'email is null',
    ]) {
      const { agreement } = await request(filter);
      assert.deepEqual([agreement.state, agreement.decidedBy], ['requested', null], filter);
    }
    assert.equal((await request("store = 'a'")).agreement.state, 'active');
    const cedar = '@columns("email") forbid (principal, action, resource);';
    await control.policies.putMesh(platform, { cedar });
    const { agreement } = await request("store = 'b'");
    assert.equal(agreement.state, 'requested', 'policies of the mesh may hide columns, too');
    await control.policies.putMesh(platform, { cedar: '' });
  });

  it('tells the decider of columns that leave nothing to see, and nobody else', async () => {
    const rolled =
      '@granularity("store; count; sum amount; at least 5 email") permit (principal, action, resource);';
    await control.policies.put(owner, 'sales.orders', { cedar: rolled });
    const blind = (error: unknown): boolean =>
      isWeftError(error, 'REQUEST_INVALID') &&
      /would see nothing/.test(error.message) &&
      /rolled up by store/.test(error.remedy ?? '');
    const { id, subject } = await ask();
    for (const step of ['approve', 'counter'] as const) {
      const decide = control.agreements.decide(owner, id, step, { columns: ['amount'] });
      await assert.rejects(decide, blind, step);
    }
    const other = control.agreements.decide(subject, id, 'counter', { columns: ['amount'] });
    await assert.rejects(other, refused('FORBIDDEN'));
    const narrow = await ask({ columns: ['amount', 'order_id'] });
    await assert.rejects(control.agreements.decide(owner, narrow.id, 'approve', {}), blind);
    const columns = ['store', 'amount'];
    const given = await control.agreements.decide(owner, id, 'approve', { columns });
    assert.deepEqual([given.state, given.columns], ['active', columns]);
    await control.policies.put(owner, 'sales.orders', { cedar: '' });
  });

  it('shows events of an agreement to its parties alone, in the log', async () => {
    const { id, subject } = await ask();
    await control.agreements.decide(owner, id, 'approve', {});
    const stranger = testSubject('stranger');
    const told = (items: readonly WeftEvent[]): number =>
      items.filter((event) => event.data['agreement'] === id).length;
    for (const [reader, expected] of [
      [subject, 2],
      [owner, 2],
      [platform, 2],
      [stranger, 0],
    ] as const) {
      const page = { subject: reader, product: 'sales.orders', after: null, limit: 500 };
      const { items } = await control.events.list(page);
      assert.equal(told(items), expected, reader.id);
      assert.ok(
        items.some(({ type }) => type === 'io.weft.contract.published.v1'),
        'the rest',
      );
    }
  });

  it('keeps names of requesters out of events and every step in the audit log', async () => {
    const read = (subject: Subject) =>
      control.events.list({ subject, product: null, after: null, limit: 200 });
    const events = await read(owner);
    assert.ok(!JSON.stringify(events.items).includes('asker'));
    const entries = await control.audit.list({ limit: 1000 });
    const steps = new Set(entries.map((entry) => entry.action));
    for (const step of ['request', 'approve', 'deny', 'counter', 'accept', 'revoke', 'expire']) {
      assert.ok(steps.has(`agreement.${step}`), step);
    }
    assert.deepEqual((await control.audit.verify()).findings, []);
  });
});
