/**
 * Restating a table: rows for which a predicate is true are deleted, or get other values, by writing their files again.
 *
 * Not who may do it (`restatements-service.ts`), and not the versions from before, which keep the old rows until they expire;
 * rows of held batches and of the quarantine are not in the table. Invariants: files without such a row are left alone; rows
 * that come while files are written again are caught before the commit; the changed rows keep the rules of the contract, and
 * the table keeps those that it kept before; pointer, count of rows, audit entry, what is remembered of the restatement and
 * the event `snapshot.restated` with the table's next sequence change in one transaction; where no row is hit, the table
 * stays as it is.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import { type EventKind, tableSource } from '@weft/core/events/event';
import type { ReferencedTable, RowsRequest } from '@weft/core/ingest/check-ports';
import type { RuleResult } from '@weft/core/ingest/report';
import type { BrokenRule, RestatedRows, RestateRowsRequest } from '@weft/core/ingest/restate-rows';
import { tableRules } from '@weft/core/ingest/rule-scope';
import { commitWithRetry, loadTable, type TablePointer } from '@weft/core/lakehouse/commit';
import { fileLayout } from '@weft/core/lakehouse/layout';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { planRead } from '@weft/core/lakehouse/scan';
import { makeUuid } from '@weft/core/lakehouse/stage';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile, ReadFile, StagedCommit } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { IdSource } from '@weft/core/lib/id';
import type { Predicate } from '@weft/core/lib/predicate';
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

export interface RestateDeps extends Omit<UpkeepDeps, 'rewriter' | 'policy'> {
  ids: IdSource;
  rewriter: {
    restate(request: RestateRowsRequest, options: { signal: AbortSignal }): Promise<RestatedRows>;
    checkTable(request: RowsRequest, options: { signal: AbortSignal }): Promise<RuleResult[]>;
  };
  /** Called after the event is in the outbox. */
  onOutbox(): void;
}

export interface RestateRequest {
  table: TableName;
  /** Of the contract that the rows are held to. */
  plan: IngestPlan;
  /** Tables that rules of the plan point at, as they are now. */
  references(): Promise<ReferencedTable[]>;
  where: Predicate;
  /** Expressions by the columns that get their values; null: the rows go. */
  set: Record<string, string> | null;
  /** Refused where the last event of the table has another number; null for any. */
  ifSequence: number | null;
  /** Who asked, and why, for the audit log. */
  actor: string;
  because: string | null;
  signal: AbortSignal;
  onProgress?(progress: { files: number; filesDone: number; rows: number }): void;
  /** Remembers the outcome, in the transaction that makes it. */
  keep(tx: NodeTx, restated: Restated): Promise<void>;
}

export interface Restated {
  rows: number;
  /** Files that were written again or went. */
  files: number;
  /** Null when no row was hit. */
  sequence: number | null;
  snapshot: string | null;
}

/** What a restatement would do now. */
export interface RestatePreview {
  rows: number;
  files: number;
  /** Of the table: its last event, and its present version. */
  sequence: number;
  snapshot: string | null;
  broken: BrokenRule[];
}

const ATTEMPTS_MAX = 5;
const KIND: EventKind = 'snapshot.restated';

/** Deletes or changes rows. Throws NOT_FOUND, RESTATEMENT_INVALID, RESTATEMENT_REFUSED, PRECONDITION_FAILED. */
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

/** Looks at every row that would be hit, and changes nothing. Throws as `restateTable` for what cannot be carried out. */
export async function previewRestatement(
  deps: RestateDeps,
  request: RestateRequest,
): Promise<RestatePreview> {
  const work = new Restatement(deps, request, true);
  try {
    return await work.preview();
  } finally {
    await work.close();
  }
}

type Present = TablePointer & { row: TableRow };

interface Prepared {
  hit: ReadFile[];
  kept: ReadFile[];
  add: DataFile[];
  rows: number;
  broken: BrokenRule[];
}

class Restatement {
  readonly #deps: RestateDeps;
  readonly #request: RestateRequest;
  readonly #isPreview: boolean;
  /** What became of each file that was looked at. */
  readonly #done = new Map<string, RestatedRows>();
  readonly #name: string;
  #references: ReferencedTable[] = [];
  #committed: ReadonlySet<string> = new Set();
  #sequence: number | null = null;

  constructor(deps: RestateDeps, request: RestateRequest, isPreview = false) {
    this.#deps = deps;
    this.#request = request;
    this.#isPreview = isPreview;
    this.#name = `restate-${makeUuid(deps.lakehouse)}`;
    deps.writing.add(this.#name);
  }

  async prepare(): Promise<Prepared> {
    const present = await this.#load();
    this.#references = await this.#request.references();
    // Why without a file: what cannot be carried out is told also where no row would be hit.
    await this.#restate(present, [], true);
    const prepared = await this.#rewrite(present);
    if (prepared.broken.length > 0 && !this.#isPreview) throw refused(prepared.broken);
    return prepared;
  }

  async preview(): Promise<RestatePreview> {
    const { rows, hit, broken } = await this.prepare();
    const { row, metadata } = await this.#load();
    const snapshot = metadata['current-snapshot-id'];
    return {
      rows,
      files: hit.length,
      sequence: lastSequence(row),
      snapshot: snapshot === null || snapshot === undefined ? null : String(snapshot),
      broken,
    };
  }

  async commit(): Promise<Restated> {
    let prepared = await this.#rewrite(await this.#load());
    if (prepared.rows === 0) return await this.#keepNothing();
    const staged = await commitWithRetry<StagedCommit>({
      ports: this.#deps.lakehouse,
      attemptsMax: ATTEMPTS_MAX,
      load: () => this.#load(),
      stage: async (present) => {
        prepared = await this.#rewrite(present);
        if (prepared.broken.length > 0) throw refused(prepared.broken);
        await this.#holdTableRules(present, prepared);
        return await this.#stage(present, prepared);
      },
      swap: (version, expected) => this.#swap(version, expected, prepared),
    });
    this.#committed = new Set(prepared.add.map((file) => file.path));
    await writeHint(this.#deps, staged);
    this.#deps.onOutbox();
    this.#deps.onMerged?.();
    return this.#outcome(staged, prepared);
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

  #outcome(staged: StagedCommit, { rows, hit }: Prepared): Restated {
    const snapshot = String(staged.snapshotId);
    return { rows, files: hit.length, sequence: this.#sequence, snapshot };
  }

  async #keepNothing(): Promise<Restated> {
    const nothing: Restated = { rows: 0, files: 0, sequence: null, snapshot: null };
    await nodeDb(this.#deps)
      .transaction()
      .execute((tx) => this.#request.keep(tx, nothing));
    return nothing;
  }

  async #load(): Promise<Present> {
    const { table, plan, ifSequence } = this.#request;
    const row = await findTable(nodeDb(this.#deps), table);
    const location = row?.metadata_location ?? null;
    if (row === undefined || location === null) {
      throw new WeftError('NOT_FOUND', `${laneOf(table)} holds no data on this node`);
    }
    if (ifSequence !== null && lastSequence(row) !== ifSequence) {
      throw new WeftError(
        'PRECONDITION_FAILED',
        `the last change of ${laneOf(table)} has the sequence ${lastSequence(row)}, not ${ifSequence}`,
      );
    }
    if (row.contract_hash !== plan.contract.hash) {
      throw new WeftError(
        'CONFLICT',
        `${laneOf(table)} follows version ${row.contract_version} of its contract since`,
        { remedy: 'Send the restatement again: it is held to that version then.' },
      );
    }
    return { row, location, metadata: await loadTable(this.#deps.lakehouse, location) };
  }

  /** Looks at every file that may hold such a row and was not looked at before. */
  async #rewrite(present: TablePointer): Promise<Prepared> {
    const { where, onProgress } = this.#request;
    const files = await planRead(this.#deps.lakehouse, present.metadata);
    const candidates = new Set(
      (await planRead(this.#deps.lakehouse, present.metadata, { filter: where })).map(
        ({ path }) => path,
      ),
    );
    const prepared: Prepared = { hit: [], kept: [], add: [], rows: 0, broken: [] };
    let filesDone = 0;
    for (const source of files) {
      if (!candidates.has(source.path)) {
        prepared.kept.push(source);
        continue;
      }
      // Why with its deletes: what was written before another engine deleted rows of the file has them still.
      const key = [source.path, ...source.deletes].join('\n');
      const isBroken = prepared.broken.length > 0;
      const result = this.#done.get(key) ?? (await this.#restate(present, [source], isBroken));
      this.#done.set(key, result);
      onProgress?.({ files: candidates.size, filesDone: ++filesDone, rows: prepared.rows });
      addBroken(prepared.broken, result.broken);
      if (result.rowsHit === 0) {
        prepared.kept.push(source);
        continue;
      }
      prepared.hit.push(source);
      prepared.add.push(...result.files);
      prepared.rows += result.rowsHit;
    }
    return prepared;
  }

  async #restate(
    { metadata }: TablePointer,
    sources: ReadFile[],
    isPreview: boolean,
  ): Promise<RestatedRows> {
    const { where, set, plan, signal } = this.#request;
    return await this.#deps.rewriter.restate(
      {
        sources,
        columns: currentColumns(metadata),
        layout: fileLayout(metadata),
        directory: `${pathOfUri(metadata.location)}/data`,
        name: `${this.#name}-${this.#done.size}`,
        where,
        set,
        isPreview: isPreview || this.#isPreview,
        plan,
        references: this.#references,
        now: new Date(this.#deps.clock.now()).toISOString(),
      },
      { signal },
    );
  }

  /** Rules about the table as a whole that hold batches back: those that hold now hold afterwards, too. */
  async #holdTableRules(present: TablePointer, { hit, kept, add }: Prepared): Promise<void> {
    const { plan, signal } = this.#request;
    const rules = tableRules(plan);
    if (rules.length === 0) return;
    const failing = async (
      tableFiles: RowsRequest['tableFiles'],
      asked: typeof rules,
    ): Promise<RuleResult[]> => {
      const results = await this.#deps.rewriter.checkTable(
        {
          plan: { ...plan, rules: asked },
          columns: currentColumns(present.metadata),
          tableFiles,
          earlierRows: [],
          references: this.#references,
          now: new Date(this.#deps.clock.now()).toISOString(),
        },
        { signal },
      );
      return results.filter(({ evaluation }) => evaluation === 'fail' || evaluation === 'error');
    };
    const added = add.map(({ path }) => ({ path, deletes: [] }));
    const after = await failing([...kept, ...added], rules);
    if (after.length === 0) return;
    const asked = rules.filter(({ id }) => after.some((result) => result.id === id));
    const before = await failing([...kept, ...hit], asked);
    const broken = after.filter(({ id }) => before.every((result) => result.id !== id));
    if (broken.length === 0) return;
    throw refused(
      broken.map(({ id, column, must: wanted, value }) => ({
        rule: id,
        column,
        rows: 0,
        message: `the rule ${id} of the table would not hold: ${wanted}, and it would be ${value ?? 'unknown'}`,
      })),
    );
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
    const { table, set, keep } = this.#request;
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
          rows: set === null ? -prepared.rows : 0,
          bytes: bytes(prepared.add) - bytes(prepared.hit),
          contract: { id, version, hash },
          now,
        });
        await keepProofs(tx, { staged, files: prepared.add, now });
        await noteUnreachable(tx, table, { uris: staged.unreachable, now });
        await this.#tell(tx, row, { staged, sequence: this.#sequence, rows: prepared.rows });
        await keep(tx, this.#outcome(staged, prepared));
        return true;
      });
  }

  async #tell(
    tx: NodeTx,
    row: TableRow,
    { staged, sequence, rows }: { staged: StagedCommit; sequence: number; rows: number },
  ): Promise<void> {
    const { table, set, actor, because } = this.#request;
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
      action: set === null ? 'table.delete_rows' : 'table.update_rows',
      subject: laneOf(table),
      details: { rows, snapshot, because },
    });
  }
}

/** Number of the last event of a table. */
function lastSequence(row: TableRow): number {
  return Number(row.next_sequence) - 1;
}

function addBroken(all: BrokenRule[], more: readonly BrokenRule[]): void {
  for (const { rule, column, rows, message } of more) {
    const known = all.find((each) => each.rule === rule);
    if (known === undefined) all.push({ rule, column, rows, message });
    else known.rows += rows;
  }
}

function refused(broken: readonly BrokenRule[]): WeftError {
  const told = broken.map(({ rows, message }) =>
    rows === 0 ? message : `${message} (${rows} ${rows === 1 ? 'row' : 'rows'})`,
  );
  return new WeftError('RESTATEMENT_REFUSED', told.join('; '), {
    errors: broken.map(({ rule, column, rows, message }) => ({
      code: rule,
      path: column === null ? '$' : `$.set.${column}`,
      message: rows === 0 ? message : `${message} in ${rows} ${rows === 1 ? 'row' : 'rows'}`,
    })),
  });
}
