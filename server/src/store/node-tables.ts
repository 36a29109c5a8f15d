/**
 * The tables of the schema `node` as Kysely sees them, as `migrations/node` makes them.
 *
 * Not the nouns of the node: `node-batches.ts` turns rows into those. JSON columns take JSON text and give values;
 * instants are RFC 3339 text both ways.
 */

import type { WeftEvent } from '@weft/core/events/event';
import type { RecordLayout } from '@weft/core/ingest/quarantine-files';
import type { BatchReport, BatchState, RuleResult } from '@weft/core/ingest/report';
import type { ProblemDocument } from '@weft/core/lib/error';
import type { ColumnType, Generated } from 'kysely';
import type { IdempotencyTable } from './idempotency.ts';
import type { ListContent } from './node-key-lists.ts';
import type { RestatementReport } from './node-restatements.ts';

/** A JSON column: read as a value, written as JSON text. */
type JsonOf<T> = ColumnType<T, string, string>;

export interface TablesTable {
  domain: string;
  table_name: string;
  major: number;
  object_id: string;
  product: string;
  contract_id: string;
  contract_version: string;
  contract_hash: string;
  table_uuid: string;
  location: string;
  metadata_location: string | null;
  version: Generated<number>;
  next_sequence: Generated<number>;
  rows: Generated<number>;
  bytes: Generated<number>;
  /** Kept by a trigger on `batches`. */
  batches_committed: Generated<number>;
  records_in: Generated<number>;
  records_good: Generated<number>;
  records_repeated: Generated<number>;
  /** When a batch that was sent was committed last; repairs are none. Kept by the same trigger. */
  last_arrival: Generated<string | null>;
  last_commit: string | null;
  created_at: string;
  updated_at: string;
}

export interface NodeContractsTable {
  product: string;
  version: string;
  contract_id: string;
  hash: string;
  source: string;
  bundle: JsonOf<unknown>;
  fetched_at: string;
}

export interface NodeBatchesTable {
  batch: string;
  product: string;
  domain: string;
  table_name: string;
  major: number;
  key: string | null;
  attempt: number;
  sha256: string;
  state: BatchState;
  landing: string | null;
  root: string | null;
  report: JsonOf<BatchReport>;
  records_in: Generated<number>;
  records_good: Generated<number>;
  sequence: number | null;
  snapshot: string | null;
  submitted_by: string;
  decided_by: string | null;
  reported: Generated<boolean>;
  created_at: string;
  updated_at: string;
}

export interface BatchFilesTable {
  batch: string;
  position: number;
  path: string;
  file: JsonOf<unknown>;
}

export interface QuarantineTable {
  batch: string;
  product: string;
  path: string;
  bytes: number;
  records: number;
  duplicates: number;
  by_rule: JsonOf<Record<string, number>>;
  open: number;
  version: Generated<number>;
  layout: JsonOf<RecordLayout | null> | null;
  created_at: string;
}

export interface QuarantineMarksTable {
  mark: string;
  batch: string;
  kind: 'discarded' | 'replayed';
  records: number;
  path: string;
  child: string | null;
  because: string | null;
  decided_by: string;
  created_at: string;
}

export interface FileProofsTable {
  uri: string;
  bytes: number;
  sha256: string;
  created_at: string;
}

export interface EventSourcesTable {
  source: string;
  next_sequence: number;
}

export interface OutboxTable {
  position: Generated<number>;
  source: string;
  sequence: number;
  id: string;
  event: JsonOf<WeftEvent>;
  relayed: Generated<boolean>;
  created_at: string;
}

export const OPERATION_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export interface OperationsTable {
  op: string;
  kind: string;
  subject: string;
  domain: string;
  batch: string | null;
  state: OperationState;
  progress: JsonOf<Record<string, number>>;
  result: JsonOf<unknown> | null;
  problem: JsonOf<ProblemDocument> | null;
  created_at: string;
  updated_at: string;
}

/** Not which rows: neither conditions nor values are kept. */
export interface RestatementsTable {
  restatement: string;
  product: string;
  domain: string;
  key: string | null;
  /** SHA-256 of what was asked under the key. */
  fingerprint: string;
  op: string | null;
  report: JsonOf<RestatementReport>;
  created_at: string;
}

export interface UnreachableFilesTable {
  uri: string;
  domain: string;
  table_name: string;
  major: number;
  unreachable_at: string;
}

/** The last check of a scheduled rule. */
export interface KeyListsTable {
  product: string;
  set_name: string;
  basis: string;
  version: string;
  content: JsonOf<ListContent>;
  read_at: string;
}

export interface RuleChecksTable {
  domain: string;
  table_name: string;
  major: number;
  rule: string;
  product: string;
  checked_at: string;
  result: JsonOf<RuleResult>;
}

export interface UploadsTable {
  upload: string;
  subject: string;
  product: string;
  name: string | null;
  length: number;
  stated: string | null;
  received: Generated<number>;
  digest: string | null;
  batch: string | null;
  taken: Generated<boolean>;
  created_at: string;
  expires_at: string;
}

export interface NodeTables {
  tables: TablesTable;
  contracts: NodeContractsTable;
  batches: NodeBatchesTable;
  batch_files: BatchFilesTable;
  quarantine: QuarantineTable;
  file_proofs: FileProofsTable;
  quarantine_marks: QuarantineMarksTable;
  event_sources: EventSourcesTable;
  outbox: OutboxTable;
  operations: OperationsTable;
  restatements: RestatementsTable;
  unreachable_files: UnreachableFilesTable;
  rule_checks: RuleChecksTable;
  key_lists: KeyListsTable;
  uploads: UploadsTable;
  idempotency: IdempotencyTable;
}
