/**
 * Nested properties of a contract: the rules that they make, and what cannot stand inside a column.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { must } from '../lib/assert.ts';
import { compileIngestPlan } from './compile/ingest-plan.ts';
import { typeName } from './data-type.ts';
import type { IngestPlan } from './plan.ts';
import { readContract } from './read.ts';

function contractOf(properties: string, options: { version?: string; object?: string } = {}) {
  return readContract(`apiVersion: ${options.version ?? 'v3.2.0'}
kind: DataContract
id: nested
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
${options.object ?? ''}    properties:
${properties}`);
}

function planOf(properties: string, object = ''): IngestPlan {
  const { value, diagnostics } = contractOf(properties, { object });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  return compileIngestPlan(must(value, 'contract').model, { hash: '0'.repeat(64) });
}

const LINES = `      - name: lines
        logicalType: array
        required: true
        logicalTypeOptions: { minItems: 1, uniqueItems: true }
        items:
          logicalType: object
          required: true
          logicalTypeOptions: { required: [sku], maxProperties: 2 }
          properties:
            - { name: sku, logicalType: string, relationships: [{ to: products.sku }], logicalTypeOptions: { minLength: 2, pattern: '^a', format: gtin } }
            - { name: qty, logicalType: integer, enum: [{ value: 1 }, { value: 2 }], quality: [{ metric: nullValues, mustBe: 0, id: qty_known }] }
            - { name: at, logicalType: timestamp, logicalTypeOptions: { timezone: true, defaultTimezone: Europe/Berlin } }
      - { name: scores, logicalType: map, map: { key: { logicalType: string }, value: { logicalType: number, physicalType: 'decimal(4,2)', logicalTypeOptions: { maximum: 10 } } } }
      - { name: place, logicalType: vector, logicalTypeOptions: { dimensions: 3 } }
`;

describe('nested properties', () => {
  it('make rules under their paths, checked where they lead', () => {
    const { rules, columns } = planOf(LINES);
    const [items, sku] = ['items', { field: 'sku' }] as const;
    const inside = rules.flatMap(({ id, column, check }) =>
      'within' in check ? [[id, column, check.kind, check.within]] : [],
    );
    assert.deepEqual(inside, [
      ['lines.items.required', 'lines', 'required', [items]],
      ['lines.items.itemCount', 'lines', 'items', [items]],
      ['lines.items.sku.required', 'lines', 'required', [items, sku]],
      ['lines.items.sku.length', 'lines', 'length', [items, sku]],
      ['lines.items.sku.pattern', 'lines', 'pattern', [items, sku]],
      ['lines.items.sku.format', 'lines', 'format', [items, sku]],
      ['lines.items.qty.values', 'lines', 'values', [items, { field: 'qty' }]],
      ['lines.items.sku.reference', 'lines', 'reference', [items, sku]],
      ['scores.value.range', 'scores', 'range', ['value']],
      ['qty_known', 'lines', 'required', [items, { field: 'qty' }]],
    ]);
    const whole = rules.filter(({ check }) => !('within' in check)).map(({ id }) => id);
    assert.deepEqual(whole, [
      'lines.type',
      'lines.required',
      'lines.itemCount',
      'lines.uniqueItems',
      'scores.type',
      'place.type',
      'place.itemCount',
    ]);
    assert.deepEqual(columns[0]?.nestedZones, { 'lines.items.at': 'Europe/Berlin' });
    assert.equal(typeName(must(columns[1], 'map').type), 'map<string, decimal(4,2)>');
  });

  it('take no relationship of the object for their own because of their name', () => {
    const object = '    relationships: [{ from: orders.sku, to: products.sku }]\n';
    const { rules } = planOf(
      `      - { name: sku, logicalType: string }
      - { name: line, logicalType: object, properties: [{ name: sku, logicalType: string }] }
`,
      object,
    );
    const references = rules.filter(({ check }) => check.kind === 'reference');
    assert.deepEqual(
      references.map(({ id }) => id),
      ['sku.reference'],
    );
  });

  it('are no columns that a relationship of the object starts from, and that is said', () => {
    const object = '    relationships: [{ from: orders.line.sku, to: orders.sku }]\n';
    const { diagnostics } = contractOf(
      `      - { name: sku, logicalType: string }
      - { name: line, logicalType: object, properties: [{ name: sku, logicalType: string }] }
`,
      { object },
    );
    const [told] = diagnostics.filter(({ code }) => code === 'ODCS_REFERENCE');
    assert.match(told?.message ?? '', /orders\.line\.sku is no column of this contract/);
  });

  it('count with every classification inside of them, in maps too', () => {
    const { value } = contractOf(
      `      - name: a
        logicalType: map
        map:
          key: { logicalType: string, classification: internal }
          value: { logicalType: array, items: { logicalType: object, properties: [{ name: x, logicalType: string, classification: restricted }] } }
`,
    );
    const property = value?.model.objects[0]?.properties[0];
    assert.deepEqual(property?.nestedClassifications, ['internal', 'restricted']);
  });
});

describe('what cannot stand inside a column', () => {
  const problems = (properties: string, version?: string): string[] =>
    contractOf(properties, version === undefined ? {} : { version })
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, path }) => `${code} ${path.replace(/^.*?properties[^a-z]*/, '')}`);
  const line = (more: string): string =>
    `      - { name: l, logicalType: array, items: { logicalType: object, properties: [{ name: x, logicalType: integer, ${more} }] } }\n`;

  it('is told with its place', () => {
    const at = 'items.properties[0]';
    for (const key of ['primaryKey', 'unique', 'partitioned']) {
      assert.deepEqual(problems(line(`${key}: true`)), [`KEY_INVALID ${at}.${key}`], key);
    }
    const rule = (text: string): string[] => problems(line(`quality: [{ ${text}, id: r }]`));
    const refused = [`QUALITY_INVALID ${at}.quality`];
    assert.deepEqual(rule('metric: duplicateValues, mustBe: 0'), refused);
    assert.deepEqual(
      rule("type: sql, query: 'SELECT sum({property}) FROM batch', mustBe: 0"),
      refused,
    );
    const weft = 'type: custom, engine: weft, implementation:';
    assert.deepEqual(rule(`${weft} { metric: sum, mustBeLessThan: 5 }`), refused);
    assert.deepEqual(problems(line('logicalTypeOptions: { minimum: 3, maximum: 1 }')), [
      `OPTION_INVALID ${at}.logicalTypeOptions.minimum`,
    ]);
  });

  it('is a name twice, and a map before 3.2', () => {
    const twice =
      '      - { name: o, logicalType: object, properties: [{ name: x, logicalType: string }, { name: x, logicalType: string }] }\n';
    assert.deepEqual(problems(twice), ['NAME_DUPLICATE properties[1].name']);
    const map = '      - { name: m, logicalType: map }\n';
    assert.deepEqual(problems(map, 'v3.1.0'), ['ODCS_VALUE logicalType']);
  });
});
