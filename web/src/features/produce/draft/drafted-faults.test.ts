/** A fault of the draft is told at the field that shows what it is about, and at none where no field does. */
import { expect, test } from 'vitest';
import { parseDraft } from './contract-draft.ts';
import { faultsByField, fieldOf } from './drafted-faults.ts';

const document = parseDraft(`name: Stores
slaProperties:
  - {property: retention, value: x}
customProperties:
  - {property: acme, value: 1}
  - {property: weftBadShareMax, value: 7}
  - {property: weftCsv, value: {delimiter: ab, encoding: x, nullText: 7}}
schema:
  - name: stores
    properties:
      - name: price
        logicalType: number
      - name: plz
        logicalType: string
        quality:
          - {metric: duplicateValues, mustBe: 0}
          - {metric: invalidValues, mustBe: 0, arguments: {pattern: "["}}
`);

const found = (path: string, code = 'SOME') => {
  const field =
    document === null ? null : fieldOf(document, { code, path, message: 'is wrong', line: 1 });
  return field === null ? null : `${field.column ?? 'product'} ${field.field}`;
};

test.each([
  ['$.version', 'product version'],
  ['$.description.purpose', 'product purpose'],
  ['$.team', 'product owner'],
  ['$.team.members[0].username', 'product owner'],
  ['$.slaProperties[0].value', 'product retention'],
  ['$.slaProperties[0].unit', 'product retention'],
  ['$.customProperties[2].value.delimiter', 'product delimiter'],
  ['$.customProperties[2].value.encoding', 'product encoding'],
  ['$.schema[0].properties[1].quality[1].arguments.pattern', '1 pattern'],
  ['$.schema[0].description', 'product table'],
  ['$.schema[0].dataGranularityDescription', 'product granularity'],
  ['$.slaProperties[0]', 'product retention'],
  ['$.customProperties[1].value', 'product badShare'],
  ['$.schema[0].properties[1].name', '1 name'],
  ['$.schema[0].properties[0].physicalType', '0 type'],
  ['$.schema[0].properties[0].logicalTypeOptions.minimum', '0 minimum'],
  ['$.schema[0].properties[1].quality[1]', '1 pattern'],
])('%s is the field %s', (path, field) => expect(found(path)).toBe(field));

test('what is missing has no place of its own, and is known by its code', () => {
  expect(found('$.slaProperties', 'REQUIRED_FREQUENCY')).toBe('product frequency');
  expect(found('$.slaProperties', 'REQUIRED_LIFECYCLE')).toBe('product retention');
  expect(found('$.schema[0].properties[0]', 'REQUIRED_CLASSIFICATION')).toBe('0 classification');
  expect(found('$.schema[0].properties[0]', 'REQUIRED_DATA_TYPE')).toBe('0 type');
});

test.each([
  '$.customProperties[0].value',
  '$.schema[1].name',
  '$.schema[0].properties[1].quality[0]',
  '$.schema[0].properties[1].logicalTypeOptions.minimum',
  '$.servers[0]',
  '$.description.limitations',
  '$.team.name',
  '$.team.members[0].role',
  '$.team.members[1].username',
  '$.slaProperties[0].driver',
  '$.customProperties[1].property',
  '$.customProperties[2].value.nullText',
  '$.schema[0].description.more',
  '$.schema[0].properties[0].logicalTypeOptions.minimum.more',
  '$.schema[0].properties[1].quality[1].id',
  '$.schema[0].properties[1].name.more',
])('%s is no field', (path) => expect(found(path)).toBeNull());

test('two faults of one field are told both', () => {
  const fault = { path: '$.version', message: 'one' };
  const { terms } = faultsByField(document, [fault, { ...fault, message: 'two' }]);
  expect(terms).toEqual({ version: 'one. two' });
});
