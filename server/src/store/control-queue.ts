/**
 * Queries about what waits: one for each kind, each with who it is for in its conditions.
 *
 * Not the order and not who sees which domains (`services/queue-service.ts`). Invariant: at most `LOOKED_AT` of a kind are
 * read, the most urgent ones, and counts say so.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { instant, optionalInstant } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

export const LOOKED_AT = 1_000;
/** How long refused rows are kept unless a contract says otherwise, and how long a failed batch is news. */
const REFUSED_DAYS = 30;
const FAILED_DAYS = 7;

export interface WaitingRow {
  key: string;
  product: string;
  domain: string;
  since: string;
  due: string | null;
  facts: Record<string, unknown>;
  batch: string | null;
  agreement: string | null;
}

/** The domains that count; null for all of them. */
export type Domains = readonly string[] | null;

/**
 * Requests that wait for a decision of these domains; of the subject's own those for domains that he acts for, since nobody
 * else decides his own request.
 */
export function readRequests(
  db: Db,
  { domains, acts }: { domains: Domains; acts: readonly string[] },
  { subject, now }: Asking,
) {
  return read(
    db,
    sql`select agreement as key, product, domain, requested_at as since, null::timestamptz as due,
      jsonb_build_object('subject', subject, 'purpose', purpose, 'columns', columns, 'filter', filter, 'until', until, 'why', why) as facts,
      null::text as batch, agreement
    from agreements where state = 'requested' and (subject <> ${subject} or ${within(acts)}) and ${within(domains)}
      and (until is null or until > ${now})
    order by requested_at limit ${LOOKED_AT}`,
  );
}

/** Counter-offers that the subject has to answer. */
export function readCountered(db: Db, { subject, now }: Asking) {
  return read(
    db,
    sql`select agreement as key, product, domain, coalesce(decided_at, requested_at) as since, null::timestamptz as due,
      jsonb_build_object('purpose', purpose, 'columns', columns, 'filter', filter, 'until', until, 'because', because) as facts,
      null::text as batch, agreement
    from agreements where state = 'countered' and subject = ${subject} and (until is null or until > ${now})
    order by 4 limit ${LOOKED_AT}`,
  );
}

/** Agreements of the subject that end before an instant and whose renewal was not asked for. */
export function readEnding(db: Db, { subject, now }: Asking, before: string) {
  return read(
    db,
    sql`select agreement as key, product, domain, coalesce(decided_at, requested_at) as since, until as due,
      jsonb_build_object('purpose', purpose, 'until', until) as facts, null::text as batch, agreement
    from agreements where state = 'active' and subject = ${subject} and until > ${now} and until <= ${before}
      and not exists (select from agreements as renewal where renewal.subject = agreements.subject
        and renewal.product = agreements.product and renewal.major = agreements.major
        and renewal.purpose = agreements.purpose
        and renewal.columns is not distinct from agreements.columns
        and renewal.filter is not distinct from agreements.filter
        and renewal.state in ('requested', 'countered', 'active')
        and (renewal.until is null or renewal.until > agreements.until))
    order by until limit ${LOOKED_AT}`,
  );
}

const COUNTS = sql`jsonb_build_object('table', table_name, 'because', report->>'because', 'records', records_in,
  'quarantined', (report->'records'->>'quarantined')::bigint, 'code', report->'problem'->>'code',
  'name', report->'source'->>'name')`;

export function readHeld(db: Db, domains: Domains) {
  return read(
    db,
    sql`select batch as key, product, domain, started as since, null::timestamptz as due, ${COUNTS} as facts, batch,
      null::text as agreement
    from batches where state = 'held' and state in ('held', 'failed') and ${within(domains)}
    order by started limit ${LOOKED_AT}`,
  );
}

/** Batches that failed lately and that no later one of their table made good. */
export function readFailed(db: Db, domains: Domains, now: string) {
  return read(
    db,
    sql`select batch as key, product, domain, started as since, null::timestamptz as due, ${COUNTS} as facts, batch,
      null::text as agreement
    from batches where state = 'failed' and state in ('held', 'failed') and ${within(domains)}
      and started > ${daysBefore(now, FAILED_DAYS)}
      and not exists (select 1 from batches as later where later.product = batches.product
        and later.table_name = batches.table_name and later.state = 'committed' and later.started > batches.started)
    order by started limit ${LOOKED_AT}`,
  );
}

/**
 * Batches with refused records that nobody has repaired or given up. A report says how many they are once something was decided;
 * of one that was sent before reports did, the repairs that came since are counted.
 */
export function readRefused(db: Db, domains: Domains, now: string) {
  const refused = sql`(report->'records'->>'quarantined')::bigint`;
  const since = daysBefore(now, REFUSED_DAYS);
  return read(
    db,
    sql`with repairs as materialized (
      select parent->>'batch' as batch, sum((parent->>'records')::bigint) as records
      from batches cross join lateral jsonb_array_elements(report->'parents') as parent
      where report->'parents' is not null and state = 'committed' and ${within(domains)} and started > ${since}
      group by 1
    )
    select batch as key, product, domain, started as since, started + make_interval(days => ${REFUSED_DAYS}) as due,
      jsonb_build_object('table', table_name, 'name', name, 'refused', refused, 'open', open, 'records', records_in) as facts,
      batch, null::text as agreement
    from (
      select batches.batch, product, domain, table_name, started, records_in, ${refused} as refused,
        report->'source'->>'name' as name,
        coalesce((report->'quarantine'->>'open')::bigint, ${refused} - coalesce(repairs.records, 0)) as open
      from batches left join repairs on repairs.batch = batches.batch
      where records_in > records_good and state = 'committed' and ${within(domains)} and started > ${since}
    ) as waiting
    where open > 0
    order by started limit ${LOOKED_AT}`,
  );
}

export function readMissed(db: Db, domains: Domains) {
  return read(
    db,
    sql`select product as key, product, domain, coalesce(state_since, last_batch, 'epoch') as since, null::timestamptz as due,
      jsonb_build_object('frequencySeconds', frequency, 'lastBatch', last_batch, 'budget', facts->'budget') as facts,
      null::text as batch, null::text as agreement
    from search_documents where state = 'missed' and status = 'active' and ${within(domains)}
    order by 4 limit ${LOOKED_AT}`,
  );
}

/** Products of whose misses at most one is left. */
export function readLowBudgets(db: Db, domains: Domains) {
  return read(
    db,
    sql`select product as key, product, domain, coalesce(state_since, last_batch, 'epoch') as since, null::timestamptz as due,
      (facts->'budget')::jsonb as facts, null::text as batch, null::text as agreement
    from search_documents where misses_left <= 1 and status = 'active' and ${within(domains)}
    order by 4 limit ${LOOKED_AT}`,
  );
}

interface Asking {
  subject: string;
  /** RFC 3339. */
  now: string;
}

function within(domains: Domains): RawBuilder<boolean> {
  return domains === null ? sql`true` : sql`domain = any(${[...domains]}::text[])`;
}

function daysBefore(now: string, days: number): string {
  return new Date(Date.parse(now) - days * 86_400_000).toISOString();
}

async function read(db: Db, query: RawBuilder<unknown>): Promise<WaitingRow[]> {
  const { rows } = await (query as RawBuilder<WaitingRow>).execute(db);
  return rows.map((row) => ({ ...row, since: instant(row.since), due: optionalInstant(row.due) }));
}

export async function readSnoozes(db: Db, { subject, now }: Asking): Promise<Set<string>> {
  const rows = await db
    .selectFrom('queue_snoozes')
    .select('item')
    .where('subject', '=', subject)
    .where('until', '>', now)
    .execute();
  return new Set(rows.map((row) => row.item));
}

/** Puts an item off; what the subject put off and whose time is over is forgotten. */
export async function writeSnooze(
  db: Db,
  snooze: { subject: string; item: string; until: string; now: string },
): Promise<void> {
  const { subject, item, until, now } = snooze;
  await db
    .deleteFrom('queue_snoozes')
    .where('subject', '=', subject)
    .where('until', '<=', now)
    .execute();
  await db
    .insertInto('queue_snoozes')
    .values({ subject, item, until })
    .onConflict((conflict) => conflict.columns(['subject', 'item']).doUpdateSet({ until }))
    .execute();
}

/** Lets an item wait again. */
export async function deleteSnooze(db: Db, subject: string, item: string): Promise<void> {
  await db
    .deleteFrom('queue_snoozes')
    .where('subject', '=', subject)
    .where('item', '=', item)
    .execute();
}
