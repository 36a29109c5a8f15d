/** Which files a projection may take as they are, and which permitted parts are told apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '../contract/data-type.ts';
import { createTable, currentColumns, everyFieldId, evolveColumns } from '../lakehouse/table.ts';
import type { TableColumn, TableMetadata } from '../lakehouse/types.ts';
import { must } from '../lib/assert.ts';
import type { Predicate } from '../lib/predicate.ts';
import { buildProjection, copyOfPart, type ProjectionPart } from './project.ts';

const TEXT: DataType = { kind: 'string' };
const column = (name: string, type: DataType = TEXT): TableColumn => ({
  id: name,
  name,
  type,
  required: false,
  doc: null,
});
const address = (...names: string[]): DataType => ({
  kind: 'struct',
  fields: names.map((name) => ({
    id: `address.${name}`,
    name,
    type: TEXT,
    required: false,
    doc: null,
  })),
});

function tableOf(...versions: TableColumn[][]): TableMetadata {
  const [first = [], ...later] = versions;
  const options = { uuid: 'u', location: 'file:///t', columns: first, properties: {}, now: 1 };
  return later.reduce((table, columns) => evolveColumns(table, columns, 2), createTable(options));
}

function project(
  metadata: TableMetadata,
  columns: string[],
  rowFilter: Predicate = { op: 'true' },
  deletes: string[] = [],
): ProjectionPart {
  const projection = buildProjection([
    {
      gate: { domain: 'd', table: 't', major: 1, name: 't', mentioned: null },
      decision: {
        table: { domain: 'd', table: 't', major: 1 },
        product: 'd.t',
        contract: { id: 'c', version: '1.0.0', hash: 'a'.repeat(64) },
        decision: 'permit',
        reason: '',
        agreement: null,
        columns,
        hidden: [],
        rowFilter,
        rowFilterText: null,
        sets: [],
        policyVersion: null,
        meshPolicyVersion: null,
        masks: [],
        rollUp: null,
        rowLimit: null,
        mayExport: true,
      },
      columns: currentColumns(metadata),
      storedFieldIds: everyFieldId(metadata),
      files: [
        { path: 'file:///t/a.parquet', records: 1, bytes: 1, sequence: 1, partition: '', deletes },
      ],
    },
  ]);
  return must(projection.parts[0], 'one part');
}

const ONE_STORE: Predicate = { op: 'eq', column: 'a', value: { type: 'string', value: 'x' } };

test('a data file is taken as it is only where all of its rows and columns are permitted', () => {
  const table = tableOf([column('a'), column('b')]);
  assert.equal(project(table, ['a', 'b']).form, null);
  assert.notEqual(project(table, ['a']).form, null);
  assert.notEqual(project(table, ['a', 'b'], ONE_STORE).form, null);
});

test('a column that the table lost is still in its old files, so they are not taken as they are', () => {
  const table = tableOf([column('a'), column('secret')], [column('a'), column('b')]);
  assert.notEqual(project(table, ['a', 'b']).form, null);
});

test('a field inside a column that the table lost counts, too', () => {
  const table = tableOf(
    [column('a'), column('address', address('city', 'street'))],
    [column('a'), column('address', address('city'))],
  );
  assert.notEqual(project(table, ['a', 'address']).form, null);
  const whole = tableOf([column('a'), column('address', address('city', 'street'))]);
  assert.equal(project(whole, ['a', 'address']).form, null);
});

test('a data file with deleted rows is not taken as it is, and its permitted part changes with them', () => {
  const table = tableOf([column('a')]);
  const [one, two] = ['file:///t/d1.parquet', 'file:///t/d2.parquet'];
  const forms = [[one], [one, two], [two, one]].map(
    (list) => project(table, ['a'], { op: 'true' }, list).form,
  );
  assert.notEqual(forms[0], null);
  assert.notEqual(forms[0], forms[1]);
  assert.equal(forms[1], forms[2]);
  assert.match(project(table, ['a'], { op: 'true' }, [one]).copyTo('/p.parquet'), /d1\.parquet/);
});

test('forms are equal where and only where the same is permitted', () => {
  const table = tableOf([column('a'), column('b'), column('c')]);
  const forms = [
    project(table, ['a']),
    project(table, ['a', 'b']),
    project(table, ['a', 'b'], ONE_STORE),
    project(table, ['a', 'b'], { op: 'not', arg: ONE_STORE }),
    project(tableOf([column('a', { kind: 'long' }), column('b'), column('c')]), ['a']),
  ].map((part) => part.form);
  assert.equal(new Set(forms).size, forms.length);
  assert.equal(project(table, ['b', 'a'], ONE_STORE).form, forms[2]);
});

test('the copy reads the column of the filter and writes the permitted ones', () => {
  const table = tableOf([column('a'), column('b'), column('c')]);
  const sql = project(table, ['b'], ONE_STORE).copyTo("/p/it's.parquet");
  assert.match(sql, /\(SELECT "b" FROM read_parquet\(\['\/t\/a\.parquet'\]/);
  assert.match(sql, /name: 'a'/);
  assert.doesNotMatch(sql, /name: 'c'/);
  assert.match(sql, /TO '\/p\/it''s\.parquet'/);
});

test('a copy of all that there is has a form of its own: its rows stand as they are stored', () => {
  const whole = project(tableOf([column('id')]), ['id']);
  const copy = copyOfPart(whole);
  assert.equal(whole.form, null);
  const shown = project(tableOf([column('id'), column('gone')], [column('id')]), ['id']);
  assert.notEqual(shown.form, null);
  assert.notEqual(
    copy.form,
    shown.form,
    'rows of that one must not stand in the order of what is hidden',
  );
  assert.equal(copyOfPart(shown).form, shown.form);
});
