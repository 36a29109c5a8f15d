/** What is shown of a table under obligations: which are refused, which forms are told apart, and what a form never holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '../contract/data-type.ts';
import { createTable, currentColumns, everyFieldId, groupingFieldIds } from '../lakehouse/table.ts';
import type { TableMetadata } from '../lakehouse/types.ts';
import { isWeftError } from '../lib/error.ts';
import type { AccessDecision } from '../policy/decide.ts';
import type { CellMask, Mask, RollUp } from '../policy/obligations.ts';
import { buildProjection, type Projection } from './project.ts';

const column = (name: string, type: DataType) => ({
  id: name,
  name,
  type,
  required: false,
  doc: null,
});
const TABLE = createTable({
  uuid: 'u',
  location: 'file:///t',
  columns: [
    column('store', { kind: 'int' }),
    column('day', { kind: 'date' }),
    column('email', { kind: 'string' }),
    column('amount', { kind: 'decimal', precision: 9, scale: 2 }),
  ],
  properties: {},
  now: 1,
});
const ALL = ['store', 'day', 'email', 'amount'];

function project(
  said: Partial<AccessDecision>,
  options: {
    files?: string[];
    keyGeneration?: string | null;
    metadata?: TableMetadata;
    /** Columns that the text mentions, of which alone the rows are made. */
    narrow?: string[];
  } = {},
): Projection {
  const decision: AccessDecision = {
    table: { domain: 'd', table: 't', major: 1 },
    product: 'd.t',
    contract: { id: 'c', version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: 'agr_1',
    columns: ALL,
    hidden: [],
    rowFilter: { op: 'true' },
    rowFilterText: null,
    sets: [],
    policyVersion: null,
    meshPolicyVersion: null,
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
    ...said,
  };
  const { files = ['a', 'b'], keyGeneration = 'g1', metadata = TABLE, narrow } = options;
  const mentioned = narrow === undefined ? null : new Set(narrow);
  const table = {
    gate: { domain: 'd', table: 't', major: 1, name: 't', mentioned },
    decision,
    columns: currentColumns(metadata),
    storedFieldIds: everyFieldId(metadata),
    groupedBy: groupingFieldIds(metadata),
    files: files.map((name) => ({
      path: `file:///t/${name}.parquet`,
      records: 1,
      bytes: 1,
      sequence: 1,
      partition: '',
      deletes: [],
    })),
  };
  return buildProjection([table], { keyGeneration, isNarrow: narrow !== undefined });
}

const on = (place: string, mask: Mask) => ({ masks: [{ place, mask }] });
const inRows = (column: string, value: string): CellMask => ({
  kind: 'cells',
  cases: [
    { where: { op: 'eq', column, value: { type: 'string', value } }, mask: { kind: 'null' } },
  ],
  otherwise: null,
});
const CELLS: RollUp = {
  by: [{ column: 'store', unit: null }],
  measures: [{ function: 'sum', column: 'amount', as: 'sales' }],
  minimum: { units: 5, of: 'email' },
};
const SHOWN = { columns: ['store', 'sales'], rollUp: CELLS };

test('an obligation that is not said, not understood or does not fit denies', () => {
  const wrong = {
    masks: undefined,
    'masks that are none': { masks: {} },
    rollUp: undefined,
    rowLimit: undefined,
    mayExport: undefined,
    'a limit that is none': { rowLimit: 1.5 },
    'a kind of mask': on('email', { kind: 'blur' } as unknown as Mask),
    'no mask': on('email', null as unknown as Mask),
    'another type': on('email', { kind: 'truncate', step: '10' }),
    'no such place': on('mail', { kind: 'null' }),
    'a place in other letters': on('Email', { kind: 'null' }),
    'a place in other letters under a roll-up': { ...SHOWN, ...on('STORE', { kind: 'null' }) },
    'two masks': {
      masks: [...on('email', { kind: 'null' }).masks, ...on('email', { kind: 'hash' }).masks],
    },
    'a mask of no rows': on('email', { kind: 'cells', cases: [], otherwise: null }),
    'a mask of rows by a column that is not there': on('email', inRows('region', 'x')),
    'a mask of rows by another type': on('email', inRows('amount', 'x')),
    'a hash in some rows of a number': on('amount', {
      ...inRows('store', 'x'),
      cases: [{ where: { op: 'true' }, mask: { kind: 'hash' } }],
    }),
    'no agreement for a hash in some rows': {
      ...on('email', { ...inRows('store', 'x'), otherwise: { kind: 'hash' } }),
      agreement: null,
    },
    'no agreement for a hash': { ...on('email', { kind: 'hash' }), agreement: null },
    'a roll-up of nothing': { ...SHOWN, rollUp: {} as RollUp },
    'a column that is not there': {
      ...SHOWN,
      rollUp: { ...CELLS, minimum: { units: 5, of: 'household' } },
    },
    'a sum of text': {
      ...SHOWN,
      rollUp: { ...CELLS, measures: [{ function: 'sum', column: 'email', as: 'sales' }] },
    },
    'a sum of what is hidden': { ...SHOWN, ...on('amount', { kind: 'hide' }) },
    'nothing to see': { ...SHOWN, columns: ['amount'] },
    'nothing left': { columns: ['email'], ...on('email', { kind: 'hide' }) },
  };
  for (const [name, said] of Object.entries(wrong)) {
    const changes = (said ?? { [name]: undefined }) as Partial<AccessDecision>;
    assert.throws(
      () => project(changes),
      (error) => isWeftError(error, 'ACCESS_DENIED'),
      name,
    );
  }
  const hash = on('email', { kind: 'hash' });
  assert.throws(() => project(hash, { keyGeneration: null }), /no secret/);
});

test('a mask of a column that the table has not got yet hides nothing and denies nothing', () => {
  const said = { columns: [...ALL, 'phone'], ...on('phone', { kind: 'null' }) };
  assert.equal(project(said).parts.length, 2);
  assert.equal(project({ ...SHOWN, ...on('phone', { kind: 'null' }) }).parts.length, 1);
});

test('masked data files are never taken as they are, and forms are equal only for equal masks', () => {
  const forms = [
    project({}),
    project(on('email', { kind: 'null' })),
    project(on('email', { kind: 'part', show: 'last', characters: 2 })),
    project(on('email', { kind: 'hash' })),
    project({ ...on('email', { kind: 'hash' }), agreement: 'agr_2' }),
    project(on('email', { kind: 'hash' }), { keyGeneration: 'g2' }),
    project({ columns: ALL.slice(0, 2), ...on('email', { kind: 'null' }) }),
    project(SHOWN),
    project({ ...SHOWN, ...on('store', { kind: 'bucket', bounds: ['5'] }) }),
  ].map(({ parts }) => parts[0]?.form);
  assert.equal(forms[0], null);
  assert.equal(forms.filter((form) => typeof form === 'string').length, forms.length - 1);
  assert.equal(new Set(forms).size, forms.length);
});

test('what is not hashed is shared by all agreements, and so is a mask of what is not shown', () => {
  const mine = project(on('email', { kind: 'null' })).parts[0];
  const other = project({ ...on('email', { kind: 'null' }), agreement: 'agr_2' }).parts[0];
  assert.equal(mine?.form, other?.form);
  assert.equal(mine?.keyOf, null);
  const without = project({ columns: ['store'] }).parts[0];
  const hidden = project({ columns: ['store'], ...on('email', { kind: 'hash' }) }).parts[0];
  assert.equal(without?.form, hidden?.form);
  assert.equal(hidden?.keyOf, null);
});

test('a form names agreement and key generation, and neither form nor statement holds a key', () => {
  const [part] = project(on('email', { kind: 'hash' })).parts;
  assert.equal(part?.keyOf, 'agr_1');
  assert.match(part?.form ?? '', /"key":\{"agreement":"agr_1","generation":"g1"\}/);
  assert.match(part?.copyTo('/p') ?? '', /getvariable\('weft_mask_inner'\)/);
});

test('a roll-up is one part of all data files, another one for each version, and none without data', () => {
  const [part, ...more] = project(SHOWN).parts;
  assert.deepEqual(part?.sources, ['file:///t/a.parquet', 'file:///t/b.parquet']);
  assert.equal(part?.isOfVersion, true);
  assert.equal(more.length, 0);
  assert.equal(project(SHOWN, { files: [] }).parts.length, 0);
  const sql = part?.copyTo('/p') ?? '';
  assert.match(sql, /COPY \(SELECT "store", "sales" FROM/);
  assert.match(sql, /count\(DISTINCT r\."_weft_unit"\) >= 5\) ORDER BY "store", "sales"/);
});

test('where the data files are grouped by what is not shown, rows are made one file of all of them', () => {
  const byStore = (transform: string): TableMetadata => ({
    ...TABLE,
    'partition-specs': [
      ...TABLE['partition-specs'],
      { 'spec-id': 1, fields: [{ 'source-id': 1, 'field-id': 1000, name: 'p', transform }] },
    ],
  });
  const parts = (said: Partial<AccessDecision>, transform = 'identity') =>
    project(said, { metadata: byStore(transform) }).parts;
  const hidden = parts({ columns: ALL.slice(1) });
  assert.deepEqual(
    hidden.map(({ sources, isOfVersion }) => [sources.length, isOfVersion]),
    [[2, true]],
  );
  assert.match(hidden[0]?.copyTo('/p') ?? '', /a\.parquet.*b\.parquet.*ORDER BY/s);
  assert.equal(parts(on('store', { kind: 'bucket', bounds: ['5'] }), 'bucket[4]').length, 1);
  assert.equal(parts({ columns: ALL.slice(1) }, 'void').length, 2);
  assert.equal(parts(on('email', { kind: 'null' })).length, 2, 'the store is shown');
  assert.deepEqual(
    parts({}).map(({ form }) => form),
    [null, null],
  );
});

test('narrow rows have the columns that the text may use and no other, with their masks and the filter', () => {
  const rowFilter = {
    op: 'eq',
    column: 'day',
    value: { type: 'date', value: '2026-01-01' },
  } as const;
  const said = {
    columns: ['store', 'email', 'amount'],
    rowFilter,
    ...on('email', { kind: 'hash' }),
  };
  const copyOf = (narrow: string[]): string =>
    project(said, { narrow }).parts[0]?.copyTo('/p') ?? '';
  assert.match(copyOf(['store', 'other']), /SELECT r?\.?"store" FROM .*"day" = /s);
  assert.doesNotMatch(copyOf(['store']), /email|amount|weft_mask/);
  assert.match(copyOf(['email']), /weft_mask/);
  assert.doesNotMatch(copyOf(['day', 'store']), /AS "day"|"day" AS/, 'what is hidden stays hidden');
  assert.match(copyOf([]), /"store"/, 'the cheapest one where none is used');
  const forms = [['store'], ['email'], ['store', 'email'], ['store', 'email', 'amount']].map(
    (narrow) => project(said, { narrow }).parts[0]?.form,
  );
  assert.equal(new Set(forms).size, 4);
  assert.equal(forms[3], project(said).parts[0]?.form, 'all that is permitted is no other form');
});

test('a roll-up, and what is made of all files, are never narrow', () => {
  assert.equal(project(SHOWN, { narrow: ['store'] }).parts[0]?.form, project(SHOWN).parts[0]?.form);
  const metadata: TableMetadata = {
    ...TABLE,
    'partition-specs': [
      {
        'spec-id': 1,
        fields: [{ 'source-id': 1, 'field-id': 1000, name: 'p', transform: 'identity' }],
      },
    ],
  };
  const said = { columns: ALL.slice(1) };
  const [narrow] = project(said, { metadata, narrow: ['day'] }).parts;
  assert.equal(narrow?.form, project(said, { metadata }).parts[0]?.form);
});
