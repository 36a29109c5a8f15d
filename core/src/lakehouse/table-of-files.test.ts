/** Tables over given files: what stands in their documents, and what does not. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decodeManifest, decodeManifestList } from './manifest.ts';
import { createTable, currentColumns } from './table.ts';
import { type FileTable, tableOfFiles } from './table-of-files.ts';
import type { BoundColumn, DataFile, TableMetadata } from './types.ts';

const ports = {
  deflate: {
    deflate: (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes)),
    inflate: (bytes: Uint8Array) => new Uint8Array(inflateRawSync(bytes)),
  },
  sha256: (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex'),
};
const LOCATION = 'file:///exports/lines';

/** Columns of a table of which the second is not shown. */
function shownColumns(): BoundColumn[] {
  const column = (name: string) => ({ id: name, name, required: false, doc: null });
  const table = createTable({
    uuid: 'u',
    location: 'file:///base',
    columns: [
      { ...column('id'), type: { kind: 'long' } },
      { ...column('secret'), type: { kind: 'string' } },
      { ...column('tags'), type: { kind: 'list', element: { kind: 'string' } } },
      { ...column('hidden_last'), type: { kind: 'string' } },
    ],
    properties: { owner: 'somebody' },
    now: 5,
  });
  return currentColumns(table).filter(({ name }) => name === 'id' || name === 'tags');
}

function dataFile(name: string, records: number): DataFile {
  return {
    path: `${LOCATION}/data/${name}.parquet`,
    records,
    bytes: records * 10,
    columnSizes: new Map(),
    valueCounts: new Map([[1, records]]),
    nullCounts: new Map([[1, 0]]),
    nanCounts: new Map(),
    lowerBounds: new Map([[1, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)]]),
    upperBounds: new Map([[1, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)]]),
  };
}

function table(changes: Partial<FileTable> = {}): FileTable {
  return {
    identity: 'sales.lines@1',
    location: LOCATION,
    columns: shownColumns(),
    files: [dataFile('b', 3), dataFile('a', 4)],
    made: { snapshot: '77', at: 1_700_000_000_000 },
    properties: { 'weft.product': 'sales.lines' },
    version: 1,
    ...changes,
  };
}

const hex = (of: FileTable): string[] =>
  tableOfFiles(ports, of).documents.map(
    ({ name, bytes }) => `${name} ${Buffer.from(bytes).toString('hex')}`,
  );

test('each document names those before it, and the hint the metadata', () => {
  const { documents, metadata } = tableOfFiles(ports, table({ version: 3 }));
  const [manifest, list, written, hint] = documents;
  assert.equal(documents.length, 4);
  assert.deepEqual(JSON.parse(Buffer.from(written?.bytes ?? []).toString()), metadata);
  assert.equal(written?.name, 'metadata/v3.metadata.json');
  assert.equal(Buffer.from(hint?.bytes ?? []).toString(), '3');
  const [snapshot] = metadata.snapshots;
  assert.equal(snapshot?.['manifest-list'], `${LOCATION}/${list?.name}`);
  const lines = decodeManifestList(list?.bytes ?? new Uint8Array(), ports.deflate);
  const [line] = lines;
  assert.equal(lines.length, 1);
  assert.ok(line !== undefined && manifest !== undefined);
  assert.equal(line.path, `${LOCATION}/${manifest.name}`);
  assert.equal(line.bytes, manifest.bytes.length);
  const { entries } = decodeManifest(manifest.bytes, ports.deflate, line);
  assert.deepEqual(
    entries.map(({ path, records, bytes, sequence }) => [path, records, bytes, sequence]),
    [
      [`${LOCATION}/data/a.parquet`, 4, 40, 1],
      [`${LOCATION}/data/b.parquet`, 3, 30, 1],
    ],
  );
  assert.deepEqual(entries[0]?.stats.lowerBounds(), dataFile('a', 4).lowerBounds);
});

test('shown columns keep their field ids, and no other id, snapshot or property is told', () => {
  const { metadata } = tableOfFiles(ports, table());
  const [schema, ...others] = metadata.schemas;
  assert.deepEqual(others, []);
  assert.deepEqual(
    schema?.fields.map(({ id, name }) => [id, name]),
    [
      [1, 'id'],
      [3, 'tags'],
    ],
  );
  assert.equal(metadata['last-column-id'], 5, 'the greatest id that is shown');
  assert.equal(metadata.snapshots.length, 1);
  assert.equal(metadata.snapshots[0]?.['parent-snapshot-id'], undefined);
  assert.deepEqual(metadata['metadata-log'], []);
  assert.equal(metadata['last-sequence-number'], 1);
  assert.deepEqual(metadata.properties, { 'weft.product': 'sales.lines' });
  const text = JSON.stringify(metadata);
  for (const word of ['secret', 'hidden_last', 'somebody', 'file:///base'])
    assert.ok(!text.includes(word), word);
});

test('equal arguments are equal bytes, in whatever order the files come', () => {
  const files = table().files.toReversed();
  assert.deepEqual(hex(table({ files })), hex(table()));
  const numbered = hex(table({ version: 2 }));
  assert.deepEqual(numbered.slice(0, 2), hex(table()).slice(0, 2));
});

test('other files, columns, places or versions are other snapshots; the table stays the same', () => {
  const of = (changes: Partial<FileTable>): TableMetadata =>
    tableOfFiles(ports, table(changes)).metadata;
  const first = of({});
  const changes: Partial<FileTable>[] = [
    { files: table().files.slice(1) },
    { columns: shownColumns().slice(1) },
    { made: { snapshot: '78', at: 1_700_000_000_000 } },
  ];
  for (const change of changes) {
    const next = of(change);
    assert.notEqual(next['current-snapshot-id'], first['current-snapshot-id']);
    assert.equal(next['table-uuid'], first['table-uuid']);
  }
  const files = table().files.map((file) => ({
    ...file,
    path: file.path.replace(LOCATION, 's3://b/t'),
  }));
  assert.notEqual(of({ location: 's3://b/t', files })['table-uuid'], first['table-uuid']);
  assert.match(
    first['table-uuid'],
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('a table without rows has a snapshot without files', () => {
  const { documents, metadata } = tableOfFiles(ports, table({ files: [] }));
  assert.deepEqual(
    documents.map(({ name }) => name.replace(/snap-.*/, 'list')),
    ['metadata/list', 'metadata/v1.metadata.json', 'metadata/version-hint.text'],
  );
  assert.deepEqual(decodeManifestList(documents[0]?.bytes ?? new Uint8Array(), ports.deflate), []);
  assert.equal(metadata.snapshots[0]?.summary['total-records'], '0');
});

test('a file outside of the location is refused', () => {
  const files = [{ ...dataFile('a', 1), path: 'file:///base/data/a.parquet' }];
  assert.throws(() => tableOfFiles(ports, table({ files })), /files of the location/);
});
