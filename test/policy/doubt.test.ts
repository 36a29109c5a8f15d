/** What is in doubt permits nothing and is forbidden: values that a policy takes for granted and rows lack, conditions that fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { cellAt, evaluatePredicate } from '@weft/core/lib/predicate';
import { evaluateRules, type RulesColumn, type TableRules } from '@weft/core/policy/evaluate';
import { loadCedar } from '../../server/src/adapters/cedar.ts';

const column = (name: string, type: DataType, required: boolean): RulesColumn => ({
  name,
  type,
  required,
  classification: null,
  tags: {},
});
const zip = { id: 'zip', name: 'zip', type: { kind: 'string' as const }, required: true };
const COLUMNS = [
  column('brand', { kind: 'string' }, true),
  column('address', { kind: 'struct', fields: [zip] }, false),
];

async function rulesOf(source: string): Promise<TableRules> {
  const engine = await loadCedar();
  const { policies } = engine.read(source);
  return evaluateRules({
    engine,
    policies: (policies ?? []).map((policy) => ({ origin: 'product', policy })),
    subject: { id: 'ana', roles: [], domains: [], attributes: {} },
    action: 'read',
    purpose: 'a',
    table: {
      domain: 'd',
      product: 'd.t',
      table: 't',
      classification: '',
      tags: {},
      columns: COLUMNS,
    },
    now: 0,
  });
}

const PERMIT_ALL = 'permit (principal, action, resource);';

test('a row that lacks a value which every row should have is not permitted, and is forbidden', async () => {
  const lacking = (rules: TableRules): boolean => evaluatePredicate(rules.rows, () => null);
  const permit = await rulesOf(
    'permit (principal, action, resource) when { resource.row.brand != "x" };',
  );
  assert.equal(lacking(permit), false);
  assert.equal(
    evaluatePredicate(permit.rows, () => 'y'),
    true,
  );
  const when = 'forbid (principal, action, resource) when { resource.row.brand == "x" };';
  const forbid = await rulesOf(`${PERMIT_ALL} ${when}`);
  assert.equal(lacking(forbid), false);
  assert.equal(
    evaluatePredicate(forbid.rows, () => 'y'),
    true,
  );
});

test('so is one that lacks it inside a struct that is there, and not one that lacks the struct', async () => {
  const rules = await rulesOf(
    'permit (principal, action, resource) when { !(resource.row has address) || resource.row.address.zip != "x" };',
  );
  const seen = (address: { zip: string | null } | null): boolean =>
    evaluatePredicate(rules.rows, (path) => cellAt({ brand: 'b', address }, path));
  assert.equal(seen({ zip: 'y' }), true);
  assert.equal(seen({ zip: 'x' }), false);
  assert.equal(seen({ zip: null }), false);
  assert.equal(seen(null), true);
});

test('a forbid that fails for a subject forbids all, and a permit that fails permits nothing', async () => {
  const fails = '{ principal.nosuch.contains("x") };';
  const forbid = await rulesOf(`${PERMIT_ALL} forbid (principal, action, resource) when ${fails}`);
  assert.deepEqual([forbid.rows.op, forbid.denied], ['false', 'Forbidden by policy1.']);
  const permit = await rulesOf(`permit (principal, action, resource) when ${fails}`);
  assert.deepEqual([permit.rows.op, permit.denied], ['false', 'No policy permits it.']);
});

test('a mask of some rows holds where its condition lacks a value, unless it says where it holds', async () => {
  const holds = async (condition: string, brand: string | null): Promise<boolean> => {
    const rules = await rulesOf(`@mask("address: hide ${condition}") ${PERMIT_ALL}`);
    const [first] = rules.masks;
    assert.ok(first?.mask.kind === 'cells', JSON.stringify(first));
    assert.deepEqual(
      first.mask.cases.map(({ mask }) => mask.kind),
      ['null'],
    );
    return first.mask.cases.some(({ where }) => evaluatePredicate(where, () => brand));
  };
  const seen = async (condition: string) =>
    Promise.all(['x', 'y', null].map((brand) => holds(condition, brand)));
  assert.deepEqual(await seen("unless brand = 'x'"), [false, true, true]);
  assert.deepEqual(await seen("where brand = 'x'"), [true, false, false]);
});
