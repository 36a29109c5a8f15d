/** Plans of policies, of a product and of the mesh: who would gain and lose what, and that applying asks for them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import {
  analyst,
  createSales,
  createTestControl,
  ordersContract,
  owner,
  platform,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

const PERMIT = 'permit (principal, action, resource);';

describe('plans', () => {
  let store: TestStore;
  let control: TestControl;
  const refused = (code: ErrorCode) => (error: unknown) => isWeftError(error, code);
  /** Asks for `orders` and, where approved, has it. */
  const ask = async (id: string, isApproved: boolean, product = 'sales.orders'): Promise<void> => {
    const subject = testSubject(id);
    await control.identity.bootstrapToken(subject, 3600);
    const asked = await control.agreements.request(subject, { product, purpose: 'reporting' });
    if (isApproved)
      await control.agreements.decide(owner, asked.agreement.agreement, 'approve', {});
  };

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    for (const product of ['orders', 'returns']) {
      const text = ordersContract({ product, purposes: '[reporting, research]' });
      await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    }
    await ask('ann', true);
    await ask('rita', false);
    await ask('ann', true, 'sales.returns');
  });
  after(() => store.close());

  it('tell what those would have who only asked, and which requests are approved by themselves', async () => {
    const cedar = `${PERMIT} forbid (principal, action, resource) when { principal.id == "rita" };`;
    const policy = { cedar, autoApprovePurposes: ['research'] };
    const plan = await control.answers.plan(owner, { product: 'sales.orders', policy });
    assert.deepEqual(
      plan.items.map(({ subject, state, effect }) => [subject, state, effect]),
      [
        ['ann', 'active', 'same'],
        ['rita', 'requested', 'loses'],
      ],
    );
    assert.deepEqual(
      plan.summary,
      { gains: 0, loses: 0, changes: 0, same: 1, waiting: 1 },
      'a request is no access that is lost',
    );
    assert.deepEqual(plan.selfApproval, { opened: ['research'], closed: [] });
    await control.policies.put(owner, 'sales.orders', { ...policy, cedar: PERMIT });
    const back = await control.answers.plan(owner, {
      product: 'sales.orders',
      policy: { cedar: PERMIT },
    });
    assert.deepEqual(back.selfApproval, { opened: [], closed: ['research'] });
  });

  it('of the mesh look at all products, by policies and by tags of domains', async () => {
    const hide = '@id("care") @columns("tag care = high") forbid (principal, action, resource);';
    const closed = '@id("no") forbid (principal, action, resource) when { principal.id == "ann" };';
    const effects = async (policy: Parameters<typeof control.answers.planMesh>[1]) =>
      (await control.answers.planMesh(platform, policy)).items
        .map(({ subject, product, effect }) => `${subject} ${product} ${effect}`)
        .sort();
    assert.deepEqual(await effects({ cedar: closed }), [
      'ann sales.orders loses',
      'ann sales.returns loses',
      'rita sales.orders same',
    ]);
    assert.ok((await effects({ cedar: hide })).every((line) => line.endsWith(' same')));
    const tagged = { cedar: hide, domainTags: { sales: { care: ['high'] } } };
    assert.ok((await effects(tagged)).every((line) => line.endsWith(' loses')));
    await assert.rejects(
      control.answers.planMesh(analyst, { cedar: closed }),
      refused('FORBIDDEN'),
    );
    await assert.rejects(
      control.answers.planMesh(platform, { cedar: 'permit' }),
      refused('POLICY_INVALID'),
    );
  });

  it('are asked for before the policies of the mesh change, once a domain is in production', async () => {
    const first = { cedar: PERMIT, productionDomains: ['sales'] };
    await control.policies.putMesh(platform, first);
    const change = { ...first, domainTags: { sales: { care: ['high'] } } };
    await assert.rejects(control.policies.putMesh(platform, change), refused('PLAN_REQUIRED'));
    const { plan, version, product } = await control.answers.planMesh(platform, change);
    assert.deepEqual([product, version], ['mesh', 1]);
    const other = { ...change, productionDomains: [] };
    await assert.rejects(
      control.policies.putMesh(platform, { ...other, plan }),
      refused('PLAN_REQUIRED'),
    );
    const applied = await control.policies.putMesh(platform, { ...change, plan });
    assert.equal(applied.policy.version, 2);
    await assert.rejects(
      control.policies.putMesh(platform, { ...first, plan }),
      refused('PLAN_REQUIRED'),
    );
  });
});
