/**
 * What a proof of a data directory needs: the store, the files, an engine that reads Parquet footers, the audit chains.
 *
 * All paths are absolute. Invariant: whoever proves is alone with the directory, so nothing changes under the look.
 */
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import type { FileProof } from '@weft/core/lakehouse/types';
import type { Clock } from '@weft/core/lib/ports';
import type { AuditLog } from '../../store/audit-log.ts';
import type { NodeDb } from '../../store/node-batches.ts';
import type { Store } from '../../store/store.ts';
import type { Findings } from './findings.ts';

export interface ProofFiles {
  /** All files below a directory, links not followed; none when it is missing. */
  walk(directory: string): Promise<{ path: string; bytes: number }[]>;
  /** Size and SHA-256; null when there is no such file. Rejects when the disk does not give the bytes. */
  prove(path: string): Promise<{ bytes: number; sha256: string } | null>;
  size(path: string): Promise<number | null>;
  read(path: string): Promise<Uint8Array | null>;
  /** Durable when it resolves. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface ProofDirectories {
  tables: string;
  landings: string;
  quarantine: string;
  /** What a process needs only while it runs. */
  passing: readonly string[];
}

export interface ProofPorts {
  store: Store;
  lakehouse: LakehousePorts;
  files: ProofFiles;
  directories: ProofDirectories;
  engine: SqlEngine;
  /** Chains of the schemas that the store has. */
  audits: readonly AuditLog[];
  clock: Clock;
  nextEventId(): string;
}

/** What was looked at. */
export interface ProofCounts {
  tables: number;
  snapshots: number;
  metadataFiles: number;
  dataFiles: number;
  dataBytes: number;
  rows: number;
  batches: number;
  events: number;
  landings: number;
  quarantineFiles: number;
  heldFiles: number;
  contracts: number;
  policies: number;
  auditEntries: number;
}

export function noCounts(): ProofCounts {
  return {
    tables: 0,
    snapshots: 0,
    metadataFiles: 0,
    dataFiles: 0,
    dataBytes: 0,
    rows: 0,
    batches: 0,
    events: 0,
    landings: 0,
    quarantineFiles: 0,
    heldFiles: 0,
    contracts: 0,
    policies: 0,
    auditEntries: 0,
  };
}

/** Proofs that the store keeps, by the URI of their file. */
export type Proofs = ReadonlyMap<string, FileProof>;

/** What all parts of a proof of the node share. */
export interface ProofContext {
  ports: ProofPorts;
  db: NodeDb;
  proofs: Proofs;
  findings: Findings;
  counts: ProofCounts;
}
