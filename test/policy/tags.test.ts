/** Tags of domain, contract, table and column in the decision on columns: inherited, overridden, with several values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateRules } from '@weft/core/policy/evaluate';
import { DEFAULT_ORDERS } from '@weft/core/registry/search-fields';
import { buildShopModel } from '../../core/src/contract/fixtures/shop-model.ts';
import { loadCedar } from '../../server/src/adapters/cedar.ts';
import { type DomainTags, rulesTable } from '../../server/src/services/policy-facts.ts';

interface Tagged {
  domainTags?: DomainTags;
  contract?: string[];
  table?: string[];
  /** By name of the column. */
  columns?: Record<string, string[]>;
}

/** The columns of `customers` that a policy leaves. */
async function columnsOf(cedar: string, tagged: Tagged): Promise<string[]> {
  const model = buildShopModel();
  const [object] = model.objects.filter(({ name }) => name === 'customers');
  assert.ok(object !== undefined);
  const properties = object.properties.map((property) => ({
    ...property,
    tags: tagged.columns?.[property.name] ?? [],
  }));
  const objects = [{ ...object, tags: tagged.table ?? [], properties }];
  const table = rulesTable(
    { ...model, tags: tagged.contract ?? [], objects },
    {
      domain: 'shop',
      product: 'shop.customers',
      table: 'customers',
      domainTags: tagged.domainTags ?? {},
      orders: DEFAULT_ORDERS,
    },
  );
  assert.ok(table !== null);
  const engine = await loadCedar();
  const { policies } = engine.read(cedar);
  const rules = evaluateRules({
    engine,
    policies: (policies ?? []).map((policy) => ({ origin: 'product', policy })),
    subject: { id: 'ana', roles: [], domains: [], attributes: {} },
    action: 'read',
    purpose: 'a',
    table,
    now: 0,
  });
  return rules.denied === null ? rules.columns : [];
}

const ALL = ['customer_id', 'email', 'country'];

const HIDE = (selector: string): string =>
  `permit (principal, action, resource); @columns("${selector}") forbid (principal, action, resource);`;

test('a tag comes from domain to contract to table to column, and a level that names its key replaces it', async () => {
  const domainTags = { shop: { care: ['high'] } };
  const high = HIDE('tag care = high');
  assert.deepEqual(await columnsOf(high, { domainTags }), []);
  assert.deepEqual(await columnsOf(high, { domainTags: { other: { care: ['high'] } } }), ALL);
  assert.deepEqual(await columnsOf(high, { domainTags, contract: ['care=low'] }), ALL);
  assert.deepEqual(
    await columnsOf(high, { domainTags, contract: ['care=low'], table: ['care:high'] }),
    [],
  );
  const low = { email: ['care=low'] };
  assert.deepEqual(await columnsOf(high, { domainTags, columns: low }), ['email']);
  const own = { email: ['care=high'], country: ['care'] };
  assert.deepEqual(await columnsOf(high, { contract: ['care=low'], columns: own }), [
    'customer_id',
    'country',
  ]);
});

test('a key has several values, and selectors join them by and, or and not', async () => {
  const columns = { email: ['region=eu', 'region=us', 'pii'], country: ['region=eu'] };
  const hidden = async (selector: string): Promise<string[]> => {
    const shown = await columnsOf(HIDE(selector), { columns });
    return ALL.filter((name) => !shown.includes(name));
  };
  assert.deepEqual(await hidden('tag region = us'), ['email']);
  assert.deepEqual(await hidden('tag region = eu'), ['email', 'country']);
  assert.deepEqual(await hidden('tag region = eu and not tag pii'), ['country']);
  assert.deepEqual(await hidden('tag pii or customer_id'), ['customer_id', 'email']);
  assert.deepEqual(await hidden('not (tag region = us or country)'), ['customer_id']);
  const permit =
    '@columns("tag region = eu and not tag pii") permit (principal, action, resource);';
  assert.deepEqual(await columnsOf(permit, { columns }), ['country']);
});
