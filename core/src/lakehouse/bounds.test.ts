/** Bounds: bytes there and back, text as engines print it, truncation that never cuts a value off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PrimitiveType } from '../contract/data-type.ts';
import { compareText } from '../lib/predicate.ts';
import {
  type BoundCell,
  decodeBound,
  encodeBound,
  parseCell,
  TEXT_BOUND_LENGTH,
  truncateLower,
  truncateUpper,
} from './bounds.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('bytes are those that Spark wrote for the same values', () => {
  // From the manifests of fixtures/spark-orders: `dump/5ef546f9-….json`, columns id, qty, placed_at, amount, rate.
  const cases: [PrimitiveType, string, string][] = [
    [{ kind: 'long' }, '5', '0500000000000000'],
    [{ kind: 'date' }, '2026-01-03', 'e84f0000'],
    [{ kind: 'string' }, 'second', '7365636f6e64'],
    [{ kind: 'double' }, '0.1', '9a9999999999b93f'],
    [{ kind: 'boolean' }, 'true', '01'],
    [{ kind: 'decimal', precision: 14, scale: 2 }, '0.50', '32'],
    [{ kind: 'decimal', precision: 14, scale: 2 }, '-0.01', 'ff'],
    [{ kind: 'decimal', precision: 14, scale: 2 }, '1.28', '0080'],
    [{ kind: 'decimal', precision: 14, scale: 2 }, '-1.28', '80'],
    [{ kind: 'timestamp' }, '1969-12-31 23:59:59.999999', 'ffffffffffffffff'],
  ];
  for (const [type, text, expected] of cases) {
    const cell = parseCell(type, text);
    assert.ok(cell !== null, text);
    assert.equal(hex(encodeBound(type, cell)), expected, text);
  }
});

const whole = (bits: number): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });

const typed: fc.Arbitrary<[PrimitiveType, BoundCell]> = fc.oneof(
  fc.boolean().map((v): [PrimitiveType, BoundCell] => [{ kind: 'boolean' }, v]),
  whole(32).map((v): [PrimitiveType, BoundCell] => [{ kind: 'int' }, v]),
  whole(64).map((v): [PrimitiveType, BoundCell] => [{ kind: 'long' }, v]),
  whole(64).map((v): [PrimitiveType, BoundCell] => [{ kind: 'timestamptz' }, v]),
  fc.double({ noNaN: true }).map((v): [PrimitiveType, BoundCell] => [{ kind: 'double' }, v]),
  fc.string({ unit: 'binary' }).map((v): [PrimitiveType, BoundCell] => [{ kind: 'string' }, v]),
  fc
    .bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
    .map((v): [PrimitiveType, BoundCell] => [{ kind: 'decimal', precision: 38, scale: 10 }, v]),
);

test('a bound that was encoded decodes to itself', () => {
  fc.assert(
    fc.property(typed, ([type, cell]) => {
      assert.deepEqual(decodeBound(type, encodeBound(type, cell)), cell);
    }),
  );
});

test('decimals take the fewest bytes', () => {
  const decimal: PrimitiveType = { kind: 'decimal', precision: 38, scale: 0 };
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n }), (value) => {
      const bytes = encodeBound(decimal, value);
      const shorter = BigInt.asIntN((bytes.length - 1) * 8, value);
      assert.ok(bytes.length === 1 || shorter !== value);
    }),
  );
});

test('bounds of before a promotion keep their old width', () => {
  assert.equal(decodeBound({ kind: 'long' }, encodeBound({ kind: 'int' }, -7n)), -7n);
  const float = new Uint8Array(4);
  new DataView(float.buffer).setFloat32(0, 0.5, true);
  assert.equal(decodeBound({ kind: 'double' }, float), 0.5);
  assert.throws(() => decodeBound({ kind: 'long' }, new Uint8Array(3)), { code: 'TABLE_CORRUPT' });
});

test('truncated text bounds enclose the text in the order of code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const lower = truncateLower(text);
      const upper = truncateUpper(text);
      assert.ok(compareText(lower, text) <= 0);
      assert.ok([...lower].length <= TEXT_BOUND_LENGTH);
      if (upper === null) return;
      assert.ok(compareText(upper, text) >= 0 && upper.isWellFormed());
      assert.ok([...upper].length <= TEXT_BOUND_LENGTH);
    }),
  );
  const top = '\u{10ffff}';
  assert.equal(truncateUpper(top.repeat(17)), null);
  assert.equal(truncateUpper(`a${top.repeat(20)}`), 'b');
  assert.equal(truncateUpper(`${'a'.repeat(15)}\ud7ffzz`), `${'a'.repeat(15)}\ue000`);
});

test('text that has no exact cell has none', () => {
  assert.equal(parseCell({ kind: 'date' }, 'infinity'), null);
  assert.equal(parseCell({ kind: 'date' }, '2024-02-30'), null);
  assert.equal(parseCell({ kind: 'timestamp' }, '-infinity'), null);
  assert.equal(parseCell({ kind: 'double' }, 'nan'), null);
  assert.equal(parseCell({ kind: 'decimal', precision: 9, scale: 2 }, '1.005'), null);
  assert.equal(parseCell({ kind: 'long' }, '1e3'), null);
  assert.equal(parseCell({ kind: 'double' }, '-inf'), Number.NEGATIVE_INFINITY);
  assert.equal(
    parseCell({ kind: 'date' }, '0006-01-02 (BC)'),
    parseCell({ kind: 'date' }, '-0005-01-02'),
  );
  assert.equal(
    parseCell({ kind: 'timestamptz' }, '2024-01-02T03:04:05+02:00'),
    parseCell({ kind: 'timestamptz' }, '2024-01-02 01:04:05+00'),
  );
});
