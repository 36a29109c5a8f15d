/**
 * Our own properties: valid in 3.0, 3.1 and 3.2, checked by our schema, and never silently ignored.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPLETE, changed } from './fixtures/complete-contract.ts';
import { readContract } from './read.ts';
import { DEFAULT_CSV, weftNames } from './weft-properties.ts';

const OLD = `apiVersion: v3.0.2
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - name: person
        logicalType: string
        customProperties:
          - {property: weftSubjectKey, value: true}
customProperties:
  - {property: weftBadShareMax, value: 0.02}
`;

function found(text: string): string[] {
  const errors = readContract(text).diagnostics.filter((d) => d.severity === 'error');
  return errors.map((d) => `${d.code} ${d.path}`);
}

function withTop(line: string): string {
  return changed('customProperties:\n', `customProperties:\n  - ${line}\n`);
}

test('settings have defaults, and are read in 3.0, 3.1 and 3.2', () => {
  const weft = readContract(COMPLETE).value?.model.weft;
  assert.equal(weft?.granularity, 'store × day');
  assert.deepEqual(weft?.csv, DEFAULT_CSV);
  assert.deepEqual(
    [weft?.compatibility, weft?.duplicateScope, weft?.deletionAction],
    ['consumer-safe', 'batch', 'delete'],
  );
  for (const version of ['v3.0.0', 'v3.0.1', 'v3.0.2', 'v3.1.0', 'v3.2.0']) {
    const model = readContract(changed('v3.0.2', version, OLD)).value?.model;
    assert.equal(model?.weft.badShareMax, 0.02, version);
    assert.equal(model?.objects[0]?.properties[0]?.subjectKey, true, version);
  }
});

test('every setting arrives', () => {
  const lines = [
    '{property: weftCompatibility, value: BACKWARD}',
    '{property: weftPurposes, value: [forecasting, fraud]}',
    '{property: weftLawfulBasis, value: consent}',
    '{property: weftLicence, value: CC-BY-4.0}',
    '{property: weftRegion, value: eu}',
    '{property: weftMissesAllowed, value: {count: 5, period: P30D}}',
    '{property: weftHistory, value: P30D}',
    '{property: weftDuplicateScope, value: table}',
    '{property: weftDeletionAction, value: anonymise}',
    '{property: weftCsv, value: {delimiter: ";", header: false, nullText: "N/A"}}',
  ];
  const weft = readContract(withTop(lines.join('\n  - '))).value?.model.weft;
  assert.deepEqual(weft, {
    granularity: 'store × day',
    compatibility: 'producer-safe',
    purposes: ['forecasting', 'fraud'],
    lawfulBasis: 'consent',
    licence: 'CC-BY-4.0',
    region: 'eu',
    badShareMax: null,
    missesAllowed: { count: 5, period: 'P30D' },
    historySeconds: 30 * 86_400,
    duplicateScope: 'table',
    deletionAction: 'anonymise',
    csv: { delimiter: ';', quote: '"', encoding: 'utf-8', header: false, nullText: 'N/A' },
  });
});

test('Kafka names: FORWARD protects running consumers, BACKWARD running producers, FULL both', () => {
  const mode = (name: string) =>
    readContract(withTop(`{property: weftCompatibility, value: ${name}}`)).value?.model.weft
      .compatibility;
  assert.deepEqual(['FORWARD', 'BACKWARD', 'FULL', 'NONE'].map(mode), [
    'consumer-safe',
    'producer-safe',
    'replay-safe',
    'none',
  ]);
});

test('an unknown weft name is an error, anywhere, in any case', () => {
  assert.deepEqual(found(withTop('{property: weftGranularty, value: a}')), [
    'WEFT_PROPERTY_UNKNOWN $.customProperties[0].property',
  ]);
  assert.deepEqual(found(withTop('{property: WeftPurposes, value: [a]}')), [
    'WEFT_PROPERTY_UNKNOWN $.customProperties[0].property',
  ]);
  const inTeam = changed(
    '      role: Data Owner',
    '      role: Data Owner\n      customProperties: [{property: weftRegion, value: eu}]',
  );
  assert.deepEqual(found(inTeam), [
    'WEFT_PROPERTY_UNKNOWN $.team.members[0].customProperties[0].property',
  ]);
  const wrongLevel = readContract(withTop('{property: weftSubjectKey, value: true}')).diagnostics;
  assert.match(
    wrongLevel.find((d) => d.code === 'WEFT_PROPERTY_UNKNOWN')?.remedy ?? '',
    /of a property/,
  );
  assert.deepEqual(found(withTop('{property: acmeWeft, value: 1}')), []);
});

test('what a purpose looks like is told in words', () => {
  const { diagnostics } = readContract(withTop('{property: weftPurposes, value: [Marketing]}'));
  const messages = diagnostics.map(({ message }) => message).join();
  assert.match(messages, /"?Marketing"? is no purpose: small letters, digits, _ and - alone/);
  assert.doesNotMatch(messages, /pattern/);
});

test('values are checked', () => {
  const bad = [
    'weftBadShareMax, value: 2',
    'weftBadShareMax, value: "1%"',
    'weftMissesAllowed, value: 5',
    'weftMissesAllowed, value: {count: -1, period: P30D}',
    'weftMissesAllowed, value: {count: 1, period: P2Y}',
    'weftMissesAllowed, value: {count: 1, period: PT1H}',
    'weftHistory, value: P1M',
    'weftHistory, value: P0D',
    'weftPurposes, value: []',
    'weftPurposes, value: marketing',
    'weftCsv, value: {delimiter: ";;"}',
    'weftCsv, value: {separator: ";"}',
    'weftDeletionAction, value: burn',
    'weftRegion, value: ""',
  ];
  for (const line of bad) {
    assert.deepEqual(
      found(withTop(`{property: ${line}}`)),
      ['WEFT_PROPERTY_INVALID $.customProperties[0].value'],
      line,
    );
  }
  assert.deepEqual(found(changed('store × day', 'store, day')), [
    'WEFT_PROPERTY_INVALID $.customProperties[0].value',
  ]);
  assert.equal(
    readContract(changed('store × day', 'store x day')).value?.model.weft.granularity,
    'store × day',
  );
  const twice = withTop('{property: weftGranularity, value: a}');
  assert.deepEqual(found(twice), ['ODCS_DUPLICATE $.customProperties[1]']);
});

test('a column is open to those that it names, and to nobody by a slip', () => {
  const line = '{property: weftSubjectKey, value: true}';
  const opened = (value: string): string =>
    changed(line, `{property: weftReferences, value: ${value}}`, OLD);
  const openTo = (value: string) =>
    readContract(opened(value)).value?.model.objects[0]?.properties[0]?.openTo;
  assert.equal(openTo('any'), 'any');
  assert.deepEqual(openTo('[sales, returns]'), ['sales', 'returns']);
  assert.deepEqual(readContract(OLD).value?.model.objects[0]?.properties[0]?.openTo, []);
  for (const value of ['all', 'true', '[]', '[sales, sales]', '["sales.orders"]', '["*"]']) {
    const codes = new Set(found(opened(value)).map((text) => text.split(' ')[0]));
    assert.deepEqual([...codes], ['WEFT_PROPERTY_INVALID'], value);
  }
});

test('vendor: weft is possible in 3.2 only, and only for weft', () => {
  const line = '{property: weftRegion, value: eu, vendor: weft}';
  const in32 = (text: string): string => changed('v3.1.0', 'v3.2.0', text);
  assert.deepEqual(found(in32(withTop(line))), []);
  assert.deepEqual(found(withTop(line)), ['ODCS_UNKNOWN_KEY $.customProperties[0].vendor']);
  const in30 = changed('value: 0.02}', 'value: 0.02, vendor: weft}', OLD);
  assert.deepEqual(found(in30), ['WEFT_VENDOR $.customProperties[0].vendor']);
  assert.deepEqual(found(in32(withTop('{property: weftRegion, value: eu, vendor: acme}'))), [
    'WEFT_VENDOR $.customProperties[0].vendor',
  ]);
  assert.deepEqual(found(in32(withTop('{property: other, value: eu, vendor: weft}'))), [
    'WEFT_PROPERTY_UNKNOWN $.customProperties[0].property',
  ]);
});

test('the names of each part are those of the schema', () => {
  assert.deepEqual(weftNames('quality'), ['weftOnFailure', 'weftScope', 'weftWindow']);
  assert.deepEqual(weftNames('property'), [
    'weftSubjectKey',
    'weftReferences',
    'weftPartitionTransform',
  ]);
  assert.ok(weftNames('contract').includes('weftCsv'));
});
