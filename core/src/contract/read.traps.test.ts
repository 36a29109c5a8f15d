/**
 * The traps of the standard, each by its number, and bad input of every kind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../lib/diagnostic.ts';
import { COMPLETE, changed } from './fixtures/complete-contract.ts';
import type { ContractModel, ContractProperty } from './model.ts';
import { readContract } from './read.ts';

function model(text: string): ContractModel {
  const { value, diagnostics } = readContract(text);
  assert.ok(value !== null, JSON.stringify(diagnostics.filter((d) => d.severity === 'error')));
  return value.model;
}

function column(text: string, name: string): ContractProperty {
  const found = model(text).objects[0]?.properties.find((p) => p.name === name);
  assert.ok(found !== undefined);
  return found;
}

function errors(text: string): Diagnostic[] {
  return readContract(text).diagnostics.filter((d) => d.severity === 'error');
}

function only(text: string): Diagnostic {
  const found = errors(text);
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0] as Diagnostic;
}

test('trap 1: required true means no nulls', () => {
  assert.equal(column(COMPLETE, 'store_id').required, true);
  assert.equal(column(COMPLETE, 'day').required, false);
});

test('trap 2: mustBeBetween is closed, and lint says so', () => {
  const { value, diagnostics } = readContract(COMPLETE);
  const rule = value?.model.objects[0]?.quality[0];
  assert.deepEqual(rule?.must, { op: 'mustBeBetween', values: [100, 5000], unit: 'rows' });
  const note = diagnostics.find((d) => d.code === 'QUALITY_BETWEEN');
  assert.equal(note?.severity, 'info');
  assert.match(note?.message ?? '', /includes both ends/);
});

test('trap 3: timeOfAvailability is known although the list lacks it', () => {
  const text = changed('property: frequency', 'property: timeOfAvailability');
  const { value, diagnostics } = readContract(text);
  assert.equal(value?.model.sla[0]?.property, 'timeofavailability');
  assert.equal(
    diagnostics.some((d) => d.code === 'SLA_UNKNOWN'),
    false,
  );
});

test('trap 4: freshness is read, and pointed to latency', () => {
  const text = changed('property: frequency', 'property: freshness');
  const note = readContract(text).diagnostics.find((d) => d.code === 'SLA_UNKNOWN');
  assert.match(note?.remedy ?? '', /latency/);
});

test('trap 5: unit m is ambiguous, and said to be', () => {
  const text = changed('    unit: d', '    unit: m');
  const note = readContract(text).diagnostics.find((d) => d.code === 'SLA_INVALID');
  assert.equal(note?.severity, 'warning');
  assert.match(note?.remedy ?? '', /min or months/);
});

test('a number with a comma is no number of a service level, and no word', () => {
  const fault = only(changed('    value: 1\n', '    value: 0,5\n'));
  assert.equal(fault.code, 'SLA_INVALID');
  assert.equal(fault.remedy, 'Write 0.5.');
  assert.deepEqual(errors(changed('    value: 1\n', '    value: 0.5\n')), []);
});

test('trap 6: SLA names have synonyms and no case; element stays as written', () => {
  const text = changed(
    '  - property: frequency\n',
    '  - property: FY\n    element: daily_sales.day\n',
  );
  const [first] = model(text).sla;
  assert.deepEqual([first?.property, first?.element], ['frequency', 'daily_sales.day']);
  assert.equal(
    model(changed('property: frequency', 'property: EndOfLife')).sla[0]?.property,
    'endoflife',
  );
});

test('trap 7: the pattern of the IBAN example, beside arguments, is read with a warning', () => {
  const rule = 'metric: nullValues\n            mustBeLessThan: 1\n            unit: percent';
  const body =
    "metric: invalidValues\n            mustBe: 0\n            arguments:\n            pattern: '^A'";
  const check = { kind: 'pattern', column: 'amount', pattern: '^A' };
  const beside = changed(rule, body);
  assert.deepEqual(column(beside, 'amount').quality[0]?.check, check);
  const note = readContract(beside).diagnostics.find((d) => d.code === 'QUALITY_ARGUMENTS');
  assert.equal(note?.path, '$.schema[0].properties[2].quality[0].pattern');
  const inside = changed(rule, body.replace('pattern:', '  pattern:'));
  assert.deepEqual(column(inside, 'amount').quality[0]?.check, check);
  assert.equal(
    readContract(inside).diagnostics.some((d) => d.code === 'QUALITY_ARGUMENTS'),
    false,
  );
  const unknown = changed(rule, body.replace('pattern:', 'patern:'));
  assert.ok(errors(unknown).some((d) => d.code === 'ODCS_UNKNOWN_KEY'));
});

test('trap 8: dates and times are text, whatever YAML 1.1 would make of them', () => {
  const text = changed('value: 1\n    unit: d', 'value: 2022-05-12T09:30:10-08:00');
  assert.equal(model(text).sla[0]?.value, '2022-05-12T09:30:10-08:00');
  assert.equal(model(changed('value: 1\n', 'value: 09:00\n')).sla[0]?.value, '09:00');
});

test('trap 9: the list form of team is valid and called deprecated', () => {
  const text = changed(
    'team:\n  members:\n    - username: maria\n      role: Data Owner',
    'team:\n  - username: maria\n    role: owner\n  - {username: old, dateOut: "2024-01-01"}',
  );
  const { value, diagnostics } = readContract(text);
  assert.deepEqual(value?.model.team, [{ username: 'maria', role: 'owner' }]);
  assert.equal(diagnostics.find((d) => d.code === 'ODCS_DEPRECATED')?.path, '$.team');
});

test('trap 10: logicalTypeOptions refuses unknown keys; patterns are ECMA-262', () => {
  const unknown = only(changed('minimum: 0', 'minimun: 0'));
  assert.equal(unknown.path, '$.schema[0].properties[2].logicalTypeOptions.minimun');
  assert.match(unknown.remedy, /minimum/);
  const pattern = changed(
    'logicalType: string\n        physicalType: VARCHAR(8)',
    "logicalType: string\n        logicalTypeOptions: {pattern: '(['}",
  );
  assert.equal(only(pattern).code, 'OPTION_INVALID');
});

test('trap 11: enum entries need distinct values, though the objects differ', () => {
  const text = changed(
    'v3.1.0',
    'v3.2.0',
    changed(
      '        logicalType: date',
      '        logicalType: string\n        enum: [{value: a, label: A}, {value: b}, {value: a, label: other}]',
    ),
  );
  const found = only(text);
  assert.deepEqual(
    [found.code, found.path],
    ['ODCS_DUPLICATE', '$.schema[0].properties[1].enum[2].value'],
  );
});

test('wrong version, wrong kind, nothing at all', () => {
  assert.equal(only(changed('v3.1.0', 'v2.2.2')).code, 'ODCS_VERSION');
  assert.equal(only(changed('v3.1.0', '3.1')).code, 'ODCS_VERSION');
  assert.equal(only(changed('apiVersion: v3.1.0\n', '')).code, 'ODCS_MISSING');
  const kind = only(changed('DataContract', 'DataProduct'));
  assert.deepEqual([kind.code, kind.line, kind.column], ['ODCS_KIND', 3, 7]);
  assert.equal(readContract('').value, null);
});

test('unknown keys are reported once, at the key, with the likely name', () => {
  const text = changed(
    'domain: point',
    'domian: point',
    changed('        required: true', '        requird: true'),
  );
  const found = errors(text);
  assert.deepEqual(
    found.map((d) => [d.code, d.path, d.remedy.split('?')[0]]),
    [
      ['ODCS_UNKNOWN_KEY', '$.domian', 'Did you mean `domain`'],
      ['ODCS_UNKNOWN_KEY', '$.schema[0].properties[0].requird', 'Did you mean `required`'],
    ],
  );
  assert.equal(COMPLETE.split('\n')[(found[1]?.line ?? 0) - 1]?.trim(), 'required: true');
});

test('one mistake gives one line, not one per branch of the schema', () => {
  assert.deepEqual(
    errors(changed('version: 1.0.0', 'version: 1.0')).map((d) => [d.message, d.remedy]),
    [['must be string, is number 1', 'Quote it: "1.0".']],
  );
  assert.match(
    only(changed('            mustBeLessThan: 1\n', '')).message,
    /one of mustBe, mustNotBe/,
  );
  assert.match(
    only(changed('mustBeLessThan: 1\n', 'mustBeLessThan: 1\n            mustBe: 0\n')).message,
    /only one/,
  );
  assert.match(
    only(changed('team:\n  members:\n    - username: maria\n      role: Data Owner', 'team: maria'))
      .message,
    /must be object or array/,
  );
  assert.deepEqual(
    errors(changed('    - username: maria\n', '    - user: maria\n')).map((d) => d.path),
    ['$.team.members[0]', '$.team.members[0].user'],
  );
  assert.match(only(changed('metric: rowCount', 'metric: rowCuont')).remedy, /rowCount/);
});

test('relationships in a circle end, and cannot be followed for ever', () => {
  const text = `apiVersion: v3.1.0
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - id: a_obj
    name: a
    properties:
      - {id: a_id, name: id, logicalType: integer, relationships: [{to: b.id}, {to: a.id}, {to: schema/b_obj/properties/b_id}]}
  - id: b_obj
    name: b
    relationships:
      - {from: b.id, to: a.id}
      - {from: [b.id, b.x], to: [a.id]}
    properties:
      - {id: b_id, name: id, logicalType: integer, relationships: [{to: nowhere.id}, {to: 'other.yaml#/schema/x/properties/y'}]}
`;
  const found = errors(text);
  assert.deepEqual(
    found.map((d) => d.message),
    ['from has 2 columns, to has 1'],
  );
  const { value } = readContract(text.replace('      - {from: [b.id, b.x], to: [a.id]}\n', ''));
  const refs = value?.model.objects.map((o) => o.properties[0]?.references);
  assert.deepEqual(refs, [
    [
      { object: 'b', column: 'id' },
      { object: 'a', column: 'id' },
    ],
    [
      { object: 'nowhere', column: 'id' },
      { object: 'a', column: 'id' },
    ],
  ]);
});

test('names and ids that stand twice, keys with holes', () => {
  assert.equal(only(changed('name: day\n', 'name: store_id\n')).code, 'NAME_DUPLICATE');
  assert.equal(only(changed('id: day_prop', 'id: amount_prop')).code, 'NAME_DUPLICATE');
  assert.equal(only(changed('primaryKeyPosition: 2', 'primaryKeyPosition: 1')).code, 'KEY_INVALID');
  assert.equal(only(changed('id: enough_rows', 'id: amount_known')).code, 'ODCS_DUPLICATE');
  const positions = model(
    changed('primaryKeyPosition: 1', 'primaryKeyPosition: 3'),
  ).objects[0]?.properties.map((p) => p.primaryKeyPosition);
  assert.deepEqual(positions, [2, 1, null]);
});

test('bounds keep every digit', () => {
  const text = changed(
    'minimum: 0',
    'minimum: 9007199254740993\n          maximum: 9007199254740993.10',
  );
  const { options } = column(text, 'amount');
  assert.deepEqual([options.minimum, options.maximum], ['9007199254740993', '9007199254740993.10']);
  assert.equal(
    only(changed('minimum: 0', 'minimum: 5\n          maximum: 1')).code,
    'OPTION_INVALID',
  );
});

test('the boolean exclusive bounds of 3.0 sharpen minimum and maximum', () => {
  const text = `apiVersion: v3.0.2
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - name: n
        logicalType: integer
        logicalTypeOptions: {minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}
`;
  const { options } = column(text, 'n');
  assert.deepEqual(
    [options.minimum, options.exclusiveMinimum, options.maximum, options.exclusiveMaximum],
    [null, '1', '9', null],
  );
});

test('a document of one megabyte of columns is read, and told that it has too many', () => {
  const property = '      - {name: cNNN, logicalType: string}\n';
  const many = Array.from({ length: 5000 }, (_, i) => property.replace('NNN', String(i))).join('');
  const text = `apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: draft\nschema:\n  - name: t\n    properties:\n${many}`;
  assert.deepEqual(
    readContract(text)
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, path }) => [code, path]),
    [['COLUMN_COUNT', '$.schema[0].properties']],
  );
});

test('a property without a logicalType is valid in every version, as the prose says', () => {
  for (const version of ['v3.0.2', 'v3.1.0', 'v3.2.0']) {
    const text = `apiVersion: ${version}
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - {name: a, physicalType: bigint, logicalTypeOptions: {minimum: 0}}
      - {name: b, items: {physicalType: date}}
      - {name: c, unknown: 1}
`;
    const { diagnostics } = readContract(text);
    const bad = diagnostics.filter((d) => d.severity === 'error').map((d) => d.path);
    assert.deepEqual(bad, ['$.schema[0].properties[2].unknown'], version);
    assert.equal(column(text.replace(', unknown: 1', ''), 'a').type.kind, 'long');
  }
});

test('classifications inside a column are found at any depth', () => {
  const text = `apiVersion: v3.1.0
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - {name: flat, logicalType: string, classification: public}
      - name: people
        logicalType: array
        classification: public
        items:
          logicalType: object
          properties:
            - {name: alias, logicalType: string, classification: internal}
            - name: bank
              logicalType: object
              properties: [{name: iban, logicalType: string, classification: restricted}]
`;
  assert.deepEqual(column(text, 'flat').nestedClassifications, []);
  assert.deepEqual(column(text, 'people').nestedClassifications, ['internal', 'restricted']);
});
