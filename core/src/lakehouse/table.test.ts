/** Table metadata: field ids over the life of a table, and the changes that are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DataType } from '../contract/data-type.ts';
import {
  contractSummary,
  createTable,
  currentColumns,
  evolveColumns,
  readContractRef,
  schemaColumns,
  setProperties,
} from './table.ts';
import type { TableColumn, TableMetadata } from './types.ts';

const column = (id: string, name: string, type: DataType, required = false): TableColumn => ({
  id,
  name,
  type,
  required,
  doc: null,
});
const long: DataType = { kind: 'long' };
const text: DataType = { kind: 'string' };

function table(...columns: TableColumn[]): TableMetadata {
  return createTable({
    uuid: 'u',
    location: 'file:///t/',
    columns,
    properties: { a: 'b' },
    now: 1000,
  });
}

const refused = { code: 'TABLE_CHANGE_REFUSED' };

test('a new table has its columns, under ids from 1, and gives them back whole', () => {
  const columns = [
    column('k', 'key', long, true),
    { ...column('n', 'note', text), doc: 'What was said.' },
    column('s', 'place', {
      kind: 'struct',
      fields: [
        { id: 'z', name: 'zip', type: text, required: true },
        { id: 'l', name: 'lines', type: { kind: 'list', element: text }, required: false },
      ],
    }),
    column('m', 'attributes', {
      kind: 'map',
      key: text,
      value: { kind: 'decimal', precision: 38, scale: 10 },
    }),
  ];
  const metadata = table(...columns);
  assert.equal(metadata.location, 'file:///t');
  assert.equal(metadata['last-column-id'], 9);
  const bound = currentColumns(metadata);
  assert.deepEqual(
    bound.map(({ fieldId, field, ...rest }) => rest),
    columns,
  );
  assert.deepEqual(
    bound.map((c) => c.fieldId),
    [1, 2, 3, 4],
  );
});

test('ids follow the stable id through rename, drop, and the same name again', () => {
  const first = table(column('a', 'a', long), column('b', 'b', text));
  const renamed = evolveColumns(first, [column('b', 'beta', text), column('a', 'a', long)], 2000);
  assert.deepEqual(
    currentColumns(renamed).map((c) => [c.name, c.fieldId]),
    [
      ['beta', 2],
      ['a', 1],
    ],
  );
  const dropped = evolveColumns(renamed, [column('a', 'a', long)], 3000);
  const again = evolveColumns(dropped, [column('a', 'a', long), column('b', 'beta', text)], 4000);
  assert.deepEqual(
    currentColumns(again).map((c) => [c.name, c.fieldId]),
    [
      ['a', 1],
      ['beta', 3],
    ],
  );
  const swapped = evolveColumns(again, [column('a', 'beta', long), column('b', 'a', text)], 5000);
  assert.deepEqual(
    currentColumns(swapped).map((c) => [c.name, c.fieldId]),
    [
      ['beta', 1],
      ['a', 3],
    ],
  );
  assert.deepEqual(
    schemaColumns(swapped, 0).map((c) => c.name),
    ['a', 'b'],
  );
  assert.equal(swapped.schemas.length, 5);
  const back = evolveColumns(swapped, [column('a', 'a', long)], 6000);
  assert.equal(back.schemas.length, 5);
  assert.equal(back['current-schema-id'], 2);
});

test('no field id is ever used twice', () => {
  const columns = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 })
    .map((ids) => ids.map((id) => column(id, id, { kind: 'list', element: long })));
  fc.assert(
    fc.property(fc.array(columns, { minLength: 1, maxLength: 8 }), (versions) => {
      let metadata = table(column('x', 'x', long));
      const owner = new Map<number, string>([[1, 'x#0']]);
      let before = new Set(['x']);
      const births = new Map<string, number>();
      for (const version of versions) {
        metadata = evolveColumns(metadata, version, 1);
        for (const c of currentColumns(metadata)) {
          if (!before.has(c.id)) births.set(c.id, (births.get(c.id) ?? 0) + 1);
          const life = `${c.id}#${births.get(c.id)}`;
          assert.equal(owner.get(c.fieldId) ?? life, life);
          owner.set(c.fieldId, life);
        }
        before = new Set(version.map((c) => c.id));
      }
    }),
  );
});

test('promotions that Iceberg allows pass, others are refused', () => {
  const decimal = (precision: number, scale = 2): DataType => ({
    kind: 'decimal',
    precision,
    scale,
  });
  const change = (from: DataType, to: DataType): TableMetadata =>
    evolveColumns(table(column('a', 'a', from)), [column('a', 'a', to)], 2);
  assert.equal(currentColumns(change({ kind: 'int' }, long))[0]?.type.kind, 'long');
  assert.deepEqual(currentColumns(change(decimal(9), decimal(12)))[0]?.type, decimal(12));
  assert.throws(() => change(long, { kind: 'int' }), refused);
  assert.throws(() => change(decimal(12), decimal(9)), refused);
  assert.throws(() => change(decimal(9), decimal(12, 3)), refused);
  assert.throws(() => change({ kind: 'int' }, { kind: 'double' }), refused);
  assert.throws(() => change(text, { kind: 'list', element: text }), refused);
  assert.throws(() => change({ kind: 'timestamp' }, { kind: 'timestamptz' }), refused);
});

test('a nested field may come and go, but its name keeps its meaning', () => {
  const place = (...names: [string, string][]): TableColumn =>
    column('p', 'place', {
      kind: 'struct',
      fields: names.map(([id, name]) => ({ id, name, type: text, required: false })),
    });
  const first = table(place(['z', 'zip'], ['c', 'city']));
  const added = evolveColumns(first, [place(['z', 'zip'], ['c', 'city'], ['s', 'street'])], 2);
  const less = evolveColumns(added, [place(['z', 'zip'])], 3);
  assert.throws(() => evolveColumns(first, [place(['z', 'postcode'], ['c', 'city'])], 2), refused);
  assert.throws(() => evolveColumns(less, [place(['z', 'zip'], ['c', 'city'])], 4), refused);
  assert.throws(() => evolveColumns(less, [place(['z', 'zip'], ['n', 'City'])], 4), refused);
  assert.throws(() => evolveColumns(first, [place(['n', 'new'])], 2), refused);
});

test('columns that cannot stand side by side are refused', () => {
  assert.throws(() => table(column('a', 'x', long), column('b', 'X', long)), refused);
  assert.throws(() => table(column('a', 'x', long), column('a', 'y', long)), refused);
  assert.throws(() => table(), refused);
  assert.throws(() => table(column('a', 'x', { kind: 'struct', fields: [] })), refused);
});

test('nothing changes when nothing changes, and arguments stay as they are', () => {
  const columns = [column('a', 'a', long, true)];
  const metadata = Object.freeze(table(...columns));
  assert.equal(evolveColumns(metadata, columns, 9), metadata);
  assert.equal(setProperties(metadata, { a: 'b' }, 9), metadata);
  const changed = setProperties(metadata, { c: 'd' }, 9);
  assert.deepEqual(
    [changed.properties['a'], changed.properties['c'], metadata.properties['c']],
    ['b', 'd', undefined],
  );
  const optional = evolveColumns(metadata, [column('a', 'a', long, false)], 9);
  assert.equal(optional.schemas.length, 1);
  assert.equal(currentColumns(optional)[0]?.required, false);
});

test('the contract reference is read as it was written', () => {
  const ref = { id: 'c1', version: '1.2.0', hash: 'ab'.repeat(32) };
  assert.deepEqual(readContractRef(contractSummary(ref)), ref);
  assert.equal(readContractRef({}), null);
});
