/**
 * Policies in force, why a decision is as it is, the smallest change that turns it, who sees a column, plans.
 *
 * A suggested change is carried out through the services that really make it, and the decision is asked again. That none is
 * smaller is shown by `access-smallest.pg.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

const PRODUCT = 'sales.orders';
const PERMIT = 'permit (principal, action, resource)';
const CEDAR = `
@id("shops")
@mask("email: hash")
permit (principal, action, resource)
when { principal has shops && principal.shops.contains(resource.row.store) };

@id("research")
permit (principal, action == Weft::Action::"read", resource)
when { context.purpose == "research" && principal.roles.contains("steward") };

@id("blocked") forbid (principal, action, resource) when { principal.id == "eve" };
`;

describe('policies in Cedar', () => {
  let store: TestStore;
  let control: TestControl;
  const refused = (code: ErrorCode) => (error: unknown) => isWeftError(error, code);
  const decide = async (subject: Subject, purpose = 'reporting') => {
    const tables = [{ domain: 'sales', table: 'orders', major: null }];
    const [decision] = (await control.access.decide(node, { subject, purpose, tables })).tables;
    assert.ok(decision !== undefined);
    return decision;
  };
  /** Registers a subject and gives it an agreement. */
  const join = async (subject: Subject, purpose: string | null = 'reporting'): Promise<Subject> => {
    await control.identity.bootstrapToken(subject, 3600);
    if (purpose === null) return subject;
    const asked = await control.agreements.request(subject, { product: PRODUCT, purpose });
    await control.agreements.decide(owner, asked.agreement.agreement, 'approve', {});
    return subject;
  };
  const explain = (subject: Subject, purpose = 'reporting') =>
    control.answers.explain(owner, { subject: subject.id, product: PRODUCT, purpose });

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    const text = ordersContract({ purposes: '[reporting, research]' });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    await join(testSubject('shopper', { attributes: { shops: ['A'] } }), null);
  });
  after(() => store.close());

  it('are refused unless they fit, change nothing when they are, and are signed versions otherwise', async () => {
    const put = (cedar: string, by = owner) => control.policies.put(by, PRODUCT, { cedar });
    await assert.rejects(
      put('permit (principal, action, resource) when { resource.row.iban == 1 };'),
      refused('POLICY_INVALID'),
    );
    await assert.rejects(
      put('@mask("email: blur") permit (principal, action, resource);'),
      refused('POLICY_INVALID'),
    );
    await assert.rejects(put(CEDAR, analyst), refused('FORBIDDEN'));
    await assert.rejects(put(CEDAR, platform), refused('FORBIDDEN'));
    const faults = await control.policies.lint(owner, PRODUCT, {
      rowFilter: "shop = 'A'",
      hiddenClassifications: ['confidental'],
      autoApprovePurposes: ['reserch'],
      cedar: '@limit("many") permit (principal, action, resource);',
    });
    assert.match(faults.faults[0]?.message ?? '', /no column "shop"/);
    assert.match(faults.faults[1]?.message ?? '', /no classification "confidental"/);
    assert.match(faults.faults[2]?.message ?? '', /"reserch"/);
    assert.match(faults.faults[3]?.message ?? '', /@limit/);
    const fine = { rowFilter: "store = 'A'", hiddenClassifications: ['Restricted'], cedar: CEDAR };
    assert.deepEqual((await control.policies.lint(owner, PRODUCT, fine)).faults, []);
    await assert.rejects(
      control.policies.put(owner, PRODUCT, { cedar: CEDAR, plan: 'made-up' }),
      refused('PLAN_REQUIRED'),
    );
    assert.equal((await control.policies.show(owner, PRODUCT)).policy.version, 0);
    assert.equal((await put(CEDAR)).policy.version, 1);
    assert.equal((await put(CEDAR)).policy.version, 1, 'the same again adds nothing');
  });

  it('decide rows, masks and export for each subject', async () => {
    const ann = await join(testSubject('ann', { attributes: { shops: ['A', "it's"] } }));
    const decision = await decide(ann);
    assert.deepEqual(decision.rowFilter, {
      op: 'in',
      column: 'store',
      values: [
        { type: 'string', value: 'A' },
        { type: 'string', value: "it's" },
      ],
    });
    assert.deepEqual(decision.masks, [{ place: 'email', mask: { kind: 'hash' } }]);
    assert.equal(decision.mayExport, true);
    const bob = await join(testSubject('bob'));
    assert.deepEqual(
      [(await decide(bob)).decision, (await decide(bob)).reason],
      ['deny', 'No policy permits it.'],
    );
    const sue = await join(testSubject('sue', { roles: ['steward'] }), 'research');
    const read = await decide(sue, 'research');
    assert.deepEqual([read.decision, read.rowFilter.op, read.mayExport], ['permit', 'true', false]);
    const eve = await join(testSubject('eve', { attributes: { shops: ['A'] } }));
    assert.deepEqual(
      [(await decide(eve)).decision, (await decide(eve)).reason],
      ['deny', 'Forbidden by blocked.'],
    );
    assert.equal((await decide(owner)).decision, 'permit');
    const reads = `${PERMIT} when { action == Weft::Action::"read" };`;
    for (const [cedar, mayExport] of [
      [reads, false],
      [`${PERMIT};`, true],
      [`${PERMIT}; forbid (principal, action == Weft::Action::"export", resource);`, false],
    ] as const) {
      await control.policies.put(owner, PRODUCT, { cedar });
      assert.equal((await decide(bob)).mayExport, mayExport, cedar);
    }
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
  });

  it('explain the smallest change, which turns the decision when it is carried out', async () => {
    const stranger = await join(testSubject('stranger', { attributes: { shops: ['A'] } }), null);
    const first = await explain(stranger);
    assert.equal(first.decision, 'deny');
    assert.deepEqual(
      first.change?.edits.map(({ kind }) => kind),
      ['agreement'],
    );
    await join(stranger);
    assert.equal((await decide(stranger)).decision, 'permit');

    const without = await join(testSubject('without'));
    const second = await explain(without);
    assert.deepEqual(
      second.change?.edits.map(({ text }) => text),
      ['the attribute shops with …'],
    );
    const changed = await join(testSubject('without', { attributes: { shops: ['…'] } }), null);
    assert.equal((await decide(changed)).decision, 'permit');

    const nobody = await join(testSubject('nobody'), null);
    const third = await explain(nobody);
    assert.equal(
      third.change?.edits.length,
      2,
      'an agreement alone does not do, nor does the attribute alone',
    );
    assert.deepEqual(
      new Set(third.change?.edits.map(({ kind }) => kind)),
      new Set(['agreement', 'attribute']),
    );

    const eve = await explain(testSubject('eve'));
    assert.deepEqual(eve.change?.edits, [
      { kind: 'policy', id: 'blocked', text: 'without the policy blocked' },
    ]);
    const kept = CEDAR.replace(/@id\("blocked"\).*\n/, '');
    await control.policies.put(owner, PRODUCT, { cedar: kept });
    assert.equal(
      (await decide(testSubject('eve', { attributes: { shops: ['A'] } }))).decision,
      'permit',
    );
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });

    const ann = await explain(testSubject('ann'));
    assert.deepEqual(
      [ann.decision, ann.change?.decision, ann.change?.edits.length],
      ['permit', 'deny', 1],
    );
    assert.deepEqual(
      ann.seen?.columns.find(({ name }) => name === 'email'),
      { name: 'email', mask: 'hash' },
    );
  });

  it('show before an agreement what is seen after it, and to nobody what others see', async () => {
    const subject = testSubject('early', { attributes: { shops: ['A'] } });
    const early = await join(subject, null);
    const request = { subject: 'early', product: PRODUCT, purpose: 'reporting' };
    const before = await control.answers.explain(early, request);
    assert.deepEqual([before.decision, before.seen], ['deny', null]);
    assert.equal(before.change?.seen?.columns.find(({ name }) => name === 'email')?.mask, 'hash');
    await join(early);
    const after = await control.answers.explain(early, request);
    assert.deepEqual(before.change?.seen, after.seen);

    const own = await control.answers.explain(testSubject('without', { attributes: {} }), {
      ...request,
      subject: 'without',
    });
    assert.deepEqual([own.change?.edits[0]?.kind, own.change?.seen], ['attribute', null]);
  });

  it('tell everyone who sees a column, to those alone who may know', async () => {
    const viewers = await control.answers.who(owner, { product: PRODUCT, column: 'email' });
    const byId = new Map(viewers.items.map((viewer) => [viewer.subject, viewer]));
    assert.deepEqual(byId.get('ann')?.masks, ['hash']);
    assert.deepEqual(byId.get('sue')?.masks, []);
    assert.ok(!byId.has('bob') && !byId.has('eve'));
    assert.equal(byId.get('olga')?.agreement, null);
    const asked = control.answers.who(analyst, { product: PRODUCT, column: 'email' });
    await assert.rejects(asked, refused('FORBIDDEN'));
    const slip = control.answers.who(owner, { product: PRODUCT, column: 'emial' });
    await assert.rejects(slip, refused('REQUEST_INVALID'));
    const elsewhere = { product: PRODUCT, table: 'nosuch', column: 'email' };
    await assert.rejects(control.answers.who(owner, elsewhere), refused('NOT_FOUND'));
    const other = control.answers.explain(analyst, {
      subject: 'ann',
      product: PRODUCT,
      purpose: 'reporting',
    });
    await assert.rejects(other, refused('FORBIDDEN'));
  });

  it('name to the one whom a condition keeps from values none of them', async () => {
    const cedar = `@id("some") @mask("email: hash") permit (principal, action, resource)
      unless { resource.row has email && resource.row.email == "secret-1" };
      @id("shop") permit (principal, action, resource) when { resource.row.store == "A" };`;
    await control.policies.put(owner, PRODUCT, { cedar });
    const ann = testSubject('ann', { attributes: { shops: ['A'] } });
    const request = { subject: 'ann', product: PRODUCT, purpose: 'reporting' };
    const own = await control.answers.explain(ann, request);
    assert.ok(!JSON.stringify(own).includes('secret-1'), JSON.stringify(own));
    assert.deepEqual([own.decision, own.policies[0]?.applies], ['permit', 'some rows']);
    assert.match(JSON.stringify(await explain(ann)), /secret-1/);
    const open =
      '@id("shop") permit (principal, action, resource) when { resource.row.store == "A" };';
    await control.policies.put(owner, PRODUCT, { cedar: open });
    assert.equal((await control.answers.explain(ann, request)).seen?.rows, "store = 'A'");
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
  });

  it('name to the one who lacks an attribute no value that it should have', async () => {
    const cedar = `@id("tier") ${PERMIT} when { principal has shops && principal.shops.contains("secret-tier") };`;
    await control.policies.put(owner, PRODUCT, { cedar });
    const request = { subject: 'ann', product: PRODUCT, purpose: 'reporting' };
    const own = await control.answers.explain(testSubject('ann'), request);
    assert.deepEqual(own.change?.edits, [
      {
        kind: 'attribute',
        do: 'add',
        name: 'shops',
        of: 'text',
        value: null,
        text: 'the attribute shops with …',
      },
    ]);
    assert.ok(!JSON.stringify(own).includes('secret-tier'));
    const [edit] = (await explain(testSubject('ann'))).change?.edits ?? [];
    assert.equal(edit?.text, 'the attribute shops with secret-tier');
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
  });

  it('tell about how many rows are seen, and to whom sees some of them nothing of the others', async () => {
    const request = { subject: 'ann', product: PRODUCT, purpose: 'reporting' };
    const about = async (cedar: string) => {
      await control.policies.put(owner, PRODUCT, { cedar });
      const own = await control.answers.explain(testSubject('ann'), request);
      const told = await explain(testSubject('ann'));
      return [own.seen?.rowsAbout, told.seen?.rowsAbout];
    };
    assert.deepEqual(await about(`${PERMIT};`), [null, null], 'nothing was measured yet');
    const measurement = {
      ...{ product: PRODUCT, table: 'orders', major: 1, measuredAt: '2026-03-01T09:00:00.000Z' },
      ...{ rows: 1_000, bytes: null, lastBatch: null, batches: 1, passRate: 1 },
      ...{ nulls: { email: 0.25 }, distinct: {} },
    };
    await control.reports.take(node, { reports: [], measurements: [measurement], events: [] });
    assert.deepEqual(await about(`${PERMIT};`), [1_000, 1_000]);
    assert.deepEqual(await about(`${PERMIT} when { resource.row has email };`), [null, 750]);
    assert.deepEqual(await about(`${PERMIT} when { resource.row.store == "A" };`), [null, null]);
    const cells = `@granularity("store; count; at least 5 email") ${PERMIT};`;
    assert.deepEqual(await about(cells), [null, null]);
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
  });

  it('hold until their time, however that is written', async () => {
    const ann = testSubject('ann', { attributes: { shops: ['A'] } });
    const far = '2026-03-05T00:00:00Z';
    const start = control.clock.now();
    for (const cedar of [
      `@until("${far}") permit (principal, action, resource);`,
      `@ // then
        until("${far}") permit (principal, action, resource);`,
      `permit (principal, action, resource) when { context["n\\u{6f}w"] < datetime("${far}") };`,
    ]) {
      await control.policies.put(owner, PRODUCT, { cedar });
      assert.equal((await decide(ann)).decision, 'permit', cedar);
      control.clock.set(far);
      assert.equal((await decide(ann)).decision, 'deny', cedar);
      control.clock.set(new Date(start).toISOString());
    }
    await control.policies.put(owner, PRODUCT, { cedar: CEDAR });
  });

  it('mean by a class or tag what is inside of columns, too', async () => {
    const extra = `      - id: address
        name: address
        businessName: Address
        description: Where to.
        logicalType: object
        physicalType: STRUCT
        required: false
        classification: internal
        properties:
          - {id: city, name: city, logicalType: string, description: Town., classification: internal}
          - {id: iban, name: iban, logicalType: string, description: Account., classification: restricted, tags: [pii]}
`;
    const text = ordersContract({ product: 'parcels', extra });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    const ben = testSubject('ben');
    await control.identity.bootstrapToken(ben, 3600);
    const asked = await control.agreements.request(ben, {
      product: 'sales.parcels',
      purpose: 'reporting',
    });
    await control.agreements.decide(owner, asked.agreement.agreement, 'approve', {});
    const shown = async (cedar: string): Promise<string[]> => {
      await control.policies.put(owner, 'sales.parcels', { cedar });
      const tables = [{ domain: 'sales', table: 'parcels', major: null }];
      const request = { subject: ben, purpose: 'reporting', tables };
      return (await control.access.decide(node, request)).tables[0]?.columns ?? [];
    };
    const permit = 'permit (principal, action, resource);';
    const forbid = 'forbid (principal, action, resource);';
    for (const cedar of [
      `${permit} @columns("classification restricted") ${forbid}`,
      `@mask("classification restricted: hide") ${permit}`,
      `${permit} @columns("tag pii") ${forbid}`,
      `@columns("classification internal, classification confidential") ${permit}`,
    ]) {
      const columns = await shown(cedar);
      assert.ok(columns.includes('amount') && !columns.includes('address'), cedar);
    }
    const both = '@columns("classification internal, classification restricted")';
    assert.ok((await shown(`${both} ${permit}`)).includes('address'));
  });

  it('are planned before they are applied where the mesh wants it, and a plan holds for its change alone', async () => {
    const narrower = CEDAR.replace('email: hash', 'email: null');
    await assert.rejects(control.policies.putMesh(owner, { cedar: '' }), refused('FORBIDDEN'));
    await control.policies.putMesh(platform, { cedar: '', productionDomains: ['sales'] });
    const apply = (cedar: string, plan?: string) =>
      control.policies.put(owner, PRODUCT, { cedar, plan });
    await assert.rejects(apply(narrower), refused('PLAN_REQUIRED'));
    const plan = await control.answers.plan(owner, {
      product: PRODUCT,
      policy: { cedar: narrower },
    });
    const ann = plan.items.find(({ subject }) => subject === 'ann');
    assert.deepEqual([ann?.effect, ann?.what], ['changes', ['mask of email: hash → null']]);
    assert.equal(plan.items.find(({ subject }) => subject === 'sue')?.effect, 'same');
    const rolled = CEDAR.replace(
      '@mask("email: hash")',
      '@granularity("store; count; at least 5 email")',
    );
    const cells = await control.answers.plan(owner, {
      product: PRODUCT,
      policy: { cedar: rolled },
    });
    assert.ok(
      cells.items
        .find(({ subject }) => subject === 'ann')
        ?.what.includes('granularity: none → store; count; at least 5 email'),
      JSON.stringify(cells.items),
    );
    await assert.rejects(
      apply(CEDAR.replace('email: hash', 'email: hide'), plan.plan),
      refused('PLAN_REQUIRED'),
    );
    await assert.rejects(apply(narrower, 'made-up'), refused('PLAN_REQUIRED'));
    const { policy } = await apply(narrower, plan.plan);
    assert.equal(policy.cedar, narrower);
    await assert.rejects(apply(CEDAR, plan.plan), refused('PLAN_REQUIRED'));
  });

  it('of the mesh count for all products, and its forbids win', async () => {
    const mesh = `@id("restricted") @columns("classification confidential")
      forbid (principal, action, resource) unless { context.purpose == "privacy-request" };
      @id("closed") forbid (principal, action, resource) when { principal.id == "ann" && resource.domain == "sales" };`;
    const { plan } = await control.answers.planMesh(platform, { cedar: mesh });
    await control.policies.putMesh(platform, { cedar: mesh, plan });
    const ann = testSubject('ann', { attributes: { shops: ['A'] } });
    assert.deepEqual(
      [(await decide(ann)).decision, (await decide(ann)).reason],
      ['deny', 'Forbidden by mesh:closed.'],
    );
    const { policies, change } = await explain(ann);
    assert.equal(policies.find(({ id }) => id === 'mesh:closed')?.applies, 'all rows');
    assert.deepEqual(
      change?.edits.map(({ text }) => text),
      ['without the policy mesh:closed'],
    );
    await assert.rejects(
      control.policies.putMesh(platform, {
        cedar: 'permit (principal, action, resource) when { resource.row.id == 1 };',
      }),
      refused('POLICY_INVALID'),
    );
  });

  it('speak of the newest of several majors, or of the one that is named', async () => {
    const two = 'returns.orders';
    await createSales(control, 'returns');
    for (const version of ['1.0.0', '2.0.0']) {
      const text = ordersContract({ domain: 'returns', version });
      await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    }
    const asked = { subject: owner.id, product: two, purpose: 'reporting' };
    const newest = await control.answers.explain(owner, asked);
    assert.deepEqual([newest.decision, newest.major, newest.majors], ['permit', 2, [2, 1]]);
    const older = await control.answers.explain(owner, { ...asked, major: 1 });
    assert.deepEqual([older.decision, older.major], ['permit', 1]);
    const none = control.answers.explain(owner, { ...asked, major: 3 });
    await assert.rejects(none, refused('NOT_FOUND'));
    const stranger = await control.answers.explain(owner, { ...asked, subject: 'ann' });
    assert.deepEqual([stranger.decision, stranger.major, stranger.majors], ['deny', 2, []]);
  });

  it('warn of a rule that asks for a column which the next major has no more', async () => {
    const extra =
      '      - {id: region, name: region, logicalType: string, physicalType: VARCHAR, description: Where., classification: public}\n';
    await createSales(control, 'stock');
    const publish = (version: string, more: string) => {
      const text = ordersContract({ domain: 'stock', version, extra: more });
      return control.registry.publishContract(owner, { text, media: 'application/yaml' });
    };
    await publish('1.0.0', extra);
    const cedar = `@id("north") ${PERMIT} when { resource.row has region && resource.row.region == "north" };`;
    await control.policies.put(owner, 'stock.orders', { cedar });
    const told = async () =>
      (await control.policies.lint(owner, 'stock.orders', { cedar })).warnings
        .filter(({ code }) => code === 'POLICY_COLUMN_ABSENT')
        .map(({ message, line }) => [message.split(',')[0], line]);
    assert.deepEqual(await told(), []);
    await publish('2.0.0', '');
    assert.deepEqual(await told(), [['north: the newest contract has no column "region"', 1]]);
  });

  it('warn of a rule that leaves no column, since each inherits the tag of its domain', async () => {
    await createSales(control, 'care');
    const text = ordersContract({ domain: 'care' });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    const told = async (cedar: string) =>
      (await control.policies.lint(owner, 'care.orders', { cedar })).warnings
        .filter(({ code }) => code === 'POLICY_HIDES_ALL')
        .map(({ message, line }) => [message, line]);
    const rules = [
      `${PERMIT};\n@id("private") @columns("tag health") forbid (principal, action, resource);`,
      `@id("shown") @columns("not tag health") ${PERMIT};`,
      `@id("masked") @mask("tag health: hide") ${PERMIT};`,
    ] as const;
    await control.policies.putMesh(platform, {
      cedar: '',
      domainTags: { sales: { health: ['true'] } },
    });
    for (const cedar of rules) assert.deepEqual(await told(cedar), [], cedar);
    await control.policies.putMesh(platform, {
      cedar: '',
      domainTags: { care: { health: ['true'] } },
    });
    const left = 'no column of orders is left, for each has the tag health';
    assert.deepEqual(await told(rules[0]), [[`private: ${left}`, 2]]);
    assert.deepEqual(await told(rules[1]), [[`shown: ${left}`, 1]]);
    assert.deepEqual(await told(rules[2]), [[`masked: ${left}`, 1]]);
    assert.deepEqual(await told(`${PERMIT};\nforbid (principal, action, resource);`), []);
  });
});
