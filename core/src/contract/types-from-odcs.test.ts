/**
 * Types: logical family, physical width, options; each row of the table is a case.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeName } from './data-type.ts';
import type { JsonObject } from './document.ts';
import { typeFromOdcs } from './types-from-odcs.ts';

function decide(property: JsonObject, apiVersion = 'v3.1.0'): string {
  const { type, problems } = typeFromOdcs(property, apiVersion);
  return [typeName(type), ...problems.map((p) => p.code)].join(' ');
}

const cases: [JsonObject, string][] = [
  [{ logicalType: 'string' }, 'string'],
  [{ logicalType: 'string', physicalType: 'VARCHAR(8)' }, 'string'],
  [{ logicalType: 'boolean', physicalType: 'BOOL' }, 'boolean'],
  [{ logicalType: 'integer' }, 'long'],
  [{ logicalType: 'integer', physicalType: 'int' }, 'int'],
  [{ logicalType: 'integer', physicalType: 'INTEGER' }, 'int'],
  [{ logicalType: 'integer', physicalType: 'BIGINT' }, 'long'],
  [{ logicalType: 'integer', physicalType: 'int', logicalTypeOptions: { format: 'i64' } }, 'long'],
  [{ logicalType: 'integer', logicalTypeOptions: { format: 'i32' } }, 'int'],
  [{ logicalType: 'integer', logicalTypeOptions: { format: 'u32' } }, 'long'],
  [{ logicalType: 'integer', logicalTypeOptions: { format: 'u64' } }, 'decimal(20,0)'],
  [{ logicalType: 'integer', physicalType: 'NUMERIC(30)' }, 'decimal(30,0)'],
  [{ logicalType: 'number' }, 'double'],
  [{ logicalType: 'number', physicalType: 'float(3,2)' }, 'double'],
  [{ logicalType: 'number', physicalType: 'DECIMAL(10, 2)' }, 'decimal(10,2)'],
  [{ logicalType: 'number', physicalType: 'numeric(5)' }, 'decimal(5,0)'],
  [{ logicalType: 'number', physicalType: 'NUMBER(38,10)' }, 'decimal(38,10)'],
  [{ logicalType: 'number', physicalType: 'DECIMAL' }, 'decimal(38,9) TYPE_UNKNOWN'],
  [{ logicalType: 'number', physicalType: 'DECIMAL(39,2)' }, 'decimal(38,9) TYPE_UNKNOWN'],
  [{ logicalType: 'number', physicalType: 'DECIMAL(2,3)' }, 'decimal(38,9) TYPE_UNKNOWN'],
  [{ logicalType: 'number', physicalType: 'int' }, 'int'],
  [{ logicalType: 'date' }, 'date'],
  [
    { logicalType: 'date', logicalTypeOptions: { format: 'yyyy-MM-dd HH:mm' } },
    'date TYPE_CONFLICT',
  ],
  [{ logicalType: 'date', physicalType: 'TIMESTAMP' }, 'date TYPE_CONFLICT'],
  [{ logicalType: 'timestamp' }, 'timestamp'],
  [{ logicalType: 'timestamp', physicalType: 'TIMESTAMPTZ' }, 'timestamptz'],
  [{ logicalType: 'timestamp', physicalType: 'timestamp(6) with time zone' }, 'timestamptz'],
  [{ logicalType: 'timestamp', logicalTypeOptions: { timezone: true } }, 'timestamptz'],
  [
    {
      logicalType: 'timestamp',
      physicalType: 'TIMESTAMPTZ',
      logicalTypeOptions: { timezone: false },
    },
    'timestamp',
  ],
  [
    { logicalType: 'timestamp', logicalTypeOptions: { defaultTimezone: 'Europe/Berlin' } },
    'timestamptz',
  ],
  [
    { logicalType: 'timestamp', logicalTypeOptions: { format: 'yyyy-MM-ddTHH:mm:ssZ' } },
    'timestamptz',
  ],
  [
    { logicalType: 'timestamp', logicalTypeOptions: { format: "yyyy-MM-dd'T'HH:mm:ss'Z'" } },
    'timestamp',
  ],
  [{ logicalType: 'time' }, 'time'],
  [{ logicalType: 'array', items: { logicalType: 'integer' } }, 'list<long>'],
  [{ logicalType: 'array' }, 'list<string> TYPE_UNKNOWN'],
  [{ logicalType: 'object' }, 'string TYPE_UNKNOWN'],
  [{ logicalType: 'vector', logicalTypeOptions: { dimensions: 3 } }, 'list<double>'],
  [
    { logicalType: 'map', map: { key: { logicalType: 'string' }, value: { logicalType: 'date' } } },
    'map<string, date>',
  ],
  [{ logicalType: 'integer', physicalType: 'DATE' }, 'long TYPE_CONFLICT'],
  [{ logicalType: 'integer', physicalType: 'VARCHAR' }, 'long'],
  [{ physicalType: 'varchar(2)' }, 'string'],
  [{ physicalType: 'double precision' }, 'double'],
  [{ physicalType: 'geography' }, 'string TYPE_UNKNOWN'],
  [{}, 'string TYPE_UNKNOWN'],
];

for (const [property, expected] of cases) {
  test(`${JSON.stringify(property)} is ${expected}`, () => {
    assert.equal(decide(property), expected);
  });
}

test('in 3.0 a date is whatever its format and physical type say', () => {
  const old = (property: JsonObject): string =>
    decide({ logicalType: 'date', ...property }, 'v3.0.2');
  assert.equal(old({}), 'date');
  assert.equal(old({ logicalTypeOptions: { format: 'yyyy-MM-dd' } }), 'date');
  assert.equal(old({ logicalTypeOptions: { format: 'yyyy-MM-dd HH:mm:ss' } }), 'timestamp');
  assert.equal(old({ logicalTypeOptions: { format: "yyyy-MM-dd'T'HH:mm:ssXXX" } }), 'timestamptz');
  assert.equal(old({ logicalTypeOptions: { format: 'HH:mm:ss' } }), 'time');
  assert.equal(old({ physicalType: 'TIMESTAMPTZ' }), 'timestamptz');
  assert.equal(old({ physicalType: 'datetime' }), 'timestamp');
});

test('structs nest, with ids and required from both places', () => {
  const { type } = typeFromOdcs(
    {
      logicalType: 'object',
      logicalTypeOptions: { required: ['street'] },
      properties: [
        { id: 's', name: 'street', logicalType: 'string' },
        {
          name: 'tags',
          logicalType: 'array',
          required: true,
          items: { logicalType: 'object', properties: [{ name: 'k', logicalType: 'integer' }] },
        },
      ],
    },
    'v3.1.0',
  );
  assert.equal(typeName(type), 'struct<street: string, tags: list<struct<k: long>>>');
  assert.ok(type.kind === 'struct');
  assert.deepEqual(
    type.fields.map((f) => [f.id, f.required]),
    [
      ['s', true],
      ['tags', true],
    ],
  );
});
