/**
 * The mesh as a graph over HTTP: what depends on what, around a focus, and whose names are shown to whom.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
import {
  analyst,
  createSales,
  ordersContract,
  owner,
  platform,
  register,
  steward,
  testSubject,
} from '../../../test/support/control.ts';
import {
  type ControlHttp,
  openControlHttp,
  testMeasurement,
} from '../../../test/support/control-http.ts';
import type { ControlTables } from '../store/control-tables.ts';

const stranger = testSubject('stranger');
const officer = testSubject('pia', { roles: ['privacy_officer'] });

describe('the graph', () => {
  let http: ControlHttp;
  const publish = (text: string) =>
    http.control.registry.publishContract(owner, { text, media: 'application/yaml' });
  const contract = (product: string, refersTo?: string) => {
    const text = ordersContract({ product, id: `sales.${product}`, title: product });
    if (refersTo === undefined) return text;
    return text.replace(
      '        primaryKeyPosition: 1\n',
      `        primaryKeyPosition: 1\n        relationships: [{type: foreignKey, to: sales.${refersTo}.odcs.yaml#/schema/${refersTo}/properties/order_id}]\n`,
    );
  };
  const graph = async (as: Subject, query = '') => {
    const { nodes, edges, truncated } = await http.done(as, 'GET', `/api/v1/mesh/graph${query}`);
    return {
      ids: nodes.map((node: { id: string }) => node.id).sort(),
      node: (id: string) => nodes.find((node: { id: string }) => node.id === id),
      edges: edges.map(
        (edge: Record<string, string>) => `${edge['from']} ${edge['kind']} ${edge['to']}`,
      ),
      raw: edges,
      truncated,
    };
  };

  before(async () => {
    http = await openControlHttp();
    await createSales(http.control);
    await register(http.control, stranger, analyst, platform, officer);
    await publish(contract('orders'));
    await publish(contract('lines', 'orders'));
    await publish(contract('parts', 'lines'));
    await publish(contract('alone'));
    const text = `apiVersion: v1.0.0
kind: DataProduct
id: 0f1f0f1f-0000-4000-8000-000000000001
status: active
name: alone
domain: sales
inputPorts:
  - {name: feed, version: 1.0.0, contractId: sales.parts}
  - {name: partner, version: 1.0.0, contractId: partner-feed}
outputPorts:
  - {name: out, version: 1.0.0, contractId: sales.alone}
`;
    await http.control.registry.publishProduct(owner, { text });
    await http.report({ measurements: [testMeasurement()] });
    for (const purpose of ['reporting', 'research']) {
      const json = { product: 'sales.orders', purpose };
      const { agreement } = await http.done(analyst, 'POST', '/api/v1/agreements', { json });
      await http.done(owner, 'POST', `/api/v1/agreements/${agreement}/approve`, { json: {} });
    }
  });
  after(() => http.close());

  it('has references, inputs and what lies outside', async () => {
    const { ids, edges, node, raw, truncated } = await graph(stranger);
    assert.deepEqual(ids, [
      'domain:sales',
      'outside:partner-feed',
      'product:sales.alone',
      'product:sales.lines',
      'product:sales.orders',
      'product:sales.parts',
    ]);
    assert.deepEqual(edges.sort(), [
      'outside:partner-feed input product:sales.alone',
      'product:sales.lines reference product:sales.parts',
      'product:sales.orders reference product:sales.lines',
      'product:sales.parts input product:sales.alone',
    ]);
    const reference = raw.find((edge: { to: string }) => edge.to === 'product:sales.lines');
    assert.deepEqual(reference.columns, ['order_id']);
    const { state, rows, freshness, consumers } = node('product:sales.orders');
    assert.deepEqual([state, rows, freshness, consumers], ['kept', 9, 'PT59M59S', 1]);
    assert.equal(truncated, false);
  });

  it('goes as many steps from the focus as asked, either way', async () => {
    const around = async (focus: string, depth: number) =>
      (await graph(stranger, `?focus=${focus}&depth=${depth}`)).ids.filter((id: string) =>
        id.startsWith('product:'),
      );
    assert.deepEqual(await around('sales.orders', 0), ['product:sales.orders']);
    assert.deepEqual(await around('sales.lines', 1), [
      'product:sales.lines',
      'product:sales.orders',
      'product:sales.parts',
    ]);
    assert.equal((await around('sales.orders', 3)).length, 4);
    assert.equal((await around('sales', 0)).length, 4);
    const none = await http.call(stranger, 'GET', '/api/v1/mesh/graph?focus=sales.none');
    assert.equal(none.status, 404);
  });

  it('shows subjects to those who may see them, and to everybody else a number', async () => {
    for (const as of [owner, steward, officer, platform, analyst]) {
      const { ids, edges } = await graph(as, '?focus=sales.orders&depth=0');
      assert.ok(ids.includes('subject:ana'), as.id);
      assert.equal(edges.filter((edge: string) => edge.includes('agreement')).length, 2, as.id);
    }
    assert.ok(!JSON.stringify(await graph(stranger)).includes('subject:'));
    const consumers = (as: Subject) =>
      http.done(as, 'GET', '/api/v1/products/sales.orders/consumers');
    for (const as of [stranger, analyst, platform]) {
      const { consumers: count, agreements, items } = await consumers(as);
      assert.deepEqual([count, agreements, items], [1, 2, null], as.id);
    }
    for (const as of [owner, steward, officer]) {
      const { items } = await consumers(as);
      assert.deepEqual(
        items.map((item: { subject: string; purpose: string }) => [item.subject, item.purpose]),
        [
          ['ana', 'reporting'],
          ['ana', 'research'],
        ],
        as.id,
      );
    }
    const none = await http.call(owner, 'GET', '/api/v1/products/sales.none/consumers');
    assert.equal(none.status, 404);
  });

  it('follows a contract that refers to nothing any more', async () => {
    const text = contract('parts').replace('version: 1.0.0', 'version: 2.0.0');
    await publish(text);
    const { edges } = await graph(stranger, '?focus=sales.parts&depth=0');
    assert.deepEqual(edges, []);
  });

  it('has at most 2,000 nodes and says that there are more', async () => {
    const db = http.store.schema<ControlTables>('control');
    await sql`insert into products (product, domain, name, status, tags, output_ports, input_ports, created_by, created_at, updated_at)
      select 'sales.x' || i, 'sales', 'x' || i, 'active', '[]', '[]', '[]', 'olga', now(), now() from generate_series(1, 2100) as i`.execute(
      db,
    );
    await sql`insert into search_documents
      (product, domain, name, status, version, version_key, owners, tags, terms, purposes, columns, rules, facts, names, words)
      select product, domain, name, status, '1.0.0', '{1,0,0,1}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', name, to_tsvector('simple', name)
      from products where name like 'x%'`.execute(db);
    const { ids, truncated } = await graph(stranger);
    assert.deepEqual([ids.length, truncated], [2000, true]);
  });

  it('calls domains and readers by name', async () => {
    await http.control.users.create(platform, {
      id: 'nina',
      kind: 'user',
      name: 'Nina N',
      roles: ['consumer'],
    });
    const nina = testSubject('nina', { name: 'Nina N' });
    const { agreement } = await http.done(nina, 'POST', '/api/v1/agreements', {
      json: { product: 'sales.alone', purpose: 'research', why: 'to look' },
    });
    await http.done(owner, 'POST', `/api/v1/agreements/${agreement}/approve`, { json: {} });
    const names = async (as: Subject, ids: string) =>
      (await http.done(as, 'GET', `/api/v1/names?ids=${ids}`)).items;
    const found = [{ id: 'nina', name: 'Nina N' }];
    for (const by of [owner, steward, platform, officer, nina]) {
      assert.deepEqual(await names(by, 'nina,nobody,olga'), found, by.id);
    }
    // Why empty: what a stranger asks of an id tells him neither that it is there nor that it is not.
    assert.deepEqual(await names(stranger, 'nina,nobody'), []);
    assert.deepEqual(await names(analyst, 'nina'), []);
    assert.equal((await graph(owner, '?focus=sales.alone')).node('subject:nina').title, 'Nina N');
    await http.control.registry.putDomain(platform, {
      name: 'sales',
      title: 'Sales & more',
      description: null,
      owners: ['nina', 'olga'],
      stewards: [],
    });
    assert.equal(
      (await graph(owner, '?focus=sales.alone')).node('domain:sales').title,
      'Sales & more',
    );
    assert.deepEqual(await names(stranger, 'nina'), found, 'owners are named to everybody');
  });
});
