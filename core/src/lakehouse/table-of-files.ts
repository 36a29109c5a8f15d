/**
 * A whole Iceberg v2 table over given Parquet files: one snapshot, unpartitioned, without a past.
 *
 * For tables that are handed out and are not ours to commit to (`commit.ts` does that): a projection, for whoever may see
 * it. Not the files and not their statistics (`file-statistics.ts`), which are to be of these very files.
 * Invariants: equal arguments, equal bytes; the documents tell of the given columns and files and of nothing else: no id
 * beyond those of the columns, no earlier snapshot, no order but that of the names of files; every file holds field ids,
 * so no mapping of names stands in the table.
 * Source: spec/iceberg/format/spec.md, "Table Metadata", "Manifests", "Manifest Lists", "Snapshots".
 */
import { assert, must } from '../lib/assert.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { stringifySafeJson } from '../lib/safe-json.ts';
import { ENTRY_STATUS, encodeManifest, encodeManifestList, type ManifestFile } from './manifest.ts';
import type { Deflate } from './ports.ts';
import { fieldIds, fieldOf } from './schema.ts';
import type { BoundColumn, DataFile, IcebergSchema, Snapshot, TableMetadata } from './types.ts';
import { HINT_NAME, hintOf } from './version-hint.ts';

export interface FileTable {
  /** What the table is, the same for all its versions; with the location it makes the UUID. */
  identity: string;
  /** Absolute URI or path of the folder where it will stand, without a slash at its end. */
  location: string;
  columns: readonly BoundColumn[];
  /** Each under `location`, with statistics of its own rows. */
  files: readonly DataFile[];
  /** The version that the files are made of: its snapshot, and when that was committed, in milliseconds since the epoch. */
  made: { snapshot: string; at: number };
  /** Of the table; whoever reads it sees them. */
  properties: Readonly<Record<string, string>>;
  /** Number in the name of the metadata file, from 1. */
  version: number;
}

/** A file of the table's folder. */
export interface TableDocument {
  /** Relative to the location. */
  name: string;
  bytes: Uint8Array;
}

export interface FileTablePorts {
  deflate: Deflate;
  /** SHA-256 in lower-case hex. */
  sha256(data: Uint8Array | string): string;
}

const METADATA = 'metadata';

/** The documents in the order in which they are to be written: each names only those before it. */
export function tableOfFiles(
  ports: FileTablePorts,
  table: FileTable,
): { metadata: TableMetadata; documents: TableDocument[] } {
  const { location, version } = table;
  assert(!location.endsWith('/') && version >= 1, 'a location and a version');
  const files = [...table.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  assert(
    files.every(({ path }) => path.startsWith(`${location}/`)),
    'files of the location',
  );
  const schema = schemaOf(table.columns);
  const stage = { ...ports, table, files, schema, snapshotId: snapshotIdOf(ports, table, schema) };
  const manifest = files.length === 0 ? null : manifestOf(stage);
  const list = manifestListOf(stage, manifest?.line ?? null);
  const metadata = metadataOf(stage, `${location}/${list.name}`);
  const name = `${METADATA}/v${version}.metadata.json`;
  const documents = [
    ...(manifest === null ? [] : [manifest.document]),
    list,
    { name, bytes: utf8(stringifySafeJson(metadata)) },
    { name: `${METADATA}/${HINT_NAME}`, bytes: utf8(hintOf(name)) },
  ];
  return { metadata, documents };
}

interface Stage extends FileTablePorts {
  table: FileTable;
  files: readonly DataFile[];
  schema: IcebergSchema;
  snapshotId: number;
}

function schemaOf(columns: readonly BoundColumn[]): IcebergSchema {
  return { type: 'struct', 'schema-id': 0, fields: columns.map(fieldOf) };
}

/** From 1 to 2^52 − 1, of all that the snapshot is. */
function snapshotIdOf({ sha256 }: FileTablePorts, table: FileTable, schema: IcebergSchema): number {
  const { identity, location, made, files } = table;
  const paths = files.map(({ path }) => path).sort();
  const hash = sha256(canonicalJson({ identity, location, made, schema, paths }));
  return Math.max(1, Number.parseInt(hash.slice(0, 13), 16));
}

function manifestOf(stage: Stage): { line: ManifestFile; document: TableDocument } {
  const { files, schema, snapshotId, table } = stage;
  const entries = files.map((file) => ({
    status: ENTRY_STATUS.added,
    snapshotId,
    sequence: null,
    fileSequence: null,
    file,
  }));
  const bytes = encodeManifest(avroPorts(stage, 'manifest'), {
    schema,
    specId: 0,
    fields: [],
    entries,
  });
  const name = `${METADATA}/${stage.sha256(bytes).slice(0, 32)}-m0.avro`;
  const line: ManifestFile = {
    path: `${table.location}/${name}`,
    bytes: bytes.length,
    specId: 0,
    content: 0,
    sequence: 1,
    minSequence: 1,
    snapshotId,
    addedFiles: files.length,
    existingFiles: 0,
    deletedFiles: 0,
    addedRows: sum(files, 'records'),
    existingRows: 0,
    deletedRows: 0,
    partitions: null,
  };
  return { line, document: { name, bytes } };
}

function manifestListOf(stage: Stage, line: ManifestFile | null): TableDocument {
  const { snapshotId } = stage;
  const bytes = encodeManifestList(avroPorts(stage, 'list'), {
    snapshotId,
    parentId: null,
    sequence: 1,
    manifests: line === null ? [] : [line],
  });
  const hash = stage.sha256(bytes).slice(0, 32);
  return { name: `${METADATA}/snap-${snapshotId}-${hash}.avro`, bytes };
}

function metadataOf(stage: Stage, manifestList: string): TableMetadata {
  const { table, files, schema, snapshotId } = stage;
  const { made } = table;
  const ids = schema.fields.flatMap(fieldIds);
  const snapshot: Snapshot = {
    'snapshot-id': snapshotId,
    'sequence-number': 1,
    'timestamp-ms': made.at,
    'manifest-list': manifestList,
    summary: { ...summaryOf(files), 'weft.snapshot': made.snapshot },
    'schema-id': 0,
  };
  return {
    'format-version': 2,
    'table-uuid': uuidOf(stage.sha256(canonicalJson([table.identity, table.location]))),
    location: table.location,
    'last-sequence-number': 1,
    'last-updated-ms': made.at,
    'last-column-id': ids.reduce((most, id) => Math.max(most, id), 0),
    schemas: [schema],
    'current-schema-id': 0,
    'partition-specs': [{ 'spec-id': 0, fields: [] }],
    'default-spec-id': 0,
    'last-partition-id': 999,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    'default-sort-order-id': 0,
    properties: { ...table.properties },
    'current-snapshot-id': snapshotId,
    snapshots: [snapshot],
    'snapshot-log': [{ 'timestamp-ms': made.at, 'snapshot-id': snapshotId }],
    'metadata-log': [],
    refs: { main: { 'snapshot-id': snapshotId, type: 'branch' } },
  };
}

function summaryOf(files: readonly DataFile[]): Record<string, string> {
  const [count, records, bytes] = [files.length, sum(files, 'records'), sum(files, 'bytes')];
  return {
    operation: 'append',
    'added-data-files': String(count),
    'added-records': String(records),
    'added-files-size': String(bytes),
    'total-data-files': String(count),
    'total-records': String(records),
    'total-files-size': String(bytes),
    'total-delete-files': '0',
    'total-position-deletes': '0',
    'total-equality-deletes': '0',
  };
}

function sum(files: readonly DataFile[], of: 'records' | 'bytes'): number {
  return files.reduce((total, file) => total + file[of], 0);
}

/** Why not random: the same table is to have the same bytes. */
function avroPorts(stage: Stage, of: string): { deflate: Deflate; sync: Uint8Array } {
  const hash = stage.sha256(`${of} ${stage.snapshotId}`);
  const sync = Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(must(hash.slice(2 * i, 2 * i + 2), 'a byte'), 16),
  );
  return { deflate: stage.deflate, sync };
}

/** A UUID of version 8 (RFC 9562): its bits are those of a hash. */
function uuidOf(hash: string): string {
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const hex = `${hash.slice(0, 12)}8${hash.slice(13, 16)}${variant}${hash.slice(17, 32)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
