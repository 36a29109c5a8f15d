/**
 * Whole batches against a second opinion: which records are good, refused or skipped, and why.
 */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { IngestPlan } from '@weft/core/contract/plan';
import { writtenFiles } from '@weft/core/ingest/key-sql';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { type BatchBench, columns, openBatchBench, plan, rule } from '../support/batch-bench.ts';
import type { FakeRecord } from '../support/fake-stager.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20261122);
let bench: BatchBench;
before(async () => {
  bench = await openBatchBench();
});
after(() => bench[Symbol.asyncDispose]());

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

const MARKS = ['none', 'sure', 'doubtful'] as const;
const marks = fc.constantFrom(...MARKS);

async function compare(
  records: FakeRecord[],
  found: Awaited<ReturnType<BatchBench['check']>>,
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
  const good = await bench.engine.rows(
    `SELECT id, sku, qty, CAST(price AS VARCHAR) AS price FROM ${readParquetSql(
      result.files.map((f) => f.path),
      columns,
    )}`,
  );
  assert.deepEqual(
    good
      .map((row) =>
        ['id', 'sku', 'qty', 'price'].map((c) => (row[c] === null ? undefined : String(row[c]))),
      )
      .sort(),
    records
      .filter((_, i) => expected[i]?.kind === 'good')
      .map((r) => ['id', 'sku', 'qty', 'price'].map((c) => r.values[c]))
      .sort(),
  );
  const listed =
    result.quarantine.file === null
      ? []
      : await bench.engine.rows(
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
        marks,
        async (records, partSize, marked) => {
          const found = await bench.check(records, { partSize, marks: marked });
          await compare(records, found, new Map());
        },
      ),
      { seed, numRuns: 36 },
    );
  });

  it('looks for keys in the table where the contract says so', async () => {
    const scoped: IngestPlan = { ...plan, duplicateScope: 'table' };
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 30 }),
        fc.array(record, { maxLength: 30 }),
        marks,
        async (first, second, marked) => {
          const known = new Map<string, string>();
          const before = await bench.check(first, { plan: scoped, marks: marked });
          await compare(first, before, known);
          const tableFiles = writtenFiles(before.result.files.map((f) => f.path));
          await compare(
            second,
            await bench.check(second, { plan: scoped, request: { tableFiles }, marks: marked }),
            known,
          );
        },
      ),
      { seed, numRuns: 12 },
    );
  });

  it('finds a key of the table in a batch whose own keys are all different', async () => {
    const scoped: IngestPlan = { ...plan, duplicateScope: 'table' };
    const row = (id: string, sku: string): FakeRecord => ({
      raw: `${id},${sku}`,
      values: { id, sku },
    });
    const known = new Map<string, string>();
    const before = await bench.check([row('1', 'a'), row('2', 'b')], { plan: scoped });
    await compare([row('1', 'a'), row('2', 'b')], before, known);
    const tableFiles = writtenFiles(before.result.files.map((f) => f.path));
    const second = [row('1', 'a'), row('2', 'c'), row('3', 'a')];
    const after = await bench.check(second, { plan: scoped, request: { tableFiles } });
    await compare(second, after, known);
    assert.deepEqual(after.result.records, { in: 3, good: 1, quarantined: 1, duplicates: 1 });
  });

  it('compares a batch of narrower types with a table whose values need the wider ones', async () => {
    const scoped: IngestPlan = { ...plan, duplicateScope: 'table', rules: [] };
    const wide = { kind: 'long' } as const;
    const widePlan: IngestPlan = {
      ...scoped,
      columns: scoped.columns.map((c) => (c.name === 'qty' ? { ...c, type: wide } : c)),
    };
    const request = { columns: columns.map((c) => (c.name === 'qty' ? { ...c, type: wide } : c)) };
    const row = (id: string, qty: string): FakeRecord => ({
      raw: `${id},${qty}`,
      values: { id, qty },
    });
    const before = await bench.check([row('1', '3000000000'), row('2', '7')], {
      plan: widePlan,
      request,
    });
    const tableFiles = writtenFiles(before.result.files.map((f) => f.path));
    const records = [row('1', '5'), row('2', '7'), row('3', '9'), row('3', '9')];
    for (const marked of MARKS) {
      const { result } = await bench.check(records, {
        plan: scoped,
        request: { ...request, tableFiles },
        marks: marked,
      });
      assert.deepEqual(result.records, { in: 4, good: 1, quarantined: 1, duplicates: 2 });
    }
  });

  it('commits nothing at all without records, and keeps composite text keys apart', async () => {
    const { result } = await bench.check([]);
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
    for (const marked of MARKS) {
      const found = await bench.check(records, { plan: composite, marks: marked });
      assert.deepEqual(found.result.records, { in: 7, good: 4, quarantined: 2, duplicates: 1 });
      assert.deepEqual({ ...found.result.quarantine.byRule }, { both: 1, u: 1 });
    }
  });
});
