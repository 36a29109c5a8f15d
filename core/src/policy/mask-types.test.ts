/** Which masks and roll-ups fit which types, as a publish refuses them, and the types that come out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '../contract/data-type.ts';
import { maskedType, maskFits, maskProblems } from './mask-types.ts';
import type { Mask, PlaceMask, RollUp } from './obligations.ts';
import { rollUpColumns, rollUpProblem } from './roll-up-types.ts';

const STRING: DataType = { kind: 'string' };
const INT: DataType = { kind: 'int' };
const DATE: DataType = { kind: 'date' };
const MONEY: DataType = { kind: 'decimal', precision: 5, scale: 2 };
const DOUBLE: DataType = { kind: 'double' };
const LIST: DataType = { kind: 'list', element: STRING };
const MAP: DataType = { kind: 'map', key: STRING, value: INT };
const any = (value: unknown): Mask => value as Mask;

test('a mask that fits nothing, or would show every value, is refused with its reason', () => {
  const cases: [Mask, DataType, RegExp][] = [
    [{ kind: 'hash' }, LIST, /cannot be hashed/],
    [{ kind: 'part', show: 'first', characters: 2 }, INT, /not text/],
    [{ kind: 'part', show: 'first', characters: 0 }, STRING, /number of characters/],
    [{ kind: 'part', show: 'first', characters: 1.5 }, STRING, /number of characters/],
    [any({ kind: 'part', show: 'middle', characters: 2 }), STRING, /which end/],
    [{ kind: 'truncate', step: '10' }, STRING, /not a number/],
    [{ kind: 'truncate', step: '0' }, INT, /not a positive/],
    [{ kind: 'truncate', step: '-5' }, INT, /not a positive/],
    [{ kind: 'truncate', step: 'ten' }, INT, /not a positive/],
    [any({ kind: 'truncate' }), INT, /not a positive/],
    [{ kind: 'truncate', step: '1' }, INT, /would show each value/],
    [{ kind: 'truncate', step: '0.5' }, INT, /finer/],
    [{ kind: 'truncate', step: '3000000000' }, INT, /beyond the range/],
    [{ kind: 'truncate', step: '0.01' }, MONEY, /would show each value/],
    [{ kind: 'truncate', step: '0.005' }, MONEY, /finer/],
    [{ kind: 'truncate', step: '1000' }, MONEY, /beyond the range/],
    [{ kind: 'truncate', step: '1e-330' }, DOUBLE, /beyond the range/],
    [{ kind: 'truncate', unit: 'month' }, STRING, /no unit of time/],
    [{ kind: 'truncate', unit: 'day' }, DATE, /would show each value/],
    [any({ kind: 'truncate', unit: 'hour' }), DATE, /not known/],
    [{ kind: 'bucket', bounds: [] }, INT, /no bounds/],
    [{ kind: 'bucket', bounds: ['10', '9'] }, INT, /do not ascend/],
    [{ kind: 'bucket', bounds: ['10', '10'] }, INT, /do not ascend/],
    [{ kind: 'bucket', bounds: ['1.5'] }, INT, /bound "1.5"/],
    [{ kind: 'bucket', bounds: ['true'] }, { kind: 'boolean' }, /no intervals/],
    [any({ kind: 'bucket', bounds: [10] }), INT, /bound "10"/],
    [any({ kind: 'bucket' }), INT, /no bounds/],
    [{ kind: 'fixed', value: { type: 'string', value: 'x' } }, INT, /not one of int/],
    [{ kind: 'fixed', value: { type: 'int', value: '2147483648' } }, INT, /not one of int/],
    [{ kind: 'fixed', value: { type: 'decimal', value: '1000.00' } }, MONEY, /not one of/],
    [any({ kind: 'fixed' }), INT, /not one of int/],
    [any({ kind: 'blur' }), INT, /not known/],
    [any(null), INT, /not known/],
  ];
  for (const [mask, type, reason] of cases) {
    assert.match(maskFits(mask, type) ?? 'fits', reason, JSON.stringify(mask));
  }
});

test('what fits has the type that the projection gives it', () => {
  const cases: [Mask, DataType, DataType | null][] = [
    [{ kind: 'hide' }, LIST, null],
    [{ kind: 'null' }, MAP, MAP],
    [{ kind: 'fixed', value: { type: 'null' } }, LIST, LIST],
    [{ kind: 'fixed', value: { type: 'decimal', value: '999.99' } }, MONEY, MONEY],
    [{ kind: 'hash' }, MONEY, STRING],
    [{ kind: 'bucket', bounds: ['9', '10'] }, INT, STRING],
    [{ kind: 'bucket', bounds: ['-1.5', '0', '2.25'] }, MONEY, STRING],
    [{ kind: 'bucket', bounds: ['2026-01-01'] }, DATE, STRING],
    [{ kind: 'truncate', step: '0.50' }, MONEY, MONEY],
    [{ kind: 'truncate', step: '999.99' }, MONEY, MONEY],
    [{ kind: 'truncate', unit: 'day' }, { kind: 'timestamp' }, { kind: 'timestamp' }],
    [{ kind: 'part', show: 'last', characters: 4 }, STRING, STRING],
  ];
  for (const [mask, type, shown] of cases) {
    assert.equal(maskFits(mask, type), null, JSON.stringify(mask));
    assert.deepEqual(maskedType(mask, type), shown);
  }
});

test('places are those of the contract, each once; keys stay distinct and items are not taken out', () => {
  const columns = [
    { name: 'tags', type: LIST },
    { name: 'sizes', type: MAP },
    { name: 'email', type: STRING },
  ];
  const problem = (...masks: PlaceMask[]): string | undefined =>
    maskProblems(columns, masks)[0]?.problem;
  assert.equal(problem({ place: 'tags.items', mask: { kind: 'hash' } }), undefined);
  assert.equal(problem({ place: 'sizes.key', mask: { kind: 'hash' } }), undefined);
  assert.match(problem({ place: 'sizes.key', mask: { kind: 'null' } }) ?? '', /distinct/);
  assert.match(problem({ place: 'sizes.value', mask: { kind: 'hide' } }) ?? '', /hide the list/);
  assert.match(problem({ place: 'tags.item', mask: { kind: 'null' } }) ?? '', /no such place/);
  assert.match(problem({ place: 'Email', mask: { kind: 'null' } }) ?? '', /no such place/);
  const twice: PlaceMask = { place: 'email', mask: { kind: 'null' } };
  assert.match(problem(twice, twice) ?? '', /two masks/);
});

const COLUMNS = [
  { name: 'store', type: INT },
  { name: 'sold', type: { kind: 'timestamp' } as DataType },
  { name: 'amount', type: MONEY },
  { name: 'wide', type: { kind: 'decimal', precision: 38, scale: 2 } as DataType },
  { name: 'household', type: STRING },
  { name: 'tags', type: LIST },
];
const CELLS: RollUp = {
  by: [
    { column: 'store', unit: null },
    { column: 'sold', unit: 'week' },
  ],
  measures: [
    { function: 'count', column: null, as: 'n' },
    { function: 'sum', column: 'amount', as: 'sales' },
    { function: 'average', column: 'amount', as: 'mean' },
    { function: 'count_distinct', column: 'household', as: 'households' },
  ],
  minimum: { units: 10, of: 'household' },
};

test('a roll-up has the columns that its projection gives', () => {
  assert.equal(rollUpProblem(CELLS, COLUMNS), null);
  assert.deepEqual(rollUpColumns(CELLS, COLUMNS), [
    { name: 'store', type: INT },
    { name: 'sold', type: { kind: 'timestamp' } },
    { name: 'n', type: { kind: 'long' } },
    { name: 'sales', type: { kind: 'decimal', precision: 38, scale: 2 } },
    { name: 'mean', type: DOUBLE },
    { name: 'households', type: { kind: 'long' } },
  ]);
});

test('a roll-up that cannot be made is refused with its reason', () => {
  const measure = (changes: object): Partial<RollUp> => ({
    measures: [{ function: 'count', column: null, as: 'n', ...changes } as never],
  });
  const cases: [object, RegExp][] = [
    [{ by: undefined }, /incomplete/],
    [{ by: [], measures: [] }, /no dimensions/],
    [{ by: [{ column: 'shop', unit: null }] }, /no column "shop"/],
    [{ by: [{ column: 'tags', unit: null }] }, /no dimension/],
    [{ by: [{ column: 'store', unit: 'day' }] }, /no unit of time/],
    [{ by: [{ column: 'sold', unit: 'hour' }] }, /not known/],
    [measure({ function: 'median', column: 'amount' }), /not known/],
    [measure({ function: 'sum' }), /needs a column/],
    [measure({ function: 'sum', column: 'household' }), /has no sum/],
    [measure({ function: 'sum', column: 'wide' }), /28 digits/],
    [measure({ function: 'count_distinct', column: 'tags' }), /cannot be counted/],
    [measure({ column: 'shop' }), /no column "shop"/],
    [measure({ as: 'STORE' }), /one name/],
    [measure({ as: '' }), /no name/],
    [{ minimum: { units: 0, of: 'household' } }, /least number/],
    [{ minimum: { units: 5, of: 'house' } }, /no column "house"/],
    [{ minimum: { units: 5, of: 'tags' } }, /no unit/],
    [{ minimum: null }, /least number/],
  ];
  for (const [changes, reason] of cases) {
    const rollUp = { ...CELLS, ...changes } as RollUp;
    assert.match(rollUpProblem(rollUp, COLUMNS) ?? 'fits', reason, JSON.stringify(changes));
  }
});
