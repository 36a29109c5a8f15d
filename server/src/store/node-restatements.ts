/**
 * Rows about restatements: what was asked under which key, and what came of it.
 *
 * Not which rows were hit: neither conditions nor values are kept. Invariant: a key of a domain stands once.
 */
import type { ContractRef } from '@weft/core/contract/plan';
import { storableJson } from '@weft/core/lib/storable-text';
import type { Selectable } from 'kysely';
import type { NodeDb, NodeTx } from './node-batches.ts';
import type { RestatementsTable } from './node-tables.ts';

/** What came of a restatement. */
export interface RestatementReport {
  restatement: string;
  product: string;
  table: string;
  major: number;
  kind: 'delete' | 'update';
  /** The version that the rows were held to. */
  contract: ContractRef;
  rows: number;
  files: number;
  /** Of its event; null where no row was hit. */
  sequence: number | null;
  snapshot: string | null;
  because: string;
  by: string;
  at: string;
}

type RestatementRow = Selectable<RestatementsTable>;

export async function addRestatement(
  tx: NodeTx,
  row: {
    report: RestatementReport;
    domain: string;
    key: string | null;
    fingerprint: string;
    op: string;
  },
): Promise<void> {
  const { report, ...rest } = row;
  const { restatement, product, at } = report;
  await tx
    .insertInto('restatements')
    .values({ restatement, product, ...rest, report: storableJson(report), created_at: at })
    .execute();
}

export async function findRestatementByKey(
  db: NodeDb,
  domain: string,
  key: string,
): Promise<RestatementRow | undefined> {
  return await db
    .selectFrom('restatements')
    .selectAll()
    .where('domain', '=', domain)
    .where('key', '=', key)
    .executeTakeFirst();
}

/** The one that an operation made; undefined where it ended before it changed anything. */
export async function findRestatementByOperation(
  db: NodeDb,
  op: string,
): Promise<RestatementRow | undefined> {
  return await db.selectFrom('restatements').selectAll().where('op', '=', op).executeTakeFirst();
}

/** Newest first; one more than the limit, so that the caller sees whether there are more. */
export async function listRestatements(
  db: NodeDb,
  page: { product: string; limit: number; before: string | null },
): Promise<RestatementRow[]> {
  let query = db
    .selectFrom('restatements')
    .selectAll()
    .where('product', '=', page.product)
    .orderBy('restatement', 'desc')
    .limit(page.limit + 1);
  if (page.before !== null) query = query.where('restatement', '<', page.before);
  return await query.execute();
}
