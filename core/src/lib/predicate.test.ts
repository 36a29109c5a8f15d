/** The reference evaluator on the cases that its head speaks of, and what each back end writes for them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Cell,
  type Constant,
  cellAt,
  compareText,
  evaluatePredicate,
  type Predicate,
  predicateColumns,
  predicatePaths,
} from './predicate.ts';
import { predicateToIceberg } from './predicate-iceberg.ts';
import { predicateToDuckdb } from './predicate-sql.ts';
import { predicateToTrino } from './predicate-trino.ts';

const double = (value: number): Constant => ({ type: 'double', value });
const text = (value: string): Constant => ({ type: 'string', value });

function iceberg(predicate: Predicate): string {
  return predicateToIceberg(predicate, () => true) ?? 'cannot be said';
}

function holds(predicate: Predicate, cell: Cell): boolean {
  return evaluatePredicate(predicate, () => cell);
}

test('NULL satisfies what asks for NULL, and negations of what it does not satisfy', () => {
  const nothing: Constant = { type: 'null' };
  const table: [Predicate, boolean, boolean][] = [
    [{ op: 'eq', column: 'x', value: nothing }, true, false],
    [{ op: 'ne', column: 'x', value: nothing }, false, true],
    [{ op: 'lt', column: 'x', value: nothing }, false, false],
    [{ op: 'eq', column: 'x', value: text('a') }, false, true],
    [{ op: 'ne', column: 'x', value: text('a') }, true, false],
    [{ op: 'ge', column: 'x', value: text('a') }, false, true],
    [{ op: 'in', column: 'x', values: [nothing, text('a')] }, false, true],
    [{ op: 'in', column: 'x', values: [] }, false, false],
    [{ op: 'prefix', column: 'x', value: '' }, false, true],
  ];
  for (const [predicate, forNull, forText] of table) {
    const shown = JSON.stringify(predicate);
    assert.deepEqual([holds(predicate, null), holds(predicate, 'a')], [forNull, forText], shown);
    const not: Predicate = { op: 'not', arg: predicate };
    assert.deepEqual([holds(not, null), holds(not, 'a')], [!forNull, !forText], shown);
  }
});

test('NaN equals itself and is above all numbers, and the zeros are one', () => {
  const order = (cell: number, value: number): string[] =>
    (['lt', 'eq', 'gt'] as const).filter((op) =>
      holds({ op, column: 'x', value: double(value) }, cell),
    );
  assert.deepEqual(order(Number.NaN, Number.NaN), ['eq']);
  assert.deepEqual(order(Number.NaN, Number.POSITIVE_INFINITY), ['gt']);
  assert.deepEqual(order(1, Number.NaN), ['lt']);
  assert.deepEqual(order(-0, 0), ['eq']);
});

test('cells of dates and timestamps are text, or whole numbers since 1970', () => {
  const day: Predicate = { op: 'gt', column: 'x', value: { type: 'date', value: '1969-12-31' } };
  assert.deepEqual(
    [holds(day, '1970-01-01'), holds(day, 0n), holds(day, -1n)],
    [true, true, false],
  );
  const value: Constant = { type: 'timestamp', value: '1969-12-31T23:59:59.999999Z' };
  assert.deepEqual([holds({ op: 'eq', column: 'x', value }, -1n)], [true]);
});

test('text is in the order of code points', () => {
  const ordered = [
    '',
    'a',
    'aa',
    'a\u0301',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(Math.sign(compareText(a, b)), Math.sign(i - j), `${i} ${j}`);
    }
  }
});

test('a path leads through structs, and is NULL where one of them is', () => {
  const row = { address: { geo: { level: 3n }, zip: null }, other: null };
  assert.equal(cellAt(row, 'address.geo.level'), 3n);
  assert.equal(cellAt(row, 'address.zip'), null);
  assert.equal(cellAt(row, 'other.geo.level'), null);
  const level: Constant = { type: 'int', value: '3' };
  const both: Predicate = {
    op: 'and',
    args: [
      { op: 'eq', column: 'address.geo.level', value: level },
      { op: 'not', arg: { op: 'eq', column: 'address.zip', value: text('1') } },
    ],
  };
  assert.equal(
    evaluatePredicate(both, (path) => cellAt(row, path)),
    true,
  );
  assert.deepEqual(predicatePaths(both), ['address.geo.level', 'address.zip']);
  assert.deepEqual(predicateColumns(both), ['address']);
});

test('every back end asks for NULL, spells NaN and zero out, and quotes what people wrote', () => {
  const mixed: Predicate = {
    op: 'not',
    arg: {
      op: 'or',
      args: [
        { op: 'lt', column: 'a.b', value: double(0) },
        { op: 'eq', column: 'c', value: text("it's") },
      ],
    },
  };
  assert.equal(
    predicateToDuckdb(mixed),
    `(((struct_extract("a", 'b') IS NULL) OR (struct_extract("a", 'b') > CAST('-5e-324' AS DOUBLE)) OR isnan(struct_extract("a", 'b'))) AND (("c" IS NULL) OR ("c" <> 'it''s')))`,
  );
  assert.equal(
    predicateToTrino(mixed),
    `(((coalesce("a", "a")."b" IS NULL) OR (coalesce("a", "a")."b" > DOUBLE '-5e-324') OR is_nan(coalesce("a", "a")."b")) AND (("c" IS NULL) OR ("c" <> 'it''s')))`,
  );
  assert.deepEqual(JSON.parse(iceberg(mixed)), {
    type: 'and',
    left: {
      type: 'or',
      left: {
        type: 'or',
        left: { type: 'is-null', term: 'a.b' },
        right: { type: 'gt', term: 'a.b', value: -5e-324 },
      },
      right: { type: 'is-nan', term: 'a.b' },
    },
    right: {
      type: 'or',
      left: { type: 'is-null', term: 'c' },
      right: { type: 'not-eq', term: 'c', value: "it's" },
    },
  });
});

test('an Iceberg expression keeps 64-bit integers and tells doubles from them', () => {
  const json = (value: Constant): string => iceberg({ op: 'eq', column: 'x', value });
  assert.match(
    json({ type: 'long', value: '9223372036854775807' }),
    /"value":9223372036854775807\}/,
  );
  assert.match(json(double(5)), /"value":5\.0\}/);
  assert.match(json(double(1e300)), /"value":1e\+300\}/);
  assert.match(
    json({ type: 'timestamptz', value: '2026-01-31T08:30:00.000000Z' }),
    /"2026-01-31T08:30:00\.000000\+00:00"/,
  );
  assert.equal(iceberg({ op: 'and', args: [] }), 'true');
});

test('of a struct, a list or a map Iceberg is asked nothing', () => {
  const isSimple = (path: string): boolean => path !== 'tags';
  const tags: Predicate = { op: 'eq', column: 'tags', value: { type: 'null' } };
  const zip: Predicate = { op: 'eq', column: 'a.zip', value: { type: 'null' } };
  assert.equal(predicateToIceberg({ op: 'or', args: [zip, tags] }, isSimple), null);
  assert.equal(predicateToIceberg(zip, isSimple), '{"type":"is-null","term":"a.zip"}');
});
