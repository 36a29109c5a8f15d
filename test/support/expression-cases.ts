/**
 * Row expressions of every kind over columns of every type, and rows in which the columns meet each other's values.
 *
 * Not an oracle: these are inputs only. Some cannot be checked, which both back ends have to say.
 */
import type { DataType } from '@weft/core/contract/data-type';
import type { PlanColumn } from '@weft/core/contract/plan';
import { column, type Row, type RuleCase } from './rule-cases.ts';

const NUMERIC = ['i', 'l', 'd', 'f'];
const OPS = ['=', '<>', '<', '<=', '>', '>='];

/** Columns of all types, twice, so that each can be compared with each. */
export const EXPRESSION_COLUMNS: PlanColumn[] = [
  ['i', { kind: 'int' }],
  ['l', { kind: 'long' }],
  ['d', { kind: 'decimal', precision: 12, scale: 3 }],
  ['d2', { kind: 'decimal', precision: 9, scale: 0 }],
  ['f', { kind: 'double' }],
  ['s', { kind: 'string' }],
  ['s2', { kind: 'string' }],
  ['b', { kind: 'boolean' }],
  ['b2', { kind: 'boolean' }],
  ['day', { kind: 'date' }],
  ['day2', { kind: 'date' }],
  ['clock', { kind: 'time' }],
  ['clock2', { kind: 'time' }],
  ['seen', { kind: 'timestamp' }],
  ['seen2', { kind: 'timestamp' }],
  ['sold', { kind: 'timestamptz' }],
  ['sold2', { kind: 'timestamptz' }],
].map(([name, type]) =>
  column(name as string, type as DataType, name === 'sold' ? 'Europe/Berlin' : null),
);

/** Values of each kind of column; rows take them in turn, each column at its own pace. */
const EXPRESSION_VALUES: Record<string, Row> = {
  int: ['0', '1', '-1', '5', '2147483647', '-2147483648', null],
  long: [
    '0',
    '1',
    '-1',
    '5',
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
    null,
  ],
  decimal: ['0', '1', '-1', '5', '2', null],
  double: [
    '0',
    '1',
    '-1',
    '5',
    '-5',
    '0.5',
    'NaN',
    'Infinity',
    '-Infinity',
    '-0.0',
    '1e308',
    '9007199254740992',
    null,
  ],
  string: ['', 'a', 'b', 'A', 'é', '😀', '\uffff', '😀a', 'ab', null],
  boolean: ['true', 'false', null],
  date: ['2026-01-01', '2026-01-02', '0001-01-01', null],
  time: ['00:00:00', '12:00:00', '12:00:00.000001', null],
  timestamp: ['2026-01-01T00:00:00', '2026-01-01T00:00:00.000001', '2025-06-01T12:00:00', null],
  timestamptz: ['2026-01-01T00:00:00Z', '2025-12-31T23:00:00Z', '2026-01-01T00:00:00+02:00', null],
};
const EXTRA: Record<string, Row> = { d: ['0.001', '-0.5', '999999999.999', '-999999999.999'] };

/** `count` rows in which the columns meet each other's values, and as many more as it takes to have each value once. */
export function expressionRows(count: number): Row[] {
  const pools = EXPRESSION_COLUMNS.map(({ name, type }) => [
    ...(EXPRESSION_VALUES[type.kind] ?? []),
    ...(EXTRA[name] ?? []),
  ]);
  const mixed = Array.from({ length: count }, (_, row) =>
    pools.map(
      (pool, at) => pool[(row * (at + 1) + Math.floor(row / (at + 3))) % pool.length] ?? null,
    ),
  );
  // Why: the strides above leave values out where they and the length of a pool have a divisor in common.
  const longest = Math.max(...pools.map((pool) => pool.length));
  const whole = Array.from({ length: longest }, (_, row) =>
    pools.map((pool, at) => pool[(row + at) % pool.length] ?? null),
  );
  return [...mixed, ...whole];
}

function comparisons(): string[] {
  return EXPRESSION_COLUMNS.flatMap((left) =>
    EXPRESSION_COLUMNS.flatMap((right) => {
      if (left === right) return [];
      const isAlike = left.type.kind === right.type.kind || NUMERIC.includes(left.name);
      return (isAlike ? OPS : ['=']).map((op) => `${left.name} ${op} ${right.name}`);
    }),
  );
}

const SINGLE = `
  length(s) = 2; length(s) < length(s2); length(s) * 2 > l; length(i) = 1; length(s) - i >= 0; b; NOT b;
  b AND b2; b OR b2; NOT (b AND b2); NOT b OR b2; b = b2; b IS NULL; b IS NOT NULL; TRUE; FALSE; i;
  i IS NULL OR s IS NULL; i + 1 IS NULL; NOT (i > 0) AND (s = s2 OR NOT b2); i > 0 AND l > 0 AND d > 0;
  i > 0 OR l > 0 OR d > 0; i IN (1, 5); i NOT IN (1, 5); s IN ('a', 'b'); s NOT IN ('a');
  day IN ('2026-01-01', 'x'); d IN (0.5, 1); i BETWEEN 0 AND 5; i NOT BETWEEN 0 AND 5; s BETWEEN 'a' AND 'b';
  day BETWEEN '2026-01-01' AND day2; f BETWEEN 0 AND 1.5; i + d * 2 - 1 >= l; (i + d) * 2 = d; i * i * d > 0;
  l * l > 0; l * l * i > 0; d * d * d * d > 0; f * f > f; f + i * 2 < l; f + i * 2 < 2; 0.5 + f > 1; 0.5 - f > 1; 'a' < 'a'; i = ; i + = 1; nobody = 1;
  upper(s) = s; "i" = 1; i = 1 i; s = 'open; i is 1; 1 = 1; 'a' < 'b'; s > 5; i = TRUE; b < b2
`;

/** Expressions of every kind; some cannot be checked, which both sides have to say. */
export function expressions(): string[] {
  const constants = [
    '0',
    '1.5',
    '-5',
    '.5',
    '1e2',
    "'a'",
    "'2026-01-01'",
    "'12:00:00'",
    'TRUE',
    "'2026-01-01T01:00:00'",
    "'it''s'",
  ];
  const withConstants = EXPRESSION_COLUMNS.flatMap(({ name }) =>
    constants.flatMap((text) => [
      `${name} = ${text}`,
      `${text} < ${name}`,
      `${name} >= ${text}`,
      `${name} <> ${text}`,
    ]),
  );
  const sums = NUMERIC.flatMap((a) =>
    [...NUMERIC, 'd2', '0.5', '3'].flatMap((b) =>
      ['+', '-', '*'].flatMap((op) => [
        `${a} ${op} ${b} > i`,
        `${a} ${op} ${b} <= 2`,
        `${b} ${op} ${a} = ${b}`,
      ]),
    ),
  );
  return [
    ...comparisons(),
    ...withConstants,
    ...sums,
    ...NUMERIC.flatMap((a) => [
      `-${a} < ${a}`,
      `abs(${a}) = ${a}`,
      `abs(-${a}) > 1`,
      `- ${a} + 1 = 0`,
    ]),
    ...SINGLE.trim().split(/\s*;\s*/),
  ];
}

export function expressionCase(): RuleCase {
  return {
    name: 'expressions',
    columns: EXPRESSION_COLUMNS,
    rows: expressionRows(40),
    checks: expressions().map((sql) => ({ kind: 'expression', sql })),
  };
}
