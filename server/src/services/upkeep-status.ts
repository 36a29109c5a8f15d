/**
 * What upkeep did last for the tables of a product, what there is to do now, and when it comes next.
 *
 * Not the upkeep (`table-upkeep.ts`): nothing is changed here. Invariants: what is due is counted by the rules that upkeep
 * itself goes by; what was done is read from the audit log, so it outlives the process; whoever may not see the batches of
 * a domain is not told that its tables exist.
 */
import { isSmall, planCompaction } from '@weft/core/lakehouse/compaction';
import { countExpired } from '@weft/core/lakehouse/retention';
import { planRead } from '@weft/core/lakehouse/scan';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { latestEntry } from '../store/audit-latest.ts';
import type { TableRow } from '../store/node-batches.ts';
import { countUnreachable } from '../store/node-files.ts';
import { assertHeld, assertMaySee, batchesOf, splitProduct } from './ingest-access.ts';
import { nodeDb } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';
import type { UpkeepPulse } from './table-maintenance.ts';
import { dueOrphans, loadNow, retentionOf, type UpkeepDeps } from './table-upkeep.ts';

export interface UpkeepStatusDeps extends Omit<UpkeepDeps, 'writing'> {
  maintenance: { pulse(table: { domain: string; table: string; major: number }): UpkeepPulse };
  /** Domains of this node; all when undefined. */
  domains: readonly string[] | undefined;
}

/** What the audit log has of one kind of work: its time, and the numbers that were noted with it. */
export type UpkeepDeed = { at: string } & Record<string, string | number>;

export interface UpkeepStatus {
  product: string;
  table: string;
  major: number;
  /** Data files of the newest version; `small` are below the size that they shall have, `mergeable` those of the next merge. */
  files: { count: number; bytes: number; small: number; mergeable: number };
  snapshots: { count: number; oldest: string | null; due: number };
  /** Files that no version names any more; they stay for the grace time. */
  unreachable: { count: number; due: number };
  /** Files that no version ever named and whose time is over. */
  orphans: { due: number };
  last: {
    visited: UpkeepPulse['visited'];
    merged: UpkeepDeed | null;
    expired: UpkeepDeed | null;
    swept: UpkeepDeed | null;
  };
  next: { commitsLeft: number; round: string | null };
}

/** The tables of a product, in order of names and majors; throws NOT_FOUND where there is nothing for the subject. */
export async function upkeepStatus(
  deps: UpkeepStatusDeps,
  product: string,
  subject: Subject,
): Promise<UpkeepStatus[]> {
  const { domain, name } = splitProduct(product);
  assertMaySee(subject, domain, batchesOf(product));
  assertHeld(deps.domains, domain);
  const [plain = name, major] = name.split('@');
  let query = nodeDb(deps)
    .selectFrom('tables')
    .selectAll()
    .where('product', '=', `${domain}.${plain}`);
  if (major !== undefined) query = query.where('major', '=', Number(major));
  const rows = await query.orderBy('table_name').orderBy('major').execute();
  if (rows.length === 0) {
    throw new WeftError('NOT_FOUND', `there is no table of ${product} on this node yet`, {
      remedy: `A table comes with its first batch: \`weft ingest ${product} FILE\`; \`weft product list\` has the products.`,
    });
  }
  const status: UpkeepStatus[] = [];
  for (const row of rows) status.push(await statusOf(deps, row));
  return status;
}

async function statusOf(deps: UpkeepStatusDeps, row: TableRow): Promise<UpkeepStatus> {
  const table = { domain: row.domain, table: row.table_name, major: row.major };
  const before = new Date(deps.clock.now() - deps.policy.graceSeconds * 1_000).toISOString();
  const pulse = deps.maintenance.pulse(table);
  // Why none being written: a merge under way has files that are younger than any that is due.
  const orphans = await dueOrphans({ ...deps, writing: new Set() }, row);
  return {
    product: row.product,
    table: `${row.domain}.${row.table_name}`,
    major: row.major,
    ...(await versionStatus(deps, row)),
    unreachable: await countUnreachable(nodeDb(deps), table, before),
    orphans: { due: orphans.length },
    last: {
      visited: pulse.visited,
      merged: await lastDeed(deps, row, 'table.compact'),
      expired: await lastDeed(deps, row, 'table.expire'),
      swept: await lastDeed(deps, row, 'table.sweep'),
    },
    next: { commitsLeft: pulse.commitsLeft, round: pulse.nextRound },
  };
}

async function versionStatus(
  deps: UpkeepStatusDeps,
  row: TableRow,
): Promise<Pick<UpkeepStatus, 'files' | 'snapshots'>> {
  const table = { domain: row.domain, table: row.table_name, major: row.major };
  const loaded = await loadNow({ ...deps, writing: new Set() }, table);
  if (loaded === null) {
    return {
      files: { count: 0, bytes: 0, small: 0, mergeable: 0 },
      snapshots: { count: 0, oldest: null, due: 0 },
    };
  }
  const { metadata } = loaded;
  const { compaction } = deps.policy;
  const files = await planRead(deps.lakehouse, metadata);
  const times = metadata.snapshots.map((snapshot) => snapshot['timestamp-ms']);
  return {
    files: {
      count: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      small: files.filter((file) => isSmall(file, compaction)).length,
      mergeable: planCompaction(files, compaction).flat().length,
    },
    snapshots: {
      count: times.length,
      oldest: times.length === 0 ? null : new Date(Math.min(...times)).toISOString(),
      due: countExpired(metadata, retentionOf(deps, metadata)),
    },
  };
}

async function lastDeed(
  deps: UpkeepStatusDeps,
  row: TableRow,
  action: string,
): Promise<UpkeepDeed | null> {
  const subject = laneOf({ domain: row.domain, table: row.table_name, major: row.major });
  const entry = await latestEntry(deps.store, 'node', { action, subject });
  if (entry === null) return null;
  const { snapshot: _, ...numbers } = JSON.parse(entry.details) as Record<string, string | number>;
  return { at: entry.at, ...numbers };
}
