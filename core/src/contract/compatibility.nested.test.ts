/**
 * Changes inside nested columns, for consumers and producers: fields, ranges, patterns, NULL, counts, rules, classifications.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContracts } from './compatibility.ts';
import { changed } from './fixtures/complete-contract.ts';
import type { ContractModel } from './model.ts';
import { readContract } from './read.ts';

const NESTED = `    properties:
      - id: lines
        name: lines
        logicalType: array
        classification: internal
        logicalTypeOptions: { minItems: 1, maxItems: 9 }
        items:
          logicalType: object
          required: true
          properties:
            - { id: sku, name: sku, logicalType: string, logicalTypeOptions: { maxLength: 8 } }
            - { id: qty, name: qty, logicalType: integer, physicalType: INTEGER, required: true, logicalTypeOptions: { minimum: 1 } }
            - id: kind
              name: kind
              logicalType: string
              quality: [{ id: kind_known, metric: invalidValues, arguments: { validValues: [a, b] }, mustBe: 0 }]
      - id: attributes
        name: attributes
        logicalType: map
        classification: internal
        map:
          key: { logicalType: string }
          value: { logicalType: string, classification: internal }
`;
const BASE = changed('v3.1.0', 'v3.2.0', changed('    properties:\n', NESTED));

function model(text: string): ContractModel {
  const { value, diagnostics } = readContract(text);
  assert.ok(value !== null, JSON.stringify(diagnostics.filter((d) => d.severity === 'error')));
  return value.model;
}

const before = model(BASE);

function short(part: string, by: string): string[] {
  const after = model(changed(part, by, BASE));
  return compareContracts(before, after).map(
    ({ path, kind, consumer, producer }) =>
      `${path.split('.').slice(1).join('.')} ${kind} ${consumer}/${producer}`,
  );
}

const CASES: [name: string, part: string, by: string, changes: string[]][] = [
  ['nothing', 'name: qty', 'name: qty', []],
  ['a wider range', 'minimum: 1', 'minimum: 0', ['lines.items.qty range.loosened break/safe']],
  ['a narrower range', 'minimum: 1', 'minimum: 2', ['lines.items.qty range.tightened safe/break']],
  [
    'a shorter text',
    'maxLength: 8',
    'maxLength: 7',
    ['lines.items.sku length.tightened safe/break'],
  ],
  [
    'a wider type',
    'logicalType: integer, physicalType: INTEGER, required: true',
    'logicalType: integer, physicalType: BIGINT, required: true',
    ['lines[].qty type.widened break/safe'],
  ],
  [
    'NULL in a field',
    'physicalType: INTEGER, required: true',
    'physicalType: INTEGER',
    ['lines[].qty required.loosened break/safe'],
  ],
  [
    'NULL as an item',
    'logicalType: object\n          required: true',
    'logicalType: object',
    ['lines.items required.loosened break/safe'],
  ],
  ['more items', 'maxItems: 9', 'maxItems: 10', ['lines itemCount.loosened break/safe']],
  ['fewer items', 'minItems: 1', 'minItems: 2', ['lines itemCount.tightened safe/break']],
  [
    'unique items',
    'minItems: 1',
    'uniqueItems: true, minItems: 1',
    ['lines uniqueItems.tightened safe/break'],
  ],
  [
    'another name',
    'id: qty, name: qty',
    'id: qty, name: quantity',
    ['lines[].qty field.renamed break/safe', 'lines.items.quantity sourceName.changed safe/break'],
  ],
  [
    'another name in files',
    'id: sku, name: sku',
    'id: sku, name: sku, physicalName: SKU',
    ['lines.items.sku sourceName.changed safe/break'],
  ],
  [
    'a field less',
    '            - { id: sku, name: sku, logicalType: string, logicalTypeOptions: { maxLength: 8 } }\n',
    '',
    ['lines[].sku field.removed break/break'],
  ],
  [
    'a field more',
    '            - { id: sku,',
    '            - { id: more, name: more, logicalType: string }\n            - { id: sku,',
    ['lines[].more field.added safe/safe'],
  ],
  [
    'a required field more',
    '            - { id: sku,',
    '            - { id: more, name: more, logicalType: string, required: true }\n            - { id: sku,',
    ['lines[].more field.added safe/break'],
  ],
  [
    'a value more in a rule',
    'validValues: [a, b]',
    'validValues: [a, b, c]',
    ['lines.items.kind.quality(kind_known) quality.loosened break/safe'],
  ],
  [
    'a stricter class of values',
    'value: { logicalType: string, classification: internal }',
    'value: { logicalType: string, classification: restricted }',
    ['attributes.value classification.changed break/safe'],
  ],
  [
    'another type of values',
    'value: { logicalType: string, classification: internal }',
    'value: { logicalType: integer, classification: internal }',
    ['attributes.value type.changed break/break'],
  ],
];
for (const [name, part, by, changes] of CASES) {
  test(name, () => assert.deepEqual(short(part, by), changes));
}
