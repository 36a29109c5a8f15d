/**
 * Queries about what has a date: agreements that end, and the contracts that say when their data does.
 *
 * Not who looks after which domains (`services/coming-service.ts`). Invariant: at most `LOOKED_AT` of each are read.
 */
import { type Kysely, sql } from 'kysely';
import { instant } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

const LOOKED_AT = 1_000;

export interface EndingRow {
  agreement: string;
  product: string;
  subject: string;
  purpose: string;
  until: string;
}

export interface ComingSpan {
  /** Whose agreements; those of others by the domains that he looks after. */
  subject: string;
  domains: readonly string[];
  /** RFC 3339; the first is not in it. */
  from: string;
  to: string;
}

/** Agreements in force that end within the span, the subject's own and those on products of the domains. */
export async function readEndings(
  db: Db,
  { subject, domains, from, to }: ComingSpan,
): Promise<EndingRow[]> {
  const rows = await db
    .selectFrom('agreements')
    .select(['agreement', 'product', 'subject', 'purpose', 'until'])
    .where('state', '=', 'active')
    .where('until', '>', from)
    .where('until', '<=', to)
    .where(({ or, eb }) => or([eb('subject', '=', subject), eb('domain', 'in', withOne(domains))]))
    .orderBy('until')
    .limit(LOOKED_AT)
    .execute();
  return rows.map(({ until, ...row }) => ({ ...row, until: instant(until ?? from) }));
}

export interface ServedMajor {
  product: string;
  domain: string;
  major: number;
  version: string;
  hash: string;
  /** Agreements in force on it. */
  consumers: number;
}

/** The newest version of each major, of products of the domains and of those that the subject has an agreement on. */
export async function readServedMajors(
  db: Db,
  { subject, domains, from }: Omit<ComingSpan, 'to'>,
): Promise<ServedMajor[]> {
  const { rows } = await sql<ServedMajor>`
    select distinct on (contracts.product, contracts.major)
      contracts.product, products.domain, contracts.major, contracts.version, contracts.hash,
      (select count(*)::int from agreements where agreements.product = contracts.product
        and agreements.major = contracts.major and agreements.state = 'active'
        and (agreements.until is null or agreements.until > ${from})) as consumers
    from contracts join products on products.product = contracts.product
    where products.status = 'active' and (products.domain = any(${[...domains]}::text[])
      or exists (select from agreements where agreements.product = contracts.product
        and agreements.major = contracts.major and agreements.subject = ${subject}
        and agreements.state = 'active' and (agreements.until is null or agreements.until > ${from})))
    order by contracts.product, contracts.major, contracts.minor desc, contracts.patch desc, contracts.ordinal desc
    limit ${LOOKED_AT}`.execute(db);
  return rows;
}

/** Why: a list of nothing is no list in SQL. */
const withOne = (domains: readonly string[]): string[] =>
  domains.length === 0 ? [''] : [...domains];
