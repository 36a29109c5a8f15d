/** What differs between two decisions: whom it favours, and texts as policies are written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predicate } from '@weft/core/lib/predicate';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { PlainMask } from '@weft/core/policy/obligations';
import { compareDecisions } from './access-plan-changes.ts';

function decision(facts: Partial<AccessDecision> = {}): AccessDecision {
  return {
    table: { domain: 'sales', table: 'orders', major: 1 },
    product: 'sales.orders',
    contract: { id: 'sales.orders', version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: 'agr_1',
    columns: ['id', 'email'],
    hidden: [],
    rowFilter: { op: 'true' },
    sets: [],
    rowFilterText: null,
    policyVersion: 1,
    meshPolicyVersion: null,
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
    ...facts,
  };
}

const compare = (now: Partial<AccessDecision>, then: Partial<AccessDecision>, subject = 'ann') =>
  compareDecisions({ subject, before: decision(now), after: decision(then) });

const is = (value: string): Predicate => ({
  op: 'eq',
  column: 'region',
  value: { type: 'string', value },
});
const both: Predicate = {
  op: 'and',
  args: [is('DE'), { ...is('x'), column: 'shop' } as Predicate],
};

test('a condition more is less to see, one fewer is more, and another one is another thing', () => {
  const effectOf = (was: Predicate, then: Predicate) =>
    compare({ rowFilter: was }, { rowFilter: then }).effect;
  assert.equal(effectOf({ op: 'true' }, is('DE')), 'loses');
  assert.equal(effectOf(is('DE'), both), 'loses');
  assert.equal(effectOf(both, is('DE')), 'gains');
  assert.equal(effectOf(is('DE'), { op: 'false' }), 'loses');
  assert.equal(effectOf(is('DE'), is('AT')), 'changes');
  assert.equal(effectOf(is('DE'), is('DE')), 'same');
  const twice: Predicate = { op: 'and', args: [is('DE'), is('DE')] };
  assert.equal(effectOf(is('DE'), twice), 'same', 'said twice is said once');
  assert.equal(effectOf(twice, is('DE')), 'same');
});

test('lists that differ where their text is cut off are a change all the same', () => {
  const among = (last: string): Predicate => ({
    op: 'in',
    column: 'region',
    values: [...Array.from({ length: 30 }, (_, at) => `r${at}`), last].map((value) => ({
      type: 'string',
      value,
    })),
  });
  assert.equal(compare({ rowFilter: among('a') }, { rowFilter: among('b') }).effect, 'changes');
});

test('what is seen besides counts for its own side, and both sides are a change', () => {
  assert.equal(compare({}, { mayExport: false }).effect, 'loses');
  assert.equal(compare({ rowLimit: 10 }, { rowLimit: null }).effect, 'gains');
  assert.equal(compare({ columns: ['id'] }, { rowFilter: is('DE') }).effect, 'changes');
  assert.equal(
    compare({}, { masks: [{ place: 'email', mask: { kind: 'hash' } }] }).effect,
    'changes',
  );
});

test('who is left no column loses access, and not one column after the other', () => {
  const { effect, what } = compare({}, { columns: [], rowFilter: is('DE') });
  assert.deepEqual([effect, what], ['loses', ['access: No column is left.']]);
  assert.equal(compare({ columns: [] }, { columns: [] }).effect, 'same');
});

test('masks are told as an annotation has them', () => {
  const after = (mask: PlainMask) =>
    compare({}, { masks: [{ place: 'email', mask }] }).changes[0]?.after;
  assert.equal(after({ kind: 'bucket', bounds: ['100', '250'] }), 'bucket 100 250');
  assert.equal(after({ kind: 'truncate', step: '10' }), 'truncate 10');
  assert.equal(after({ kind: 'truncate', unit: 'month' }), 'truncate month');
  assert.equal(after({ kind: 'part', show: 'first', characters: 3 }), 'first 3');
  assert.equal(after({ kind: 'fixed', value: { type: 'string', value: "o'x" } }), "fixed 'o''x'");
  const cells = {
    kind: 'cells' as const,
    cases: [{ where: is('DE'), mask: { kind: 'null' as const } }],
  };
  const told = compare(
    {},
    { masks: [{ place: 'email', mask: { ...cells, otherwise: { kind: 'hash' } } }] },
  );
  assert.equal(told.changes[0]?.after, "null where region = 'DE', else hash");
});

test('a list that is written down is told by what the other one lacks, and for each reader alone', () => {
  const setOf = (values: string[] | Record<string, string[]>): AccessDecision['sets'] => {
    const read = { from: null, key: null, subject: null, where: null, purpose: null };
    const declaration = { keys: 'string' as const, ...read, values };
    return [{ name: 'pilots', declaration, owner: 'olga', asked: [] }];
  };
  const { changes } = compare({ sets: setOf(['a', 'b']) }, { sets: setOf(['b', 'c', 'd']) });
  assert.deepEqual(
    changes.map(({ kind, of, before, after }) => ({ kind, of, before, after })),
    [{ kind: 'set', of: 'pilots', before: '2 values, with a', after: '3 values, with c, d' }],
  );
  const [before, after] = [setOf({ ann: ['a'], ben: ['b'] }), setOf({ ann: ['a'], ben: ['c'] })];
  assert.equal(compare({ sets: before }, { sets: after }).effect, 'same');
  assert.equal(
    compare({ sets: before }, { sets: after }, 'ben').changes[0]?.before,
    '1 value, with b',
  );
  const many = Array.from({ length: 12 }, (_, at) => `k${at}`);
  const long = compare({ sets: setOf([]) }, { sets: setOf(many) }).changes[0];
  assert.equal(long?.before, '0 values');
  assert.match(long?.after ?? '', /^12 values, with k0, .*k9 and 2 more$/);
});
