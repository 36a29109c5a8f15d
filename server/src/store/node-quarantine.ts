/**
 * Rows about refused records: their files, the decisions about them, and the counts of a batch over its generations.
 *
 * Not the records themselves, which are in files. Invariants: `open` of a batch is its refused records without those that a
 * mark takes; a mark and its count change together, and only on the version that whoever decided had seen.
 */
import type { RecordLayout } from '@weft/core/ingest/quarantine-files';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import { storableJson } from '@weft/core/lib/storable-text';
import { type Selectable, sql } from 'kysely';
import type { NodeDb, NodeTx } from './node-batches.ts';
import type { QuarantineMarksTable, QuarantineTable } from './node-tables.ts';

export type QuarantineRow = Selectable<QuarantineTable>;
export type MarkRow = Selectable<QuarantineMarksTable>;

/** A quarantine with what is known of its batch. */
export interface QuarantinedBatch extends QuarantineRow {
  table_name: string;
  major: number;
  state: BatchState;
  root: string | null;
  started: string;
  report: BatchReport;
}

export async function saveQuarantine(
  tx: NodeTx,
  quarantine: Omit<QuarantineRow, 'by_rule' | 'layout' | 'open' | 'version'> & {
    by_rule: Record<string, number>;
    layout: RecordLayout | null;
  },
): Promise<void> {
  const { by_rule, layout, records, ...row } = quarantine;
  await tx
    .insertInto('quarantine')
    .values({
      ...row,
      records,
      open: records,
      by_rule: storableJson(by_rule),
      layout: layout === null ? null : storableJson(layout),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function findQuarantine(
  db: NodeDb,
  batch: string,
): Promise<QuarantineRow | undefined> {
  return await db
    .selectFrom('quarantine')
    .selectAll()
    .where('batch', '=', batch)
    .executeTakeFirst();
}

export interface QuarantineScope {
  /** Null for all. */
  domains: readonly string[] | null;
  /** `domain.product`, or `domain.table` for one of its tables. */
  product?: string | undefined;
  major?: number | undefined;
  batches?: readonly string[] | undefined;
  /** RFC 3339; of the batch's start. */
  since?: string | undefined;
  until?: string | undefined;
  /** Only committed batches with records that nobody decided about. */
  openOnly: boolean;
  /** Only batches in this state. */
  state?: BatchState;
  /** Only batches that sort before this one (`desc`), or after it (`asc`). */
  after: string | null;
  /** With the batch of `after` itself. */
  inclusive?: boolean;
  /** Only batches that were sent, none that repairs another. */
  rootsOnly?: boolean;
  order: 'asc' | 'desc';
  limit: number;
}

/** Quarantines in the order of their batches. */
export async function listQuarantines(
  db: NodeDb,
  scope: QuarantineScope,
): Promise<QuarantinedBatch[]> {
  const { domains, product, major, batches, since, until, openOnly, order, limit } = scope;
  if (domains?.length === 0 || batches?.length === 0) return [];
  let query = db
    .selectFrom('quarantine')
    .innerJoin('batches', 'batches.batch', 'quarantine.batch')
    .selectAll('quarantine')
    .select([
      'batches.table_name',
      'batches.major',
      'batches.state',
      'batches.root',
      'batches.report',
    ])
    .select('batches.created_at as started')
    .orderBy('quarantine.batch', order)
    .limit(limit);
  if (domains !== null) query = query.where('batches.domain', 'in', [...domains]);
  if (product !== undefined) {
    const [domain = '', table = ''] = product.split('.');
    query = query.where((where) =>
      where.or([
        where('quarantine.product', '=', product),
        where.and([where('batches.domain', '=', domain), where('batches.table_name', '=', table)]),
      ]),
    );
  }
  if (major !== undefined) query = query.where('batches.major', '=', major);
  if (batches !== undefined) query = query.where('quarantine.batch', 'in', [...batches]);
  if (since !== undefined) query = query.where('batches.created_at', '>=', since);
  if (until !== undefined) query = query.where('batches.created_at', '<', until);
  if (openOnly) query = query.where('open', '>', 0).where('batches.state', '=', 'committed');
  if (scope.state !== undefined) query = query.where('batches.state', '=', scope.state);
  if (scope.rootsOnly === true) query = query.where('batches.root', 'is', null);
  if (scope.after !== null) {
    const sign = order === 'desc' ? '<' : '>';
    query = query.where(
      'quarantine.batch',
      scope.inclusive === true ? `${sign}=` : sign,
      scope.after,
    );
  }
  return await query.execute();
}

/** Marks on the records of some batches, and those by which the records of these batches came. */
export async function marksOf(db: NodeDb, batches: readonly string[]): Promise<MarkRow[]> {
  if (batches.length === 0) return [];
  return await db
    .selectFrom('quarantine_marks')
    .selectAll()
    .where((where) =>
      where.or([where('batch', 'in', [...batches]), where('child', 'in', [...batches])]),
    )
    .orderBy('mark')
    .execute();
}

export interface NewMark {
  mark: string;
  kind: MarkRow['kind'];
  path: string;
  child: string | null;
  because: string | null;
  decidedBy: string;
  now: string;
  /** How many records of each batch, and the version on which that was decided. */
  batches: readonly { batch: string; records: number; version: number }[];
}

/** Writes a decision. Throws CONFLICT when something was decided about one of the batches since. */
export async function addMark(tx: NodeTx, mark: NewMark): Promise<void> {
  for (const { batch, records, version } of mark.batches) {
    const { numUpdatedRows } = await tx
      .updateTable('quarantine')
      .set({ open: sql`open - ${records}`, version: sql`version + 1` })
      .where('batch', '=', batch)
      .where('version', '=', version)
      .where('open', '>=', records)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) {
      throw new WeftError('CONFLICT', `records of ${batch} were decided about meanwhile`, {
        remedy: 'Look at what is still open, and decide about that.',
      });
    }
    await tx
      .insertInto('quarantine_marks')
      .values({
        mark: mark.mark,
        batch,
        kind: mark.kind,
        records,
        path: mark.path,
        child: mark.child,
        because: mark.because,
        decided_by: mark.decidedBy,
        created_at: mark.now,
      })
      .execute();
    await reportOpen(tx, batch, mark.now);
  }
}

/** Puts how many records are open into the batch's report, which is then sent again. */
async function reportOpen(tx: NodeTx, batch: string, now: string): Promise<void> {
  await sql`update batches set reported = false, updated_at = ${now},
      report = jsonb_set(report, '{quarantine,open}', to_jsonb(quarantine.open))
    from quarantine where quarantine.batch = batches.batch and batches.batch = ${batch}`.execute(
    tx,
  );
}

/** Takes a replay back, since its batch was given up: its records are open again. */
export async function dropReplay(tx: NodeTx, child: string, now: string): Promise<void> {
  const marks = await tx
    .deleteFrom('quarantine_marks')
    .where('child', '=', child)
    .returning(['batch', 'records'])
    .execute();
  for (const { batch, records } of marks) {
    await tx
      .updateTable('quarantine')
      .set({ open: sql`open + ${records}`, version: sql`version + 1` })
      .where('batch', '=', batch)
      .executeTakeFirstOrThrow();
    await reportOpen(tx, batch, now);
  }
}

/** One batch of a family: the root or what repairs it. */
export interface FamilyMember {
  batch: string;
  root: string;
  state: BatchState;
  records: BatchReport['records'];
  parents: { batch: string; records: number }[];
  open: number;
  discarded: number;
  started: string;
  /** With which it was committed; null before. */
  snapshot: string | null;
  /** When its state changed last. */
  changed: string;
}

/** The members of some families in the order of their batches; those without a refused record as well. */
export async function listFamilies(db: NodeDb, roots: readonly string[]): Promise<FamilyMember[]> {
  if (roots.length === 0) return [];
  const rows = await db
    .selectFrom('batches')
    .leftJoin('quarantine', 'quarantine.batch', 'batches.batch')
    .select(['batches.batch', 'batches.root', 'batches.state', 'batches.report', 'quarantine.open'])
    .select('batches.updated_at as changed')
    .select((select) =>
      select
        .selectFrom('quarantine_marks')
        .select(sql<number>`coalesce(sum(records), 0)::bigint`.as('n'))
        .whereRef('quarantine_marks.batch', '=', 'batches.batch')
        .where('kind', '=', 'discarded')
        .as('discarded'),
    )
    .where((where) =>
      where.or([where('batches.batch', 'in', [...roots]), where('batches.root', 'in', [...roots])]),
    )
    .orderBy('batches.batch')
    .execute();
  return rows.map(({ batch, root, state, report, open, discarded, changed }) => ({
    batch,
    root: root ?? batch,
    state,
    records: report.records,
    parents: report.parents ?? [],
    open: Number(open ?? 0),
    discarded: Number(discarded ?? 0),
    started: report.started,
    snapshot: report.snapshot,
    changed,
  }));
}

/** Where the refused records of some batches are, and whether the batches wait for a decision. */
export async function findChildren(
  db: NodeDb,
  batches: readonly string[],
): Promise<{ batch: string; path: string | null; state: BatchState }[]> {
  if (batches.length === 0) return [];
  return await db
    .selectFrom('batches')
    .leftJoin('quarantine', 'quarantine.batch', 'batches.batch')
    .select(['batches.batch', 'batches.state', 'quarantine.path'])
    .where('batches.batch', 'in', [...batches])
    .orderBy('batches.batch')
    .execute();
}

/** Ids of the marks in the store, of those given. */
export async function knownMarks(db: NodeDb, marks: readonly string[]): Promise<Set<string>> {
  if (marks.length === 0) return new Set();
  const rows = await db
    .selectFrom('quarantine_marks')
    .select('mark')
    .where('mark', 'in', [...marks])
    .execute();
  return new Set(rows.map(({ mark }) => mark));
}
