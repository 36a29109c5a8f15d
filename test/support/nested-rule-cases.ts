/**
 * Row checks on values inside nested columns, with the values that decide them.
 *
 * Not an oracle: these are inputs only. Rows are JSON.
 */
import { type DataType, type StructField, typeName } from '@weft/core/contract/data-type';
import type { NestedPath } from '@weft/core/contract/nested-path';
import {
  type Check,
  checksOf,
  column,
  type RuleCase,
  TYPE_VALUES,
  type TypeValues,
} from './rule-cases.ts';

/** Checks of flat types on values inside of lists and structs. */
export function innerCases(): RuleCase[] {
  return TYPE_VALUES.filter(({ type }) => INNER_TYPES.includes(typeName(type))).map(innerCase);
}

/** A value of a flat type as JSON. */
function jsonOf({ kind }: DataType, value: string): string {
  return kind === 'int' || kind === 'boolean' ? value : JSON.stringify(value);
}

function field(name: string, type: DataType): StructField {
  return { id: name, name, type, required: false };
}

/** Lists of structs with a value of the type in them: every check of the type, on that value. */
function innerCase(entry: TypeValues): RuleCase {
  const { type, zone = null, values } = entry;
  const flat = values.slice(0, INNER_VALUES);
  const rowOf = (...items: (string | null)[]): string => {
    const json = items.map((v) => (v === null ? '{"v":null}' : `{"v":${jsonOf(type, v)}}`));
    return `[${json.join(',')}]`;
  };
  const lists = [
    ...flat.map((value) => rowOf(value)),
    ...flat.slice(1).map((value, i) => rowOf(flat[i] ?? null, null, value)),
  ];
  const rows = [null, '[]', '[null]', '[{}]', ...lists];
  const list: DataType = { kind: 'list', element: { kind: 'struct', fields: [field('v', type)] } };
  const within = ['items', { field: 'v' }] as const;
  return {
    name: `${typeName(type)} inside`,
    columns: [
      {
        ...column('l "1"', list),
        ...(zone === null ? {} : { nestedZones: { 'l "1".items.v': zone } }),
      },
      column('k', type, zone),
    ],
    rows: rows.map((text, i) => [text, flat[i % flat.length] ?? null]),
    checks: innerChecks(entry).flatMap((check): Check[] =>
      'column' in check && check.column === 'l "1"' ? [{ ...check, within }] : [],
    ),
    knownColumn: 1,
  };
}

/** Some of each kind: every one is asked of the column itself, and inside it must be the same. */
function innerChecks(entry: TypeValues): Check[] {
  const kinds = Map.groupBy(checksOf('l "1"', entry), ({ kind }) => kind);
  return [...kinds.values()].flatMap((checks) => {
    const step = Math.ceil(checks.length / INNER_CHECKS);
    return checks.filter((_, i) => i % step === 0);
  });
}

/** Values of each type that stand inside, and checks of each kind. */
const INNER_VALUES = 6;
const INNER_CHECKS = 5;
/** JSON has neither NaN nor infinity, and the engine reads doubles of JSON in its own way. */
const INNER_TYPES = ['long', 'decimal(10,2)', 'string', 'timestamptz'];

const WHOLE_TYPE: DataType = { kind: 'int' };
const DEEP: DataType = {
  kind: 'struct',
  fields: [
    field('m', {
      kind: 'map',
      key: { kind: 'string' },
      value: { kind: 'list', element: WHOLE_TYPE },
    }),
    field('s', {
      kind: 'struct',
      fields: [field('a b', WHOLE_TYPE), field('t', { kind: 'string' })],
    }),
    field('ll', {
      kind: 'list',
      element: { kind: 'list', element: { kind: 'struct', fields: [field('x', WHOLE_TYPE)] } },
    }),
  ],
};

/** Every way into a type: members, items, keys and values, at several depths, on what is there and what is not. */
export function deepCase(): RuleCase {
  const rows = [
    null,
    '{}',
    '{"m":{},"s":{},"ll":[]}',
    '{"m":{"a":[1,2],"b":null},"s":{"a b":1,"t":"x"},"ll":[[{"x":1}],[{"x":1}]]}',
    '{"m":{"b":[],"é":[null]},"s":{"a b":null,"t":""},"ll":[[],[null],[{}],null]}',
    '{"m":{"a":[3,3],"":[1],"c":[2]},"s":{"a b":3},"ll":[[{"x":2},{"x":2}],[{"x":2},null]]}',
    '{"m":{"aa":[1,null,null]},"s":{"a b":2},"ll":[[{"x":1},{"x":null}],[{"x":1},{"x":null}]]}',
    '{"m":null,"s":null,"ll":[[null,null],[null,null]]}',
    '{"m":{"a":[2]},"s":{"a b":2,"t":"1"},"ll":[[{"x":2}]]}',
    '{"m":{"a":[3,2,1]},"s":{"a b":2,"t":"1"},"ll":[[{"x":3},{"x":2},{"x":3}]]}',
    '{"m":{"a":[1]},"ll":[[{"x":1}],[{"x":1},null],[null]]}',
    '{"m":{"a":[3]},"ll":[[{"x":3}]]}',
  ];
  const list: NestedPath[] = [[{ field: 'll' }], [{ field: 'll' }, 'items']];
  const m: NestedPath = [{ field: 'm' }];
  const s: NestedPath = [{ field: 's' }];
  const numbers: NestedPath[] = [
    [...m, 'value', 'items'],
    [...s, { field: 'a b' }],
    [{ field: 'll' }, 'items', 'items', { field: 'x' }],
  ];
  const texts: NestedPath[] = [
    [...m, 'key'],
    [...s, { field: 't' }],
  ];
  const counted: NestedPath[] = [m, [...m, 'value'], ...list];
  const others: NestedPath[] = [
    s,
    [{ field: 'll' }, 'items', 'items'],
    [{ field: 'no' }],
    ['items'],
  ];
  const bound = { value: '2', inclusive: true };
  const every = (paths: NestedPath[], make: (within: NestedPath) => Check[]): Check[] =>
    paths.flatMap(make);
  const checks = [
    ...every([...numbers, ...texts, ...counted, ...others], (within) => [
      { kind: 'required', column: 'd', within },
      { kind: 'missing', column: 'd', within, values: ['', '3'] },
      { kind: 'values', column: 'd', within, values: ['a', '1', '2'] },
      { kind: 'pattern', column: 'd', within, pattern: '^[a1]' },
    ]),
    ...every(numbers, (within) => [
      { kind: 'range', column: 'd', within, min: bound, max: null },
      { kind: 'range', column: 'd', within, min: null, max: bound },
      { kind: 'reference', column: 'd', within, table: 'known', target: 'k' },
    ]),
    ...every(counted, (within) => [
      { kind: 'items', column: 'd', within, min: 1, max: null },
      { kind: 'items', column: 'd', within, min: null, max: 1 },
    ]),
    ...every([...list, [...m, 'value']], (within) => [
      { kind: 'uniqueItems', column: 'd', within },
    ]),
    { kind: 'length', column: 'd', within: m, min: 1, max: 1 },
    { kind: 'uniqueItems', column: 'd', within: m },
    { kind: 'items', column: 'd', within: [...m, 'key'], min: 1, max: 1 },
  ] satisfies Check[];
  return {
    name: 'every way into a type',
    columns: [column('d', DEEP), column('k', WHOLE_TYPE)],
    rows: rows.map((text, i) => [text, i % 4 === 0 ? '1' : '2']),
    checks,
    knownColumn: 1,
  };
}
