/**
 * Whole batches against a second opinion: which records are good, refused or skipped, and why.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { IngestPlan, PlanRule, RowCheck, SetCheck, Threshold } from '@weft/core/contract/plan';
import { NONE } from '@weft/core/contract/plan';
import type { CheckedBatch, CheckRequest } from '@weft/core/ingest/check-ports';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { runBatch } from '@weft/core/ingest/run-batch';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';
import { createFakeStager, type FakeRecord } from '../support/fake-stager.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20261122);
let engine: SqlEngine;
let root: string;
before(async () => {
  engine = await openTestEngine();
  root = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-batch-'));
});
after(async () => {
  engine.close();
  await fs.rm(root, { recursive: true });
});

function rule(id: string, check: RowCheck | SetCheck, more: Partial<PlanRule> = {}): PlanRule {
  const column = 'column' in check ? check.column : null;
  return {
    id,
    name: null,
    column,
    dimension: null,
    severity: null,
    consequence: 'quarantine',
    check,
    must: NONE,
    ...more,
  };
}

const plan: IngestPlan = {
  contract: { id: 'c', version: '1.0.0', hash: '0'.repeat(64) },
  domain: 'sales',
  product: 'orders',
  table: 'orders',
  objectId: 'o',
  columns: (
    [
      ['id', { kind: 'long' }],
      ['sku', { kind: 'string' }],
      ['qty', { kind: 'int' }],
      ['price', { kind: 'decimal', precision: 10, scale: 2 }],
    ] as const
  ).map(([name, type]) => ({
    id: `p_${name}`,
    name,
    sourceName: name,
    type,
    required: name === 'id',
    defaultTimezone: null,
    classification: null,
  })),
  rules: [
    ...['id', 'sku', 'qty', 'price'].map((c) => rule(`${c}.type`, { kind: 'type', column: c })),
    rule('id.required', { kind: 'required', column: 'id' }),
    rule('sku.values', { kind: 'values', column: 'sku', values: ['a', 'b', 'c'] }),
    rule('qty.range', {
      kind: 'range',
      column: 'qty',
      min: { value: '0', inclusive: true },
      max: { value: '3', inclusive: true },
    }),
    rule('total', { kind: 'expression', sql: 'qty * price < 20' }),
    rule('primary_key', { kind: 'duplicates', columns: ['id'] }),
  ],
  primaryKey: ['id'],
  duplicateScope: 'batch',
  badShareMax: null,
  csv: { delimiter: ',', quote: '"', encoding: 'utf-8', header: true, nullText: '' },
};
const columns: BoundColumn[] = plan.columns.map((c, i) => ({
  id: c.id,
  name: c.name,
  type: c.type,
  required: false,
  doc: null,
  fieldId: i + 1,
}));

let batches = 0;
async function check(
  records: FakeRecord[],
  options: { plan?: IngestPlan; partSize?: number; request?: Partial<CheckRequest> } = {},
): Promise<{ result: CheckedBatch; directory: string }> {
  const directory = path.join(root, `b${batches++}`);
  await fs.mkdir(path.join(directory, 'scratch'), { recursive: true });
  const ports = {
    stager: createFakeStager(engine, records, options.partSize ?? 7),
    engine,
    contractEngine: engine,
    files: createCheckFiles(),
  };
  const request: CheckRequest = {
    batch: `bat_${batches}`,
    landing: { path: '', name: null, bytes: 0, sha256: '', format: 'csv', compression: 'none' },
    plan: options.plan ?? plan,
    columns,
    scratch: path.join(directory, 'scratch'),
    dataDirectory: directory,
    quarantinePath: path.join(directory, 'quarantine.parquet'),
    tableFiles: [],
    references: [],
    ...options.request,
  };
  const result = await runBatch(ports, request, { signal: new AbortController().signal });
  return { result, directory };
}

interface Judged {
  kind: 'good' | 'quarantined' | 'duplicate';
  rules: string[];
}

/** The second opinion: record by record, in order. */
function judge(records: readonly FakeRecord[], known: Map<string, string>): Judged[] {
  return records.map((r) => {
    if (r.fault !== undefined) return { kind: 'quarantined', rules: [`structure.${r.fault}`] };
    const wrong = r.lexical ?? [];
    const value = (name: string): string | undefined =>
      wrong.includes(name) ? undefined : r.values[name];
    const rules = wrong.map((name) => `${name}.type`);
    const { id, sku, qty, price } = {
      id: value('id'),
      sku: value('sku'),
      qty: value('qty'),
      price: value('price'),
    };
    if (id === undefined && !wrong.includes('id')) rules.push('id.required');
    if (sku !== undefined && !['a', 'b', 'c'].includes(sku)) rules.push('sku.values');
    if (qty !== undefined && (Number(qty) < 0 || Number(qty) > 3)) rules.push('qty.range');
    if (qty !== undefined && price !== undefined && Number(qty) * Number(price) >= 20)
      rules.push('total');
    if (rules.length > 0 || id === undefined) return { kind: 'quarantined', rules };
    const content = JSON.stringify([id, sku, qty, price]);
    const first = known.get(id);
    if (first === undefined) {
      known.set(id, content);
      return { kind: 'good', rules };
    }
    return { kind: first === content ? 'duplicate' : 'quarantined', rules: ['primary_key'] };
  });
}

const record: fc.Arbitrary<FakeRecord> = fc
  .record({
    id: fc.option(fc.integer({ min: 1, max: 60 }).map(String), { nil: undefined, freq: 20 }),
    sku: fc.option(fc.constantFrom('a', 'b', 'c', 'c', 'b', 'a', 'x'), { nil: undefined, freq: 6 }),
    qty: fc.option(fc.constantFrom('0', '1', '2', '3', '1', '2', '4', '-1'), {
      nil: undefined,
      freq: 6,
    }),
    price: fc.option(fc.constantFrom('1.50', '2.00', '9.99', '0.01'), { nil: undefined, freq: 6 }),
    wrong: fc.constantFrom<string | undefined>(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'qty',
      'price',
      'id',
    ),
    fault: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'bad_quote' as const,
      'too_few_fields' as const,
    ),
  })
  .map(({ wrong, fault, ...values }) => {
    const texts = Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    if (wrong !== undefined) texts[wrong] = 'é?';
    return {
      raw: `${texts['id'] ?? ''},${texts['sku'] ?? ''},${texts['qty'] ?? ''},${texts['price'] ?? ''}`,
      values: texts,
      ...(wrong === undefined ? {} : { lexical: [wrong] }),
      ...(fault === undefined ? {} : { fault }),
    };
  });

async function compare(
  records: FakeRecord[],
  found: Awaited<ReturnType<typeof check>>,
  known: Map<string, string>,
): Promise<void> {
  const { result, directory } = found;
  const expected = judge(records, known);
  const count = (kind: Judged['kind']): number => expected.filter((e) => e.kind === kind).length;
  assert.deepEqual(result.records, {
    in: records.length,
    good: count('good'),
    quarantined: count('quarantined'),
    duplicates: count('duplicate'),
  });
  const byRule: Record<string, number> = {};
  for (const { kind, rules } of expected) {
    if (kind === 'quarantined') for (const id of rules) byRule[id] = (byRule[id] ?? 0) + 1;
  }
  assert.deepEqual({ ...result.quarantine.byRule }, byRule);
  for (const r of result.rules) assert.equal(r.failed, byRule[r.id] ?? 0, r.id);
  const good = await engine.rows(
    `SELECT id, sku, qty, CAST(price AS VARCHAR) AS price FROM ${readParquetSql(
      result.files.map((f) => f.path),
      columns,
    )}`,
  );
  assert.deepEqual(
    good.map((row) =>
      ['id', 'sku', 'qty', 'price'].map((c) => (row[c] === null ? undefined : String(row[c]))),
    ),
    records
      .filter((_, i) => expected[i]?.kind === 'good')
      .map((r) => ['id', 'sku', 'qty', 'price'].map((c) => r.values[c])),
  );
  const listed =
    result.quarantine.file === null
      ? []
      : await engine.rows(
          `SELECT record, line, decode(raw) AS raw, kind, list_transform(reasons, r -> r.rule) AS rules FROM ${`read_parquet(${quoteText(path.join(directory, 'quarantine.parquet'))})`} ORDER BY record`,
        );
  assert.deepEqual(
    listed.map((row) => ({ ...row, rules: (row['rules'] as string[]).sort() })),
    expected.flatMap((e, i) =>
      e.kind === 'good'
        ? []
        : [
            {
              record: i,
              line: i + 2,
              raw: records[i]?.raw,
              kind: e.kind,
              rules: [...e.rules].sort(),
            },
          ],
    ),
  );
}

describe('a checked batch', () => {
  it('puts every record where a second opinion puts it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 60 }),
        fc.constantFrom(3, 11, 100),
        async (records, partSize) => {
          await compare(records, await check(records, { partSize }), new Map());
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  it('looks for keys in the table where the contract says so', async () => {
    const scoped: IngestPlan = { ...plan, duplicateScope: 'table' };
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 30 }),
        fc.array(record, { maxLength: 30 }),
        async (first, second) => {
          const known = new Map<string, string>();
          const before = await check(first, { plan: scoped });
          await compare(first, before, known);
          const tableFiles = before.result.files.map((f) => f.path);
          await compare(
            second,
            await check(second, { plan: scoped, request: { tableFiles } }),
            known,
          );
        },
      ),
      { seed, numRuns: 10 },
    );
  });

  it('finds a key of the table in a batch whose own keys are all different', async () => {
    const scoped: IngestPlan = { ...plan, duplicateScope: 'table' };
    const row = (id: string, sku: string): FakeRecord => ({
      raw: `${id},${sku}`,
      values: { id, sku },
    });
    const known = new Map<string, string>();
    const before = await check([row('1', 'a'), row('2', 'b')], { plan: scoped });
    await compare([row('1', 'a'), row('2', 'b')], before, known);
    const tableFiles = before.result.files.map((f) => f.path);
    const second = [row('1', 'a'), row('2', 'c'), row('3', 'a')];
    const after = await check(second, { plan: scoped, request: { tableFiles } });
    await compare(second, after, known);
    assert.deepEqual(after.result.records, { in: 3, good: 1, quarantined: 1, duplicates: 1 });
  });

  it('commits nothing at all without records, and keeps composite text keys apart', async () => {
    const { result } = await check([]);
    assert.deepEqual(result.records, { in: 0, good: 0, quarantined: 0, duplicates: 0 });
    assert.equal(result.verdict.state, 'committed');
    const composite: IngestPlan = {
      ...plan,
      rules: [
        rule('both', { kind: 'duplicates', columns: ['sku', 'qty'] }),
        rule('u', { kind: 'duplicates', columns: ['id'] }),
      ],
      primaryKey: ['sku', 'qty'],
    };
    const make = (id: string, sku: string | undefined, qty: string): FakeRecord => ({
      raw: `${id},${sku},${qty}`,
      values: { id, qty, ...(sku === undefined ? {} : { sku }) },
    });
    const records = [
      make('1', 'a,1', '1'),
      make('2', 'a', '1'),
      make('2', 'a', '1'),
      make('3', 'a', '1'),
      make('4', undefined, '1'),
      make('5', undefined, '1'),
      make('1', 'z', '9'),
    ];
    const found = await check(records, { plan: composite });
    assert.deepEqual(found.result.records, { in: 7, good: 4, quarantined: 2, duplicates: 1 });
    assert.deepEqual({ ...found.result.quarantine.byRule }, { both: 1, u: 1 });
  });
});

describe('the verdict', () => {
  const rows = (n: number, bad: number): FakeRecord[] =>
    Array.from({ length: n }, (_, i) => ({
      raw: String(i),
      values: { id: String(i + 1), sku: i < bad ? 'x' : 'a', qty: '1', price: '1.00' },
    }));

  async function verdict(rules: PlanRule[], more: Partial<IngestPlan> = {}, records = rows(10, 3)) {
    const { result } = await check(records, { plan: { ...plan, rules, primaryKey: [], ...more } });
    return result;
  }
  const share = (op: Threshold['op'], ...values: number[]): Threshold => ({
    op,
    values,
    unit: 'percent',
  });

  it('holds a batch with too many bad records, exactly at the limit not', async () => {
    const rules = [rule('sku.values', { kind: 'values', column: 'sku', values: ['a'] })];
    assert.equal((await verdict(rules, { badShareMax: 0.3 })).verdict.state, 'committed');
    const held = await verdict(rules, { badShareMax: 0.29 });
    assert.equal(held.verdict.state, 'held');
    assert.equal(held.verdict.because, '3 of 10 records are bad, more than a share of 0.29');
    assert.deepEqual(held.records, { in: 10, good: 7, quarantined: 3, duplicates: 0 });
  });

  it('counts offenders of warnings and hold rules without taking them away', async () => {
    const values: RowCheck = { kind: 'values', column: 'sku', values: ['a'] };
    const warned = await verdict([
      rule('w', values, { consequence: 'warn', must: share('mustBeLessThan', 30) }),
    ]);
    assert.deepEqual(
      [
        warned.verdict.state,
        warned.rules[0]?.evaluation,
        warned.rules[0]?.value,
        warned.records.good,
      ],
      ['committed', 'warn', '30', 10],
    );
    const within = await verdict([
      rule('h', values, { consequence: 'hold', must: share('mustBeLessOrEqualTo', 30) }),
    ]);
    assert.deepEqual(
      [within.verdict.state, within.rules[0]?.evaluation, within.rules[0]?.failed],
      ['committed', 'pass', 3],
    );
    const held = await verdict([
      rule('h', values, { consequence: 'hold', must: share('mustBeLessThan', 30) }),
    ]);
    assert.deepEqual(held.verdict, {
      state: 'held',
      because: 'rule h is broken: 30 instead of < 30 %',
    });
  });

  it('tests every library metric and own queries over the good records', async () => {
    const hold = { consequence: 'hold' as const };
    const result = await verdict([
      rule('refused', { kind: 'values', column: 'sku', values: ['a'] }),
      rule(
        'rows',
        { kind: 'rowCount' },
        { ...hold, must: { op: 'mustBeBetween', values: [7, 9], unit: 'rows' } },
      ),
      rule(
        'few',
        { kind: 'rowCount' },
        { consequence: 'warn', must: { op: 'mustBeGreaterThan', values: [7], unit: 'rows' } },
      ),
      rule(
        'same',
        { kind: 'duplicates', columns: ['sku'] },
        { consequence: 'warn', must: share('mustBeLessThan', 80) },
      ),
      rule(
        'sum',
        { kind: 'sql', query: 'SELECT sum(price) FROM orders' },
        { ...hold, must: { op: 'mustBe', values: [7], unit: 'rows' } },
      ),
      rule(
        'truth',
        { kind: 'sql', query: 'SELECT count(*) > 6 FROM batch' },
        { ...hold, must: { op: 'mustBe', values: [1], unit: 'rows' } },
      ),
      rule('nulls', { kind: 'required', column: 'sku' }, { consequence: 'warn', must: NONE }),
      rule(
        'missing',
        { kind: 'missing', column: 'qty', values: ['1'] },
        { consequence: 'warn', must: NONE },
      ),
      rule(
        'invalid',
        { kind: 'pattern', column: 'sku', pattern: '^b' },
        { consequence: 'warn', must: share('mustNotBeBetween', 0, 99) },
      ),
    ]);
    assert.equal(result.verdict.because, null);
    assert.deepEqual(
      result.rules.map((r) => [r.id, r.evaluation, r.value, r.failed, r.checked]),
      [
        ['refused', 'fail', '3', 3, 10],
        ['rows', 'pass', '7', 0, 7],
        ['few', 'warn', '7', 1, 7],
        ['same', 'warn', '85.714286', 6, 7],
        ['sum', 'pass', '7', 0, 7],
        ['truth', 'pass', '1', 0, 7],
        ['nulls', 'pass', '0', 0, 7],
        ['missing', 'warn', '7', 7, 7],
        ['invalid', 'pass', '100', 7, 7],
      ],
    );
  });

  it('holds a batch when a rule cannot be checked, and skips a reference to a table that is not here', async () => {
    const result = await verdict([
      rule('look', { kind: 'pattern', column: 'sku', pattern: '(?=a)a' }),
      rule('gate', { kind: 'expression', sql: '(SELECT 1) = 1' }),
      rule('type', { kind: 'expression', sql: "date_trunc('day', qty) = 1" }),
      rule(
        'file',
        { kind: 'sql', query: "SELECT count(*) FROM read_text('/etc/passwd')" },
        { consequence: 'hold' },
      ),
      rule(
        'text',
        { kind: 'sql', query: "SELECT 'x' FROM batch LIMIT 1" },
        { consequence: 'warn' },
      ),
      rule('many', { kind: 'sql', query: 'SELECT id FROM batch' }, { consequence: 'warn' }),
      rule('ref', { kind: 'reference', column: 'sku', table: 'skus', target: 'sku' }),
    ]);
    assert.equal(result.verdict.state, 'held');
    assert.deepEqual(
      result.rules.map((r) => [r.id, r.evaluation]),
      [
        ['look', 'error'],
        ['gate', 'error'],
        ['type', 'error'],
        ['file', 'error'],
        ['text', 'error'],
        ['many', 'error'],
        ['ref', 'skip'],
      ],
    );
    assert.match(
      result.verdict.because ?? '',
      /rule look could not be checked: the pattern \(\?=a\)a uses look-ahead/,
    );
    assert.equal(result.records.good, 10);
  });

  it('follows references into another table', async () => {
    const { result: skus } = await check([{ raw: 'a', values: { id: '1', sku: 'a' } }]);
    const reference = rule('ref', {
      kind: 'reference',
      column: 'sku',
      table: 'skus',
      target: 'sku',
    });
    const { result } = await check(rows(4, 1), {
      plan: { ...plan, rules: [reference], primaryKey: [] },
      request: { references: [{ table: 'skus', files: skus.files.map((f) => f.path), columns }] },
    });
    assert.deepEqual(result.records, { in: 4, good: 3, quarantined: 1, duplicates: 0 });
    assert.equal(result.quarantine.sample[0]?.message, 'does not exist in skus.sku');
  });
});
