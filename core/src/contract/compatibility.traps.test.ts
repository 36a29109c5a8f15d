/**
 * Breaking changes in the clothes of small ones: each is read from a document, judged for both sides, and refused under
 * a minor number where a side that the version before protects breaks.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkVersionBump, compareContracts, judgeVersion, requiredBump } from './compatibility.ts';
import type { ContractModel } from './model.ts';
import { readContract } from './read.ts';
import { type Bump, parseVersion } from './version.ts';

interface Parts {
  version?: string;
  status?: string;
  /** `weft…` settings by name, as YAML. */
  settings?: Record<string, string>;
  /** Options of the columns `code` and `seen_at`, rules of the column `code` and of the object, as YAML. */
  options?: string;
  seenAt?: string;
  rule?: string;
  objectRule?: string;
  isRequired?: boolean;
  sla?: string;
  /** Columns of the object `orders`, in order; `code` and `seen_at` are described here. */
  columns?: string[];
  objects?: string[];
}

const ORDERS = ['code', 'seen_at'];

/** A contract of the product `sales.orders` with one part after another in the reader's own language. */
function contract(parts: Parts): ContractModel {
  const settings = Object.entries(parts.settings ?? {})
    .map(([name, value]) => `{property: ${name}, value: ${value}}`)
    .join(', ');
  const columns: Record<string, string> = {
    code: `{name: code, logicalType: string, required: ${parts.isRequired === true}, logicalTypeOptions: {${parts.options ?? ''}}, quality: [${parts.rule ?? ''}]}`,
    seen_at: `{name: seen_at, logicalType: timestamp, logicalTypeOptions: {timezone: true, ${parts.seenAt ?? ''}}}`,
  };
  const objects: Record<string, string> = {
    heads: `{id: heads, name: heads, quality: [${parts.objectRule ?? ''}], properties: [${(
      parts.columns ?? ORDERS
    )
      .map((name) => columns[name] ?? `{name: ${name}, logicalType: string}`)
      .join(', ')}]}`,
  };
  const schema = (parts.objects ?? ['heads']).map(
    (name) =>
      objects[name] ?? `{id: ${name}, name: ${name}, properties: [{name: a, logicalType: string}]}`,
  );
  const text = `apiVersion: v3.1.0
kind: DataContract
id: sales-orders
version: ${parts.version ?? '1.0.0'}
status: ${parts.status ?? 'active'}
domain: sales
dataProduct: orders
customProperties: [${settings}]
slaProperties: [${parts.sla ?? ''}]
schema: [${schema.join(', ')}]
`;
  const { value, diagnostics } = readContract(text);
  const errors = diagnostics.filter((d) => d.severity === 'error');
  assert.ok(value !== null && errors.length === 0, JSON.stringify(errors));
  return value.model;
}

const mode = (value: string): Parts => ({ settings: { weftCompatibility: value } });
const pattern = (value: string): Parts => ({ options: `pattern: '${value}'` });
const rule = (value: string): Parts => ({ rule: `{id: r, ${value}}` });
const query = (value: string, must = 'mustBe: 0'): Parts => ({
  objectRule: `{id: r, type: sql, query: '${value}', ${must}}`,
});
const level = (property: string, value: string): Parts => ({
  sla: `{property: ${property}, ${value}}`,
});
const onFailure = (value: string, must = 'mustBe: 0'): Parts =>
  rule(
    `metric: nullValues, ${must}, customProperties: [{property: weftOnFailure, value: ${value}}]`,
  );
const headless = (columns: string[]): Parts => ({
  columns,
  settings: { weftCsv: '{header: false}' },
});

/** What is changed, and what that does to consumer/producer. */
const rows: [name: string, before: Parts, after: Parts, expected: string[], bump: Bump][] = [
  ['no protection any more', {}, mode('none'), ['compatibility.changed break/safe'], 'major'],
  [
    'producers instead of consumers',
    mode('FORWARD'),
    mode('BACKWARD'),
    ['compatibility.changed break/safe'],
    'major',
  ],
  [
    'consumers instead of producers',
    mode('producer-safe'),
    {},
    ['compatibility.changed safe/break'],
    'major',
  ],
  [
    'both to none',
    mode('replay-safe'),
    mode('none'),
    ['compatibility.changed break/break'],
    'major',
  ],
  [
    'both to consumers',
    mode('replay-safe'),
    mode('consumer-safe'),
    ['compatibility.changed safe/break'],
    'major',
  ],
  ['more protection', {}, mode('replay-safe'), ['compatibility.changed safe/safe'], 'minor'],
  ['protection at last', mode('none'), {}, ['compatibility.changed safe/safe'], 'minor'],

  ['retired', {}, { status: 'retired' }, ['status.changed break/safe'], 'major'],
  [
    'retired from deprecated',
    { status: 'deprecated' },
    { status: 'retired' },
    ['status.changed break/safe'],
    'major',
  ],
  ['deprecated', {}, { status: 'deprecated' }, ['status.changed warn/safe'], 'minor'],
  ['a draft again', {}, { status: 'draft' }, ['status.changed warn/safe'], 'minor'],
  ['a word of its own', {}, { status: 'Retired' }, ['status.changed break/safe'], 'major'],
  ['active', { status: 'draft' }, {}, ['status.changed safe/safe'], 'patch'],

  [
    'any text',
    pattern('^[A-Z]{3}[0-9]+$'),
    pattern('.*'),
    ['pattern.loosened break/safe'],
    'major',
  ],
  [
    'another pattern',
    pattern('^[A-Z]{3}[0-9]+$'),
    pattern('^[A-Z]{2,3}[0-9]+$'),
    ['pattern.unknown break/break'],
    'major',
  ],
  [
    'another format',
    { options: 'format: email' },
    { options: 'format: uri' },
    ['format.unknown break/break'],
    'major',
  ],
  [
    'a wider format',
    { options: 'format: gtin13' },
    { options: 'format: gtin' },
    ['format.loosened break/safe'],
    'major',
  ],
  [
    'a narrower format',
    { options: 'format: uri' },
    { options: 'format: url' },
    ['format.tightened safe/break'],
    'minor',
  ],
  [
    'a later start in another zone',
    { seenAt: "minimum: '2026-01-01T00:00:00-12:00'" },
    { seenAt: "minimum: '2026-01-01T00:00:00Z'" },
    ['range.loosened break/safe'],
    'major',
  ],
  [
    'half a second later',
    { seenAt: "minimum: '2026-01-01T00:00:00Z'" },
    { seenAt: "minimum: '2026-01-01T00:00:00.50Z'" },
    ['range.tightened safe/break'],
    'minor',
  ],
  [
    'the same instant',
    { seenAt: "minimum: '2026-01-01T00:00:00Z'" },
    { seenAt: "minimum: '2026-01-01T01:00:00.0+01:00'" },
    [],
    'none',
  ],

  [
    'another query',
    query('SELECT count(*) FROM {object} WHERE n > 50'),
    query('SELECT count(*) FROM {object} WHERE n > 5000'),
    ['quality.changed break/warn'],
    'major',
  ],
  [
    'a laxer query',
    query('SELECT 1', 'mustBeLessThan: 5'),
    query('SELECT 1', 'mustBeLessThan: 6'),
    ['quality.loosened break/safe'],
    'major',
  ],
  [
    'a stricter query',
    query('SELECT 1', 'mustBeLessThan: 5'),
    query('SELECT 1', 'mustBeLessThan: 4'),
    ['quality.tightened safe/break'],
    'minor',
  ],
  [
    'another query and a stricter number',
    query('SELECT 1', 'mustBeLessThan: 5'),
    query('SELECT 2', 'mustBeLessThan: 4'),
    ['quality.changed break/warn', 'quality.tightened safe/break'],
    'major',
  ],
  [
    'rows for percent',
    rule('metric: nullValues, mustBeLessThan: 5, unit: percent'),
    rule('metric: nullValues, mustBeLessThan: 1000000, unit: rows'),
    ['quality.changed break/break'],
    'major',
  ],
  [
    'none is none in each unit',
    rule('metric: nullValues, mustBe: 0, unit: percent'),
    rule('metric: nullValues, mustBeLessThan: 1, unit: rows'),
    [],
    'none',
  ],
  [
    'some rows instead of none',
    rule('metric: nullValues, mustBe: 0'),
    rule('metric: nullValues, mustBeLessThan: 5, unit: percent'),
    ['quality.loosened break/safe', 'quality.consequence_changed warn/warn'],
    'major',
  ],
  [
    'another metric',
    rule('metric: nullValues, mustBe: 0'),
    rule('metric: duplicateValues, mustBe: 0'),
    ['quality.removed break/safe', 'quality.added safe/break'],
    'major',
  ],
  [
    'a rule that a required column does not keep',
    { isRequired: true, ...rule('metric: nullValues, mustBeGreaterThan: 5') },
    { isRequired: true },
    ['quality.removed break/safe'],
    'major',
  ],
  [
    'a metric that finds less',
    rule("metric: missingValues, mustBe: 0, arguments: {missingValues: ['n/a']}"),
    rule('metric: nullValues, mustBe: 0'),
    ['quality.loosened break/safe'],
    'major',
  ],
  [
    'fewer texts are missing',
    rule("metric: missingValues, mustBe: 0, arguments: {missingValues: ['n/a', '-']}"),
    rule("metric: missingValues, mustBe: 0, arguments: {missingValues: ['-']}"),
    ['quality.loosened break/safe'],
    'major',
  ],
  [
    'a pattern in a rule',
    rule("metric: invalidValues, mustBe: 0, arguments: {pattern: '^[0-9]+$'}"),
    rule("metric: invalidValues, mustBe: 0, arguments: {pattern: '^[0-9a-f]+$'}"),
    ['quality.changed break/break'],
    'major',
  ],
  [
    'a stricter list hides a laxer number',
    rule('metric: invalidValues, mustBeLessThan: 5, arguments: {validValues: [a, b]}'),
    rule('metric: invalidValues, mustBeLessThan: 500, arguments: {validValues: [a]}'),
    ['quality.tightened safe/break', 'quality.loosened break/safe'],
    'major',
  ],
  [
    'a list that should be missed',
    rule('metric: invalidValues, mustBeGreaterThan: 5, arguments: {validValues: [a, b]}'),
    rule('metric: invalidValues, mustBeGreaterThan: 5, arguments: {validValues: [a]}'),
    ['quality.loosened break/safe'],
    'major',
  ],
  [
    'the values in another order',
    rule('metric: invalidValues, mustBe: 0, arguments: {validValues: [a, b]}'),
    rule('metric: invalidValues, mustBe: 0, arguments: {validValues: [b, a]}'),
    [],
    'none',
  ],
  [
    'batches that lack rows',
    onFailure('hold'),
    onFailure('quarantine'),
    ['quality.consequence_changed break/safe'],
    'major',
  ],
  [
    'batches that do not come',
    onFailure('quarantine'),
    onFailure('hold'),
    ['quality.consequence_changed warn/break'],
    'minor',
  ],
  [
    'rows are missed where they were held, under a stricter number',
    onFailure('hold', 'mustBeLessThan: 5'),
    onFailure('quarantine', 'mustBeLessThan: 4'),
    ['quality.tightened safe/break', 'quality.consequence_changed break/safe'],
    'major',
  ],

  [
    'a share, then a bare number',
    level('availability', 'value: 99.9, unit: percent'),
    level('availability', 'value: 10'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'a share, then a unit of nobody',
    level('availability', 'value: 99.9, unit: percent'),
    level('availability', 'value: 10, unit: nines'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'a smaller share',
    level('availability', 'value: 99.9, unit: percent'),
    level('availability', "value: '10 %'"),
    ['sla.loosened break/safe'],
    'major',
  ],
  [
    'days of business',
    level('latency', 'value: 4, unit: h'),
    level('latency', 'value: 400, unit: businessdays'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'more days of business',
    level('latency', 'value: 4, unit: businessdays'),
    level('latency', 'value: 5, unit: BusinessDays'),
    ['sla.loosened break/safe'],
    'major',
  ],
  [
    'moons instead of days of business',
    level('latency', 'value: 4, unit: businessdays'),
    level('latency', 'value: 3, unit: moons'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'fewer deliveries a day',
    level('frequency', 'value: 24, unit: perday'),
    level('frequency', 'value: 1, unit: perday'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'minutes without service',
    level('availability', 'value: 5, unit: minutes'),
    level('availability', 'value: 500, unit: minutes'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'words for a level',
    level('constructor', 'value: gold'),
    level('constructor', 'value: bronze'),
    ['sla.changed break/break'],
    'major',
  ],
  [
    'two levels of one name',
    { sla: '{property: latency, value: 4, unit: h}, {property: latency, value: 1, unit: d}' },
    { sla: '{property: latency, value: 1, unit: d}' },
    ['sla.loosened break/safe', 'sla.removed break/safe'],
    'major',
  ],

  [
    'the objects in another order',
    { objects: ['heads', 'lines'] },
    { objects: ['lines', 'heads'] },
    ['address.changed break/break', 'address.changed break/break'],
    'major',
  ],
  [
    'an object before the first',
    { objects: ['heads'] },
    { objects: ['lines', 'heads'] },
    ['address.changed break/break', 'object.added safe/warn'],
    'major',
  ],
  [
    'an object behind the first',
    { objects: ['heads'] },
    { objects: ['heads', 'lines'] },
    ['object.added safe/warn'],
    'minor',
  ],
  [
    'columns of files without a header',
    headless(['code', 'name']),
    headless(['name', 'code']),
    ['property.order_changed safe/break'],
    'minor',
  ],
  [
    'columns of files with a header',
    { columns: ['code', 'name'] },
    { columns: ['name', 'code'] },
    [],
    'none',
  ],
];

for (const [name, before, after, expected, bump] of rows) {
  test(`${name}: ${expected.join(', ') || 'no change'} (${bump})`, () => {
    const old = contract(before);
    const changes = compareContracts(old, contract(after));
    assert.deepEqual(
      changes.map((c) => `${c.kind} ${c.consumer}/${c.producer}`),
      expected,
    );
    assert.equal(requiredBump(changes, old.weft.compatibility), bump);
    const minor = judgeVersion(old, contract({ ...after, version: '1.1.0' }));
    assert.equal(minor.ok, bump !== 'major');
    const patch = judgeVersion(old, contract({ ...after, version: '1.0.1' }));
    assert.equal(patch.ok, bump === 'patch' || bump === 'none');
  });
}

test('what cannot be compared says so', () => {
  const pairs = [
    [pattern('^[A-Z]+$'), pattern('^[a-z]+$')],
    [query('SELECT 1'), query('SELECT 2')],
    [level('latency', 'value: 4, unit: h'), level('latency', 'value: 4, unit: moons')],
    [
      rule('metric: nullValues, mustBeLessThan: 5, unit: percent'),
      rule('metric: nullValues, mustBeLessThan: 5'),
    ],
  ] as const;
  for (const [before, after] of pairs) {
    const [change] = compareContracts(contract(before), contract(after));
    assert.match(change?.message ?? '', /cannot be compared/);
  }
});

test('the mode of the version before decides, so that no version can free itself', () => {
  const free = contract({ version: '1.1.0', columns: ['code'], ...mode('none') });
  assert.throws(() => checkVersionBump(contract({}), free), /major/);
  const half = contract({ version: '1.1.0', ...mode('none') });
  assert.throws(() => checkVersionBump(contract({}), half), /major/);
  // Where nobody was protected, the version that begins to protect may still break.
  checkVersionBump(contract(mode('none')), contract({ version: '1.1.0', columns: ['code'] }));
});

test('the contracts of the example are the same as themselves', () => {
  const files = globSync(
    new URL('../../../examples/cpg/contracts/*.yaml', import.meta.url).pathname,
  );
  assert.ok(files.length >= 7);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const read = (): ContractModel => {
      const { value } = readContract(text);
      assert.ok(value !== null, file);
      return value.model;
    };
    assert.deepEqual(compareContracts(read(), read()), [], file);
    assert.ok(parseVersion(read().version) !== null);
  }
});
