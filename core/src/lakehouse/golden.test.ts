/** Our reader on a table that Spark wrote: metadata, manifest lists, manifests, delete files, against Spark's own dump. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseSafeJson, stringifySafeJson } from '../lib/safe-json.ts';
import { parseDate } from './bounds.ts';
import { loadTable } from './commit.ts';
import { type ManifestEntry, toDataFile } from './manifest.ts';
import { readManifest, readManifestList } from './manifest-store.ts';
import { type BoundPartitionField, bindSpec } from './partition.ts';
import type { ObjectStore } from './ports.ts';
import { findSnapshot, planScan } from './scan.ts';
import { currentColumns, schemaColumns } from './table.ts';

const FOLDER = join(import.meta.dirname, 'fixtures', 'spark-orders');
const PREFIX = /^file:(\/\/)?\/tmp\/weft-golden\/gold\/orders/;

const objects: ObjectStore = {
  get: async (uri) => new Uint8Array(readFileSync(uri.replace(PREFIX, FOLDER))),
  put: async () => assert.fail('read only'),
  delete: async () => assert.fail('read only'),
  list: async () => [],
};
const ports = { objects, deflate: { deflate: deflateRawSync, inflate: inflateRawSync } };

const newest = readdirSync(join(FOLDER, 'metadata')).find((name) =>
  name.endsWith('.metadata.json'),
);
const location = `file:///tmp/weft-golden/gold/orders/metadata/${newest}`;

interface Dump {
  records: Record<string, unknown>[];
}

function readDump(avro: string): Dump {
  const name = avro.slice(avro.lastIndexOf('/') + 1);
  return parseSafeJson(readFileSync(join(FOLDER, 'dump', `${name}.json`), 'utf8')) as Dump;
}

test('metadata keeps ids beyond 2^53 exactly, through writing too', async () => {
  const table = await loadTable(ports, location);
  const ids = table.snapshots.map((s) => s['snapshot-id']);
  assert.deepEqual(ids, [1384613684343757071n, 5431825156846892687n, 826385050523872367n]);
  const raw = readFileSync(join(FOLDER, 'metadata', String(newest)), 'utf8');
  assert.ok(raw.includes(String(ids[1])));
  assert.deepEqual(parseSafeJson(stringifySafeJson(table)), table);
});

test('every manifest list and manifest reads as Spark dumped it', async () => {
  const table = await loadTable(ports, location);
  let entriesSeen = 0;
  for (const snapshot of table.snapshots) {
    const lines = await readManifestList(ports, snapshot);
    const dumped = readDump(snapshot['manifest-list']).records;
    assert.deepEqual(
      lines.map((m) => [
        m.path,
        m.bytes,
        m.content,
        m.sequence,
        m.minSequence,
        m.snapshotId,
        m.addedFiles,
        m.addedRows,
      ]),
      dumped.map((r) => [
        r['manifest_path'],
        r['manifest_length'],
        r['content'],
        r['sequence_number'],
        r['min_sequence_number'],
        r['added_snapshot_id'],
        r['added_files_count'],
        r['added_rows_count'],
      ]),
    );
    for (const line of lines) {
      const entries = await readManifest(ports, line);
      const fields = bindSpec(table, line.specId);
      assert.deepEqual(
        entries.map((entry) => plainEntry(entry, fields)),
        readDump(line.path).records.map(plainDump),
      );
      assert.ok(entries.every((e) => e.sequence === line.sequence));
      entriesSeen += entries.length;
    }
  }
  assert.ok(entriesSeen >= 12);
});

function plainEntry(entry: ManifestEntry, fields: BoundPartitionField[]): unknown {
  const {
    path,
    records,
    bytes,
    sha256: _,
    partition,
    sortOrderId,
    ...stats
  } = toDataFile(entry, fields);
  const maps = Object.values(stats).map((map: Map<number, unknown>) =>
    [...map].map(([k, v]) => [
      k,
      v instanceof Uint8Array ? `hex:${Buffer.from(v).toString('hex')}` : v,
    ]),
  );
  const cells = [...(partition?.cells.values() ?? [])].map((cell) =>
    typeof cell === 'bigint' ? Number(cell) : cell,
  );
  const sort = sortOrderId ?? null;
  return [
    entry.status,
    entry.snapshotId,
    entry.content,
    path,
    records,
    bytes,
    cells,
    sort,
    ...maps,
  ];
}

function plainDump(record: Record<string, unknown>): unknown {
  const file = record['data_file'] as Record<string, unknown>;
  const map = (name: string): unknown =>
    ((file[name] ?? []) as { key: number; value: unknown }[]).map(({ key, value }) => [key, value]);
  return [
    record['status'],
    record['snapshot_id'],
    file['content'],
    file['file_path'],
    file['record_count'],
    file['file_size_in_bytes'],
    Object.values(file['partition'] as Record<string, string | number | null>).map((value) =>
      typeof value === 'string' ? Number(parseDate(value) ?? Number.NaN) || value : value,
    ),
    file['sort_order_id'],
    map('column_sizes'),
    map('value_counts'),
    map('null_value_counts'),
    map('nan_value_counts'),
    map('lower_bounds'),
    map('upper_bounds'),
  ];
}

test('an append-only snapshot is planned, one with delete files is refused', async () => {
  const table = await loadTable(ports, location);
  const tag = table.refs['before_second']?.['snapshot-id'];
  assert.ok(tag !== undefined);
  const files = await planScan(ports, table, { snapshotId: tag });
  assert.equal(
    files.reduce((sum, file) => sum + file.records, 0),
    5,
  );
  const second = findSnapshot(table, 5431825156846892687n);
  assert.equal(
    (await planScan(ports, table, { snapshotId: second?.['snapshot-id'] ?? 0 })).length,
    5,
  );
  await assert.rejects(planScan(ports, table), { code: 'TABLE_UNSUPPORTED' });
  await assert.rejects(planScan(ports, table, { snapshotId: 1 }), { code: 'NOT_FOUND' });
});

test('pruning by bounds that Spark wrote keeps exactly the files with matching rows', async () => {
  const table = await loadTable(ports, location);
  const snapshotId = 5431825156846892687n;
  const plan = (
    column: string,
    from: string,
    to: string,
    type: 'long' | 'date',
  ): Promise<unknown[]> =>
    planScan(ports, table, {
      snapshotId,
      filter: {
        op: 'and',
        args: [
          { op: 'ge', column, value: { type, value: from } },
          { op: 'le', column, value: { type, value: to } },
        ],
      },
    });
  // Ids per file, from the dump: 1 to 2, 3 to 9007199254740993, 4, 5, 6.
  assert.equal((await plan('id', '1', '2', 'long')).length, 1);
  assert.equal((await plan('id', '5', '5', 'long')).length, 2);
  assert.equal((await plan('id', '-9', '0', 'long')).length, 0);
  assert.equal((await plan('id', '9007199254740993', '9007199254740993', 'long')).length, 1);
  assert.equal((await plan('id', '9007199254740994', '9007199254740999', 'long')).length, 0);
  assert.equal((await plan('day', '9999-12-31', '9999-12-31', 'date')).length, 1);
  const nothing = { op: 'eq', column: 'region', value: { type: 'null' } } as const;
  assert.equal((await planScan(ports, table, { snapshotId, filter: nothing })).length, 1);
  assert.equal(parseDate('9999-12-31'), 2932896n);
});

test('columns of types that Weft does not have are refused by name, not read as something else', async () => {
  const table = await loadTable(ports, location);
  assert.throws(() => currentColumns(table), {
    code: 'TABLE_UNSUPPORTED',
    message: 'The column raw cannot be read. The column type binary is not supported.',
  });
  for (const type of ['uuid', 'fixed[16]']) {
    const id = { id: 90, name: 'other', required: false, type };
    const schemas = table.schemas.map((schema) => ({ ...schema, fields: [id] }));
    assert.throws(() => currentColumns({ ...table, schemas }), {
      message: `The column other cannot be read. The column type ${type} is not supported.`,
    });
  }
  assert.throws(() => schemaColumns(table, 0), { code: 'TABLE_UNSUPPORTED' });
});
