/**
 * Quality rules: every metric, operator and unit, the consequence of each, and stable ids.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPLETE, changed } from './fixtures/complete-contract.ts';
import type { QualityDeclaration } from './model.ts';
import { readContract } from './read.ts';

const RULE =
  '          - id: amount_known\n            metric: nullValues\n            mustBeLessThan: 1\n            unit: percent\n';
const OBJECT_RULE =
  '      - id: enough_rows\n        metric: rowCount\n        mustBeBetween: [100, 5000]\n';

function read(text: string, place: 'column' | 'object'): QualityDeclaration[] {
  const { value, diagnostics } = readContract(text);
  assert.ok(value !== null, JSON.stringify(diagnostics.filter((d) => d.severity === 'error')));
  const object = value.model.objects[0];
  return (place === 'object' ? object?.quality : object?.properties[2]?.quality) ?? [];
}

const onColumn = (rule: string): QualityDeclaration[] =>
  read(changed(RULE, `          - ${rule}\n`), 'column');
const onObject = (rule: string): QualityDeclaration[] =>
  read(changed(OBJECT_RULE, `      - ${rule}\n`), 'object');
const errorsOf = (text: string): string[] =>
  readContract(text)
    .diagnostics.filter((d) => d.severity === 'error')
    .map((d) => d.code);

test('each metric becomes its check', () => {
  const check = (rule: string) => onColumn(rule)[0]?.check;
  assert.deepEqual(check('{metric: nullValues, mustBe: 0}'), {
    kind: 'required',
    column: 'amount',
  });
  assert.deepEqual(
    check("{metric: missingValues, arguments: {missingValues: [null, '', 'N/A', 0]}, mustBe: 0}"),
    { kind: 'missing', column: 'amount', values: ['', 'N/A', '0'] },
  );
  assert.deepEqual(
    check('{metric: invalidValues, arguments: {validValues: [pounds, kg, 1, null]}, mustBe: 0}'),
    { kind: 'values', column: 'amount', values: ['pounds', 'kg', '1'] },
  );
  assert.deepEqual(
    check("{type: library, metric: invalidValues, arguments: {pattern: '^a+$'}, mustBe: 0}"),
    { kind: 'pattern', column: 'amount', pattern: '^a+$' },
  );
  assert.deepEqual(check('{metric: duplicateValues, mustBe: 0}'), {
    kind: 'duplicates',
    columns: ['amount'],
  });
  assert.deepEqual(onObject('{metric: rowCount, mustBeGreaterThan: 0}')[0]?.check, {
    kind: 'rowCount',
  });
  assert.deepEqual(
    onObject(
      '{metric: duplicateValues, mustBe: 0, arguments: {properties: [store_id, day_prop]}}',
    )[0]?.check,
    { kind: 'duplicates', columns: ['store_id', 'day'] },
  );
  const both = onColumn(
    "{id: b, metric: invalidValues, arguments: {validValues: [a], pattern: '^a'}, mustBe: 0}",
  );
  assert.deepEqual(
    both.map((rule) => [rule.id, rule.check?.kind]),
    [
      ['b', 'values'],
      ['b_2', 'pattern'],
    ],
  );
});

test('all eight operators, and both units', () => {
  const single = [
    'mustBe',
    'mustNotBe',
    'mustBeGreaterThan',
    'mustBeGreaterOrEqualTo',
    'mustBeLessThan',
    'mustBeLessOrEqualTo',
  ];
  for (const op of single) {
    assert.deepEqual(onObject(`{metric: rowCount, ${op}: 7}`)[0]?.must, {
      op,
      values: [7],
      unit: 'rows',
    });
  }
  for (const op of ['mustBeBetween', 'mustNotBeBetween']) {
    assert.deepEqual(onObject(`{metric: rowCount, ${op}: [1, 7]}`)[0]?.must, {
      op,
      values: [1, 7],
      unit: 'rows',
    });
  }
  assert.equal(
    onColumn('{metric: nullValues, mustBeLessThan: 1.5, unit: percent}')[0]?.must?.unit,
    'percent',
  );
});

test('consequence: no offender allowed quarantines, a tolerance holds, set rules follow severity', () => {
  const of = (rule: string) => onColumn(rule)[0]?.consequence;
  assert.equal(of('{metric: nullValues, mustBe: 0}'), 'quarantine');
  assert.equal(of('{metric: nullValues, mustBeLessOrEqualTo: 0}'), 'quarantine');
  assert.equal(of('{metric: nullValues, mustBeLessThan: 1}'), 'quarantine');
  assert.equal(of('{metric: nullValues, mustBeLessThan: 1, unit: percent}'), 'hold');
  assert.equal(of('{metric: duplicateValues, mustBeLessThan: 10}'), 'hold');
  const set = (tail: string) =>
    onObject(`{metric: rowCount, mustBeGreaterThan: 0${tail}}`)[0]?.consequence;
  assert.equal(set(''), 'hold');
  assert.equal(set(', severity: error'), 'hold');
  assert.equal(set(', severity: warning'), 'warn');
  assert.equal(set(', severity: info'), 'warn');
  assert.equal(
    onObject('{type: sql, query: SELECT 1, mustBe: 1, severity: warning}')[0]?.consequence,
    'warn',
  );
});

test('weftOnFailure overrides, where it can', () => {
  const custom = (value: string): string =>
    `customProperties: [{property: weftOnFailure, value: ${value}}]`;
  assert.equal(
    onColumn(`{metric: nullValues, mustBe: 0, ${custom('warn')}}`)[0]?.consequence,
    'warn',
  );
  assert.equal(
    onColumn(`{metric: nullValues, mustBeLessThan: 5, ${custom('quarantine')}}`)[0]?.consequence,
    'quarantine',
  );
  assert.equal(
    onObject(`{metric: rowCount, mustBe: 5, ${custom('warn')}}`)[0]?.consequence,
    'warn',
  );
  const impossible = changed(
    OBJECT_RULE,
    `      - {metric: rowCount, mustBe: 5, ${custom('quarantine')}}\n`,
  );
  assert.deepEqual(errorsOf(impossible), ['WEFT_PROPERTY_INVALID']);
});

test('sql names the batch and the column, quoted; it is never more than text here', () => {
  const [rule] = onColumn(
    "{id: s, type: sql, query: 'SELECT COUNT(*) FROM {object} WHERE ${property} IS NULL', mustBeLessThan: 3}",
  );
  assert.deepEqual(rule?.check, {
    kind: 'sql',
    query: 'SELECT COUNT(*) FROM batch WHERE "amount" IS NULL',
  });
  assert.deepEqual(onObject('{type: sql, query: SELECT true, mustBe: true}')[0]?.must?.values, [1]);
  const atObject = changed(
    OBJECT_RULE,
    "      - {type: sql, query: 'SELECT {property}', mustBe: 1}\n",
  );
  assert.deepEqual(errorsOf(atObject), ['QUALITY_INVALID']);
});

test('text and custom rules are kept, and say that they do not run', () => {
  const [text] = onColumn('{type: text, description: Checked by hand}');
  assert.deepEqual([text?.check, text?.must, text?.description], [null, null, 'Checked by hand']);
  const custom = changed(RULE, '          - {type: custom, engine: soda, implementation: x}\n');
  assert.equal(read(custom, 'column')[0]?.check, null);
  assert.ok(readContract(custom).diagnostics.some((d) => d.code === 'QUALITY_NOT_RUN'));
});

test('rules that cannot be carried out are errors', () => {
  const bad = (rule: string): string[] => errorsOf(changed(RULE, `          - ${rule}\n`));
  assert.deepEqual(bad('{metric: nullValues, mustBe: none}'), ['QUALITY_INVALID']);
  assert.deepEqual(bad('{metric: nullValues, mustBe: 0, unit: share}'), ['QUALITY_INVALID']);
  assert.deepEqual(bad('{metric: invalidValues, mustBe: 0}'), ['QUALITY_INVALID']);
  assert.deepEqual(bad("{metric: invalidValues, mustBe: 0, arguments: {pattern: '('}}"), [
    'QUALITY_INVALID',
  ]);
  assert.deepEqual(bad('{metric: nullValues, mustBeBetween: [5, 1]}'), ['QUALITY_INVALID']);
  const atObject = (rule: string): string[] => errorsOf(changed(OBJECT_RULE, `      - ${rule}\n`));
  assert.deepEqual(atObject('{metric: nullValues, mustBe: 0}'), ['QUALITY_INVALID']);
  assert.deepEqual(atObject('{metric: duplicateValues, mustBe: 0}'), ['QUALITY_INVALID']);
  assert.deepEqual(
    atObject('{metric: duplicateValues, mustBe: 0, arguments: {properties: [nothing]}}'),
    ['QUALITY_INVALID'],
  );
  assert.deepEqual(atObject('{metric: rowCount, mustBe: 1, unit: percent}'), ['QUALITY_INVALID']);
});

test('ids are the own ones, else column and metric, and unique in the object', () => {
  const rules = read(
    changed(
      RULE,
      '          - {metric: nullValues, mustBe: 0}\n          - {metric: nullValues, mustBeLessThan: 9}\n          - {metric: duplicateValues, mustBe: 0, description: words may change}\n',
    ),
    'column',
  );
  assert.deepEqual(
    rules.map((rule) => rule.id),
    ['amount.nullValues', 'amount.nullValues_2', 'amount.duplicateValues'],
  );
  assert.deepEqual(
    read(COMPLETE, 'object').map((rule) => rule.id),
    ['enough_rows'],
  );
});

test('rules of 3.0 are read under the names of 3.1', () => {
  const old = (rule: string): QualityDeclaration | undefined =>
    readContract(`apiVersion: v3.0.2
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: t
    quality: [{rule: rowCount, mustBeBetween: [1, 2]}]
    properties:
      - name: c
        logicalType: string
        quality: [${rule}]
`).value?.model.objects[0]?.properties[0]?.quality[0];
  assert.deepEqual(old('{rule: nullCheck}')?.check, { kind: 'required', column: 'c' });
  assert.deepEqual(old('{rule: nullCheck}')?.must, { op: 'mustBe', values: [0], unit: 'rows' });
  assert.deepEqual(old('{rule: duplicateCount, mustBeLessThan: 10, unit: rows}')?.check, {
    kind: 'duplicates',
    columns: ['c'],
  });
  assert.deepEqual(old('{rule: validValues, validValues: [pounds]}')?.check, {
    kind: 'values',
    column: 'c',
    values: ['pounds'],
  });
  assert.equal(old('{rule: somethingElse, mustBe: 0}'), undefined);
});
