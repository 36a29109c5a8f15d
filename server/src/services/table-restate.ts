/**
 * Restating a table: rows for which a predicate is true are deleted, or get other values, by writing their files again.
 *
 * Not who may do it, and not the versions from before, which keep the old rows until they expire; rows of held batches and
 * of the quarantine are not in the table. Invariants: files without such a row are left alone; rows that come while files
 * are written again are caught before the commit; pointer, count of rows, audit entry and the event `snapshot.restated`
 * with the table's next sequence change in one transaction; where no row is hit, nothing changes.
 */
import type { PathColumn } from '@weft/core/contract/column-path';
import { type EventKind, tableSource } from '@weft/core/events/event';
import { commitWithRetry, loadTable, type TablePointer } from '@weft/core/lakehouse/commit';
import { fileLayout } from '@weft/core/lakehouse/layout';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import type { RewriteResult, RowChange } from '@weft/core/lakehouse/rewrite-files';
import { planRead } from '@weft/core/lakehouse/scan';
import { makeUuid } from '@weft/core/lakehouse/stage';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile, ReadFile, StagedCommit } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { IdSource } from '@weft/core/lib/id';
import { filterProblem } from '@weft/core/policy/filter-fit';
import {
  addEvent,
  findTable,
  movePointer,
  type NodeTx,
  type TableName,
  type TableRow,
} from '../store/node-batches.ts';
import { noteUnreachable } from '../store/node-files.ts';
import { keepProofs, nodeDb, writeHint } from './ingest-tables.ts';
import { laneOf } from './lanes.ts';
import type { UpkeepDeps } from './table-upkeep.ts';
import { sweepUncommitted } from './uncommitted-files.ts';

export interface RestateDeps extends UpkeepDeps {
  ids: IdSource;
  /** Called after the event is in the outbox. */
  onOutbox(): void;
}

export interface RestateRequest {
  table: TableName;
  change: RowChange;
  /** Who asked, and why, for the audit log. */
  actor: string;
  because: string | null;
  signal: AbortSignal;
}

export interface Restated {
  rows: number;
  /** Files that were written again or went. */
  files: number;
  /** Null when no row was hit. */
  sequence: number | null;
  snapshot: string | null;
}

const ATTEMPTS_MAX = 5;
const KIND: EventKind = 'snapshot.restated';

/** Deletes or changes rows. Throws NOT_FOUND, REQUEST_INVALID for columns that are not there. */
export async function restateTable(deps: RestateDeps, request: RestateRequest): Promise<Restated> {
  const work = new Restatement(deps, request);
  try {
    // Why before the lane: batches go on while the many files are written; the lane sees only what came since.
    await work.prepare();
    return await deps.lanes.run(laneOf(request.table), () => work.commit());
  } finally {
    await work.close();
  }
}

interface Prepared {
  hit: ReadFile[];
  add: DataFile[];
  rows: number;
}

class Restatement {
  readonly #deps: RestateDeps;
  readonly #request: RestateRequest;
  /** What became of each file that was looked at. */
  readonly #done = new Map<string, RewriteResult>();
  readonly #name: string;
  #committed: ReadonlySet<string> = new Set();
  #sequence: number | null = null;

  constructor(deps: RestateDeps, request: RestateRequest) {
    this.#deps = deps;
    this.#request = request;
    this.#name = `restate-${makeUuid(deps.lakehouse)}`;
    deps.writing.add(this.#name);
  }

  async prepare(): Promise<void> {
    await this.#rewrite(await this.#load());
  }

  async commit(): Promise<Restated> {
    let prepared = await this.#rewrite(await this.#load());
    if (prepared.rows === 0) return { rows: 0, files: 0, sequence: null, snapshot: null };
    const staged = await commitWithRetry<StagedCommit>({
      ports: this.#deps.lakehouse,
      attemptsMax: ATTEMPTS_MAX,
      load: () => this.#load(),
      stage: async (present) => {
        prepared = await this.#rewrite(present);
        return await this.#stage(present, prepared);
      },
      swap: (version, expected) => this.#swap(version, expected, prepared),
    });
    this.#committed = new Set(prepared.add.map((file) => file.path));
    await writeHint(this.#deps, staged);
    this.#deps.onOutbox();
    this.#deps.onMerged?.();
    return {
      rows: prepared.rows,
      files: prepared.hit.length,
      sequence: this.#sequence,
      snapshot: String(staged.snapshotId),
    };
  }

  /** Removes what was written and is not in the table. */
  async close(): Promise<void> {
    const written = [...this.#done.values()].flatMap(({ files }) => files.map((f) => f.path));
    await sweepUncommitted(
      this.#deps,
      this.#request.table,
      written.filter((path) => !this.#committed.has(path)),
    );
    this.#deps.writing.delete(this.#name);
  }

  async #load(): Promise<TablePointer & { row: TableRow }> {
    const { table } = this.#request;
    const row = await findTable(nodeDb(this.#deps), table);
    const location = row?.metadata_location ?? null;
    if (row === undefined || location === null) {
      throw new WeftError('NOT_FOUND', `${laneOf(table)} holds no data on this node`);
    }
    return { row, location, metadata: await loadTable(this.#deps.lakehouse, location) };
  }

  /** Looks at every file that may hold such a row and was not looked at before. */
  async #rewrite({ metadata }: TablePointer): Promise<Prepared> {
    const { change, signal } = this.#request;
    const { lakehouse, rewriter } = this.#deps;
    const columns = currentColumns(metadata);
    checkChange(change, columns);
    const candidates = await planRead(lakehouse, metadata, { filter: change.where });
    const prepared: Prepared = { hit: [], add: [], rows: 0 };
    for (const source of candidates) {
      const known = this.#done.get(source.path);
      const result =
        known ??
        (await rewriter.rewrite(
          {
            sources: [source],
            columns,
            layout: fileLayout(metadata),
            directory: `${pathOfUri(metadata.location)}/data`,
            name: `${this.#name}-${this.#done.size}`,
            change,
          },
          { signal },
        ));
      this.#done.set(source.path, result);
      if (result.rowsHit === 0) continue;
      prepared.hit.push(source);
      prepared.add.push(...result.files);
      prepared.rows += result.rowsHit;
    }
    return prepared;
  }

  #stage({ metadata, location }: TablePointer, prepared: Prepared): Promise<StagedCommit> {
    return stageRewrite(this.#deps.lakehouse, {
      base: metadata,
      baseLocation: location,
      operation: prepared.add.length === 0 ? 'delete' : 'overwrite',
      remove: prepared.hit.map((file) => file.path),
      add: prepared.add,
      startSequence: metadata['last-sequence-number'],
      summary: {},
    });
  }

  async #swap(staged: StagedCommit, expected: string | null, prepared: Prepared): Promise<boolean> {
    const { table, change } = this.#request;
    const now = new Date(this.#deps.clock.now()).toISOString();
    const bytes = (files: readonly { bytes: number }[]): number =>
      files.reduce((sum, file) => sum + file.bytes, 0);
    return await nodeDb(this.#deps)
      .transaction()
      .execute(async (tx) => {
        const row = must(await findTable(tx, table, true), 'table that is restated');
        if (row.metadata_location !== expected) return false;
        const { contract_id: id, contract_version: version, contract_hash: hash } = row;
        this.#sequence = await movePointer(tx, row, {
          metadataLocation: staged.metadataLocation,
          rows: change.set === null ? -prepared.rows : 0,
          bytes: bytes(prepared.add) - bytes(prepared.hit),
          contract: { id, version, hash },
          now,
        });
        await keepProofs(tx, { staged, files: prepared.add, now });
        await noteUnreachable(tx, table, { uris: staged.unreachable, now });
        await this.#tell(tx, row, { staged, sequence: this.#sequence, rows: prepared.rows });
        return true;
      });
  }

  async #tell(
    tx: NodeTx,
    row: TableRow,
    { staged, sequence, rows }: { staged: StagedCommit; sequence: number; rows: number },
  ): Promise<void> {
    const { table, change, actor, because } = this.#request;
    const snapshot = String(staged.snapshotId);
    await addEvent(tx, {
      id: this.#deps.ids.next('evt'),
      kind: KIND,
      source: tableSource(table),
      sequence,
      subject: `${row.product}@${row.contract_version}`,
      time: this.#deps.clock.now(),
      contractHash: row.contract_hash,
      // Why thin: which rows, and how many, is not everybody's to know.
      data: { table: table.table, snapshot },
    });
    await this.#deps.audit.appendWithin(tx, {
      actor,
      action: change.set === null ? 'table.delete_rows' : 'table.update_rows',
      subject: laneOf(table),
      details: { rows, snapshot, because },
    });
  }
}

function checkChange({ where, set }: RowChange, columns: readonly PathColumn[]): void {
  const names = columns.map((column) => column.name);
  const unknown = Object.keys(set ?? {}).filter((name) => !names.includes(name));
  const misfit = filterProblem(where, columns);
  if (unknown.length === 0 && misfit === null) return;
  const problem = misfit?.problem ?? `the table has no column ${unknown.join(', ')}`;
  throw new WeftError('REQUEST_INVALID', problem, { remedy: `Its columns: ${names.join(', ')}.` });
}
