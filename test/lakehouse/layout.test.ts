/**
 * Layouts: transforms against the specification's own vectors and against the engine, files written by partition, and what
 * is pruned by it. The oracle of pruning is the engine that looks at every row.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { duckdbType, type PrimitiveType } from '@weft/core/contract/data-type';
import { parseTransform, resultType } from '@weft/core/contract/partition-transform';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { type BoundCell, parseCell } from '@weft/core/lakehouse/bounds';
import { stageAppend } from '@weft/core/lakehouse/commit';
import { evolveLayout, fileLayout } from '@weft/core/lakehouse/layout';
import { transformSql } from '@weft/core/lakehouse/layout-sql';
import { murmur3 } from '@weft/core/lakehouse/murmur3';
import { applyTransform, hashCell } from '@weft/core/lakehouse/partition';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { createTable, currentColumns, evolveColumns } from '@weft/core/lakehouse/table';
import type { DataFile, TableColumn, TableMetadata } from '@weft/core/lakehouse/types';
import {
  checkPartitions,
  PARTITIONS_MAX,
  type WritePorts,
  writeFiles,
} from '@weft/core/lakehouse/write-files';
import type { Constant, Predicate } from '@weft/core/lib/predicate';
import { predicateToDuckdb } from '@weft/core/lib/predicate-sql';
import fc from 'fast-check';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';
import { column, fakeFile, localTable } from './support.ts';

const SEED = Number(process.env['WEFT_SEED'] ?? 1);

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

const DECIMAL: PrimitiveType = { kind: 'decimal', precision: 9, scale: 2 };

test('hashes are those of Appendix B of the specification', () => {
  const cases: [PrimitiveType, BoundCell, number][] = [
    [{ kind: 'int' }, 34n, 2017239379],
    [{ kind: 'long' }, 34n, 2017239379],
    [DECIMAL, 1420n, -500754589],
    [{ kind: 'date' }, 17486n, -653330422],
    [{ kind: 'time' }, 81_068_000_000n, -662762989],
    [{ kind: 'timestamp' }, 1_510_871_468_000_000n, -2047944441],
    [{ kind: 'timestamptz' }, 1_510_871_468_000_000n, -2047944441],
    [{ kind: 'timestamp' }, 1_510_871_468_000_001n, -1207196810],
    [{ kind: 'string' }, 'iceberg', 1210000089],
  ];
  for (const [type, cell, hash] of cases) assert.equal(hashCell(type, cell), hash, type.kind);
  assert.equal(murmur3(Uint8Array.of(0, 1, 2, 3)), -188683207);
});

test('truncation and times are those of the specification', () => {
  const apply = (text: string, type: PrimitiveType, cell: BoundCell): unknown =>
    applyTransform(parseTransform(text), type, cell);
  assert.equal(apply('truncate[10]', { kind: 'int' }, 1n), 0n);
  assert.equal(apply('truncate[10]', { kind: 'int' }, -1n), -10n);
  assert.equal(apply('truncate[50]', DECIMAL, 1065n), 1050n);
  assert.equal(apply('truncate[3]', { kind: 'string' }, 'iceberg'), 'ice');
  assert.equal(apply('truncate[2]', { kind: 'string' }, 'a😀b'), 'a😀');
  assert.equal(apply('day', { kind: 'timestamp' }, -1n), -1n);
  assert.equal(apply('month', { kind: 'date' }, -1n), -1n);
  assert.equal(apply('year', { kind: 'date' }, 17501n), 47n);
  assert.equal(apply('hour', { kind: 'timestamptz' }, 1_510_871_468_000_000n), 419686n);
  assert.equal(apply('bucket[16]', { kind: 'long' }, 34n), 3n);
});

/** Types that files may be laid out by, each with SQL values at its edges. */
const SAMPLES: [PrimitiveType, string[]][] = [
  [{ kind: 'int' }, ['-2147480000', '-11', '-1', '0', '1', '9', '10', '2147483647']],
  [{ kind: 'long' }, ['-9223372036854775000', '-1', '0', '7', '9223372036854775807']],
  [DECIMAL, ['-9999999.00', '-0.01', '0.00', '0.99', '14.20', '10.65']],
  [
    { kind: 'decimal', precision: 38, scale: 10 },
    ['-1234567890123456789.0123456789', '0.0000000001'],
  ],
  [{ kind: 'string' }, ['', 'a', 'iceberg', 'äöü😀x', "it's", 'a\\b']],
  [{ kind: 'date' }, ['1969-12-31', '1970-01-01', '2024-02-29', '0001-01-01', '9999-12-31']],
  [{ kind: 'time' }, ['00:00:00', '22:31:08.000001', '23:59:59.999999']],
  [
    { kind: 'timestamp' },
    ['1969-12-31 23:59:59.999999', '2017-11-16 22:31:08', '0001-01-01 00:00:00'],
  ],
  [{ kind: 'timestamptz' }, ['1969-12-31 23:59:59.999999+00', '2017-11-16 14:31:08-08']],
  [{ kind: 'boolean' }, ['true', 'false']],
];
const TRANSFORMS = [
  'identity',
  'year',
  'month',
  'day',
  'hour',
  'bucket[16]',
  'truncate[10]',
  'truncate[3]',
];

test('the engine transforms every type as the reference does', async () => {
  let compared = 0;
  for (const [source, values] of SAMPLES) {
    for (const text of TRANSFORMS) {
      const transform = parseTransform(text);
      const result = resultType(transform, source);
      if (result === null) continue;
      const sql = transformSql({ fieldId: 1000, column: 'v', transform, source, result });
      const list = [...values.map((value) => `'${value.replaceAll("'", "''")}'`), 'NULL'];
      const rows = await engine.rows(
        `SELECT CAST(v AS VARCHAR) AS v, CAST(${sql} AS VARCHAR) AS p, typeof(${sql}) AS t
          FROM (SELECT CAST(unnest([${list.join(', ')}]) AS ${duckdbType(source)}) AS v)`,
      );
      for (const { v, p, t } of rows) {
        const cell = v === null ? null : parseCell(source, String(v));
        const ours = applyTransform(transform, source, cell);
        const theirs: unknown = p === null ? null : parseCell(result, String(p));
        assert.equal(theirs, ours, `${text} of ${source.kind} ${v}`);
        const wanted = `CAST(NULL AS ${duckdbType(result)})`;
        const [{ same } = {}] = await engine.rows(`SELECT typeof(${wanted}) = '${t}' AS same`);
        assert.equal(same, true, `${text} of ${source.kind} is ${t}`);
        compared += 1;
      }
    }
  }
  assert.ok(compared > 150);
});

const COLUMNS: TableColumn[] = [
  column('id', { kind: 'long' }),
  column('name', { kind: 'string' }),
  column('at', { kind: 'timestamptz' }),
  column('day', { kind: 'date' }),
  column('price', DECIMAL),
];

function partitioned(location: string, ...fields: [string, string][]): TableMetadata {
  const table = createTable({ uuid: 'u', location, columns: COLUMNS, properties: {}, now: 1 });
  const partition = fields.map(([columnId, transform]) => ({ columnId, transform }));
  return evolveLayout(table, { partition, sort: [{ columnId: 'price', direction: 'desc' }] }, 2);
}

const ROWS = `SELECT i AS id, CASE WHEN i % 11 = 0 THEN NULL ELSE 'n' || (i * 7 % 40) END AS name,
  TIMESTAMPTZ '1969-11-20 00:00:00+00' + to_hours(i * 5) AS at, DATE '1969-12-20' + CAST(i % 60 AS INTEGER) AS day,
  CAST(i * 13 % 97 - 40 AS DECIMAL(9, 2)) AS price FROM (SELECT CAST(unnest(range(300)) AS INTEGER) AS i)`;

async function write(metadata: TableMetadata, root: string, rows = ROWS): Promise<DataFile[]> {
  const columns = currentColumns(metadata);
  const casts = columns.map((c) => `CAST("${c.name}" AS ${duckdbType(c.type)}) AS "${c.name}"`);
  const ports: WritePorts = { engine, files: createCheckFiles() };
  return await writeFiles(ports, {
    select: `SELECT ${casts.join(', ')} FROM (${rows})`,
    columns,
    layout: fileLayout(metadata),
    directory: `${root}/orders/data`,
    name: 'f',
  });
}

const LAYOUTS: [string, string][][] = [
  [['name', 'identity']],
  [['id', 'bucket[8]']],
  [['id', 'truncate[50]']],
  [['name', 'truncate[2]']],
  [['at', 'month']],
  [['at', 'day']],
  [['day', 'year']],
  [
    ['price', 'truncate[1000]'],
    ['name', 'bucket[4]'],
  ],
];

for (const fields of LAYOUTS) {
  const title = fields.map(([name, transform]) => `${transform} of ${name}`).join(', ');
  test(`files by ${title}: every row once, in its partition, sorted, and pruned right`, async (t) => {
    const place = localTable(t);
    const metadata = partitioned(place.location, ...fields);
    const files = await write(metadata, place.root);
    const columns = currentColumns(metadata);
    const { partition } = fileLayout(metadata);
    const seen = new Set<string>();
    let rows = 0;
    for (const file of files) {
      const sql = readParquetSql([file.path], columns);
      const values = partition.map(
        (field) => `CAST(${transformSql(field)} AS VARCHAR) AS "${field.fieldId}"`,
      );
      const found = await engine.rows(`SELECT DISTINCT ${values.join(', ')} FROM ${sql}`);
      assert.equal(found.length, 1, 'one partition a file');
      for (const { fieldId, result } of partition) {
        const text = found[0]?.[String(fieldId)];
        const cell = text === null ? null : parseCell(result, String(text));
        assert.equal(file.partition?.cells.get(fieldId), cell);
      }
      const prices = await engine.rows(`SELECT price FROM ${sql}`);
      const sorted = prices.map((row) => Number(row['price']));
      assert.deepEqual(
        sorted,
        [...sorted].sort((a, b) => b - a),
      );
      assert.equal(file.sortOrderId, 1);
      seen.add(JSON.stringify([...(file.partition?.cells ?? [])].map(String)));
      rows += file.records;
    }
    assert.equal(seen.size, files.length, 'one file a partition');
    assert.equal(rows, 300);
    const staged = await stageAppend(place.ports, {
      base: metadata,
      files,
      summary: {},
      baseLocation: null,
    });
    await prunesRight(place.ports, staged.metadata);
    await prunesRight(place.ports, await withoutStatistics(place.ports, metadata, files));
  });
}

/** The same table with partitions alone to prune by. */
async function withoutStatistics(
  ports: Parameters<typeof stageAppend>[0],
  base: TableMetadata,
  files: DataFile[],
): Promise<TableMetadata> {
  const none = { lowerBounds: new Map(), upperBounds: new Map(), nullCounts: new Map() };
  const bare = files.map((file) => ({ ...file, ...none, valueCounts: new Map() }));
  // One manifest a file, so that summaries of manifests prune, too.
  let table = base;
  let baseLocation: string | null = null;
  for (const file of bare.slice(0, 60)) {
    const staged = await stageAppend(ports, {
      base: table,
      files: [file],
      summary: {},
      baseLocation,
    });
    table = staged.metadata;
    baseLocation = staged.metadataLocation;
  }
  return table;
}

const constant: Record<string, fc.Arbitrary<Constant>> = {
  id: fc.integer({ min: -5, max: 320 }).map((n) => ({ type: 'long', value: String(n) })),
  name: fc.integer({ min: -2, max: 45 }).map((n) => ({ type: 'string', value: `n${n}` })),
  at: fc.integer({ min: -60, max: 90 }).map((d) => ({
    type: 'timestamptz',
    value: new Date(d * 86_400_000 + 3_600_000).toISOString(),
  })),
  day: fc.integer({ min: -20, max: 60 }).map((d) => ({
    type: 'date',
    value: new Date(d * 86_400_000).toISOString().slice(0, 10),
  })),
  price: fc.integer({ min: -50, max: 70 }).map((n) => ({ type: 'decimal', value: `${n}.00` })),
};

const leaf: fc.Arbitrary<Predicate> = fc
  .constantFrom('id', 'name', 'at', 'day', 'price')
  .chain((name) => {
    const value = constant[name] ?? fc.constant<Constant>({ type: 'null' });
    return fc.oneof(
      fc.record({
        op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
        column: fc.constant(name),
        value: fc.oneof(
          { weight: 6, arbitrary: value },
          { weight: 1, arbitrary: fc.constant<Constant>({ type: 'null' }) },
        ),
      }),
      fc.record({
        op: fc.constant('in' as const),
        column: fc.constant(name),
        values: fc.array(value, { maxLength: 3 }),
      }),
    );
  });
const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  leaf,
  fc.record({
    op: fc.constantFrom('and', 'or'),
    args: fc.array(leaf, { minLength: 1, maxLength: 3 }),
  }),
  leaf.map((arg): Predicate => ({ op: 'not', arg })),
);

async function prunesRight(
  ports: Parameters<typeof planScan>[0],
  metadata: TableMetadata,
): Promise<void> {
  const all = (await planScan(ports, metadata)).map((file) => file.path);
  const columns = currentColumns(metadata);
  const predicates = fc.sample(predicate, { numRuns: 25, seed: SEED });
  let pruned = 0;
  for (const filter of predicates) {
    const kept = (await planScan(ports, metadata, { filter })).map((file) => file.path);
    pruned += all.length - kept.length;
    const where = predicateToDuckdb(filter);
    const count = `SELECT count(*) AS n FROM`;
    const [whole] = await engine.rows(`${count} ${readParquetSql(all, columns)} WHERE ${where}`);
    const [part] = await engine.rows(`${count} ${readParquetSql(kept, columns)} WHERE ${where}`);
    assert.deepEqual(part, whole, JSON.stringify(filter));
  }
  assert.ok(pruned > 0, 'something is pruned');
}

test('equality finds its bucket, and only that one, by the manifest list already', async (t) => {
  const place = localTable(t);
  const metadata = partitioned(place.location, ['id', 'bucket[8]']);
  const files = await write(metadata, place.root);
  const table = await withoutStatistics(place.ports, metadata, files);
  const filter: Predicate = { op: 'eq', column: 'id', value: { type: 'long', value: '34' } };
  const kept = await planScan(place.ports, table, { filter });
  assert.equal(kept.length, 1);
  const [row] = await engine.rows(
    `SELECT count(*) AS n FROM ${readParquetSql([kept[0]?.path ?? ''], currentColumns(table))} WHERE id = 34`,
  );
  assert.equal(row?.['n'], 1);
});

test('too many partitions are refused before anything is written, a million of them too', async (t) => {
  const place = localTable(t);
  const metadata = partitioned(place.location, ['id', 'identity']);
  const files = createCheckFiles();
  const rows = (n: number): string =>
    `SELECT i AS id, NULL AS name, NULL AS at, NULL AS day, NULL AS price FROM (SELECT unnest(range(${n})) AS i)`;
  await assert.rejects(write(metadata, place.root, rows(1_000_000)), {
    code: 'PARTITIONS_TOO_MANY',
    message: `The rows fall into more than ${PARTITIONS_MAX} partitions by id.`,
  });
  // Nor by parts, each of which has few enough.
  const layout = fileLayout(metadata);
  const part = (from: number): DataFile[] =>
    Array.from({ length: 600 }, (_, i) => ({
      ...fakeFile(`p${from + i}`),
      partition: { specId: 1, cells: new Map([[1000, BigInt(from + i)]]) },
    }));
  checkPartitions([...part(0), ...part(0)], layout);
  assert.throws(() => checkPartitions([...part(0), ...part(600)], layout), {
    code: 'PARTITIONS_TOO_MANY',
  });
  const written = await write(metadata, place.root, rows(50));
  assert.equal(written.length, 50);
  assert.equal(await files.size(pathOfUri(written[0]?.path ?? '')), written[0]?.bytes);
});

test('a layout evolves: files keep their spec, ids of fields stay, and an old layout comes back as it was', () => {
  const base = partitioned('file:///t', ['at', 'month']);
  assert.equal(base['default-spec-id'], 1);
  const change = (
    partition: { columnId: string; transform: string }[],
    table = base,
  ): TableMetadata => evolveLayout(table, { partition, sort: [] }, 3);
  const month = { columnId: 'at', transform: 'month' };
  const both = change([month, { columnId: 'id', transform: 'bucket[4]' }]);
  const specs = both['partition-specs'];
  assert.deepEqual(
    specs.map((spec) => spec.fields.map((field) => [field['field-id'], field.name])),
    [
      [],
      [[1000, 'at_month']],
      [
        [1000, 'at_month'],
        [1001, 'id_bucket_4'],
      ],
    ],
  );
  assert.equal(both['default-sort-order-id'], 0);
  const back = change([month], both);
  assert.equal(back['default-spec-id'], 1);
  assert.equal(back['partition-specs'].length, 3);
  assert.equal(change([month], back), back);
  const more = change([{ columnId: 'id', transform: 'bucket[8]' }], back);
  assert.equal(more['last-partition-id'], 1002);
  const taken = evolveColumns(base, [...COLUMNS, column('id_bucket_4', { kind: 'long' })], 4);
  const named = change([{ columnId: 'id', transform: 'bucket[4]' }], taken);
  assert.equal(named['partition-specs'].at(-1)?.fields[0]?.name, 'id_bucket_4_part');
  const refused = { code: 'TABLE_CHANGE_REFUSED' };
  assert.throws(() => change([{ columnId: 'id', transform: 'day' }]), refused);
  assert.throws(() => change([{ columnId: 'nobody', transform: 'identity' }]), refused);
  assert.throws(() => change([{ columnId: 'id', transform: 'magic' }]), refused);
});
