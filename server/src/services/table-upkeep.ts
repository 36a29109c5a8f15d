/**
 * The upkeep of one table: merge small files, drop old snapshots, delete what nobody needs any more.
 *
 * Not when it is done (`table-maintenance.ts`). Invariants: upkeep changes no row and makes no data event; files are merged
 * outside the lane of the table, only their commit runs in it; a file that a version named is deleted only when it has been
 * unreachable for the grace time and no batch that began before still runs; a file that none ever named only when it is
 * older than the orphan time, and no open or held batch and no running merge claims it.
 */
import { commitWithRetry, loadTable } from '@weft/core/lakehouse/commit';
import { type CompactionPolicy, planCompaction } from '@weft/core/lakehouse/compaction';
import { stageExpire } from '@weft/core/lakehouse/expire';
import { fileLayout } from '@weft/core/lakehouse/layout';
import { findOrphans } from '@weft/core/lakehouse/orphans';
import { metadataVersion, normalUri, pathOfUri } from '@weft/core/lakehouse/paths';
import { type RetentionRule, SNAPSHOT_AGE } from '@weft/core/lakehouse/retention';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import type { RewriteRequest, RewriteResult } from '@weft/core/lakehouse/rewrite-files';
import { findSnapshot, planRead } from '@weft/core/lakehouse/scan';
import { makeUuid } from '@weft/core/lakehouse/stage';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile, ReadFile, StagedMetadata, TableMetadata } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import {
  findTable,
  setFilesPointer,
  type TableName,
  type TableRow,
} from '../store/node-batches.ts';
import {
  claimedFiles,
  dueFiles,
  forgetUnreachable,
  notedFiles,
  noteUnreachable,
  unknownBatches,
} from '../store/node-files.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { keepProofs, nodeDb, writeHint } from './ingest-tables.ts';
import { type Lanes, laneOf } from './lanes.ts';
import { sweepUncommitted } from './uncommitted-files.ts';

/** Attempts of a commit against other writers of the table. */
const ATTEMPTS_MAX = 5;
/** Merges of one visit: each is committed before the next begins. */
const MERGES_MAX = 20;
/** Files that are deleted at once. */
const DELETES_AT_ONCE = 500;

export interface UpkeepPolicy {
  compaction: CompactionPolicy;
  /** Snapshots that were last current before so long may go. */
  snapshotSeconds: number;
  /** An unreachable file stays so long for those who may still read it. */
  graceSeconds: number;
  /** A file that no version names stays so long for those who may still commit it. */
  orphanSeconds: number;
}

export interface UpkeepDeps
  extends Pick<
    IngestDeps,
    'store' | 'lakehouse' | 'files' | 'audit' | 'clock' | 'logger' | 'step'
  > {
  lanes: Lanes;
  policy: UpkeepPolicy;
  rewriter: {
    rewrite(request: RewriteRequest, options: { signal: AbortSignal }): Promise<RewriteResult>;
  };
  /** Called after a table got other files for the same rows. */
  onMerged?(): void;
  /** Beginnings of the names of files that merges are writing now. */
  writing: Set<string>;
}

interface Loaded {
  metadata: TableMetadata;
  location: string;
  row: TableRow;
}

/** A table as its pointer has it now; null when nothing was committed yet. */
export async function loadNow(deps: UpkeepDeps, table: TableName): Promise<Loaded | null> {
  const row = await findTable(nodeDb(deps), table);
  const location = row?.metadata_location ?? null;
  if (row === undefined || location === null) return null;
  return { row, location, metadata: await loadTable(deps.lakehouse, location) };
}

/** Merges small files; returns how many went and came. */
export async function compactTable(
  deps: UpkeepDeps,
  table: TableName,
  signal: AbortSignal,
): Promise<{ before: number; after: number }> {
  const total = { before: 0, after: 0 };
  for (let i = 0; i < MERGES_MAX && !signal.aborted; i++) {
    const merged = await compactOnce(deps, table, signal);
    if (merged === null) break;
    total.before += merged.before;
    total.after += merged.after;
  }
  return total;
}

async function compactOnce(
  deps: UpkeepDeps,
  table: TableName,
  signal: AbortSignal,
): Promise<{ before: number; after: number } | null> {
  const loaded = await loadNow(deps, table);
  if (loaded === null) return null;
  const files = await planRead(deps.lakehouse, loaded.metadata);
  const groups = planCompaction(files, deps.policy.compaction);
  if (groups.length === 0) return null;
  const name = `merge-${makeUuid(deps.lakehouse)}`;
  deps.writing.add(name);
  const written: DataFile[] = [];
  try {
    for (const [i, sources] of groups.entries()) {
      written.push(...(await mergeGroup(deps, { loaded, sources, name: `${name}-${i}`, signal })));
    }
    deps.step?.('merge-written');
    const remove = groups.flat();
    const isOurs = await commitMerge(deps, { table, loaded, remove, add: written });
    if (!isOurs) return null;
    deps.onMerged?.();
    return { before: remove.length, after: written.length };
  } catch (error) {
    await sweepUncommitted(
      deps,
      table,
      written.map((file) => file.path),
    );
    // Why no failure: the table moved on under the merge, and the next visit looks again.
    if (isWeftError(error, 'COMMIT_CONFLICT')) return null;
    throw error;
  } finally {
    deps.writing.delete(name);
  }
}

async function mergeGroup(
  deps: UpkeepDeps,
  options: { loaded: Loaded; sources: ReadFile[]; name: string; signal: AbortSignal },
): Promise<DataFile[]> {
  const { loaded, sources, name, signal } = options;
  const { metadata, row } = loaded;
  const { files } = await deps.rewriter.rewrite(
    {
      sources,
      columns: currentColumns(metadata),
      layout: fileLayout(metadata),
      directory: `${pathOfUri(row.location)}/data`,
      name,
    },
    { signal },
  );
  return files;
}

async function commitMerge(
  deps: UpkeepDeps,
  options: { table: TableName; loaded: Loaded; remove: ReadFile[]; add: DataFile[] },
): Promise<boolean> {
  const { table, loaded, remove, add } = options;
  const bytes = (files: readonly { bytes: number }[]): number =>
    files.reduce((sum, file) => sum + file.bytes, 0);
  const details = {
    filesBefore: remove.length,
    filesAfter: add.length,
    bytesBefore: bytes(remove),
    bytesAfter: bytes(add),
  };
  return await commitVersion(deps, {
    table,
    action: 'table.compact',
    details,
    bytes: details.bytesAfter - details.bytesBefore,
    add,
    stage: (base, baseLocation) =>
      stageRewrite(deps.lakehouse, {
        base,
        baseLocation,
        operation: 'replace',
        remove: remove.map((file) => file.path),
        add,
        startSequence: loaded.metadata['last-sequence-number'],
        summary: { 'weft.upkeep': 'compaction' },
      }),
  });
}

/** Drops snapshots whose time is over; returns how many. */
export async function expireTable(deps: UpkeepDeps, table: TableName): Promise<number> {
  const loaded = await loadNow(deps, table);
  if (loaded === null) return 0;
  const { metadata } = loaded;
  const { olderThan, keepLast } = retentionOf(deps, metadata);
  // Why: most visits find nothing, and a look costs less than a place in the lane.
  const oldest = Math.min(...metadata.snapshots.map((snapshot) => snapshot['timestamp-ms']));
  if (metadata.snapshots.length <= keepLast || oldest >= olderThan) return 0;
  const counts = { expired: 0 };
  const details = { snapshots: 0, files: 0 };
  await commitVersion(deps, {
    table,
    action: 'table.expire',
    details,
    bytes: 0,
    add: [],
    stage: async (base, baseLocation) => {
      const { staged } = await stageExpire(deps.lakehouse, {
        base,
        baseLocation,
        olderThan,
        keepLast,
      });
      details.snapshots = base.snapshots.length - staged.metadata.snapshots.length;
      details.files = staged.unreachable.length;
      counts.expired = details.snapshots;
      return counts.expired === 0 ? null : staged;
    },
  });
  return counts.expired;
}

/** Which snapshots of a table may go now: as its properties say, else as the node does. */
export function retentionOf(
  { clock, policy }: Pick<UpkeepDeps, 'clock' | 'policy'>,
  { properties }: TableMetadata,
): RetentionRule {
  const age = positive(properties[SNAPSHOT_AGE]);
  return {
    olderThan: clock.now() - (age ?? policy.snapshotSeconds * 1_000),
    keepLast: positive(properties['history.expire.min-snapshots-to-keep']) ?? 1,
  };
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

interface VersionCommit {
  table: TableName;
  action: string;
  details: Record<string, number>;
  /** Change of the table's bytes. */
  bytes: number;
  /** Data files that the version adds. */
  add: readonly DataFile[];
  /** Null: there is nothing to change after all. */
  stage(base: TableMetadata, baseLocation: string): Promise<StagedMetadata | null>;
}

const NOTHING = new Error('nothing to commit');

/** Commits a version with the same rows, in the lane of the table; false when there was nothing to change. */
async function commitVersion(deps: UpkeepDeps, commit: VersionCommit): Promise<boolean> {
  const { table } = commit;
  try {
    const committed = await deps.lanes.run(laneOf(table), () =>
      commitWithRetry({
        ports: deps.lakehouse,
        attemptsMax: ATTEMPTS_MAX,
        load: async () => must(await loadNow(deps, table), 'table under upkeep'),
        stage: async ({ metadata, location }) => {
          const staged = await commit.stage(metadata, must(location, 'location of a table'));
          if (staged === null) throw NOTHING;
          return staged;
        },
        swap: (staged, expected) => swap(deps, commit, { staged, expected }),
      }),
    );
    deps.step?.('version-done');
    await writeHint(deps, committed);
    return true;
  } catch (error) {
    if (error === NOTHING) return false;
    throw error;
  }
}

async function swap(
  deps: UpkeepDeps,
  { table, action, details, bytes, add }: VersionCommit,
  { staged, expected }: { staged: StagedMetadata; expected: string | null },
): Promise<boolean> {
  const now = new Date(deps.clock.now()).toISOString();
  return await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      const row = must(await findTable(tx, table, true), 'table under upkeep');
      if (row.metadata_location !== expected) return false;
      await setFilesPointer(tx, row, { metadataLocation: staged.metadataLocation, bytes, now });
      await keepProofs(tx, { staged, files: add, now });
      await noteUnreachable(tx, table, { uris: staged.unreachable, now });
      const snapshot = findSnapshot(staged.metadata);
      await deps.audit.appendWithin(tx, {
        actor: 'node',
        action,
        subject: `${table.domain}.${table.table}@${table.major}`,
        details: { ...details, snapshot: String(snapshot?.['snapshot-id'] ?? '') },
      });
      deps.step?.('version-in-transaction');
      return true;
    });
}

/** Deletes files whose grace time is over; returns how many. */
export async function deleteDue(deps: UpkeepDeps): Promise<number> {
  const before = new Date(deps.clock.now() - deps.policy.graceSeconds * 1_000).toISOString();
  let deleted = 0;
  for (;;) {
    const uris = await dueFiles(nodeDb(deps), { before, limit: DELETES_AT_ONCE });
    if (uris.length === 0) return deleted;
    for (const uri of uris) await deps.lakehouse.objects.delete(uri);
    // Why last: a crash in between deletes again what is gone, which does no harm.
    deps.step?.('due-deleted');
    await forgetUnreachable(nodeDb(deps), uris);
    deps.step?.('due-forgotten');
    deleted += uris.length;
  }
}

/** Files of a table that no version ever named and whose time is over. */
export async function dueOrphans(deps: UpkeepDeps, row: TableRow): Promise<string[]> {
  const db = nodeDb(deps);
  const table = { domain: row.domain, table: row.table_name, major: row.major };
  const olderThan = deps.clock.now() - deps.policy.orphanSeconds * 1_000;
  // Why in this order: see `orphans.ts`.
  const listed = await deps.lakehouse.objects.list(`${row.location}/`);
  const claimed = await claimedFiles(db, table);
  const writing = [...deps.writing];
  const loaded = await loadNow(deps, table);
  const noted = await notedFiles(db, table);
  const isClaimed = (uri: string): boolean => {
    const name = uri.slice(uri.lastIndexOf('/') + 1);
    const batch = name.replace(/-.*/, '');
    return (
      claimed.batches.has(batch) ||
      claimed.uris.has(normalUri(uri)) ||
      noted.has(uri) ||
      writing.some((start) => name.startsWith(start))
    );
  };
  return await findOrphans(deps.lakehouse, listed, {
    table: loaded,
    rule: { olderThan, isClaimed },
  });
}

/** Deletes files that no version of the table ever named; returns how many. */
export async function sweepOrphans(deps: UpkeepDeps, table: TableName): Promise<number> {
  const db = nodeDb(deps);
  const row = await findTable(db, table);
  if (row === undefined) return 0;
  const orphans = await dueOrphans(deps, row);
  if (orphans.length === 0) return 0;
  if (await isNewerThanStore(deps, row, orphans)) {
    deps.logger.warn('files are newer than the store; nothing is swept', { table: laneOf(table) });
    return 0;
  }
  for (const uri of orphans) await deps.lakehouse.objects.delete(uri);
  deps.step?.('strays-deleted');
  await db.transaction().execute(async (tx) => {
    await deps.audit.appendWithin(tx, {
      actor: 'node',
      action: 'table.sweep',
      subject: `${table.domain}.${table.table}@${table.major}`,
      details: { files: orphans.length },
    });
  });
  return orphans.length;
}

/**
 * True when files tell of batches or versions that the store does not know: it was put back from an older backup then, and
 * what nobody names may be the newer data. `weft doctor --deep` says more.
 */
async function isNewerThanStore(
  deps: UpkeepDeps,
  row: TableRow,
  orphans: readonly string[],
): Promise<boolean> {
  // Why not the next version too: a commit that broke off leaves it.
  if (orphans.some((uri) => (metadataVersion(uri) ?? 0) > Number(row.version))) return true;
  const batches = orphans.flatMap((uri) => /\/(bat_[0-9A-Z]{26})-[^/]*$/.exec(uri)?.[1] ?? []);
  return (await unknownBatches(nodeDb(deps), batches)).length > 0;
}
