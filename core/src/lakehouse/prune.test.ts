/** Pruning never drops a file with a matching row: against `evaluatePredicate`, over random rows, statistics and predicates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PrimitiveType } from '../contract/data-type.ts';
import {
  type Cell,
  type Constant,
  compareCells,
  evaluatePredicate,
  type Predicate,
} from '../lib/predicate.ts';
import { type BoundCell, encodeBound, parseCell, truncateLower, truncateUpper } from './bounds.ts';
import { compilePruner, type PrunableFile } from './prune.ts';
import { primitiveText } from './schema.ts';
import type { IcebergField, IcebergSchema } from './types.ts';

const TYPES: Record<string, PrimitiveType> = {
  l: { kind: 'long' },
  d: { kind: 'double' },
  s: { kind: 'string' },
  t: { kind: 'date' },
  b: { kind: 'boolean' },
  'n.l': { kind: 'long' },
  'n.in.s': { kind: 'string' },
};
const NAMES = Object.keys(TYPES);

/** Fields at their paths, with the ids of the order of `TYPES`; structs have ids from 100. */
function fieldsAt(before: string): IcebergField[] {
  const inside = NAMES.filter((name) => name.startsWith(before));
  const names = [...new Set(inside.map((name) => name.slice(before.length).split('.')[0] ?? ''))];
  return names.map((name, i) => {
    const path = before + name;
    const type = TYPES[path];
    if (type !== undefined) {
      return { id: NAMES.indexOf(path) + 1, name, required: false, type: primitiveText(type) };
    }
    const fields = fieldsAt(`${path}.`);
    return { id: 100 + path.length + i, name, required: false, type: { type: 'struct', fields } };
  });
}

const schema: IcebergSchema = { type: 'struct', 'schema-id': 0, fields: fieldsAt('') };

const words = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'abc', 'b', '\u{1f600}', '\uffee', 'é'),
  fc
    .constantFrom('a', '\u{10ffff}', '\u{1f600}')
    .chain((c) => fc.integer({ min: 15, max: 18 }).map((n) => c.repeat(n))),
);
const numbers = fc.constantFrom(
  Number.NaN,
  -1,
  0,
  -0,
  0.5,
  2,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
);
const dates = fc.constantFrom('1969-12-31', '1970-01-01', '2024-02-29', '9999-12-31');

const row = fc.record({
  l: fc.option(fc.bigInt({ min: -3n, max: 3n })),
  d: fc.option(numbers),
  s: fc.option(words),
  t: fc.option(dates),
  b: fc.option(fc.boolean()),
  'n.l': fc.option(fc.bigInt({ min: -3n, max: 3n })),
  'n.in.s': fc.option(words),
});
type Row = { [K in keyof typeof TYPES]: Cell };

const longs = fc
  .integer({ min: -4, max: 4 })
  .map((n): Constant => ({ type: 'long', value: String(n) }));
const texts = words.map((value): Constant => ({ type: 'string', value }));
const constants: Record<string, fc.Arbitrary<Constant>> = {
  l: longs,
  'n.l': longs,
  'n.in.s': texts,
  d: numbers.map((value) => ({ type: 'double', value })),
  s: texts,
  t: dates.map((value) => ({ type: 'date', value })),
  b: fc.boolean().map((value) => ({ type: 'boolean', value })),
};

const constantOf = (name: string): fc.Arbitrary<Constant> =>
  fc.oneof(
    { weight: 6, arbitrary: constants[name] ?? fc.constant<Constant>({ type: 'null' }) },
    { weight: 1, arbitrary: fc.constant<Constant>({ type: 'null' }) },
  );

const leaf: fc.Arbitrary<Predicate> = fc.constantFrom(...NAMES).chain((column) =>
  fc.oneof(
    fc.record({
      op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
      column: fc.constant(column),
      value: constantOf(column),
    }),
    fc.record({
      op: fc.constant('in' as const),
      column: fc.constant(column),
      values: fc.array(constantOf(column), { maxLength: 3 }),
    }),
    fc.record({
      op: fc.constant('prefix' as const),
      column: fc.constantFrom('s', 'n.in.s'),
      value: words,
    }),
  ),
);
const predicate = fc.letrec<{ node: Predicate }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.record({ op: fc.constantFrom('and', 'or'), args: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), arg: tie('node') }),
  ),
})).node;

/** Which statistics a file has: writers leave out what they like. */
const kept = fc.record({
  nulls: fc.boolean(),
  values: fc.boolean(),
  nans: fc.boolean(),
  lower: fc.boolean(),
  upper: fc.boolean(),
});
type Kept = typeof kept extends fc.Arbitrary<infer T> ? T : never;

function fileOf(rows: Row[], keep: Kept): PrunableFile {
  const maps = {
    values: new Map<number, number>(),
    nulls: new Map<number, number>(),
    nans: new Map<number, number>(),
  };
  const lower = new Map<number, Uint8Array>();
  const upper = new Map<number, Uint8Array>();
  NAMES.forEach((name, i) => {
    const type = TYPES[name] ?? { kind: 'long' };
    const cells = rows.map((r) => r[name] ?? null);
    const numbersOnly = cells
      .filter((c) => c !== null && !Number.isNaN(c))
      .sort((a, b) => compareCells(a as string, b as string));
    if (keep.values) maps.values.set(i + 1, cells.length);
    if (keep.nulls) maps.nulls.set(i + 1, cells.filter((c) => c === null).length);
    if (keep.nans) maps.nans.set(i + 1, cells.filter((c) => Number.isNaN(c)).length);
    const [min, max] = [numbersOnly[0], numbersOnly.at(-1)];
    if (keep.lower && min !== undefined && min !== null)
      lower.set(i + 1, encodeBound(type, toBound(type, min, truncateLower) ?? ''));
    const top = max === undefined || max === null ? null : toBound(type, max, truncateUpper);
    if (keep.upper && top !== null) upper.set(i + 1, encodeBound(type, top));
  });
  return {
    records: rows.length,
    stats: {
      valueCounts: () => maps.values,
      nullCounts: () => maps.nulls,
      nanCounts: () => maps.nans,
      lowerBounds: () => lower,
      upperBounds: () => upper,
    },
  };
}

function toBound(
  type: PrimitiveType,
  cell: Exclude<Cell, null>,
  cut: (text: string) => string | null,
): BoundCell | null {
  if (typeof cell !== 'string') return cell;
  return type.kind === 'string' ? cut(cell) : parseCell(type, cell);
}

test('a file with a matching row is never dropped', () => {
  let dropped = 0;
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), kept, predicate, (rows, keep, p) => {
      const file = fileOf(rows, keep);
      const matches = rows.some((r) => evaluatePredicate(p, (name) => r[name as keyof typeof r]));
      const keeps = compilePruner(p, schema)(file);
      if (!keeps) dropped++;
      assert.ok(keeps || !matches);
    }),
    { numRuns: 5000, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
  assert.ok(dropped > 500, `pruning did prune: ${dropped}`);
});

test('full statistics of one row decide every predicate on it, up to truncation and NaN', () => {
  const all = { nulls: true, values: true, nans: true, lower: true, upper: true };
  const isShort = (text: string | null): boolean => [...(text ?? '')].length <= 16;
  const plain = row.filter((r) => !Number.isNaN(r.d) && isShort(r.s) && isShort(r['n.in.s']));
  fc.assert(
    fc.property(plain, predicate, (r, p) => {
      const comparesNaN = JSON.stringify(p).includes('"type":"double","value":null');
      fc.pre(!comparesNaN);
      const matches = evaluatePredicate(p, (name) => r[name as keyof typeof r]);
      assert.equal(compilePruner(p, schema)(fileOf([r], all)), matches);
    }),
    { numRuns: 2000 },
  );
});

test('columns and constants that statistics cannot judge keep the file', () => {
  const cells = { l: 1n, d: null, s: 'a', t: null, b: null, 'n.l': 1n, 'n.in.s': 'a' };
  const file = fileOf([cells], {
    nulls: true,
    values: true,
    nans: true,
    lower: true,
    upper: true,
  });
  const keeps = (p: Predicate): boolean => compilePruner(p, schema)(file);
  const both = (p: Predicate): void =>
    assert.deepEqual([keeps(p), keeps({ op: 'not', arg: p })], [true, true]);
  both({ op: 'eq', column: 'unknown', value: { type: 'long', value: '1' } });
  both({ op: 'eq', column: 'l', value: { type: 'decimal', value: '1.5' } });
  both({ op: 'eq', column: 's', value: { type: 'long', value: '1' } });
  both({ op: 'eq', column: 'n', value: { type: 'null' } });
  both({ op: 'eq', column: 'n.unknown', value: { type: 'long', value: '1' } });
  both({ op: 'eq', column: 's.n', value: { type: 'string', value: 'b' } });
  assert.equal(keeps({ op: 'eq', column: 'n.l', value: { type: 'long', value: '2' } }), false);
  assert.equal(keeps({ op: 'eq', column: 'l', value: { type: 'decimal', value: '2.00' } }), false);
});
