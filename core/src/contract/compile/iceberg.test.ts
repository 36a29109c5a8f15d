/**
 * Iceberg and Avro schemas: ids and names once each, types as the specifications write them.
 *
 * Not read by an engine here; tables that engines read are tested where they are committed.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { must } from '../../lib/assert.ts';
import { buildObject, buildProperty } from '../fixtures/model-builder.ts';
import { buildShopModel } from '../fixtures/shop-model.ts';
import { compileAvro } from './avro.ts';
import { compileIcebergSchema, compileTableColumns } from './iceberg.ts';

const model = buildShopModel();
const orderLines = must(model.objects[1], 'second object');

describe('compileIcebergSchema', () => {
  it('numbers columns first and inner fields after, each id once', () => {
    const schema = JSON.parse(compileIcebergSchema(orderLines));
    const top: number[] = schema.fields.map((field: { id: number }) => field.id);
    assert.deepEqual(
      top,
      top.map((_, i) => i + 1),
    );
    const all = [...JSON.stringify(schema).matchAll(/"(?:id|element-id|key-id|value-id)":(\d+)/g)];
    const ids = all.map((match) => Number(match[1]));
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(Math.max(...ids), ids.length);
    assert.deepEqual(schema['identifier-field-ids'], [1, 2]);
  });

  it('writes types as the table spec does', () => {
    const schema = JSON.parse(compileIcebergSchema(orderLines));
    const typeOf = (name: string) =>
      schema.fields.find((field: { name: string }) => field.name === name).type;
    assert.equal(typeOf('price'), 'decimal(10, 2)');
    assert.equal(typeOf('seen_at'), 'timestamptz');
    assert.deepEqual(typeOf('tags'), {
      type: 'list',
      'element-id': 19,
      'element-required': false,
      element: 'string',
    });
    assert.equal(typeOf('stock')['value-required'], false);
  });

  it('leaves out a key that Iceberg forbids', () => {
    const object = buildObject('t', [buildProperty('x', 'double', { primaryKeyPosition: 1 })]);
    assert.equal(JSON.parse(compileIcebergSchema(object))['identifier-field-ids'], undefined);
  });

  it('gives table columns with the stable ids of the properties', () => {
    const object = buildObject('t', [
      buildProperty('new_name', 'int', {
        id: 'old_name',
        primaryKeyPosition: 1,
        businessName: 'N',
      }),
    ]);
    assert.deepEqual(compileTableColumns(object), [
      { id: 'old_name', name: 'new_name', type: { kind: 'int' }, required: true, doc: 'N' },
    ]);
  });
});

describe('compileAvro', () => {
  it('defines each name once and makes optional fields unions with null', () => {
    const text = compileAvro(model, orderLines);
    const schema = JSON.parse(text);
    const names = [...text.matchAll(/"type": "record",\s+"name": "([^"]+)"/g)].map((m) => m[1]);
    assert.deepEqual(names, ['order_lines', 'order_lines_address']);
    const fields = new Map(schema.fields.map((f: { name: string }) => [f.name, f]));
    assert.deepEqual(fields.get('gift'), {
      name: 'gift',
      type: ['null', 'boolean'],
      default: null,
    });
    assert.deepEqual(fields.get('ordered'), {
      name: 'ordered',
      type: { type: 'int', logicalType: 'date' },
    });
    assert.equal(schema.namespace, 'sales');
  });
});
