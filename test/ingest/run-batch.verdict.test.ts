/**
 * What becomes of a checked batch: held or committed, by tolerances, library metrics, own queries and references.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { IngestPlan, PlanRule, RowCheck, Threshold } from '@weft/core/contract/plan';
import { NONE } from '@weft/core/contract/plan';
import { writtenFiles } from '@weft/core/ingest/key-sql';
import { type BatchBench, columns, openBatchBench, plan, rule } from '../support/batch-bench.ts';
import type { FakeRecord } from '../support/fake-stager.ts';

let bench: BatchBench;
before(async () => {
  bench = await openBatchBench();
});
after(() => bench[Symbol.asyncDispose]());

describe('the verdict', () => {
  const rows = (n: number, bad: number): FakeRecord[] =>
    Array.from({ length: n }, (_, i) => ({
      raw: String(i),
      values: { id: String(i + 1), sku: i < bad ? 'x' : 'a', qty: '1', price: '1.00' },
    }));

  async function verdict(rules: PlanRule[], more: Partial<IngestPlan> = {}, records = rows(10, 3)) {
    const { result } = await bench.check(records, {
      plan: { ...plan, rules, primaryKey: [], ...more },
    });
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
    const { result: skus } = await bench.check([{ raw: 'a', values: { id: '1', sku: 'a' } }]);
    const reference = rule('ref', {
      kind: 'reference',
      column: 'sku',
      table: 'skus',
      target: 'sku',
    });
    const { result } = await bench.check(rows(4, 1), {
      plan: { ...plan, rules: [reference], primaryKey: [] },
      request: {
        references: [
          { table: 'skus', files: writtenFiles(skus.files.map((f) => f.path)), columns },
        ],
      },
    });
    assert.deepEqual(result.records, { in: 4, good: 3, quarantined: 1, duplicates: 0 });
    assert.equal(result.quarantine.sample[0]?.message, 'does not exist in skus.sku');
  });
});
