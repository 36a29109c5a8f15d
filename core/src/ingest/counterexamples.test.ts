/**
 * Counterexamples: each is put to the whole validators of both versions, one of which takes it and the other refuses it; and there
 * is one for every kind of change that a single value decides.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileIngestPlan } from '../contract/compile/ingest-plan.ts';
import type { DataType } from '../contract/data-type.ts';
import {
  buildModel,
  buildObject,
  buildProperty,
  type PropertyPatch,
} from '../contract/fixtures/model-builder.ts';
import type { ContractModel } from '../contract/model.ts';
import { compareWithExamples, type TriedChange } from './counterexamples.ts';
import { createJsonValidator } from './validate-record.ts';

const NOW = '2026-01-01T00:00:00Z';

type Kind = Parameters<typeof buildProperty>[1];

function modelOf(type: Kind, patch: PropertyPatch): ContractModel {
  const id = buildProperty('id', 'long', { required: true, primaryKeyPosition: 1 });
  return buildModel([buildObject('things', [id, buildProperty('x', type, patch)])]);
}

/** Whether the whole contract takes a record with this value. */
function takes(model: ContractModel, value: string): boolean {
  const plan = compileIngestPlan(model, { hash: '0'.repeat(64) });
  const validator = createJsonValidator(plan, { now: NOW, reference: () => null });
  return validator.validate(`{"id":1,"x":${value}}`).refused.length === 0;
}

function assertTrue(before: ContractModel, after: ContractModel, changes: TriedChange[]): void {
  for (const { kind, examples = [] } of changes) {
    for (const { value, allowedBy } of examples) {
      assert.equal(takes(before, value), allowedBy === 'before', `${kind} before: ${value}`);
      assert.equal(takes(after, value), allowedBy === 'after', `${kind} after: ${value}`);
    }
  }
}

const decimal = (precision: number, scale: number): DataType => ({
  kind: 'decimal',
  precision,
  scale,
});

const CASES: [string, [Kind, PropertyPatch], [Kind, PropertyPatch], string[]][] = [
  [
    'length.tightened',
    ['string', { options: { maxLength: 41 } }],
    ['string', { options: { maxLength: 40 } }],
    ['before'],
  ],
  [
    'length.other',
    ['string', { options: { minLength: 2, maxLength: 4 } }],
    ['string', { options: { minLength: 3, maxLength: 9 } }],
    ['before', 'after'],
  ],
  ['required.tightened', ['string', {}], ['string', { required: true }], ['before']],
  ['required.loosened', ['long', { required: true }], ['long', {}], ['after']],
  [
    'enum.value_removed',
    ['string', { enumValues: ['red', 'green'] }],
    ['string', { enumValues: ['green'] }],
    ['before'],
  ],
  [
    'enum.value_added',
    ['string', { enumValues: ['green'] }],
    ['string', { enumValues: ['green', 'red'] }],
    ['after'],
  ],
  ['enum.loosened', ['string', { enumValues: ['green'] }], ['string', {}], ['after']],
  [
    'range.tightened',
    ['long', { options: { maximum: '100' } }],
    ['long', { options: { maximum: '99' } }],
    ['before'],
  ],
  [
    'range.loosened',
    [decimal(9, 2), { options: { minimum: '0.5' } }],
    [decimal(9, 2), { options: { minimum: '0.49' } }],
    ['after'],
  ],
  [
    'range.tightened',
    ['date', { options: { maximum: '2024-12-31' } }],
    ['date', { options: { maximum: '2024-12-30' } }],
    ['before'],
  ],
  [
    'format.loosened',
    ['string', { options: { format: 'url' } }],
    ['string', { options: { format: 'uri' } }],
    ['after'],
  ],
  ['format.tightened', ['string', {}], ['string', { options: { format: 'email' } }], ['before']],
  [
    'pattern.tightened',
    ['string', {}],
    ['string', { options: { pattern: '^S[0-9]$' } }],
    ['before'],
  ],
  [
    'multipleOf.tightened',
    ['long', { options: { multipleOf: '5' } }],
    ['long', { options: { multipleOf: '10' } }],
    ['before'],
  ],
  ['type.widened', ['int', {}], ['long', {}], ['after']],
  ['type.narrowed', [decimal(12, 3), {}], [decimal(10, 2), {}], ['before']],
  ['type.changed', ['date', {}], ['timestamptz', {}], ['before', 'after']],
];

for (const [kind, old, now, sides] of CASES) {
  test(`${kind}: ${JSON.stringify(old)} to ${JSON.stringify(now)}`, () => {
    const [before, after] = [modelOf(...old), modelOf(...now)];
    const changes = compareWithExamples(before, after, NOW);
    const change = changes.find((one) => one.kind === kind);
    assert.deepEqual(
      change?.examples?.map(({ allowedBy }) => allowedBy),
      sides,
      JSON.stringify(changes),
    );
    assertTrue(before, after, changes);
  });
}

test('the example is the first value beyond the bound', () => {
  const [before, after] = [40, 44].map((maxLength) =>
    modelOf('string', { options: { maxLength } }),
  );
  assert.ok(before !== undefined && after !== undefined);
  const [change] = compareWithExamples(before, after, NOW);
  assert.deepEqual(change?.examples, [{ value: `"${'a'.repeat(41)}"`, allowedBy: 'after' }]);
});

test('a change that no value of its own shows has no example', () => {
  const [before, after] = [modelOf('string', {}), modelOf('string', { unique: true })];
  const [change] = compareWithExamples(before, after, NOW);
  assert.equal(change?.kind, 'unique.tightened');
  assert.equal(change?.examples, undefined);
});

test('a value that another rule refuses in both versions is no example', () => {
  const patch = (maxLength: number): PropertyPatch => ({
    options: { maxLength, pattern: '^[0-9]{3}$' },
  });
  const [before, after] = [modelOf('string', patch(9)), modelOf('string', patch(8))];
  const [change] = compareWithExamples(before, after, NOW);
  assert.equal(change?.kind, 'length.tightened');
  assert.equal(change?.examples, undefined);
});
