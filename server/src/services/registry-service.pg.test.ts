/**
 * Publishing on a real store: what is accepted, what is refused with which code, and what can be proven offline.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readBundle, verifyBundle } from '@weft/core/contract/bundle';
import { isWeftError } from '@weft/core/lib/error';
import { sql } from 'kysely';
import {
  analyst,
  createSales,
  createTestControl,
  ordersContract,
  owner,
  type TestControl,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

describe('the registry', () => {
  let store: TestStore;
  let control: TestControl;
  const kept: string[] = [];
  const publish = (text: string, dryRun = false) =>
    control.registry.publishContract(owner, { text, media: 'application/yaml', dryRun });
  const refused = (code: Parameters<typeof isWeftError>[1]) => (error: unknown) =>
    isWeftError(error, code as never);

  before(async () => {
    store = await openTestStore();
    const archive = {
      keep: async (contract: { version: string }) => void kept.push(contract.version),
    };
    control = createTestControl(store, { archive });
    await createSales(control);
  });
  after(() => store.close());

  it('refuses a contract for a domain that nobody made, and a publisher of another domain', async () => {
    await assert.rejects(publish(ordersContract({ domain: 'nowhere' })), refused('NOT_FOUND'));
    const text = ordersContract();
    await assert.rejects(
      control.registry.publishContract(analyst, { text, media: 'application/yaml' }),
      refused('FORBIDDEN'),
    );
  });

  it('tries without writing', async () => {
    const answer = await publish(ordersContract(), true);
    assert.equal(answer.created, false);
    await assert.rejects(control.registry.contract('sales.orders'), refused('NOT_FOUND'));
  });

  it('publishes, and gives the same answer for the same content', async () => {
    const first = await publish(ordersContract());
    assert.equal(first.created, true);
    assert.deepEqual(first.tables, ['orders']);
    assert.equal(first.predecessor, null);
    const again = await publish(ordersContract());
    assert.deepEqual({ ...again, created: true }, first);
    assert.equal(again.created, false);
    assert.deepEqual(kept, ['1.0.0']);
  });

  it('answers by product, major, version, hash and id', async () => {
    const { hash } = await control.registry.contract('sales.orders');
    for (const ref of ['sales.orders@1', 'sales.orders@1.0.0', `sales.orders@sha256:${hash}`]) {
      assert.equal((await control.registry.contract(ref)).hash, hash);
    }
    assert.equal((await control.registry.contract('sales.orders')).source, ordersContract());
  });

  it('refuses other content under a published version', async () => {
    await assert.rejects(
      publish(ordersContract({ title: 'Other words' })),
      refused('CONTRACT_VERSION_FROZEN'),
    );
  });

  it('refuses a breaking change under a minor number, and a number that goes back', async () => {
    const broken = ordersContract({ version: '1.1.0', granularity: 'store × day' });
    await assert.rejects(publish(broken), refused('CONTRACT_VERSION_WRONG'));
    const back = ordersContract({ version: '0.9.0' });
    await assert.rejects(publish(back), refused('CONTRACT_VERSION_WRONG'));
  });

  it('chains versions, and the bundle proves them with the root key alone', async () => {
    const before = await control.registry.contract('sales.orders');
    const mark = await control.registry.bundleMark('sales.orders');
    assert.match(mark ?? '', /^[0-9a-f]{64}$/);
    assert.equal(await control.registry.bundleMark('sales.orders'), mark);
    const next = await publish(ordersContract({ version: '1.0.1', title: 'Orders, again' }));
    assert.notEqual(next.predecessor, null);
    assert.notEqual(
      await control.registry.bundleMark('sales.orders'),
      mark,
      'a version changes it',
    );
    assert.equal(await control.registry.bundleMark('sales.nothing'), null);
    await publish(ordersContract({ version: '2.0.0', granularity: 'store × day' }));
    const bundle = await control.registry.bundle('sales.orders');
    const read = readBundle(JSON.stringify(bundle)).value;
    assert.ok(read);
    const rootKey = control.mesh.rootKey;
    const proof = verifyBundle(read, { rootKey, crypto: control.keys });
    assert.deepEqual(proof.diagnostics, []);
    assert.deepEqual(
      proof.value?.versions.map((version) => version.statement.version),
      ['1.0.0', '1.0.1', '2.0.0'],
    );
    const wrong = control.keys.ensureKey('other-root');
    assert.equal(verifyBundle(read, { rootKey: wrong, crypto: control.keys }).value, null);
    assert.equal((await control.registry.contract('sales.orders@1')).version, '1.0.1');
    assert.equal(before.version, '1.0.0');
  });

  it('keeps table names unique in a domain', async () => {
    const other = ordersContract({ product: 'more', id: 'sales.more', version: '3.0.0' }).replace(
      'dataProduct: more',
      'dataProduct: orders',
    );
    await assert.rejects(publish(other), refused('CONFLICT'));
    const second = `${ordersContract({ product: 'returns' }).replace(
      'slaProperties:',
      `  - id: orders_of_returns
    name: orders
    physicalType: table
    businessName: Order
    description: One order.
    dataGranularityDescription: One row per order.
    properties:
      - {id: order_id, name: order_id, businessName: Number, description: The number., logicalType: integer, physicalType: BIGINT, required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, classification: internal}
    quality:
      - {id: any_orders, type: library, metric: rowCount, mustBeGreaterThan: 0, dimension: completeness, severity: error}
slaProperties:`,
    )}`;
    await assert.rejects(publish(second), refused('TABLE_NAME_TAKEN'));
    await assert.rejects(control.registry.product('sales.returns'), refused('NOT_FOUND'));
  });

  it('refuses what is incomplete with all that is missing', async () => {
    const text = ordersContract({ product: 'bare' }).replace(/slaProperties:[\s\S]*team:/, 'team:');
    await assert.rejects(publish(text), (error: unknown) => {
      assert.ok(isWeftError(error, 'CONTRACT_INCOMPLETE'));
      assert.ok(error.errors.length >= 2);
      return true;
    });
    await assert.rejects(publish('kind: DataContract\n'), refused('CONTRACT_INVALID'));
  });

  it('never lets a published row be changed, whoever asks', async () => {
    const db = store.schema('control');
    await assert.rejects(sql`update contracts set hash = 'x'`.execute(db));
    await assert.rejects(sql`delete from contracts`.execute(db));
    await assert.rejects(sql`delete from events`.execute(db));
  });

  it('attaches a product document and retires the product', async () => {
    const text = `apiVersion: v1.0.0
kind: DataProduct
id: sales.orders
name: orders
domain: sales
status: active
tags: [webshop]
description: {purpose: Orders for everybody.}
outputPorts:
  - {name: orders, version: 1.0.0, contractId: sales.orders}
team: {members: [{username: otto, role: owner}]}
`;
    const { product, created } = await control.registry.publishProduct(owner, { text });
    assert.equal(created, false);
    assert.equal(product.description, 'Orders for everybody.');
    assert.equal(product.owner, 'otto');
    const found = await control.discovery.search(analyst, {
      where: 'tag = webshop and owner = otto',
    });
    assert.deepEqual(
      found.items.map((hit) => hit.product),
      ['sales.orders'],
    );
    assert.equal((await control.registry.bundle('sales.orders')).retired, undefined);
    const mark = await control.registry.bundleMark('sales.orders');
    const retired = await control.registry.retire(owner, 'sales.orders', 'replaced');
    assert.notEqual(await control.registry.bundleMark('sales.orders'), mark, 'and so does its end');
    assert.equal(retired.status, 'retired');
    assert.equal((await control.registry.bundle('sales.orders')).retired, true, 'nodes hear of it');
    await assert.rejects(publish(ordersContract({ version: '2.1.0' })), refused('CONFLICT'));
    assert.equal((await control.discovery.search(analyst, {})).total, 0);
  });

  it('leaves events and an audit chain that verifies', async () => {
    const events = await control.events.list({
      subject: owner,
      product: 'sales.orders',
      after: null,
    });
    assert.deepEqual(
      events.items.map((event) => event.type.split('.').slice(2, 4).join('.')),
      [
        'product.created',
        'contract.published',
        'contract.published',
        'contract.published',
        'product.changed',
        'product.retired',
      ],
    );
    const report = await control.audit.verify();
    assert.deepEqual(report.findings, []);
    assert.ok(report.entries >= 7);
    const domains = await control.registry.domains({});
    assert.deepEqual(
      domains.items.map((domain) => domain.name),
      ['sales'],
    );
    await assert.rejects(
      control.registry.putDomain(analyst, {
        name: 'mine',
        title: 'Mine',
        description: null,
        owners: ['ana'],
        stewards: [],
        node: null,
      }),
      refused('FORBIDDEN'),
    );
  });
});
