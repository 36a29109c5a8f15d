/**
 * Queries about agreements.
 *
 * Not the decision and not the state machine. Invariant: an agreement is changed only from the revision that was read.
 */
import { OPEN_STATES } from '@weft/core/registry/agreement';
import type { Agreement } from '@weft/core/registry/types';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { agreementOf, json } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

const AGREEMENT_COLUMNS = [
  'agreement',
  'product',
  'domain',
  'major',
  'subject',
  'purpose',
  'columns',
  'filter',
  'masks',
  'granularity',
  'until',
  'asked',
  'state',
  'why',
  'requested_at',
  'decided_by',
  'decided_at',
  'because',
  'revision',
] as const;

export interface StoredAgreement {
  agreement: Agreement;
  domain: string;
  revision: number;
}

export async function readAgreement(db: Db, id: string): Promise<StoredAgreement | null> {
  const row = await db
    .selectFrom('agreements')
    .select(AGREEMENT_COLUMNS)
    .where('agreement', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { agreement: agreementOf(row), domain: row.domain, revision: row.revision };
}

export async function insertAgreement(db: Db, agreement: Agreement, domain: string): Promise<void> {
  await db
    .insertInto('agreements')
    .values({ ...agreementValues(agreement), domain, revision: 1 })
    .execute();
}

/** Writes the new form of an agreement; false when somebody changed it since `revision` was read. */
export async function updateAgreement(
  db: Db,
  agreement: Agreement,
  revision: number,
): Promise<boolean> {
  const result = await db
    .updateTable('agreements')
    .set({ ...agreementValues(agreement), revision: revision + 1 })
    .where('agreement', '=', agreement.agreement)
    .where('revision', '=', revision)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

function agreementValues(agreement: Agreement) {
  return {
    agreement: agreement.agreement,
    product: agreement.product,
    major: agreement.major,
    subject: agreement.subject,
    purpose: agreement.purpose,
    columns: agreement.columns === null ? null : json(agreement.columns),
    filter: agreement.filter,
    masks: json(agreement.masks),
    granularity: agreement.granularity,
    until: agreement.until,
    asked: agreement.asked === null ? null : json(agreement.asked),
    state: agreement.state,
    why: agreement.why,
    requested_at: agreement.requestedAt,
    decided_by: agreement.decidedBy,
    decided_at: agreement.decidedAt,
    because: agreement.because,
  };
}

/** Agreements of one subject that are or can become access, for all or some products. */
export async function readOpenAgreements(
  db: Db,
  options: { subject: string; products: readonly string[] },
): Promise<Agreement[]> {
  if (options.products.length === 0) return [];
  const rows = await db
    .selectFrom('agreements')
    .select(AGREEMENT_COLUMNS)
    .where('subject', '=', options.subject)
    .where('product', 'in', [...options.products])
    .where('state', 'in', [...OPEN_STATES])
    .orderBy('agreement')
    .execute();
  return rows.map(agreementOf);
}

/** Whose these agreements are, and who decides on them. */
export async function readPartiesOf(
  db: Db,
  agreements: readonly string[],
): Promise<{ agreement: string; subject: string; domain: string }[]> {
  if (agreements.length === 0) return [];
  return await db
    .selectFrom('agreements')
    .select(['agreement', 'subject', 'domain'])
    .where('agreement', 'in', [...agreements])
    .execute();
}

export interface AgreementQuery {
  /** Seen by: agreements of this subject, or of products in these domains; null sees all. */
  seenBy: { subject: string; domains: readonly string[] } | null;
  state: string | null;
  product: string | null;
  subject: string | null;
  /** The id of the last one of the page before; newest come first. */
  before: string | null;
  limit: number;
  now: string;
}

export async function readAgreements(db: Db, query: AgreementQuery): Promise<Agreement[]> {
  let select = db.selectFrom('agreements').select(AGREEMENT_COLUMNS);
  const { seenBy, before } = query;
  if (seenBy !== null) {
    select = select.where((where) =>
      where.or([
        where('subject', '=', seenBy.subject),
        ...(seenBy.domains.length === 0 ? [] : [where('domain', 'in', [...seenBy.domains])]),
      ]),
    );
  }
  if (query.product !== null) select = select.where('product', '=', query.product);
  if (query.subject !== null) select = select.where('subject', '=', query.subject);
  if (query.state !== null) select = select.where((where) => where.and(stateTests(where, query)));
  if (before !== null) select = select.where('agreement', '<', before);
  const rows = await select.orderBy('agreement', 'desc').limit(query.limit).execute();
  return rows.map(agreementOf);
}

// Why: one that is past its end reads as expired before a sweep says so, and lists must agree with that.
function stateTests(where: ExpressionBuilder<ControlTables, 'agreements'>, query: AgreementQuery) {
  const state = query.state ?? '';
  const ended = where.and([
    where('state', 'in', [...OPEN_STATES]),
    where('until', '<=', query.now),
  ]);
  if (state === 'expired') return [where.or([where('state', '=', 'expired'), ended])];
  return [
    where('state', '=', state),
    where.or([
      where('until', 'is', null),
      where('until', '>', query.now),
      where.not(where('state', 'in', [...OPEN_STATES])),
    ]),
  ];
}

/** Ids of agreements whose end has passed while their state does not say so. */
export async function readOverdue(db: Db, now: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('agreements')
    .select('agreement')
    .where('state', 'in', [...OPEN_STATES])
    .where('until', '<=', now)
    .orderBy('until')
    .limit(limit)
    .execute();
  return rows.map((row) => row.agreement);
}

/** How many subjects have an active agreement on the product. */
export async function countConsumers(db: Db, product: string): Promise<number> {
  const row = await db
    .selectFrom('agreements')
    .select((select) => select.fn.count<number>('subject').distinct().as('consumers'))
    .where('product', '=', product)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  return Number(row.consumers);
}

const ANSWERS_MAX = 20;

/** Seconds from request to decision, the median of the last decisions of each product; those without any are absent. */
export async function readAnswerTimes(
  db: Db,
  products: readonly string[],
): Promise<Map<string, number>> {
  if (products.length === 0) return new Map();
  const { rows } = await sql<{ product: string; seconds: number }>`
    select asked.product, percentile_cont(0.5) within group (order by last.seconds) as seconds
    from unnest(${[...products]}::text[]) as asked(product)
    cross join lateral (
      select extract(epoch from decided_at - requested_at)::double precision as seconds from agreements
      where agreements.product = asked.product and decided_at is not null and state <> 'revoked'
      order by decided_at desc limit ${ANSWERS_MAX}
    ) as last
    group by asked.product`.execute(db);
  return new Map(rows.map(({ product, seconds }) => [product, Number(seconds)]));
}
