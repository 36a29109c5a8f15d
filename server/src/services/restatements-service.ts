/**
 * Restatements: who produces for a domain deletes or corrects rows of its tables, held to the contract, once under a key.
 *
 * Not the writing of files and the commit (`table-restate.ts`), and no erasure of a person: versions from before keep the old
 * rows until they expire. Invariants: a key names one restatement of its domain for ever, also over crashes; columns that are
 * part of a key are not changed, since nothing here looks for who else has it; a preview changes no row.
 */
import { createHash } from 'node:crypto';
import type { IngestPlan } from '@weft/core/contract/plan';
import { batchKeys } from '@weft/core/ingest/batch-keys';
import type { BrokenRule } from '@weft/core/ingest/restate-rows';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { WeftError } from '@weft/core/lib/error';
import type { Predicate } from '@weft/core/lib/predicate';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import type { Subject } from '@weft/core/registry/types';
import { findTable, type TableName } from '../store/node-batches.ts';
import {
  addRestatement,
  findRestatementByKey,
  listRestatements,
  type RestatementReport,
} from '../store/node-restatements.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { actsFor, assertHeld, assertMaySee, splitProduct } from './ingest-access.ts';
import { planOf, tableMeant } from './ingest-check.ts';
import type { IngestDeps } from './ingest-ports.ts';
import {
  isTableReady,
  loadMetadata,
  nodeDb,
  openTable,
  referencedTables,
  tableNameOf,
} from './ingest-tables.ts';
import { laneOf } from './lanes.ts';
import type { BegunOperation } from './operations-service.ts';
import {
  previewRestatement,
  type RestateDeps,
  type RestateRequest,
  restateTable,
} from './table-restate.ts';

export interface RestatementAsked {
  /** `domain.product`, `domain.table`, with `@MAJOR` or without. */
  product: string;
  /** Which rows, in the language of conditions. */
  where: string;
  /** SQL expressions by the columns that get their values; null: the rows go. */
  set: Record<string, string> | null;
  because: string;
  /** Whoever asks gives it a name; null for none. */
  key: string | null;
  /** Refused where the last event of the table has another number. */
  ifSequence: number | null;
  subject: Subject;
}

export interface RestatementPreview {
  product: string;
  table: string;
  major: number;
  kind: 'delete' | 'update';
  rows: number;
  files: number;
  sequence: number;
  snapshot: string | null;
  /** Rules that the changed rows would break: then it would be refused. */
  broken: BrokenRule[];
}

export interface StartedRestatement {
  domain: string;
  report: Promise<RestatementReport>;
}

export interface RestatementsService {
  preview(asked: RestatementAsked): Promise<RestatementPreview>;
  /** Resolves once it may go on; its report comes later. */
  start(asked: RestatementAsked, begun: BegunOperation): Promise<StartedRestatement>;
  list(
    product: string,
    page: { limit?: number | undefined; after?: string | undefined },
    subject: Subject,
  ): Promise<{ items: RestatementReport[]; next: string | null }>;
}

export type RestatementsDeps = IngestDeps & RestateDeps;

interface Running {
  fingerprint: string;
  report: Promise<RestatementReport>;
}

export function createRestatements(deps: RestatementsDeps): RestatementsService {
  const running = new Map<string, Running>();
  return {
    async preview(asked) {
      const ready = await prepare(deps, asked);
      const request = requestOf(deps, { asked, ready, signal: new AbortController().signal });
      const { product, name, kind } = ready;
      const found = await previewRestatement(deps, { ...request, keep: async () => {} });
      return { product, table: name.table, major: name.major, kind, ...found };
    },
    async start(asked, begun) {
      const { domain } = assertMayRestate(deps, asked);
      const fingerprint = fingerprintOf(asked);
      const known = await knownUnder(deps, running, { asked, domain, fingerprint });
      if (known !== null) return { domain, report: known.report };
      const { key } = asked;
      const report = carryOut(deps, { asked, begun, fingerprint });
      // Why no failure here: whoever waits for the report is told.
      const ended = report.catch(() => {});
      if (key !== null) {
        const name = JSON.stringify([domain, key]);
        running.set(name, { fingerprint, report });
        void ended.finally(() => running.delete(name));
      }
      return { domain, report };
    },
    async list(product, page, subject) {
      const { domain, name } = splitProduct(product);
      assertMaySee(subject, domain, `restatement of ${product} that you may see`);
      const limit = pageLimit(page.limit);
      const [before = null] =
        page.after === undefined ? [] : decodeCursor('restatements', page.after, 1);
      const rows = await listRestatements(nodeDb(deps), {
        product: `${domain}.${name.replace(/@\d+$/, '')}`,
        limit,
        before: before === null ? null : String(before),
      });
      return toPage(rows, limit, {
        item: (row) => row.report,
        cursor: (row) => encodeCursor('restatements', [row.restatement]),
      });
    },
  };
}

function assertMayRestate(
  deps: RestatementsDeps,
  { product, subject }: RestatementAsked,
): { domain: string; name: string } {
  const parts = splitProduct(product);
  // Why the platform team does not: what rows say is for those who produce them to correct.
  if (!actsFor(subject, parts.domain)) {
    throw new WeftError(
      'FORBIDDEN',
      `${subject.id} does not produce for the domain ${parts.domain}`,
    );
  }
  assertHeld(deps.domains, parts.domain);
  return parts;
}

/** The first answer under the key, which may be still to come; null when there was none. */
async function knownUnder(
  deps: RestatementsDeps,
  running: ReadonlyMap<string, Running>,
  options: { asked: RestatementAsked; domain: string; fingerprint: string },
): Promise<{ report: Promise<RestatementReport> } | null> {
  const { asked, domain, fingerprint } = options;
  const { key } = asked;
  if (key === null) return null;
  const made = await findRestatementByKey(nodeDb(deps), domain, key);
  // Why after the wait: whoever begins does so without another one, so that the second sees the first.
  const kept = made ?? running.get(JSON.stringify([domain, key]));
  if (kept === undefined) return null;
  if (kept.fingerprint !== fingerprint) {
    throw new WeftError('IDEMPOTENCY_MISMATCH', `"${key}" named another restatement before`);
  }
  return { report: Promise.resolve(kept.report) };
}

function fingerprintOf({ product, where, set, ifSequence }: RestatementAsked): string {
  const sorted = set === null ? null : Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([product, where, sorted, ifSequence]);
  return createHash('sha256').update(text).digest('hex');
}

/** A restatement that may be carried out: its table has the columns of the contract, and what was asked fits them. */
interface Ready {
  product: string;
  name: TableName;
  plan: IngestPlan;
  kind: 'delete' | 'update';
  where: Predicate;
}

async function prepare(deps: RestatementsDeps, asked: RestatementAsked): Promise<Ready> {
  const { name: asName } = assertMayRestate(deps, asked);
  const { ref, model } = await deps.contracts.current(asked.product);
  const plan = planOf(model, ref.hash, tableMeant(model, asName));
  const name = tableNameOf(plan);
  const found = await findTable(nodeDb(deps), name);
  if (found === undefined || found.metadata_location === null) {
    throw new WeftError('NOT_FOUND', `${laneOf(name)} holds no data on this node`);
  }
  if (!(await isTableReady(deps, plan, model))) {
    // Why: a column that the contract has got since is one that rows may get values in.
    await deps.lanes.run(laneOf(name), () => openTable(deps, plan, model));
  }
  const row = await findTable(nodeDb(deps), name);
  const columns = currentColumns(await loadMetadata(deps, row?.metadata_location ?? ''));
  refuseKeys(plan, asked.set);
  return {
    product: `${plan.domain}.${plan.product}`,
    name,
    plan,
    kind: asked.set === null ? 'delete' : 'update',
    where: conditionOf(asked.where, columns),
  };
}

function conditionOf(text: string, columns: readonly BoundColumn[]): Predicate {
  const { value, diagnostics } = compileRowFilter(text, columns, '$.where');
  if (value !== null && text.trim() !== '') return value;
  const problems = diagnostics.map(({ message }) => message);
  throw new WeftError(
    'RESTATEMENT_INVALID',
    problems.length === 0 ? 'the condition is empty' : `the condition: ${problems.join('; ')}`,
    { errors: diagnostics.map(({ code, path, message }) => ({ code, path, message })) },
  );
}

function refuseKeys(plan: IngestPlan, set: Record<string, string> | null): void {
  const keys = [
    ...batchKeys(plan).map(({ columns }) => columns),
    ...plan.rules.flatMap(({ check }) => (check.kind === 'duplicates' ? [check.columns] : [])),
  ].flat();
  const column = Object.keys(set ?? {}).find((name) => keys.includes(name));
  if (column === undefined) return;
  throw new WeftError('RESTATEMENT_INVALID', `${column} is part of a key of the table`, {
    remedy: 'Delete the rows, and send them again as a batch: that looks for who else has the key.',
  });
}

function requestOf(
  deps: RestatementsDeps,
  options: { asked: RestatementAsked; ready: Ready; signal: AbortSignal },
): Omit<RestateRequest, 'keep'> {
  const { asked, ready, signal } = options;
  const { set, ifSequence, subject, because } = asked;
  const { name: table, plan, where } = ready;
  const references = () => referencedTables(deps, plan);
  const who = { actor: subject.id, because };
  return { table, plan, references, where, set, ifSequence, ...who, signal };
}

async function carryOut(
  deps: RestatementsDeps,
  options: { asked: RestatementAsked; begun: BegunOperation; fingerprint: string },
): Promise<RestatementReport> {
  const { asked, begun, fingerprint } = options;
  const ready = await prepare(deps, asked);
  const { product, name, plan, kind } = ready;
  const restatement = deps.ids.next('rst');
  let report: RestatementReport | null = null;
  const { because, subject, key } = asked;
  await restateTable(deps, {
    ...requestOf(deps, { asked, ready, signal: begun.signal }),
    onProgress: (progress) => begun.progress(progress),
    async keep(tx, restated) {
      const { rows, files, sequence, snapshot } = restated;
      report = {
        restatement,
        product,
        table: name.table,
        major: name.major,
        kind,
        contract: plan.contract,
        rows,
        files,
        sequence,
        snapshot,
        because,
        by: subject.id,
        at: new Date(deps.clock.now()).toISOString(),
      };
      await addRestatement(tx, { report, domain: name.domain, key, fingerprint, op: begun.op });
    },
  });
  if (report === null) throw new WeftError('INTERNAL', 'a restatement ended without a report');
  return report;
}
