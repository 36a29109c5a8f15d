/**
 * Measures, ages and distances of sets in DuckDB, against plain arithmetic on the same rows in JavaScript.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type DataType, duckdbType } from '@weft/core/contract/data-type';
import type { Measure } from '@weft/core/contract/plan';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type SqlSetCheck, setCheckSql } from '@weft/core/quality/set-sql';
import fc from 'fast-check';
import { openTestEngine } from '../support/engine.ts';
import { column } from '../support/rule-cases.ts';

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

type Texts = readonly (string | null)[];

function relation(type: DataType, values: Texts): string {
  const rows = values.map((v) => `(${v === null ? 'NULL' : quoteText(v)}::${duckdbType(type)})`);
  return rows.length === 0
    ? `(SELECT NULL::${duckdbType(type)} AS v WHERE FALSE)`
    : `(SELECT * FROM (VALUES ${rows.join(', ')}) AS t(v))`;
}

/** The value of a check, NULL as null. */
async function measured(
  check: SqlSetCheck,
  type: DataType,
  rows: { fresh: Texts; earlier?: Texts; zone?: string; now?: string },
): Promise<number | null> {
  const sql = setCheckSql(check, {
    columns: [column('v', type, rows.zone ?? null)],
    relation: relation(type, rows.fresh),
    earlier: relation(type, rows.earlier ?? []),
    now: rows.now ?? '2026-11-28T12:00:00.000Z',
  });
  const [row] = await engine.rows(sql);
  assert.equal(row?.['checked'], rows.fresh.length);
  const value = row['value'];
  return value === null ? null : Number(value) / Number(row['divisor'] ?? 1);
}

function oracle(measure: Measure, values: (number | null)[], quantile: number): number | null {
  const present = values.filter((v) => v !== null).sort((a, b) => a - b);
  const sum = present.reduce((total, v) => total + v, 0);
  const mean = sum / present.length;
  if (measure === 'completeness') {
    return values.length === 0 ? 100 : (100 * present.length) / values.length;
  }
  if (measure === 'distinct') return new Set(present).size;
  if (present.length === 0) return null;
  switch (measure) {
    case 'minimum':
      return present[0] ?? null;
    case 'maximum':
      return present.at(-1) ?? null;
    case 'sum':
      return sum;
    case 'mean':
      return mean;
    case 'standardDeviation': {
      if (present.length < 2) return null;
      const squares = present.reduce((total, v) => total + (v - mean) ** 2, 0);
      return Math.sqrt(squares / (present.length - 1));
    }
    case 'quantile':
      // The least value that at least the share `quantile` of the values do not exceed.
      return present[Math.max(0, Math.ceil(quantile * present.length) - 1)] ?? null;
  }
}

it('measures what plain arithmetic measures', async () => {
  const types: DataType[] = [
    { kind: 'int' },
    { kind: 'decimal', precision: 10, scale: 2 },
    { kind: 'double' },
  ];
  const rows = fc.array(fc.option(fc.integer({ min: -500, max: 500 })), { maxLength: 20 });
  const quantile = fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9, 0.99, 1);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), rows, quantile, async (type, values, q) => {
      const scale = type.kind === 'int' ? 1 : 4;
      const numbers = values.map((v) => (v === null ? null : v / scale));
      const fresh = numbers.map((v) => (v === null ? null : String(v)));
      for (const measure of [
        'completeness',
        'distinct',
        'minimum',
        'maximum',
        'sum',
        'mean',
        'standardDeviation',
        'quantile',
      ] as const) {
        const check: SqlSetCheck = {
          kind: 'measure',
          measure,
          column: 'v',
          quantile: measure === 'quantile' ? q : null,
        };
        const found = await measured(check, type, { fresh });
        const expected = oracle(measure, numbers, q);
        if (found === null || expected === null) assert.equal(found, expected, measure);
        else assert.ok(Math.abs(found - expected) < 1e-9, `${measure}: ${found}, not ${expected}`);
      }
    }),
    { numRuns: 40 },
  );
});

it('sums 64-bit integers and long decimals exactly', async () => {
  const check: SqlSetCheck = { kind: 'measure', measure: 'sum', column: 'v', quantile: null };
  const big = '9223372036854775807';
  const sql = (type: DataType, fresh: Texts): string =>
    setCheckSql(check, {
      columns: [column('v', type)],
      relation: relation(type, fresh),
      earlier: '',
      now: '',
    });
  const [longs] = await engine.rows(sql({ kind: 'long' }, [big, big, '1']));
  assert.equal(longs?.['value'], '18446744073709551615');
  const type: DataType = { kind: 'decimal', precision: 38, scale: 2 };
  const [decimals] = await engine.rows(sql(type, ['123456789012345678901234567890.01', '0.02']));
  assert.equal(decimals?.['value'], '123456789012345678901234567890.03');
});

it('tells the age of the newest moment on the clock of its zone', async () => {
  const check: SqlSetCheck = { kind: 'freshness', column: 'v' };
  const now = '2026-03-29T00:30:00.500Z';
  const age = (kind: 'date' | 'timestamp' | 'timestamptz', value: string, zone?: string) =>
    measured(
      check,
      { kind },
      { fresh: [value, null], now, ...(zone === undefined ? {} : { zone }) },
    );
  assert.equal(await age('timestamptz', '2026-03-29T00:00:00Z'), 1800.5);
  assert.equal(await age('timestamptz', '2026-03-29T03:00:00+02:00'), -1799.5);
  assert.equal(await age('timestamp', '2026-03-29T01:30:00', 'Europe/Berlin'), 0.5);
  assert.equal(await age('date', '2026-03-29'), 1800.5);
  assert.equal(await age('date', '2026-03-28', 'America/New_York'), 20.5 * 3600 + 0.5);
  assert.equal(await measured(check, { kind: 'date' }, { fresh: [null] }), null);
});

const ks: SqlSetCheck = { kind: 'drift', column: 'v', method: 'ks', bins: 10 };

it('takes the Kolmogorov–Smirnov distance of two samples', async () => {
  const long: DataType = { kind: 'long' };
  const known = await measured(ks, long, {
    fresh: ['1', '2', '3', '4'],
    earlier: ['3', '4', '5', '6'],
  });
  assert.equal(known, 0.5);
  const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 25 });
  const share = (list: number[], x: number): number =>
    list.filter((v) => v <= x).length / list.length;
  await fc.assert(
    fc.asyncProperty(sample, sample, async (a, b) => {
      const found = await measured(ks, long, {
        fresh: a.map(String),
        earlier: [...b.map(String), null],
      });
      const expected = Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
      assert.ok(found !== null && Math.abs(found - expected) < 1e-12, `${found}, not ${expected}`);
    }),
    { numRuns: 40 },
  );
  assert.equal(await measured(ks, long, { fresh: ['1'], earlier: [] }), null);
});

function psiOf(fresh: (number | null)[], earlier: (number | null)[], cuts: number[]): number {
  const bin = (v: number | null): number =>
    v === null ? -1 : cuts.filter((cut) => cut < v).length;
  const bins = new Set([...fresh, ...earlier].map(bin));
  const share = (list: (number | null)[], at: number): number =>
    Math.max(list.filter((v) => bin(v) === at).length / list.length, 0.0001);
  return [...bins].reduce((sum, at) => {
    const [a, e] = [share(fresh, at), share(earlier, at)];
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}

it('takes the population stability index over the quantiles of the earlier values', async () => {
  const psi = (bins: number): SqlSetCheck => ({ kind: 'drift', column: 'v', method: 'psi', bins });
  const long: DataType = { kind: 'long' };
  const times = (text: string, n: number): string[] => Array.from({ length: n }, () => text);
  // 60 % and 40 % where it was half and half: 0.1 · ln 1.2 − 0.1 · ln 0.8.
  const known = {
    fresh: [...times('1', 6), ...times('2', 4)],
    earlier: [...times('1', 5), ...times('2', 5)],
  };
  const expected = 0.1 * Math.log(1.2) - 0.1 * Math.log(0.8);
  for (const type of [long, { kind: 'string' } as const]) {
    const found = await measured(psi(2), type, known);
    assert.ok(found !== null && Math.abs(found - expected) < 1e-12, `${found}, not ${expected}`);
  }
  const value = fc.option(fc.integer({ min: 0, max: 30 }));
  const sample = fc.array(value, { minLength: 1, maxLength: 30 });
  const text = (v: number | null): string | null => (v === null ? null : String(v));
  await fc.assert(
    fc.asyncProperty(sample, sample, fc.integer({ min: 2, max: 8 }), async (a, e, bins) => {
      const present = e.filter((v) => v !== null).sort((x, y) => x - y);
      const cuts = Array.from(
        { length: bins - 1 },
        (_, i) => present[Math.max(0, Math.ceil(((i + 1) * present.length) / bins - 1e-9) - 1)],
      ).filter((cut) => cut !== undefined);
      const found = await measured(psi(bins), long, { fresh: a.map(text), earlier: e.map(text) });
      const wanted = psiOf(a, e, cuts);
      assert.ok(found !== null && Math.abs(found - wanted) < 1e-9, `${found}, not ${wanted}`);
    }),
    { numRuns: 40 },
  );
  assert.equal(await measured(psi(4), long, { fresh: ['1'], earlier: [] }), null);
});
