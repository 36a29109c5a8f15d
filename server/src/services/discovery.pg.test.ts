/**
 * What words find: what a product's domain is called, tags of columns; and what is offered where a slip of the hand finds nothing.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  analyst,
  createSales,
  createTestControl,
  ordersContract,
  owner,
  platform,
  register,
  type TestControl,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

describe('words of a search', () => {
  let store: TestStore;
  let control: TestControl;
  const search = (q: string, where?: string) => control.discovery.search(analyst, { q, where });
  const found = async (q: string) => (await search(q)).items.map(({ product }) => product);

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    await register(control, analyst);
    for (const text of [
      ordersContract(),
      ordersContract({ product: 'baskets', title: 'Baskets', description: 'What was bought.' }),
    ]) {
      await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    }
  });
  after(async () => {
    await control.search.stop();
    await store.close();
  });

  it('finds a product by the tag of a column', async () => {
    assert.deepEqual((await found('personal')).sort(), ['sales.baskets', 'sales.orders']);
  });

  it('counts the tags of columns as tags, in the condition and in the facet', async () => {
    const asked = { where: 'tag = personal', facet: 'tag' };
    const { items, facets } = await control.discovery.search(analyst, asked);
    assert.deepEqual(items.map(({ product }) => product).sort(), ['sales.baskets', 'sales.orders']);
    assert.ok(facets['tag']?.some(({ value, count }) => value === 'personal' && count === 2));
  });

  it('finds products by what their domain is called, as soon as it is called so', async () => {
    const domain = { name: 'sales', owners: ['olga'], stewards: [], node: null };
    assert.deepEqual(await found('pavilion'), []);
    await control.registry.putDomain(platform, {
      ...domain,
      title: 'Pavilion trade',
      description: 'Everything that passes a till.',
    });
    for (const words of ['pavilion', 'till', 'pavilion trade']) {
      assert.deepEqual((await found(words)).sort(), ['sales.baskets', 'sales.orders'], words);
    }
    await control.registry.putDomain(platform, { ...domain, title: 'Shops', description: null });
    assert.deepEqual(await found('pavilion'), []);
  });

  it('offers words that find something for those that have a slip in them', async () => {
    assert.equal((await search('bakset')).nearest, undefined, 'without an index there is no offer');
    await control.search.start();
    assert.equal(control.search.isIndexed, true);
    assert.deepEqual((await search('bakset')).nearest, ['baskets']);
    assert.deepEqual((await search('personal bakset')).nearest, ['personal baskets']);
    assert.deepEqual((await search('orders')).nearest, undefined, 'what finds something is right');
    assert.deepEqual((await search('zeppelin')).nearest, undefined);
    const unfit = await search('bakset', 'measured.rows > 10');
    assert.deepEqual([unfit.total, unfit.nearest], [0, undefined], 'what would find nothing');
  });

  it('says on which major an agreement is, whatever the newest one is', async () => {
    const majorsOf = async () =>
      (await search('')).items
        .filter(({ product }) => product === 'sales.orders')
        .map((hit) => [hit.version, hit.access, hit.yourMajor]);
    assert.deepEqual(await majorsOf(), [['1.0.0', 'requestable', null]]);
    const purpose = 'research';
    const asked = await control.agreements.request(analyst, { product: 'sales.orders', purpose });
    assert.deepEqual(
      await majorsOf(),
      [['1.0.0', 'requestable', null]],
      'not before it is decided',
    );
    await control.agreements.decide(owner, asked.agreement.agreement, 'approve', {});
    const text = ordersContract({ version: '2.0.0' });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    assert.deepEqual(await majorsOf(), [['2.0.0', 'agreed', 1]]);
  });
});
