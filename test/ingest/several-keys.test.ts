/**
 * Batches with two and three keys against a second opinion that takes the records one after the other.
 *
 * Not one key (`run-batch.balance.test.ts`).
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { IngestPlan } from '@weft/core/contract/plan';
import { writtenFiles } from '@weft/core/ingest/key-sql';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { type BatchBench, columns, openBatchBench, plan, rule } from '../support/batch-bench.ts';
import type { FakeMarks, FakeRecord } from '../support/fake-stager.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20261128);
const numRuns = Number(process.env['WEFT_KEY_RUNS'] ?? 14);
let bench: BatchBench;
before(async () => {
  bench = await openBatchBench();
});
after(() => bench[Symbol.asyncDispose]());

/** A key that counts in the table as well is looked for among the records that are there. */
interface Key {
  id: string;
  columns: string[];
  isOfTable: boolean;
}

type Values = Record<string, string>;

/** The second opinion: for each record whether it is good, the same as a good one, or the first key that it loses by. */
function judge(
  records: readonly Values[],
  keys: readonly Key[],
  table: readonly Values[],
): string[] {
  const good: Values[] = [];
  const same = (a: Values, b: Values, names: readonly string[]): boolean =>
    names.every((name) => a[name] === b[name]);
  return records.map((record) => {
    const taken = keys.flatMap((key) => {
      if (key.columns.some((name) => record[name] === undefined)) return [];
      const others = key.isOfTable ? [...table, ...good] : good;
      const takers = others.filter((other) => same(record, other, key.columns));
      return takers.length === 0 ? [] : [{ id: key.id, takers }];
    });
    if (taken[0] === undefined) return good.push(record) > 0 ? 'good' : '';
    const names = ['id', 'sku', 'qty', 'price'];
    const isRepeat = taken.some(({ takers }) => takers.some((each) => same(each, record, names)));
    return isRepeat ? 'duplicate' : taken[0].id;
  });
}

const values: fc.Arbitrary<Values> = fc
  .record(
    {
      id: fc.integer({ min: 1, max: 12 }).map(String),
      sku: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      qty: fc.integer({ min: 0, max: 3 }).map(String),
      price: fc.integer({ min: 1, max: 15 }).map((n) => `${n}.50`),
    },
    { requiredKeys: ['sku', 'qty'] },
  )
  .map((found) => ({ ...found }));

const KEYS: readonly Key[] = [
  { id: 'by_id', columns: ['id'], isOfTable: false },
  { id: 'by_sku', columns: ['sku', 'qty'], isOfTable: false },
  { id: 'by_price', columns: ['price'], isOfTable: false },
];

function planOf(keys: readonly Key[]): IngestPlan {
  const rules = keys.map(({ id, columns: names, isOfTable }) =>
    rule(id, { kind: 'duplicates', columns: names }, isOfTable ? { scope: { kind: 'table' } } : {}),
  );
  return { ...plan, rules, primaryKey: keys[0]?.id === 'by_id' ? ['id'] : [] };
}

const recordOf = (found: Values): FakeRecord => ({
  raw: ['id', 'sku', 'qty', 'price'].map((name) => found[name] ?? '').join(','),
  values: found,
});

interface Round {
  records: Values[];
  keys: readonly Key[];
  marks: FakeMarks;
  table?: { files: string[]; rows: Values[] };
  partSize?: number;
}

/** Checks a batch and compares what became of each record; returns the files and rows that are good. */
async function compare({ records, keys, marks, table, partSize = 5 }: Round) {
  const expected = judge(records, keys, table?.rows ?? []);
  const { result } = await bench.check(records.map(recordOf), {
    plan: planOf(keys),
    partSize,
    marks,
    request: { tableFiles: writtenFiles(table?.files ?? []) },
  });
  const file = result.quarantine.file?.path;
  const listed =
    file === undefined
      ? []
      : await bench.engine.rows(
          `SELECT record, kind, reasons[1].rule AS rule, len(reasons) AS n FROM read_parquet(${quoteText(file)})`,
        );
  const found = records.map(() => 'good');
  for (const { record, kind, rule: id, n } of listed) {
    assert.equal(Number(n), 1);
    found[Number(record)] = kind === 'duplicate' ? 'duplicate' : String(id);
  }
  assert.deepEqual(found, expected);
  const files = result.files.map((each) => each.path);
  const good = await bench.engine.rows(
    `SELECT id, sku, qty, CAST(price AS VARCHAR) AS price FROM ${readParquetSql(files, columns)}`,
  );
  const rows = records.filter((_, i) => expected[i] === 'good');
  const text = (row: Record<string, unknown>): string =>
    ['id', 'sku', 'qty', 'price'].map((name) => row[name] ?? '').join(',');
  assert.deepEqual(good.map(text).sort(), rows.map(text).sort());
  for (const { id } of keys) {
    const failed = result.rules.find((each) => each.id === id)?.failed;
    assert.equal(failed, expected.filter((each) => each === id).length, id);
  }
  return { files, rows };
}

const some = fc.array(values, { maxLength: 40 });
const keyLists = fc.constantFrom(KEYS.slice(0, 2), KEYS.slice(1), KEYS);
const marks = fc.constantFrom<FakeMarks>('none', 'sure', 'doubtful');

describe('several keys', () => {
  it('are judged in the order of the records, all at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        keyLists,
        marks,
        fc.constantFrom(3, 100),
        async (records, keys, marked, partSize) => {
          await compare({ records, keys, marks: marked, partSize });
        },
      ),
      { seed, numRuns },
    );
  });

  it('are looked for in the table, those that count there', async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        some,
        keyLists,
        marks,
        fc.nat(7),
        async (first, second, keys, marked, mask) => {
          const scoped = keys.map((key, i) => ({ ...key, isOfTable: ((mask >> i) & 1) === 1 }));
          const { files, rows } = await compare({ records: first, keys: scoped, marks: marked });
          await compare({ records: second, keys: scoped, marks: marked, table: { files, rows } });
        },
      ),
      { seed, numRuns: Math.ceil(numRuns / 2) },
    );
  });

  it('spare a record whose rival another key refused, along a chain of any length', async () => {
    // Each record shares its id with the one before and its sku with the one after: every second one is good.
    const records = Array.from({ length: 301 }, (_, i) => ({
      id: String(Math.ceil(i / 2)),
      sku: `s${Math.floor(i / 2)}`,
      qty: '1',
      price: `${i + 1}.00`,
    }));
    for (const marked of ['none', 'sure', 'doubtful'] as const) {
      const { rows } = await compare({ records, keys: KEYS, marks: marked, partSize: 50 });
      assert.equal(rows.length, 151);
    }
  });
});
