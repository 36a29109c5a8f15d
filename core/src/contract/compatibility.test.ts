/**
 * Compatibility: each row of the table of changes, for both sides, and the version number that follows.
 *
 * Besides the table there is an oracle without words: for ranges and thresholds, a value that the new version allows
 * and the old one refuses must exist exactly when consumers break.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWeftError } from '../lib/error.ts';
import { holds } from './compare-values.ts';
import {
  type Change,
  checkVersionBump,
  compareContracts,
  judgeVersion,
  requiredBump,
} from './compatibility.ts';
import type { DataType } from './data-type.ts';
import { changed } from './fixtures/complete-contract.ts';
import { intervalsOf, judgeSets } from './intervals.ts';
import type { ContractModel } from './model.ts';
import type { Threshold, ThresholdOp } from './plan.ts';
import { readContract } from './read.ts';

const BASE = changed(
  'v3.1.0',
  'v3.2.0',
  changed(
    '        logicalType: date\n',
    '        logicalType: date\n        description: The day\n',
    changed(
      '        logicalType: string\n        physicalType: VARCHAR(8)\n',
      "        logicalType: string\n        physicalType: VARCHAR(8)\n        logicalTypeOptions: {maxLength: 8, pattern: '^S'}\n        enum: [{value: S1}, {value: S2}]\n",
    ),
  ),
);

function model(text: string): ContractModel {
  const { value, diagnostics } = readContract(text);
  assert.ok(value !== null, JSON.stringify(diagnostics.filter((d) => d.severity === 'error')));
  return value.model;
}

const before = model(BASE);

function compare(part: string, by: string): Change[] {
  return compareContracts(before, model(changed(part, by, BASE)));
}

const short = (changes: Change[]): string[] =>
  changes.map((c) => `${c.kind} ${c.consumer}/${c.producer}`);

const NEW_COLUMN = (required: boolean): string => `    properties:
      - {id: extra, name: extra, logicalType: string, classification: public, required: ${required}}
`;
const DAY =
  '      - id: day_prop\n        name: day\n        logicalType: date\n        description: The day\n        primaryKey: true\n        primaryKeyPosition: 2\n        classification: internal\n';
const AMOUNT_RULE =
  '          - id: amount_known\n            metric: nullValues\n            mustBeLessThan: 1\n            unit: percent\n';

/** The table: what is changed, and what that does to consumer/producer. */
const rows: [string, string, string, string[]][] = [
  ['nothing', 'domain: point_of_sale', 'domain: point_of_sale', []],
  [
    'add an optional property',
    '    properties:\n',
    NEW_COLUMN(false),
    ['property.added safe/safe'],
  ],
  ['add a required property', '    properties:\n', NEW_COLUMN(true), ['property.added safe/break']],
  [
    'remove a key property',
    DAY,
    '',
    ['primaryKey.changed break/break', 'property.removed break/break'],
  ],
  [
    'rename with the same id',
    'name: amount\n',
    'name: total\n        physicalName: amount\n',
    ['property.renamed break/safe'],
  ],
  [
    'rename without an id, what files call the same',
    'id: amount_prop\n        name: amount\n',
    'id: total_prop\n        name: total\n        physicalName: amount\n',
    ['property.renamed break/safe'],
  ],
  ['required true to false', '        required: true\n', '', ['required.loosened break/safe']],
  [
    'required false to true',
    'name: amount\n',
    'name: amount\n        required: true\n',
    ['required.tightened safe/break'],
  ],
  [
    'unique false to true',
    'name: amount\n',
    'name: amount\n        unique: true\n',
    ['unique.tightened safe/break'],
  ],
  ['widen a decimal', 'DECIMAL(12,2)', 'DECIMAL(14,2)', ['type.widened break/safe']],
  ['narrow a decimal', 'DECIMAL(12,2)', 'DECIMAL(10,2)', ['type.narrowed safe/break']],
  ['shift the scale', 'DECIMAL(12,2)', 'DECIMAL(12,4)', ['type.changed break/break']],
  [
    'date to timestamp',
    'logicalType: date\n',
    'logicalType: timestamp\n',
    ['type.changed break/break'],
  ],
  ['raise the minimum', 'minimum: 0', 'minimum: 10', ['range.tightened safe/break']],
  [
    'drop the minimum',
    'minimum: 0',
    'multipleOf: 1',
    ['range.loosened break/safe', 'multipleOf.tightened safe/break'],
  ],
  [
    'move the range',
    'minimum: 0',
    'minimum: -10\n          maximum: 5',
    ['range.other break/break'],
  ],
  ['shorten a text', 'maxLength: 8', 'maxLength: 4', ['length.tightened safe/break']],
  ['lengthen a text', 'maxLength: 8', 'maxLength: 40', ['length.loosened break/safe']],
  ['another pattern', "'^S'", "'^T'", ['pattern.other break/break']],
  ['drop the pattern', ", pattern: '^S'", '', ['pattern.loosened break/safe']],
  ['add an enum value', '{value: S2}', '{value: S2}, {value: S3}', ['enum.value_added break/safe']],
  ['remove an enum value', ', {value: S2}', '', ['enum.value_removed safe/break']],
  ['drop the enum', '        enum: [{value: S1}, {value: S2}]\n', '', ['enum.loosened break/safe']],
  [
    'tighten a quality rule',
    'mustBeLessThan: 1\n',
    'mustBeLessThan: 0.5\n',
    ['quality.tightened safe/break'],
  ],
  [
    'loosen a quality rule',
    'mustBeLessThan: 1\n',
    'mustBeLessThan: 5\n',
    ['quality.loosened break/safe'],
  ],
  ['move a threshold', '[100, 5000]', '[200, 6000]', ['quality.changed break/break']],
  ['remove a quality rule', `        quality:\n${AMOUNT_RULE}`, '', ['quality.removed break/safe']],
  [
    'add a quality rule',
    AMOUNT_RULE,
    `${AMOUNT_RULE}          - {id: x, metric: duplicateValues, mustBe: 0}\n`,
    ['quality.added safe/break'],
  ],
  [
    'only warn',
    '            unit: percent\n',
    '            unit: percent\n            customProperties: [{property: weftOnFailure, value: warn}]\n',
    ['quality.consequence_changed break/safe'],
  ],
  [
    'slower delivery',
    'value: 1\n    unit: d',
    'value: 2\n    unit: d',
    ['sla.loosened break/safe'],
  ],
  [
    'faster delivery',
    'value: 1\n    unit: d',
    'value: 12\n    unit: h',
    ['sla.tightened safe/break'],
  ],
  ['the same in hours', 'value: 1\n    unit: d', 'value: 24\n    unit: h', []],
  ['shorter retention', 'value: 3, unit: y', 'value: 1, unit: y', ['sla.loosened break/safe']],
  ['longer retention', 'value: 3, unit: y', 'value: 5, unit: y', ['sla.tightened safe/warn']],
  [
    'drop a service level',
    '  - {property: retention, value: 3, unit: y}\n',
    '',
    ['sla.removed break/safe'],
  ],
  [
    'promise latency',
    '  - {property: retention',
    '  - {property: latency, value: 1, unit: h}\n  - {property: retention',
    ['sla.added safe/break'],
  ],
  ['granularity', 'store × day', 'store × week', ['granularity.changed break/break']],
  [
    'key order',
    'primaryKeyPosition: 1',
    'primaryKeyPosition: 3',
    ['primaryKey.changed break/break'],
  ],
  [
    'partitioning',
    'name: amount\n',
    'name: amount\n        partitioned: true\n',
    ['partitioning.changed break/break'],
  ],
  [
    'raise the classification',
    "'confidential'",
    'restricted',
    ['classification.changed break/safe'],
  ],
  ['lower the classification', "'confidential'", 'internal', ['classification.changed warn/safe']],
  [
    'the name in files',
    'physicalName: StoreID',
    'physicalName: store',
    ['sourceName.changed safe/break'],
  ],
  [
    'move the product',
    'dataProduct: daily_sales',
    'dataProduct: sales',
    ['address.changed break/break'],
  ],
  [
    'words',
    'description: The day',
    'description: Business day',
    ['documentation.changed safe/safe'],
  ],
  [
    'deprecate',
    'name: amount\n',
    'name: amount\n        deprecated: true\n',
    ['deprecated.changed warn/safe'],
  ],
  [
    'open to references',
    'name: amount\n',
    'name: amount\n        customProperties: [{property: weftReferences, value: any}]\n',
    ['openTo.changed safe/safe'],
  ],
  [
    'a server goes',
    'slaProperties:',
    'servers: [{server: s, type: local, path: x, format: csv}]\nslaProperties:',
    ['servers.added safe/safe'],
  ],
  [
    'fewer purposes',
    'customProperties:\n',
    'customProperties:\n  - {property: weftPurposes, value: [fraud]}\n',
    ['purposes.changed break/safe'],
  ],
  [
    'another dialect',
    'customProperties:\n',
    'customProperties:\n  - {property: weftCsv, value: {delimiter: ";"}}\n',
    ['csv.changed safe/break'],
  ],
];

for (const [name, part, by, expected] of rows) {
  test(`${name}: ${expected.join(', ') || 'no change'}`, () => {
    assert.deepEqual(short(compare(part, by)), expected);
  });
}

test('a change and its reverse swap the sides', () => {
  const swap: Record<string, string> = { tightened: 'loosened', loosened: 'tightened' };
  for (const [name, part, by] of rows) {
    const after = model(changed(part, by, BASE));
    const there = compareContracts(before, after);
    const back = compareContracts(after, before);
    for (const change of there) {
      const verb = change.kind.split('.')[1] ?? '';
      if (swap[verb] === undefined || change.kind.startsWith('sla.')) continue;
      const kind = change.kind.replace(verb, swap[verb]);
      const reverse = back.find((other) => other.kind === kind);
      assert.deepEqual(
        [reverse?.consumer, reverse?.producer],
        [change.producer, change.consumer],
        name,
      );
    }
  }
});

test('objects come, go and are renamed', () => {
  const more =
    '  - {id: r, name: returns, physicalType: table, properties: [{name: id, logicalType: string}]}\nslaProperties:';
  const two = model(changed('slaProperties:', more, BASE));
  assert.deepEqual(short(compareContracts(before, two)), ['object.added safe/warn']);
  assert.deepEqual(short(compareContracts(two, before)), ['object.removed break/break']);
  const renamed = model(
    changed('name: returns', 'name: refunds', changed('slaProperties:', more, BASE)),
  );
  assert.deepEqual(short(compareContracts(two, renamed)), ['object.renamed break/safe']);
});

test('a rule that the column still promises may go', () => {
  const text = changed(
    '        required: true\n',
    '        required: true\n        quality: [{metric: nullValues, mustBe: 0}]\n',
    BASE,
  );
  assert.deepEqual(short(compareContracts(model(text), before)), [
    'quality.redundant_removed safe/safe',
  ]);
});

test('the version number: words patch, additions minor, breaks major', () => {
  const next = (part: string, by: string, version: string) =>
    judgeVersion(
      before,
      model(changed('version: 1.0.0', `version: ${version}`, changed(part, by, BASE))),
    );
  assert.deepEqual(next('The day', 'Day', '1.0.1'), {
    required: 'patch',
    actual: 'patch',
    ok: true,
    next: '1.0.1',
  });
  assert.deepEqual(next('    properties:\n', NEW_COLUMN(false), '1.0.1'), {
    required: 'minor',
    actual: 'patch',
    ok: false,
    next: '1.1.0',
  });
  assert.equal(next('    properties:\n', NEW_COLUMN(true), '1.1.0').ok, true);
  assert.equal(next(', {value: S2}', '', '2.0.0').ok, true);
  assert.deepEqual(next('{value: S2}', '{value: S2}, {value: S3}', '1.9.0'), {
    required: 'major',
    actual: 'minor',
    ok: false,
    next: '2.0.0',
  });
  assert.equal(next('The day', 'Day', '1.0.0').ok, false);
  assert.equal(next('The day', 'Day', '0.9.0').actual, null);
});

test('a break under a minor number throws CONTRACT_VERSION_WRONG with the place and the number to use', () => {
  const after = model(
    changed('version: 1.0.0', 'version: 1.1.0', changed('name: amount\n', 'name: total\n', BASE)),
  );
  assert.throws(
    () => checkVersionBump(before, after),
    (error) => {
      assert.ok(isWeftError(error, 'CONTRACT_VERSION_WRONG'));
      assert.deepEqual(
        error.errors.map((e) => [e.code, e.path]),
        [['property.renamed', 'daily_sales.total']],
      );
      assert.match(error.remedy, /2\.0\.0/);
      return true;
    },
  );
  checkVersionBump(before, { ...after, version: '2.0.0' });
});

test('the compatibility mode decides which side needs a major', () => {
  const loosened = compare('maxLength: 8', 'maxLength: 40');
  const tightened = compare('maxLength: 8', 'maxLength: 4');
  const modes = ['consumer-safe', 'producer-safe', 'replay-safe', 'none'] as const;
  assert.deepEqual(
    modes.map((m) => requiredBump(loosened, m)),
    ['major', 'minor', 'major', 'minor'],
  );
  assert.deepEqual(
    modes.map((m) => requiredBump(tightened, m)),
    ['minor', 'major', 'major', 'minor'],
  );
  assert.equal(requiredBump([]), 'none');
});

const ops: ThresholdOp[] = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
];

function accepts({ op, values: [a = 0, b = 0] }: Threshold, x: number): boolean {
  switch (op) {
    case 'mustBe':
      return x === a;
    case 'mustNotBe':
      return x !== a;
    case 'mustBeGreaterThan':
      return x > a;
    case 'mustBeGreaterOrEqualTo':
      return x >= a;
    case 'mustBeLessThan':
      return x < a;
    case 'mustBeLessOrEqualTo':
      return x <= a;
    case 'mustBeBetween':
      return a <= x && x <= b;
    case 'mustNotBeBetween':
      return !(a <= x && x <= b);
  }
}

test('thresholds: one allows more than the other exactly when a number shows it', () => {
  const threshold = fc
    .record({
      op: fc.constantFrom(...ops),
      a: fc.integer({ min: 0, max: 4 }),
      b: fc.integer({ min: 0, max: 4 }),
    })
    .map(
      ({ op, a, b }): Threshold => ({
        op,
        values: op.endsWith('Between') ? [Math.min(a, b), Math.max(a, b)] : [a],
        unit: 'rows',
      }),
    );
  // Why halves, and beyond both ends: with bounds from 0 to 4 they tell every two different sets apart.
  const probes = Array.from({ length: 15 }, (_, i) => i / 2 - 1);
  fc.assert(
    fc.property(threshold, threshold, (x, y) => {
      const gains = probes.some((n) => accepts(y, n) && !accepts(x, n));
      const loses = probes.some((n) => accepts(x, n) && !accepts(y, n));
      const verdict = gains ? (loses ? 'other' : 'loosened') : loses ? 'tightened' : 'same';
      assert.equal(judgeSets(intervalsOf(x), intervalsOf(y)), verdict);
    }),
    { numRuns: 3000 },
  );
});

test('a type holds another only when every value fits exactly', () => {
  const decimal = (precision: number, scale: number): DataType => ({
    kind: 'decimal',
    precision,
    scale,
  });
  const max = (p: number, s: number): bigint => (10n ** BigInt(p) - 1n) * 10n ** BigInt(38 - s);
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.nat(12), fc.nat(12), (p1, s1, p2, s2) => {
      fc.pre(p1 > 0 && p2 > 0 && s1 <= p1 && s2 <= p2);
      const fits = s2 <= s1 && max(p2, s2) <= max(p1, s1);
      assert.equal(holds(decimal(p1, s1), decimal(p2, s2)), fits);
    }),
  );
  assert.equal(holds({ kind: 'double' }, { kind: 'int' }), true);
  assert.equal(holds({ kind: 'double' }, { kind: 'long' }), false);
  assert.equal(holds(decimal(18, 0), { kind: 'long' }), false);
  assert.equal(holds(decimal(19, 0), { kind: 'long' }), true);
});

test('fewer domains that may refer to a column warn, more do not', () => {
  const opened = (value: string): ContractModel =>
    model(
      changed(
        'name: amount\n',
        `name: amount\n        customProperties: [{property: weftReferences, value: ${value}}]\n`,
        BASE,
      ),
    );
  const steps: [ContractModel, ContractModel, string][] = [
    [opened('any'), before, 'warn'],
    [opened('any'), opened('[a, b]'), 'warn'],
    [opened('[a, b]'), opened('[b, c]'), 'warn'],
    [opened('[a]'), opened('[a, b]'), 'safe'],
    [opened('[a]'), opened('any'), 'safe'],
  ];
  for (const [from, to, side] of steps) {
    assert.deepEqual(short(compareContracts(from, to)), [`openTo.changed ${side}/safe`]);
    assert.equal(requiredBump(compareContracts(from, to)), 'minor');
  }
});

test('types have the names of the contract, and those of what holds them where the first are the same', () => {
  const said = (part: string, by: string): string | undefined =>
    compare(part, by).find(({ kind }) => kind.startsWith('type.'))?.message;
  const day = said('logicalType: date\n', 'logicalType: timestamp\n');
  assert.match(day ?? '', /: date is now timestamp$/);
  const long = said('logicalType: date\n', 'logicalType: integer\n        physicalType: BIGINT\n');
  assert.match(long ?? '', /: date is now integer$/);
  const wider = said('DECIMAL(12,2)', 'DECIMAL(14,2)');
  assert.match(wider ?? '', /: number \(decimal\(12,2\)\) is now number \(decimal\(14,2\)\)$/);
});
