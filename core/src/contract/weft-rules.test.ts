/**
 * Rules of our own engine: what `type: custom`, `engine: weft` means, and what is refused in words.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContracts } from './compatibility.ts';
import { compileIngestPlan } from './compile/ingest-plan.ts';
import { checkSentence } from './compile/rule-sentences.ts';
import type { QualityDeclaration } from './model.ts';
import type { PlanRule } from './plan.ts';
import { readContract } from './read.ts';

const contract = (version: string, rule: string, place: string): string => `apiVersion: ${version}
kind: DataContract
id: shipments
version: 1.0.0
status: active
domain: sales
dataProduct: shipments
schema:
  - name: shipments
    properties:
      - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
      - name: weight
        logicalType: number
        physicalType: decimal(8,2)
${place === 'weight' ? `        quality:\n          - ${rule}\n` : ''}
      - name: ordered
        logicalType: date
${place === 'ordered' ? `        quality:\n          - ${rule}\n` : ''}
      - {name: shipped, logicalType: ${version < 'v3.1' ? 'date' : 'timestamp'}}
      - name: code
        logicalType: string
${place === 'code' ? `        quality:\n          - ${rule}\n` : ''}
${place === 'object' ? `    quality:\n      - ${rule}\n` : ''}`;

function rules(rule: string, place: string, version = 'v3.1.0'): QualityDeclaration[] {
  const { value, diagnostics } = readContract(contract(version, rule, place));
  assert.ok(value !== null, JSON.stringify(diagnostics));
  const [object] = value.model.objects;
  return [...(object?.quality ?? []), ...(object?.properties.flatMap((p) => p.quality) ?? [])];
}

function problems(rule: string, place: string): string {
  const { diagnostics } = readContract(contract('v3.1.0', rule, place));
  return diagnostics
    .filter((d) => d.severity === 'error')
    .map((d) => `${d.code} ${d.message}`)
    .join('; ');
}

const weft = (parts: string, more = ''): string =>
  `{id: r, type: custom, engine: weft, implementation: {${parts}}${more}}`;

test('each metric becomes its check, in every version of the standard', () => {
  const cases: [string, string, QualityDeclaration['check']][] = [
    [
      "metric: expression, expression: 'weight > 0 AND id < 100'",
      'object',
      { kind: 'expression', sql: 'weight > 0 AND id < 100' },
    ],
    [
      'metric: notInFuture, tolerance: PT5M',
      'ordered',
      { kind: 'notFuture', column: 'ordered', toleranceSeconds: 300 },
    ],
    ['metric: format, format: SSCC-18', 'code', { kind: 'format', column: 'code', format: 'sscc' }],
    [
      'metric: mean, mustBeLessThan: 10.5',
      'weight',
      { kind: 'measure', measure: 'mean', column: 'weight', quantile: null },
    ],
    [
      'metric: quantile, quantile: 0.95, mustBeLessThan: 10',
      'weight',
      { kind: 'measure', measure: 'quantile', column: 'weight', quantile: 0.95 },
    ],
    [
      'metric: distinct, mustBeGreaterThan: 3',
      'code',
      { kind: 'measure', measure: 'distinct', column: 'code', quantile: null },
    ],
    [
      'metric: rowCountChange, mustBeBetween: [-50, 50]',
      'object',
      { kind: 'rowCountChange', batches: 7 },
    ],
    [
      'metric: freshness, unit: hours, mustBeLessThan: 2',
      'ordered',
      { kind: 'freshness', column: 'ordered' },
    ],
    [
      'metric: drift, mustBeLessThan: 0.25',
      'code',
      { kind: 'drift', column: 'code', method: 'psi', bins: 10 },
    ],
    [
      'metric: drift, method: ks, mustBeLessThan: 0.1',
      'weight',
      { kind: 'drift', column: 'weight', method: 'ks', bins: 10 },
    ],
  ];
  for (const version of ['v3.0.2', 'v3.1.0', 'v3.2.0']) {
    for (const [parts, place, check] of cases) {
      const [rule] = rules(weft(parts), place, version);
      assert.deepEqual(rule?.check, check, `${parts} in ${version}`);
      assert.equal(rule?.id, 'r');
    }
  }
});

test('a threshold has the unit of its value', () => {
  const must = (parts: string, place: string) => rules(weft(parts), place)[0]?.must;
  assert.deepEqual(must('metric: freshness, unit: hours, mustBeLessThan: 2', 'ordered'), {
    op: 'mustBeLessThan',
    values: [7200],
    unit: 'rows',
  });
  assert.deepEqual(must('metric: completeness, mustBeGreaterOrEqualTo: 99.5', 'code'), {
    op: 'mustBeGreaterOrEqualTo',
    values: [99.5],
    unit: 'percent',
  });
  assert.deepEqual(must('metric: notInFuture', 'ordered'), {
    op: 'mustBe',
    values: [0],
    unit: 'rows',
  });
  assert.deepEqual(must('metric: notInFuture, unit: percent, mustBeLessThan: 1', 'ordered'), {
    op: 'mustBeLessThan',
    values: [1],
    unit: 'percent',
  });
});

test('consequence, scope, window and schedule', () => {
  const one = (rule: string, place: string) => rules(rule, place)[0];
  const custom = (list: string): string => `, customProperties: [${list}]`;
  assert.equal(one(weft('metric: notInFuture'), 'ordered')?.consequence, 'quarantine');
  assert.equal(one(weft('metric: mean, mustBe: 1'), 'weight')?.consequence, 'hold');
  assert.equal(one(weft('metric: drift, mustBeLessThan: 1'), 'code')?.consequence, 'warn');
  const rejecting = weft(
    'metric: sum, mustBeGreaterThan: 0',
    custom('{property: weftOnFailure, value: reject}'),
  );
  assert.equal(one(rejecting, 'weight')?.consequence, 'reject');
  const table = weft('metric: distinct, mustBe: 1', custom('{property: weftScope, value: table}'));
  assert.deepEqual(one(table, 'code')?.scope, { kind: 'table' });
  const window = weft(
    'metric: mean, mustBe: 1',
    custom('{property: weftWindow, value: {column: shipped, duration: P7D}}'),
  );
  assert.deepEqual(one(window, 'weight')?.scope, {
    kind: 'window',
    column: 'shipped',
    seconds: 604_800,
  });
  const unique = `{id: r, metric: duplicateValues, mustBe: 0${custom('{property: weftScope, value: table}')}}`;
  assert.deepEqual(one(unique, 'code')?.scope, { kind: 'table' });
  const timed = weft(
    'metric: freshness, mustBeLessThan: 60',
    ", scheduler: cron, schedule: '*/5 * * * *'",
  );
  assert.equal(one(timed, 'ordered')?.schedule, '*/5 * * * *');
});

test('what cannot be checked is an error, with its place in words', () => {
  const cases: [string, string, RegExp][] = [
    [weft('metric: median, mustBe: 1'), 'weight', /metric/],
    [weft('metric: mean, mustBe: 1, mustnotbe: 3'), 'weight', /mustnotbe/],
    [weft('metric: mean'), 'weight', /one of mustBe.* is missing/],
    [weft('metric: mean, mustBe: 1'), 'code', /cannot be taken of code, a column of string/],
    [weft('metric: mean, mustBe: 1'), 'object', /a property, not of an object/],
    [weft('metric: mean, quantile: 0.5, mustBe: 1'), 'weight', /quantile/],
    [weft('metric: mean, unit: percent, mustBe: 1'), 'weight', /no unit/],
    [weft('metric: freshness, mustBe: 1'), 'code', /cannot be taken of code/],
    [weft('metric: freshness, unit: furlongs, mustBe: 1'), 'ordered', /no unit of time/],
    [weft('metric: format, format: isbn'), 'code', /no format/],
    [weft('metric: drift, method: ks, mustBe: 1'), 'code', /cannot be taken of code/],
    [weft("metric: expression, expression: 'nobody > 1'"), 'object', /names nobody/],
    [
      weft("metric: expression, expression: 'code > 1'"),
      'object',
      /compares text with an exact number/,
    ],
    [weft("metric: expression, expression: 'id >'"), 'object', /character 5/],
    ['{id: r, type: custom, engine: weft, implementation: mean}', 'weight', /parts by name/],
    [
      weft('metric: mean, mustBe: 1', ", schedule: 'every day'"),
      'weight',
      /schedule "every day" cannot be read/,
    ],
    [
      weft('metric: mean, mustBe: 1', ', customProperties: [{property: weftScope, value: window}]'),
      'weight',
      /needs a weftWindow/,
    ],
    [
      weft(
        'metric: mean, mustBe: 1',
        ', customProperties: [{property: weftWindow, value: {column: code, duration: P1D}}]',
      ),
      'weight',
      /days or moments/,
    ],
    [
      weft('metric: notInFuture', ', customProperties: [{property: weftScope, value: table}]'),
      'ordered',
      /quarantines rows/,
    ],
    [
      weft(
        'metric: mean, mustBe: 1',
        ', customProperties: [{property: weftOnFailure, value: quarantine}]',
      ),
      'weight',
      /cannot quarantine/,
    ],
  ];
  for (const [rule, place, words] of cases) assert.match(problems(rule, place), words, rule);
  const other = rules('{id: r, type: custom, engine: soda, implementation: x}', 'weight');
  assert.equal(other[0]?.check, null);
});

test('a rule over the table is another promise than the one within each batch, and has its own words', () => {
  const rule =
    '{id: once, metric: duplicateValues, mustBe: 0, customProperties: [{property: weftScope, value: table}]}';
  const text = contract('v3.1.0', rule, 'code');
  const { value } = readContract(text);
  assert.ok(value !== null);
  const plan = compileIngestPlan(value.model, { hash: '0'.repeat(64) });
  const once = plan.rules.find(({ id }) => id === 'once') as PlanRule;
  assert.deepEqual([once.scope, once.consequence], [{ kind: 'table' }, 'quarantine']);
  assert.equal(checkSentence(once), 'code is never the same in two rows over the whole table.');
});

test('a rule that looks at other rows breaks both sides', () => {
  const model = (scope: string) => {
    const rule = weft(
      'metric: sum, mustBe: 1',
      `, customProperties: [{property: weftScope, value: ${scope}}]`,
    );
    const { value } = readContract(contract('v3.1.0', rule, 'weight'));
    assert.ok(value !== null);
    return value.model;
  };
  const changes = compareContracts(model('table'), model('batch'));
  assert.deepEqual(
    changes.map(({ kind, consumer, producer }) => [kind, consumer, producer]),
    [['quality.changed', 'break', 'break']],
  );
});
