/**
 * Manifests and manifest lists: the Avro files that say which data files a snapshot has.
 *
 * Not here: where they are stored and cached (`manifest-store.ts`). Weft writes data manifests; it reads those of any
 * partition spec, and tells delete files apart from data files.
 * Invariants: entries are never changed once written; statistics are decoded only when somebody asks.
 * Source: spec/iceberg/format/spec.md, "Manifests" and "Manifest Lists".
 */
import { WeftError } from '../lib/error.ts';
import { readContainer, writeContainer } from './avro.ts';
import type { DecodeOptions } from './avro-codec.ts';
import { encodeBound } from './bounds.ts';
import { compareCells } from './cells.ts';
import { fieldName, MANIFEST_FILE_SCHEMA, manifestEntrySchema } from './manifest-schema.ts';
import { type BoundPartitionField, fromAvro, partitionAvroField, toAvro } from './partition.ts';
import type { Deflate } from './ports.ts';
import type { DataFile, IcebergSchema, PartitionCell } from './types.ts';

export const ENTRY_STATUS = { existing: 0, added: 1, deleted: 2 } as const;
export type EntryStatus = (typeof ENTRY_STATUS)[keyof typeof ENTRY_STATUS];

/** One line of a manifest list. */
export interface ManifestFile {
  path: string;
  bytes: number;
  specId: number;
  /** 0 = data files, 1 = delete files. */
  content: number;
  sequence: number;
  minSequence: number;
  snapshotId: number | bigint;
  addedFiles: number;
  existingFiles: number;
  deletedFiles: number;
  addedRows: number;
  existingRows: number;
  deletedRows: number;
  /** One summary per field of the spec, in its order; null when the writer made none. */
  partitions: FieldSummary[] | null;
}

/** What the partition cells of a manifest's files have in common. */
export interface FieldSummary {
  contains_null: boolean;
  contains_nan?: boolean | null;
  lower_bound?: Uint8Array | null;
  upper_bound?: Uint8Array | null;
}

/** Statistics of one data file, each map decoded at first use and null when the file has none. */
export interface FileStats {
  columnSizes(): Map<number, number>;
  valueCounts(): Map<number, number>;
  nullCounts(): Map<number, number>;
  nanCounts(): Map<number, number>;
  lowerBounds(): Map<number, Uint8Array>;
  upperBounds(): Map<number, Uint8Array>;
}

/** One manifest entry; ids and sequences that were inherited are already filled in. */
export interface ManifestEntry {
  status: EntryStatus;
  snapshotId: number | bigint;
  sequence: number;
  fileSequence: number;
  /** 0 = data, 1 = position deletes, 2 = equality deletes. */
  content: number;
  path: string;
  format: string;
  records: number;
  bytes: number;
  /** Of the manifest that names the file. */
  specId: number;
  sortOrderId: number | null;
  /** Raw values of the partition record by partition field id, as Avro has them. */
  partition(): ReadonlyMap<number, unknown>;
  stats: FileStats;
}

/** An entry to be written. Sequences are null only for files added now, which inherit them. */
export interface EntryToWrite {
  status: EntryStatus;
  snapshotId: number | bigint;
  sequence: number | null;
  fileSequence: number | null;
  file: DataFile;
}

export interface AvroPorts {
  deflate: Deflate;
  /** 16 random bytes. */
  sync: Uint8Array;
}

/** The bytes of a data manifest; all its files have the spec's partition fields. */
export function encodeManifest(
  ports: AvroPorts,
  options: {
    schema: IcebergSchema;
    specId: number;
    fields: readonly BoundPartitionField[];
    entries: EntryToWrite[];
  },
): Uint8Array {
  const { schema, specId, fields, entries } = options;
  const spec = fields.map((field) => ({
    name: field.name,
    transform: field.transform,
    'source-id': field['source-id'],
    'field-id': field['field-id'],
  }));
  return writeContainer({
    schema: manifestEntrySchema(fields.map(partitionAvroField)),
    metadata: {
      schema: JSON.stringify(schema),
      'schema-id': String(schema['schema-id']),
      'partition-spec': JSON.stringify(spec),
      'partition-spec-id': String(specId),
      'format-version': '2',
      content: 'data',
    },
    records: entries.map((entry) => entryRecord(entry, fields)),
    ...ports,
  });
}

/** One summary per partition field over the files of a manifest, or null where there is no field. */
export function summarise(
  fields: readonly BoundPartitionField[],
  files: readonly DataFile[],
): FieldSummary[] | null {
  if (fields.length === 0) return null;
  return fields.map((field) => {
    const { result } = field;
    let low: PartitionCell = null;
    let high: PartitionCell = null;
    let hasNull = false;
    for (const file of files) {
      const cell = file.partition?.cells.get(field['field-id']) ?? null;
      if (cell === null) {
        hasNull = true;
        continue;
      }
      if (low === null || compareCells(cell, low) < 0) low = cell;
      if (high === null || compareCells(cell, high) > 0) high = cell;
    }
    const bound = (cell: PartitionCell): Uint8Array | null =>
      cell === null || result === null ? null : encodeBound(result, cell);
    return { contains_null: hasNull, lower_bound: bound(low), upper_bound: bound(high) };
  });
}

function entryRecord(
  entry: EntryToWrite,
  fields: readonly BoundPartitionField[],
): Record<string, unknown> {
  const { file } = entry;
  return {
    status: entry.status,
    snapshot_id: entry.snapshotId,
    sequence_number: entry.sequence,
    file_sequence_number: entry.fileSequence,
    data_file: {
      content: 0,
      file_path: file.path,
      file_format: 'PARQUET',
      partition: partitionRecord(file, fields),
      record_count: file.records,
      file_size_in_bytes: file.bytes,
      column_sizes: pairs(file.columnSizes),
      value_counts: pairs(file.valueCounts),
      null_value_counts: pairs(file.nullCounts),
      nan_value_counts: pairs(file.nanCounts),
      lower_bounds: pairs(file.lowerBounds),
      upper_bounds: pairs(file.upperBounds),
      sort_order_id: file.sortOrderId ?? null,
    },
  };
}

function partitionRecord(
  file: DataFile,
  fields: readonly BoundPartitionField[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const cell = file.partition?.cells.get(field['field-id']) ?? null;
      const { result } = field;
      return [partitionAvroField(field).name, result === null ? null : toAvro(result, cell)];
    }),
  );
}

function pairs<V>(map: Map<number, V>): { key: number; value: V }[] | null {
  if (map.size === 0) return null;
  return [...map].map(([key, value]) => ({ key, value }));
}

/** Field ids of the partition and the statistics maps, which are decoded lazily. */
const LAZY_FIELDS: ReadonlySet<number> = new Set([102, 108, 109, 110, 137, 125, 128]);
/** Field ids that Weft has no use for. */
const SKIPPED_FIELDS: ReadonlySet<number> = new Set([111, 131, 132, 135, 143]);

const ENTRIES: DecodeOptions = {
  name: fieldName,
  mode: (id) => (id === undefined ? 'read' : fieldMode(id)),
};
const LINES: DecodeOptions = { name: fieldName };

/** Entries of a manifest and the plain bytes they keep in memory; `from` is its line in the manifest list. */
export function decodeManifest(
  bytes: Uint8Array,
  deflate: Deflate,
  from: ManifestFile,
): { entries: ManifestEntry[]; plainBytes: number } {
  const { records, plainBytes } = readContainer(bytes, deflate, ENTRIES);
  return { entries: records.map((record) => toEntry(asRecord(record), from)), plainBytes };
}

function fieldMode(id: number): 'read' | 'lazy' | 'skip' {
  if (LAZY_FIELDS.has(id)) return 'lazy';
  return SKIPPED_FIELDS.has(id) ? 'skip' : 'read';
}

function toEntry(record: Record<string, unknown>, from: ManifestFile): ManifestEntry {
  const file = asRecord(record['data_file']);
  const status = asNumber(record['status']) as EntryStatus;
  const added = status === ENTRY_STATUS.added;
  return {
    status,
    snapshotId: asLong(record['snapshot_id'] ?? from.snapshotId),
    sequence: sequenceOf(record['sequence_number'], added, from),
    fileSequence: sequenceOf(record['file_sequence_number'], added, from),
    content: asNumber(file['content'] ?? 0),
    path: asText(file['file_path']),
    format: asText(file['file_format']),
    records: asNumber(file['record_count']),
    bytes: asNumber(file['file_size_in_bytes']),
    specId: from.specId,
    sortOrderId: typeof file['sort_order_id'] === 'number' ? file['sort_order_id'] : null,
    partition: partitionOf(file),
    stats: statsOf(file),
  };
}

function partitionOf(file: Record<string, unknown>): () => ReadonlyMap<number, unknown> {
  let map: Map<number, unknown> | null = null;
  return () => {
    if (map !== null) return map;
    const read = file['partition'];
    const record = typeof read === 'function' ? asRecord((read as () => unknown)()) : {};
    map = new Map(Object.entries(record).map(([id, value]) => [Number(id), value]));
    return map;
  };
}

/** Inheritance: an added file has its manifest's sequence; files of format 1 (sequence 0) have none of their own. */
function sequenceOf(value: unknown, added: boolean, from: ManifestFile): number {
  if (value !== null && value !== undefined) return asNumber(value);
  if (added || from.sequence === 0) return from.sequence;
  throw damaged('an entry has no sequence number and cannot inherit one');
}

function statsOf(file: Record<string, unknown>): FileStats {
  const lazy = <V>(name: string): (() => Map<number, V>) => {
    let map: Map<number, V> | null = null;
    return () => {
      map ??= toMap<V>(file[name]);
      return map;
    };
  };
  return {
    columnSizes: lazy('column_sizes'),
    valueCounts: lazy('value_counts'),
    nullCounts: lazy('null_value_counts'),
    nanCounts: lazy('nan_value_counts'),
    lowerBounds: lazy('lower_bounds'),
    upperBounds: lazy('upper_bounds'),
  };
}

function toMap<V>(read: unknown): Map<number, V> {
  const items = typeof read === 'function' ? (read as () => unknown)() : null;
  if (!Array.isArray(items)) return new Map();
  return new Map(items.map((item: { key: number; value: V }) => [item.key, item.value]));
}

/** The data file of an entry, with all its statistics, to be written again under the fields of its spec. */
export function toDataFile(entry: ManifestEntry, fields: readonly BoundPartitionField[]): DataFile {
  const { path, records, bytes, stats } = entry;
  return {
    path,
    records,
    bytes,
    columnSizes: stats.columnSizes(),
    valueCounts: stats.valueCounts(),
    nullCounts: stats.nullCounts(),
    nanCounts: stats.nanCounts(),
    lowerBounds: stats.lowerBounds(),
    upperBounds: stats.upperBounds(),
    partition: { specId: entry.specId, cells: partitionCells(entry, fields) },
    ...(entry.sortOrderId === null ? {} : { sortOrderId: entry.sortOrderId }),
  };
}

/** The partition cells of an entry; a field whose type is not known here has none. */
export function partitionCells(
  entry: Pick<ManifestEntry, 'partition'>,
  fields: readonly BoundPartitionField[],
): Map<number, PartitionCell> {
  const cells = new Map<number, PartitionCell>();
  if (fields.length === 0) return cells;
  const raw = entry.partition();
  for (const field of fields) {
    const id = field['field-id'];
    if (field.result !== null) cells.set(id, fromAvro(field.result, raw.get(id)));
  }
  return cells;
}

/** The bytes of a manifest list. */
export function encodeManifestList(
  ports: AvroPorts,
  options: {
    snapshotId: number;
    parentId: number | bigint | null;
    sequence: number;
    manifests: ManifestFile[];
  },
): Uint8Array {
  const { snapshotId, parentId, sequence, manifests } = options;
  return writeContainer({
    schema: MANIFEST_FILE_SCHEMA,
    metadata: {
      'snapshot-id': String(snapshotId),
      ...(parentId === null ? {} : { 'parent-snapshot-id': String(parentId) }),
      'sequence-number': String(sequence),
      'format-version': '2',
    },
    records: manifests.map((m) => ({
      manifest_path: m.path,
      manifest_length: m.bytes,
      partition_spec_id: m.specId,
      content: m.content,
      sequence_number: m.sequence,
      min_sequence_number: m.minSequence,
      added_snapshot_id: m.snapshotId,
      added_files_count: m.addedFiles,
      existing_files_count: m.existingFiles,
      deleted_files_count: m.deletedFiles,
      added_rows_count: m.addedRows,
      existing_rows_count: m.existingRows,
      deleted_rows_count: m.deletedRows,
      partitions: m.partitions,
    })),
    ...ports,
  });
}

/** The lines of a manifest list. */
export function decodeManifestList(bytes: Uint8Array, deflate: Deflate): ManifestFile[] {
  const { records } = readContainer(bytes, deflate, LINES);
  return records.map((item) => {
    const record = asRecord(item);
    const count = (name: string): number => asNumber(record[name] ?? 0);
    return {
      path: asText(record['manifest_path']),
      bytes: count('manifest_length'),
      specId: count('partition_spec_id'),
      content: count('content'),
      sequence: count('sequence_number'),
      minSequence: count('min_sequence_number'),
      snapshotId: asLong(record['added_snapshot_id']),
      addedFiles: count('added_files_count'),
      existingFiles: count('existing_files_count'),
      deletedFiles: count('deleted_files_count'),
      addedRows: count('added_rows_count'),
      existingRows: count('existing_rows_count'),
      deletedRows: count('deleted_rows_count'),
      partitions: (record['partitions'] ?? null) as FieldSummary[] | null,
    };
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw damaged('an entry is no record');
}

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw damaged('a number is missing');
}

function asLong(value: unknown): number | bigint {
  return typeof value === 'bigint' ? value : asNumber(value);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw damaged('a path is missing');
}

function damaged(what: string): WeftError {
  return new WeftError('TABLE_CORRUPT', `A manifest is damaged: ${what}.`);
}
