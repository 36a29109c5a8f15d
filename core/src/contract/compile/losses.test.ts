/**
 * Rules that exports do not say, against what the exports say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../lib/assert.ts';
import { readContract } from '../read.ts';
import { compileAvro } from './avro.ts';
import { compileJsonSchema } from './json-schema.ts';
import { type LossyTarget, lossesOf } from './losses.ts';
import { compileSql } from './sql.ts';
import { compileTypeScript } from './typescript.ts';

const TEXT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - { name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1 }
      - { name: sku, logicalType: string, unique: true, logicalTypeOptions: { pattern: '^[a-z]+$' } }
      - { name: price, logicalType: number, physicalType: 'decimal(10,2)', logicalTypeOptions: { minimum: 1 } }
      - name: tags
        logicalType: array
        logicalTypeOptions: { maxItems: 3 }
        items: { name: tag, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[a-z]+$' } }
    quality:
      - { id: some, metric: rowCount, mustBeGreaterThan: 0 }
`;

const { value } = readContract(TEXT);
const { model } = must(value, 'a contract');
const lost = (target: LossyTarget): string[] =>
  lossesOf(target, model, model.objects).map(({ rule }) => rule);

test('what each target does not say is named, and what it says is not', () => {
  const inside = ['tags.items.required', 'tags.items.pattern'];
  assert.deepEqual(
    lost('json-schema'),
    ['price.range', 'sku.unique', 'primary_key', 'some'].sort(byPlan),
  );
  assert.deepEqual(
    lost('avro'),
    [
      'sku.pattern',
      'sku.unique',
      'price.range',
      'tags.itemCount',
      ...inside,
      'primary_key',
      'some',
    ].sort(byPlan),
  );
  assert.deepEqual(lost('typescript'), lost('avro'));
  assert.deepEqual(
    lost('iceberg'),
    lost('avro').filter((rule) => rule !== 'primary_key'),
  );
  assert.deepEqual(lost('sql:duckdb'), ['tags.itemCount', ...inside, 'some'].sort(byPlan));
  assert.deepEqual(lost('sql:postgres'), lost('sql:duckdb'));
  assert.deepEqual(lost('sql:trino'), lost('avro'));
});

test('the exports bear it out', () => {
  const [object] = model.objects;
  const orders = must(object, 'an object');
  const schema = JSON.stringify(JSON.parse(compileJsonSchema(model, orders)));
  assert.match(schema, /"maxItems":3/);
  assert.match(schema, /"items":\{"type":"string"/, 'required items are no NULL');
  assert.match(compileAvro(model, orders), /"items": \[\s+"null"/);
  assert.match(compileTypeScript(model), /\(string \| null\)\[\]/);
  const sql = compileSql(model, 'duckdb');
  assert.match(sql, /PRIMARY KEY/);
  assert.match(sql, /UNIQUE \("sku"\)/);
  assert.match(sql, /CHECK \("price" >= 1/);
});

const PLAN = lossesOf('avro', model, model.objects).map(({ rule }) => rule);
function byPlan(a: string, b: string): number {
  return PLAN.indexOf(a) - PLAN.indexOf(b);
}
