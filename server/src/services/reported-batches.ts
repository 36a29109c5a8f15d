/**
 * Batches as nodes reported them: what a control plane without a node of its own shows of them.
 *
 * Not the node's list (`ingest-service.ts`), which it follows at some distance. Invariant: counts only, since no report
 * here ever had a value; who sees which batch is the same as at the node.
 */
import { BATCH_STATES, type BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { type Kysely, sql } from 'kysely';
import type { ControlTables } from '../store/control-tables.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { assertMaySee, domainsSeen, noSuchBatch } from './ingest-access.ts';
import type { BatchQuery, Page } from './ingest-service.ts';

export interface ReportedBatches {
  list(query: BatchQuery, subject: Subject): Promise<Page<BatchReport>>;
  /** Throws NOT_FOUND, also for a batch that the subject may not see. */
  show(batch: string, subject: Subject): Promise<BatchReport>;
}

export function createReportedBatches(db: Kysely<ControlTables>): ReportedBatches {
  return {
    list: (query, subject) => list(db, query, subject),
    async show(batch, subject) {
      const row = await db
        .selectFrom('batches')
        .select(['domain', 'report'])
        .where('batch', '=', batch)
        .executeTakeFirst();
      if (row === undefined) throw noSuchBatch(batch);
      assertMaySee(subject, row.domain, `batch ${batch}`);
      return row.report;
    },
  };
}

async function list(
  db: Kysely<ControlTables>,
  query: BatchQuery,
  subject: Subject,
): Promise<Page<BatchReport>> {
  const { product, state, after } = query;
  if (state !== undefined && !BATCH_STATES.some((known) => known === state)) {
    throw new WeftError('REQUEST_INVALID', `${state} is no state of a batch`, {
      remedy: `States: ${BATCH_STATES.join(', ')}.`,
    });
  }
  const limit = pageLimit(query.limit);
  const domains = domainsSeen(subject);
  if (domains !== null && domains.length === 0) return { items: [], next: null };
  let rows = db
    .selectFrom('batches')
    .select(['batch', 'report'])
    .orderBy('batch', 'desc')
    .limit(limit + 1);
  if (domains !== null) rows = rows.where('domain', 'in', domains);
  if (product !== undefined) rows = rows.where('product', '=', product);
  if (state !== undefined) rows = rows.where('state', '=', state);
  if (query.quarantined === true) {
    rows = rows.where(sql<boolean>`(report->'records'->>'quarantined')::bigint > 0`);
  }
  if (after !== undefined) {
    rows = rows.where('batch', '<', String(decodeCursor('batches', after, 1)[0]));
  }
  return toPage(await rows.execute(), limit, {
    item: (row) => row.report,
    cursor: (row) => encodeCursor('batches', [row.batch]),
  });
}
