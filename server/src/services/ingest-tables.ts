/**
 * Tables of a node as ingest sees them: where one is, what columns a contract gives it, which files hold rows that a
 * check has to look at, and the commit of a batch into it.
 *
 * Not who may do it. Invariants: the pointer, the batch, its quarantine and its event change in one transaction, under
 * the lock of the table's row; files were written with the very field ids that the committed schema has.
 */

import { dirname, join } from 'node:path';
import { compileTableColumns } from '@weft/core/contract/compile/iceberg';
import { compileLayout } from '@weft/core/contract/compile/layout';
import { tableOf } from '@weft/core/contract/compile/tables';
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { CheckRequest, ReferencedTable } from '@weft/core/ingest/check-ports';
import { batchesCompared, needsTable } from '@weft/core/ingest/rule-scope';
import { commitWithRetry, loadTable, stageMetadata } from '@weft/core/lakehouse/commit';
import { evolveLayout, type FileLayout, fileLayout } from '@weft/core/lakehouse/layout';
import { pathOfUri, uriOfPath } from '@weft/core/lakehouse/paths';
import { SNAPSHOT_AGE } from '@weft/core/lakehouse/retention';
import { planRead } from '@weft/core/lakehouse/scan';
import { makeUuid } from '@weft/core/lakehouse/stage';
import {
  contractSummary,
  createTable,
  currentColumns,
  evolveColumns,
  setProperties,
} from '@weft/core/lakehouse/table';
import type {
  BoundColumn,
  DataFile,
  ReadFile,
  StagedMetadata,
  TableMetadata,
} from '@weft/core/lakehouse/types';
import { HINT_NAME, hintOf } from '@weft/core/lakehouse/version-hint';
import { must } from '@weft/core/lib/assert';
import { sql } from 'kysely';
import { dropFileProofs, proofsOf, saveFileProofs } from '../store/file-proofs.ts';
import {
  ensureTable,
  findNewestTable,
  findTable,
  type NodeDb,
  type NodeTx,
  setColumnsPointer,
  type TableName,
  type TableRow,
} from '../store/node-batches.ts';
import { noteUnreachable } from '../store/node-files.ts';
import { type FamilyMember, listFamilies } from '../store/node-quarantine.ts';
import type { NodeTables } from '../store/node-tables.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { openColumns } from './open-columns.ts';

/** Attempts of a commit against other writers of the same table. */
const ATTEMPTS_MAX = 5;

export interface OpenTable {
  name: TableName;
  /** Of the metadata file. */
  location: string;
  metadata: TableMetadata;
  columns: BoundColumn[];
  layout: FileLayout;
  /** Absolute directory for data files. */
  dataDirectory: string;
}

export function tableNameOf(plan: IngestPlan): TableName {
  const major = Number(/^(\d+)/.exec(plan.contract.version)?.[1] ?? '0');
  return { domain: plan.domain, table: plan.table, major };
}

/**
 * The table of a plan with the columns of the contract. A new table, or one that the contract changes, is brought to
 * these columns first, so that field ids are fixed before any file carries them.
 */
export async function openTable(
  deps: IngestDeps,
  plan: IngestPlan,
  model: ContractModel,
): Promise<OpenTable> {
  const name = tableNameOf(plan);
  const found = await findTable(nodeDb(deps), name);
  const row = found ?? (await newTable(deps, plan));
  const present = await metadataOf(deps, row);
  const wanted = withContract(deps, { present, row, plan, model });
  const { metadata, location } =
    present === wanted && row.metadata_location !== null
      ? { metadata: wanted, location: row.metadata_location }
      : await commitColumns(deps, { name, plan, model });
  const dataDirectory = `${pathOfUri(row.location)}/data`;
  await deps.files.makeDirectory(dataDirectory);
  const columns = currentColumns(metadata);
  return { name, location, metadata, columns, layout: fileLayout(metadata), dataDirectory };
}

/** True when the table is there and has the columns of the contract, so that opening it changes nothing. */
export async function isTableReady(
  deps: IngestDeps,
  plan: IngestPlan,
  model: ContractModel,
): Promise<boolean> {
  const row = await findTable(nodeDb(deps), tableNameOf(plan));
  if (row === undefined || row.metadata_location === null) return false;
  const present = await metadataOf(deps, row);
  return present !== null && present === withContract(deps, { present, row, plan, model });
}

async function newTable(deps: IngestDeps, plan: IngestPlan): Promise<TableRow> {
  const table = tableNameOf(plan);
  const { tables } = deps.directories;
  return await ensureTable(nodeDb(deps), {
    plan,
    table,
    uuid: makeUuid(deps.lakehouse),
    location: uriOfPath(`${tables}/${table.domain}/${table.table}/v${table.major}`),
    now: new Date(deps.clock.now()).toISOString(),
  });
}

/** The table as the contract wants it. A contract that is older than the table's own changes nothing. */
function withContract(
  deps: IngestDeps,
  options: {
    present: TableMetadata | null;
    row: TableRow;
    plan: IngestPlan;
    model: ContractModel;
  },
): TableMetadata {
  const { present, row, plan, model } = options;
  const now = deps.clock.now();
  const { object } = tableOf(model, plan.objectId);
  const columns = compileTableColumns(object);
  const layout = compileLayout(object);
  const properties = { ...contractProperties(plan), ...historyProperties(model) };
  if (present === null) {
    const { table_uuid: uuid, location } = row;
    const empty = createTable({ uuid, location, columns, properties: {}, now });
    return setProperties(evolveLayout(empty, layout, now), properties, now);
  }
  if (compareVersions(plan.contract.version, row.contract_version) < 0) return present;
  const evolved = evolveLayout(evolveColumns(present, columns, now), layout, now);
  return setProperties(evolved, properties, now);
}

/** Commits a table version without data: no event, no sequence. */
async function commitColumns(
  deps: IngestDeps,
  options: { name: TableName; plan: IngestPlan; model: ContractModel },
): Promise<{ metadata: TableMetadata; location: string }> {
  const { name, plan, model } = options;
  const staged = await commitWithRetry<StagedMetadata>({
    ports: deps.lakehouse,
    attemptsMax: ATTEMPTS_MAX,
    load: async () => {
      const row = must(await findTable(nodeDb(deps), name), 'table of a batch');
      const present = await metadataOf(deps, row);
      const metadata = withContract(deps, { present, row, plan, model });
      return { metadata, location: row.metadata_location };
    },
    stage: async ({ metadata, location }) => {
      const version = await stageMetadata(deps.lakehouse, {
        base: metadata,
        baseLocation: location,
      });
      deps.step?.('columns-staged');
      return version;
    },
    swap: async (version, expected) =>
      await nodeDb(deps)
        .transaction()
        .execute(async (tx) => {
          const row = must(await findTable(tx, name, true), 'table of a batch');
          if (row.metadata_location !== expected) return false;
          const now = new Date(deps.clock.now()).toISOString();
          await setColumnsPointer(tx, row, {
            metadataLocation: version.metadataLocation,
            contract: plan.contract,
            now,
          });
          await keepProofs(tx, { staged: version, files: [], now });
          await noteUnreachable(tx, name, { uris: version.unreachable, now });
          deps.step?.('columns-in-transaction');
          return true;
        }),
  });
  deps.step?.('columns-committed');
  await writeHint(deps, staged);
  return { metadata: staged.metadata, location: staged.metadataLocation };
}

/** Contract of a table or snapshot, for whoever reads it without Weft. */
export function contractProperties(
  plan: Pick<IngestPlan, 'contract' | 'domain' | 'product'>,
): Record<string, string> {
  return {
    ...contractSummary(plan.contract),
    'weft.product': `${plan.domain}.${plan.product}`,
  };
}

/** How long versions of a table are kept, as every engine reads it; none where the contract leaves it to the node. */
function historyProperties({ weft }: ContractModel): Record<string, string | null> {
  const { historySeconds } = weft;
  return { [SNAPSHOT_AGE]: historySeconds === null ? null : String(historySeconds * 1_000) };
}

/** Order of two semantic versions by their numbers. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.+-]/).map(Number);
  const right = b.split(/[.+-]/).map(Number);
  for (let i = 0; i < 3; i++) {
    const order = (left[i] || 0) - (right[i] || 0);
    if (order !== 0) return order;
  }
  return 0;
}

async function metadataOf(deps: IngestDeps, row: TableRow): Promise<TableMetadata | null> {
  const location = row.metadata_location;
  return location === null ? null : await loadMetadata(deps, location);
}

/** A version of a table. */
export async function loadMetadata(deps: IngestDeps, location: string): Promise<TableMetadata> {
  return await deps.metadata.get(location, () => loadTable(deps.lakehouse, location));
}

/** Files of the table in which a key of a batch may stand already. */
async function tableFiles(deps: IngestDeps, table: OpenTable): Promise<ReadFile[]> {
  return await planRead(deps.lakehouse, table.metadata);
}

/** What the records of a batch are compared with. `root`: the batch that it repairs, or null. */
export async function comparedWith(
  deps: IngestDeps,
  options: { plan: IngestPlan; table: OpenTable; root: string | null },
): Promise<Pick<CheckRequest, 'tableFiles' | 'familyFiles' | 'earlierRows' | 'references'>> {
  const { plan, table, root } = options;
  const familyFiles = root === null ? [] : await filesOfFamily(deps, table, root);
  return {
    tableFiles: needsTable(plan) ? await tableFiles(deps, table) : [],
    // Why: what a repair brings belongs to the batch that it repairs, so its keys are compared with that one's.
    familyFiles,
    earlierRows: await earlierRows(deps, plan, root),
    references: await referencedTables(deps, plan),
  };
}

/**
 * Row counts of the committed batches that a rule of the plan compares with, newest first: each with what repaired it, and
 * those alone that came before the batch that is repaired.
 */
async function earlierRows(
  deps: IngestDeps,
  plan: IngestPlan,
  root: string | null,
): Promise<number[]> {
  const limit = batchesCompared(plan);
  if (limit === 0) return [];
  const { domain, table, major } = tableNameOf(plan);
  let query = nodeDb(deps)
    .selectFrom('batches')
    .select('batch')
    .where('product', '=', `${plan.domain}.${plan.product}`)
    .where('domain', '=', domain)
    .where('table_name', '=', table)
    .where('major', '=', major)
    .where('state', '=', 'committed')
    .where('root', 'is', null)
    // Why: a file that was sent twice is no delivery of nothing.
    .where(
      sql<boolean>`(records_in = 0 or (report #>> '{records,duplicates}')::bigint < records_in)`,
    )
    .orderBy('batch', 'desc')
    .limit(limit);
  if (root !== null) query = query.where('batch', '<', root);
  const sent = await query.execute();
  const family = await listFamilies(
    nodeDb(deps),
    sent.map(({ batch }) => batch),
  );
  return sent.map(({ batch }) => {
    const counted = family.filter(
      (member) => member.root === batch && member.state === 'committed',
    );
    return counted.reduce((sum, { records }) => sum + records.good, 0);
  });
}

/**
 * Good files of a batch and of what repaired it, those that were merged with others since as they were when they were committed.
 * Why all files of the table when a batch's own are gone for good: a key that may have been accepted is not accepted again.
 */
async function filesOfFamily(
  deps: IngestDeps,
  table: OpenTable,
  root: string,
): Promise<ReadFile[]> {
  const all = await planRead(deps.lakehouse, table.metadata);
  const family = (await listFamilies(nodeDb(deps), [root])).filter(
    ({ state, records }) => state === 'committed' && records.good > 0,
  );
  const files: ReadFile[] = [];
  for (const member of family) {
    const own = await filesOfMember(deps, { table, all, member });
    if (own === null) return all;
    files.push(...own);
  }
  return files;
}

/** The files with which a batch was committed; null when they cannot be told apart any more. */
async function filesOfMember(
  deps: IngestDeps,
  options: { table: OpenTable; all: readonly ReadFile[]; member: FamilyMember },
): Promise<ReadFile[] | null> {
  const { table, all, member } = options;
  const { batch, snapshot, records } = member;
  const isWhole = (files: readonly ReadFile[]): boolean =>
    files.reduce((sum, file) => sum + file.records, 0) === records.good;
  const present = filesOfBatch(all, batch);
  if (isWhole(present)) return present;
  const { metadata } = table;
  const kept = metadata.snapshots.find((s) => String(s['snapshot-id']) === snapshot);
  if (kept === undefined) return null;
  const snapshotId = kept['snapshot-id'];
  const then = filesOfBatch(await planRead(deps.lakehouse, metadata, { snapshotId }), batch);
  return isWhole(then) ? then : null;
}

function filesOfBatch(files: readonly ReadFile[], batch: string): ReadFile[] {
  return files.filter(({ path }) => path.slice(path.lastIndexOf('/') + 1).startsWith(`${batch}-`));
}

/** The table of a plan as it would be with the columns of the contract; nothing is changed. */
export async function previewTable(
  deps: IngestDeps,
  plan: IngestPlan,
  model: ContractModel,
): Promise<OpenTable> {
  const name = tableNameOf(plan);
  const row = must(await findTable(nodeDb(deps), name), 'table of a batch');
  const present = await metadataOf(deps, row);
  const metadata = withContract(deps, { present, row, plan, model });
  const dataDirectory = `${pathOfUri(row.location)}/data`;
  const columns = currentColumns(metadata);
  const location = row.metadata_location ?? '';
  return { name, location, metadata, columns, layout: fileLayout(metadata), dataDirectory };
}

/** The rows that the plan's references point at; `files` null for a table that is not on this node. */
export async function referencedTables(
  deps: IngestDeps,
  plan: IngestPlan,
): Promise<ReferencedTable[]> {
  const names = plan.rules.flatMap(({ check }) =>
    check.kind === 'reference' ? [check.table] : [],
  );
  return await Promise.all([...new Set(names)].map((name) => referencedTable(deps, plan, name)));
}

async function referencedTable(
  deps: IngestDeps,
  plan: IngestPlan,
  name: string,
): Promise<ReferencedTable> {
  const [table = '', domain = plan.domain] = name.split('.').reverse();
  const row = await findNewestTable(nodeDb(deps), domain, table);
  if (row === undefined) return { table: name, files: null, columns: [] };
  const metadata = must(await metadataOf(deps, row), 'metadata of a table with a pointer');
  const files = await planRead(deps.lakehouse, metadata);
  const columns = currentColumns(metadata);
  const isOpen = await openColumns(deps.contracts, { row, domain: plan.domain });
  return {
    table: name,
    files,
    columns: columns.filter(isOpen),
    closed: columns.filter((column) => !isOpen(column)).flatMap(({ id, name }) => [id, name]),
  };
}

/** Tells readers without a catalog which version is current; best effort, and the next commit tells it again. */
export async function writeHint(
  deps: Pick<IngestDeps, 'files'>,
  { metadataLocation }: StagedMetadata,
): Promise<void> {
  const path = join(dirname(pathOfUri(metadataLocation)), HINT_NAME);
  await deps.files.replaceFile(path, hintOf(metadataLocation)).catch(() => {});
}

/** What proves the files of a version from now on; a version that the swap makes the table's calls it in the same transaction. */
export async function keepProofs(
  tx: NodeTx,
  options: {
    staged: Pick<StagedMetadata, 'proofs' | 'unreachable'>;
    files: readonly DataFile[];
    now: string;
  },
): Promise<void> {
  const { staged, files, now } = options;
  await dropFileProofs(tx, staged.unreachable);
  await saveFileProofs(tx, [...staged.proofs, ...proofsOf(files)], now);
}

export function nodeDb(deps: Pick<IngestDeps, 'store'>): NodeDb {
  return deps.store.schema<NodeTables>('node');
}
