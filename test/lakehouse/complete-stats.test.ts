/**
 * Statistics of written files are complete: every simple column, in structs too, has its counts, and bounds where it has a
 * value; long text and NaN, which the engine leaves out, included. The engine on the rows is the oracle.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { duckdbType } from '@weft/core/contract/data-type';
import { stageAppend } from '@weft/core/lakehouse/commit';
import { fileLayout } from '@weft/core/lakehouse/layout';
import { findSnapshot, planScan } from '@weft/core/lakehouse/scan';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile } from '@weft/core/lakehouse/types';
import { writeFiles } from '@weft/core/lakehouse/write-files';
import { must } from '@weft/core/lib/assert';
import { compareText, type Predicate } from '@weft/core/lib/predicate';
import fc from 'fast-check';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';
import { ALL_TYPES, column, localTable } from './support.ts';

const engine = await openTestEngine();
after(() => engine.close());

const text = new TextDecoder();

test('long text has bounds that enclose it, alone and in a struct, and NaN is counted', async (t) => {
  const place = localTable(t);
  const columns = [
    column('name', { kind: 'string' }),
    column('share', { kind: 'double' }),
    column('place', {
      kind: 'struct',
      fields: [{ id: 'street', name: 'street', type: { kind: 'string' }, required: false }],
    }),
  ];
  const metadata = createTable({
    uuid: 'u',
    location: place.location,
    columns,
    properties: {},
    now: 1,
  });
  const bound = currentColumns(metadata);
  const piece = fc.constantFrom('a', 'ä', '😀', '\u{10ffff}', ' ', "'", 'zz', '\u0000x'.slice(1));
  const long = fc
    .tuple(fc.array(piece, { maxLength: 20 }), fc.constantFrom(0, 1, 15, 16, 17, 257, 600))
    .map(([parts, n]) => parts.join('') + 'y'.repeat(n));
  const rows = fc.array(
    fc.record({
      name: fc.option(long),
      street: fc.option(long),
      share: fc.constantFrom('nan', '1.5', null),
    }),
    { minLength: 1, maxLength: 6 },
  );
  let count = 0;
  await fc.assert(
    fc.asyncProperty(rows, async (records) => {
      const sql = (value: string | null): string =>
        value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
      const selects = records.map(
        (r) =>
          `SELECT CAST(${sql(r.name)} AS VARCHAR) AS name, CAST(${sql(r.share)} AS DOUBLE) AS share,
            CAST({'street': ${sql(r.street)}} AS STRUCT(street VARCHAR)) AS place`,
      );
      const [file] = await writeFiles(
        { engine, files: createCheckFiles() },
        {
          select: selects.join(' UNION ALL '),
          columns: bound,
          layout: fileLayout(metadata),
          directory: `${place.root}/orders/data`,
          name: `f${count++}`,
        },
      );
      assert.ok(file !== undefined);
      enclosed(
        file,
        1,
        records.map((r) => r.name),
      );
      enclosed(
        file,
        4,
        records.map((r) => r.street),
      );
      assert.equal(file.nanCounts.get(2), records.filter((r) => r.share === 'nan').length);
    }),
    { numRuns: 60 },
  );
});

function enclosed(file: DataFile, fieldId: number, values: (string | null)[]): void {
  const there = values.filter((value) => value !== null);
  assert.equal(file.valueCounts.get(fieldId), values.length);
  assert.equal(file.nullCounts.get(fieldId), values.length - there.length);
  const [lower, upper] = [file.lowerBounds.get(fieldId), file.upperBounds.get(fieldId)];
  assert.equal(lower !== undefined, there.length > 0, 'a lower bound wherever there is a value');
  for (const value of there) {
    assert.ok(compareText(text.decode(lower), value) <= 0);
    if (upper !== undefined) assert.ok(compareText(text.decode(upper), value) >= 0);
    else assert.ok(value.startsWith('\u{10ffff}'), 'no text is above the highest');
  }
  assert.ok([...text.decode(lower)].length <= 16);
}

test('every simple type has all of its statistics, and a table says its totals', async (t) => {
  const place = localTable(t);
  const metadata = createTable({
    uuid: 'u',
    location: place.location,
    columns: ALL_TYPES,
    properties: {},
    now: 1,
  });
  const bound = currentColumns(metadata);
  const values: Record<string, string> = {
    long: '7',
    int: '7',
    double: '7.5',
    boolean: 'true',
    date: '2024-02-29',
    time: '12:00:00',
    timestamp: '2024-02-29 12:00:00',
    timestamptz: '2024-02-29 12:00:00+00',
    decimal: '7.25',
    string: 'x'.repeat(400),
  };
  const selects = bound.map((c) => {
    const value = values[c.type.kind];
    const sql =
      c.name === 'place'
        ? `{'zip': '${'z'.repeat(300)}', 'lat': 1.5}`
        : value === undefined
          ? 'NULL'
          : `'${value}'`;
    return `CAST(${sql} AS ${duckdbType(c.type)}) AS "${c.name.replaceAll('"', '""')}"`;
  });
  const files = await writeFiles(
    { engine, files: createCheckFiles() },
    {
      select: `SELECT ${selects.join(', ')}`,
      columns: bound,
      layout: fileLayout(metadata),
      directory: `${place.root}/orders/data`,
      name: 'all',
    },
  );
  const [file] = files;
  assert.ok(file !== undefined);
  const struct = must(bound.find((c) => c.name === 'place')?.field, 'field of a struct');
  const { fields } = struct.type as { fields: { id: number }[] };
  const nested = fields.map((field) => field.id);
  const simple = bound.filter((c) => values[c.type.kind] !== undefined).map((c) => c.fieldId);
  for (const id of [...simple, ...nested]) {
    for (const map of [
      'valueCounts',
      'nullCounts',
      'lowerBounds',
      'upperBounds',
      'columnSizes',
    ] as const) {
      assert.ok(file[map].has(id), `${map} of field ${id}`);
    }
  }
  const staged = await stageAppend(place.ports, {
    base: metadata,
    files,
    summary: {},
    baseLocation: null,
  });
  const summary = findSnapshot(staged.metadata)?.summary ?? {};
  assert.deepEqual(
    [
      'total-records',
      'total-data-files',
      'total-delete-files',
      'total-position-deletes',
      'changed-partition-count',
    ].map((key) => summary[key]),
    ['1', '1', '0', '0', '1'],
  );
  const filter: Predicate = {
    op: 'eq',
    column: 'we"ird, näme=',
    value: { type: 'string', value: 'y' },
  };
  assert.deepEqual(
    await planScan(place.ports, staged.metadata, { filter }),
    [],
    'long text prunes',
  );
});
