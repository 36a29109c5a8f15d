/**
 * References to columns of other domains: taken where the owners of the column opened it, refused by name otherwise, and told to
 * whoever narrows such a column by a policy.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isWeftError, type WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import {
  createSales,
  createTestControl,
  ordersContract,
  owner,
  platform,
  register,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

const vendor = testSubject('vera', { roles: ['producer'], domains: ['vendors'] });
const both = testSubject('bea', { roles: ['producer'], domains: ['vendors', 'sales'] });

/** Orders with a column `code` that is open to the domains. */
function target(version: string, openTo: string | null): string {
  const settings = `        customProperties: [{property: weftReferences, value: ${openTo}}]\n`;
  const extra = `      - id: code
        name: code
        businessName: Code
        description: Code of the order.
        logicalType: string
        physicalType: VARCHAR
        required: true
        classification: internal
${openTo === null ? '' : settings}`;
  return ordersContract({ version, extra });
}

function referring(column: string, { domain = 'vendors', product = 'probes' } = {}): string {
  const extra = `      - id: probe
        name: probe
        businessName: Probe
        description: A value to be looked up.
        logicalType: string
        physicalType: VARCHAR
        required: false
        classification: internal
        relationships:
          - {type: foreignKey, to: sales.orders.odcs.yaml#/schema/orders/properties/${column}}
`;
  return ordersContract({ domain, product, extra });
}

describe('a reference to a column of another domain', () => {
  let store: TestStore;
  let control: TestControl;
  const publish = (subject: Subject, text: string, dryRun = false) =>
    control.registry.publishContract(subject, { text, media: 'application/yaml', dryRun });
  const closed = (text: string) => (error: unknown) => {
    assert.ok(isWeftError(error, 'CONTRACT_INVALID'), String(error));
    const [place] = (error as WeftError).errors;
    assert.equal(place?.code, 'REFERENCE_CLOSED');
    assert.match(place?.message ?? '', /probe refers to sales.orders.\w+, which is not open/);
    assert.match(place?.remedy ?? '', /weftReferences/);
    const line = text.split('\n').findIndex((each) => each.endsWith('- id: probe')) + 1;
    assert.equal(place?.line, line);
    return true;
  };
  const refused = async (subject: Subject, text: string): Promise<void> => {
    await assert.rejects(publish(subject, text, true), closed(text));
    await assert.rejects(publish(subject, text), closed(text));
  };

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    await register(control, vendor, both);
    const people = { description: null, stewards: [], node: null };
    const vendors = { name: 'vendors', title: 'Vendors', owners: ['vera'], ...people };
    await control.registry.putDomain(platform, vendors);
    await publish(owner, target('1.0.0', null));
  });
  after(() => store.close());

  it('is refused whoever publishes it, as long as nobody opened the column', async () => {
    for (const subject of [vendor, both, platform]) {
      await refused(subject, referring('code'));
      await refused(subject, referring('email'));
    }
  });

  it('is taken inside the domain', async () => {
    const text = referring('code', { domain: 'sales', product: 'returns' });
    assert.equal((await publish(owner, text)).created, true);
  });

  it('is refused when another domain is named, and that one column alone is open', async () => {
    await publish(owner, target('1.1.0', '[logistics]'));
    await refused(vendor, referring('code'));
    await publish(owner, target('1.2.0', '[logistics, vendors]'));
    await refused(vendor, referring('email'));
    assert.equal((await publish(vendor, referring('code'), true)).diagnostics.length > 0, false);
    await publish(owner, target('1.3.0', 'any'));
    assert.equal((await publish(vendor, referring('code'))).created, true);
  });

  it('is named by the check of each policy that narrows the column', async () => {
    const warnings = async (request: Parameters<typeof control.policies.lint>[2]) =>
      (await control.policies.lint(owner, 'sales.orders', request)).warnings;
    const narrow = [
      { cedar: '@mask("code: hash") permit (principal, action, resource);' },
      { cedar: '@columns("email") permit (principal, action, resource);' },
      { cedar: '@columns("code") forbid (principal, action, resource);' },
      { cedar: 'permit (principal, action, resource) when { resource.row.store == "A" };' },
      {
        cedar:
          '@granularity("code; count; at least 5 email") permit (principal, action, resource);',
      },
      { rowFilter: "store = 'A'" },
      { hiddenClassifications: ['internal'] },
    ];
    for (const request of narrow) {
      const [warning, ...more] = await warnings(request);
      const words =
        'sales.orders.code stays open to references of any domain, which are checked against all rows as they are; vendors.probes.probe does so now';
      assert.deepEqual([warning?.code, warning?.message], ['POLICY_REFERENCES_OPEN', words]);
      assert.equal(more.length, 0);
    }
    for (const request of [
      {},
      { hiddenClassifications: ['confidential'] },
      { cedar: '@mask("email: hide") permit (principal, action, resource);' },
    ]) {
      assert.deepEqual(await warnings(request), [], JSON.stringify(request));
    }
    const applied = await control.policies.put(owner, 'sales.orders', { rowFilter: "store = 'A'" });
    assert.equal(applied.warnings.length, 1);
    const policy = { rowFilter: "store = 'B'" };
    const plan = await control.answers.plan(owner, { product: 'sales.orders', policy });
    assert.equal(plan.warnings.length, 1);
    const cedar = '@mask("classification internal: hide") permit (principal, action, resource);';
    const mesh = await control.policies.putMesh(platform, { cedar });
    assert.match(mesh.warnings[0]?.message ?? '', /^sales.orders.code stays open/);
    assert.equal((await publish(vendor, referring('code'))).created, false, 'no policy undoes it');
  });

  it('is refused again when a version closed the column', async () => {
    await publish(owner, target('1.4.0', null));
    await refused(vendor, referring('code', { product: 'probes_of_later' }));
  });
});
