/**
 * What a mesh contract must have: the complete one passes, each thing taken away is named, all at once, and whoever
 * writes the example lines of the remedies gets a contract that passes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPLETE, changed } from './fixtures/complete-contract.ts';
import { readContract } from './read.ts';
import { checkRequired } from './required.ts';

function missing(text: string): string[] {
  const { value, diagnostics } = readContract(text);
  assert.ok(value !== null, JSON.stringify(diagnostics.filter((d) => d.severity === 'error')));
  return checkRequired(value.document, value.model).map((d) => `${d.code} ${d.path}`);
}

test('the complete contract lacks nothing, in any version of the standard', () => {
  assert.deepEqual(missing(COMPLETE), []);
  assert.deepEqual(missing(changed('v3.1.0', 'v3.2.0')), []);
});

const AMOUNT = '$.schema[0].properties[2]';
const cases: [string, string, string[]][] = [
  ['status: active\n', 'status: fine\n', ['REQUIRED_LIFECYCLE $.status']],
  ['domain: point_of_sale\n', '', ['REQUIRED_BUSINESS $.domain']],
  ['domain: point_of_sale', 'domain: Point of sale', ['NAME_INVALID $.domain']],
  ['dataProduct: daily_sales\n', '', ['REQUIRED_BUSINESS $.dataProduct']],
  ['dataProduct: daily_sales', 'dataProduct: order', ['NAME_RESERVED $.dataProduct']],
  ['version: 1.0.0', 'version: v1', ['REQUIRED_VERSION $.version']],
  ['purpose: Sales', 'usage: Sales', ['REQUIRED_BUSINESS $.description.purpose']],
  ['    physicalType: table\n', '', ['REQUIRED_PHYSICAL_SCHEMA $.schema[0]']],
  [
    '    description: One row per store, product and day\n',
    '',
    ['REQUIRED_BUSINESS $.schema[0].description'],
  ],
  [
    'property: weftGranularity',
    'property: acmeGranularity',
    ['REQUIRED_BUSINESS $.schema[0].dataGranularityDescription'],
  ],
  ['        logicalType: number\n', '', [`REQUIRED_DATA_TYPE ${AMOUNT}`]],
  [
    'physicalType: DECIMAL(12,2)',
    'physicalType: DECIMAL',
    [`REQUIRED_DATA_TYPE ${AMOUNT}.physicalType`],
  ],
  [
    'physicalType: DECIMAL(12,2)',
    'physicalType: DECIMAL(50,2)',
    [`REQUIRED_DATA_TYPE ${AMOUNT}.physicalType`],
  ],
  ["        classification: 'confidential'\n", '', [`REQUIRED_CLASSIFICATION ${AMOUNT}`]],
  ['name: amount', 'name: Amount', [`NAME_INVALID ${AMOUNT}.name`]],
  ['name: amount', 'name: table', [`NAME_RESERVED ${AMOUNT}.name`]],
  ['property: frequency', 'property: latency', ['REQUIRED_FREQUENCY $.slaProperties']],
  ['    unit: d\n', '', ['REQUIRED_FREQUENCY $.slaProperties[0]']],
  ['value: 1\n    unit: d', 'value: often\n    unit: d', ['REQUIRED_FREQUENCY $.slaProperties[0]']],
  ['  - {property: retention, value: 3, unit: y}\n', '', ['REQUIRED_LIFECYCLE $.slaProperties']],
  ['role: Data Owner', 'role: data steward', ['REQUIRED_OWNER $.team']],
];

for (const [part, by, expected] of cases) {
  test(`without ${JSON.stringify(part.trim())}: ${expected.join(', ')}`, () => {
    assert.deepEqual(missing(changed(part, by)), expected);
  });
}

const BARE = `apiVersion: v3.2.0
kind: DataContract
id: bare
version: 1.0.0
schema:
  - name: things
    properties:
      - name: Name
`;

test('a bare contract is told everything at once, with lines that complete it', () => {
  const contract = readContract(BARE).value;
  assert.ok(contract !== null);
  const diagnostics = checkRequired(contract.document, contract.model);
  const codes = new Set(diagnostics.map((d) => d.code));
  assert.deepEqual([...codes].sort(), [
    'NAME_INVALID',
    'REQUIRED_BUSINESS',
    'REQUIRED_CLASSIFICATION',
    'REQUIRED_DATA_TYPE',
    'REQUIRED_FREQUENCY',
    'REQUIRED_LIFECYCLE',
    'REQUIRED_OWNER',
    'REQUIRED_PHYSICAL_SCHEMA',
    'REQUIRED_QUALITY',
  ]);
  assert.ok(
    diagnostics.every((d) => /`.+`/.test(d.remedy)),
    'each remedy has an example line',
  );
});

test('the example lines of the remedies complete a contract', () => {
  let text = BARE;
  let rounds = 0;
  for (; rounds < 30; rounds++) {
    const contract = readContract(text).value;
    assert.ok(contract !== null, text);
    const [first] = checkRequired(contract.document, contract.model);
    if (first === undefined) break;
    const line = /`(.+)`/.exec(first.remedy)?.[1] ?? '';
    const inObject = first.path.startsWith('$.schema[0]')
      ? first.path.includes('.properties[')
        ? '        '
        : '    '
      : '';
    const [key = '', ...rest] = line.split(', and physicalName')[0]?.split(': ') ?? [];
    const written = `${inObject}${key}: ${rest.join(': ')}\n`;
    const sla = /^slaProperties: \[(.*)\]$/.exec(line)?.[1];
    if (first.path.endsWith('.name'))
      text = text.replace('- name: Name', `- name: ${rest.join('')}`);
    else if (sla !== undefined && text.includes('slaProperties:'))
      text = text.replace('slaProperties: [', `slaProperties: [${sla}, `);
    else if (inObject === '') text += written;
    else if (inObject.length === 4)
      text = text.replace('  - name: things\n', `  - name: things\n${written}`);
    else
      text = text.trimEnd().includes('schema')
        ? text.replace(/( {6}- name: \w+\n)/, `$1${written}`)
        : text;
  }
  assert.ok(rounds > 8 && rounds < 30, `${rounds}\n${text}`);
});

test('tables of one contract have different names, of which the first is the product', () => {
  const second = `  - name: daily_sales
    physicalType: table
    description: Returns
    properties:
      - {name: id, logicalType: string, required: true, classification: internal}
slaProperties:`;
  const text = changed('    name: daily_sales', '    name: Anything At All');
  assert.deepEqual(missing(text), []);
  assert.deepEqual(missing(changed('slaProperties:', second, text)), [
    'NAME_DUPLICATE $.schema[1].name',
  ]);
  assert.deepEqual(
    missing(changed('slaProperties:', second.replace('daily_sales', 'group'), text)),
    ['NAME_RESERVED $.schema[1].name'],
  );
});
