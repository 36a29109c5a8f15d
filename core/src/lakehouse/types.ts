/**
 * Iceberg v2 table metadata as Weft holds it in memory, keys as on the wire where the document is stored.
 *
 * Source: spec/iceberg/format/spec.md, "Table Metadata" and "Manifests". 64-bit ids may be bigint when another engine
 * wrote them (`lib/safe-json.ts`); our own are below 2^53.
 */
import type { DataType } from '../contract/data-type.ts';
import type { BoundCell } from './bounds.ts';

/** A column that a table shall have; `id` is the contract's stable property id, which keeps the field id. */
export interface TableColumn {
  id: string;
  name: string;
  type: DataType;
  /** Kept as documentation: files are written optional, nulls are the contract's business. */
  required: boolean;
  doc: string | null;
}

/** A table column with its Iceberg field id. */
export interface BoundColumn extends TableColumn {
  fieldId: number;
  /** The schema field, which holds the ids of nested fields; absent only for primitive columns made by hand. */
  field?: IcebergField;
}

/** One Iceberg table file, as in `metadata.json`. Unknown members of other writers are kept. */
export interface TableMetadata {
  'format-version': 2;
  'table-uuid': string;
  location: string;
  'last-sequence-number': number;
  'last-updated-ms': number;
  'last-column-id': number;
  schemas: IcebergSchema[];
  'current-schema-id': number;
  'partition-specs': PartitionSpec[];
  'default-spec-id': number;
  'last-partition-id': number;
  'sort-orders': SortOrder[];
  'default-sort-order-id': number;
  properties: Record<string, string>;
  'current-snapshot-id': number | bigint | null;
  snapshots: Snapshot[];
  'snapshot-log': { 'timestamp-ms': number; 'snapshot-id': number | bigint }[];
  'metadata-log': { 'timestamp-ms': number; 'metadata-file': string }[];
  refs: Record<string, { 'snapshot-id': number | bigint; type: 'branch' | 'tag' }>;
}

export interface PartitionSpec {
  'spec-id': number;
  fields: PartitionField[];
}

export interface PartitionField {
  'source-id': number;
  'field-id': number;
  name: string;
  /** `identity`, `bucket[16]`, `truncate[4]`, `year`, `month`, `day`, `hour`, `void`, or one that is not known here. */
  transform: string;
}

export interface SortOrder {
  'order-id': number;
  fields: SortField[];
}

export interface SortField {
  transform: string;
  'source-id': number;
  direction: 'asc' | 'desc';
  'null-order': 'nulls-first' | 'nulls-last';
}

export interface IcebergSchema {
  type: 'struct';
  'schema-id': number;
  'identifier-field-ids'?: number[];
  fields: IcebergField[];
}

export interface IcebergField {
  id: number;
  name: string;
  required: boolean;
  type: unknown;
  doc?: string;
}

export interface Snapshot {
  'snapshot-id': number | bigint;
  'parent-snapshot-id'?: number | bigint;
  'sequence-number': number;
  'timestamp-ms': number;
  'manifest-list': string;
  summary: Record<string, string>;
  'schema-id': number;
}

/** One data file with the statistics that a manifest needs; maps are keyed by field id. */
export interface DataFile {
  path: string;
  records: number;
  bytes: number;
  columnSizes: Map<number, number>;
  valueCounts: Map<number, number>;
  nullCounts: Map<number, number>;
  nanCounts: Map<number, number>;
  /** Iceberg single-value binary form; text bounds are cut at 16 code points, the upper one rounded up. */
  lowerBounds: Map<number, Uint8Array>;
  upperBounds: Map<number, Uint8Array>;
  /** SHA-256 of the file as it was written, for whoever keeps it; it does not stand in the manifest. */
  sha256?: string;
  /** What the partition spec makes of every row in the file; absent for the spec without fields that a table begins with. */
  partition?: PartitionTuple;
  /** The sort order in which the rows stand; absent when they have none. */
  sortOrderId?: number;
}

/** What proves the bytes of a file later. */
export interface FileProof {
  uri: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

export type PartitionCell = BoundCell | null;

/** The partition of a file: the id of its spec, and one cell per partition field id. */
export interface PartitionTuple {
  specId: number;
  cells: Map<number, PartitionCell>;
}

/** A new table version, written and durable; nothing is visible until the pointer is swapped. */
export interface StagedMetadata {
  metadata: TableMetadata;
  metadataLocation: string;
  /** Manifest, manifest list and metadata that this stage wrote: what to sweep when the swap is lost. */
  written: string[];
  /** Proofs of what was written, to be kept in the transaction of the swap; none when the ports cannot hash. */
  proofs: FileProof[];
  /** Files that no kept version refers to: what to delete once the swap is won. Best effort, orphans do no harm. */
  unreachable: string[];
}

/** A staged version with a new snapshot. */
export interface StagedCommit extends StagedMetadata {
  snapshotId: number;
}

/** A staged version with several new snapshots, each on the one before. */
export interface StagedAppends extends StagedMetadata {
  snapshotIds: number[];
}

/** A file that a scan has to read after pruning. */
export interface ScanFile {
  path: string;
  records: number;
  bytes: number;
  /** Sequence number of the snapshot that added it. */
  sequence: number;
}

/** A file of a table for whoever reads its rows: with the position delete files that may name some of them. */
export type TableFile = Pick<ReadFile, 'path' | 'deletes'>;

/** A file with the rows that other engines deleted of it. */
export interface ReadFile extends ScanFile {
  /** Its partition as text; equal for files of one partition. */
  partition: string;
  /** Locations of position delete files that may name rows of it. */
  deletes: string[];
}
