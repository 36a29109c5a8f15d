/**
 * All that a decision is made of, in one statement: a decision is made for each query, and each statement costs a turn of the store. Beside
 * it what only explanations ask for.
 *
 * Not the decision (`services/access-service.ts`). Invariant: what is read is of one moment, so that an agreement is never judged beside the
 * policies of another one.
 */
import { OPEN_STATES } from '@weft/core/registry/agreement';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { Agreement, MeshPolicy, ProductPolicy } from '@weft/core/registry/types';
import { type Kysely, type Selectable, sql } from 'kysely';
import { agreementOf, meshPolicyOf, policyOf } from './control-rows.ts';
import type {
  AgreementsTable,
  ControlTables,
  MeshPoliciesTable,
  PoliciesTable,
} from './control-tables.ts';

type Db = Kysely<ControlTables>;

/** A contract version without its text, which is long and seldom needed again. */
export interface ContractHead {
  product: string;
  version: string;
  major: number;
  contract_id: string;
  hash: string;
  tables: string[];
}

export interface StoredFacts {
  product: string;
  /** Owners of the table's domain; null when there is no such domain. */
  owners: string[] | null;
  /** Newest version of each major, highest major first. */
  contracts: ContractHead[];
  /** Of the subject on the product, those that are or can become access. */
  agreements: Agreement[];
  policy: ProductPolicy | null;
  mesh: MeshPolicy | null;
}

interface FactsRow {
  product: string;
  owners: string[] | null;
  contracts: ContractHead[] | null;
  agreements: Selectable<AgreementsTable>[] | null;
  policy: Selectable<PoliciesTable> | null;
  mesh: Selectable<MeshPoliciesTable> | null;
}

/** Null when nobody claimed the table. */
export async function readStoredFacts(
  db: Db,
  { domain, table, subject }: { domain: string; table: string; subject: string },
): Promise<StoredFacts | null> {
  const { rows } = await sql<FactsRow>`
    select claim.product,
      (select owners from domains where name = ${domain}) as owners,
      (select json_agg(newest order by newest.major desc) from (
        select distinct on (major) product, version, major, contract_id, hash, tables from contracts
        where contracts.product = claim.product
        order by major desc, minor desc, patch desc, ordinal desc) as newest) as contracts,
      (select json_agg(held order by held.agreement) from (
        select agreement, product, domain, major, subject, purpose, columns, filter, masks, granularity, until, asked, state,
          why, requested_at, decided_by, decided_at, because, revision from agreements where subject = ${subject} and agreements.product = claim.product
        and state = any(${[...OPEN_STATES]}::text[])) as held) as agreements,
      (select row_to_json(said) from (
        select product, version, row_filter, hidden_classifications, auto_approve_purposes, cedar,
          subject_attributes, sets, updated_by, updated_at from policies
        where policies.product = claim.product order by version desc limit 1) as said) as policy,
      (select row_to_json(ruled) from (
        select version, cedar, subject_attributes, domain_tags, production_domains, updated_by, updated_at
        from mesh_policies order by version desc limit 1) as ruled) as mesh
    from table_claims as claim
    where claim.domain = ${domain} and claim.table_name = ${table}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    product: row.product,
    owners: row.owners,
    contracts: row.contracts ?? [],
    agreements: (row.agreements ?? []).map(agreementOf),
    policy: row.policy === null ? null : policyOf(row.policy),
    mesh: row.mesh === null ? null : meshPolicyOf(row.mesh),
  };
}

/** The text of a published contract, by its hash. */
export async function readContractSource(
  db: Db,
  { product, version }: Pick<ContractHead, 'product' | 'version'>,
): Promise<string> {
  const row = await db
    .selectFrom('contracts')
    .select('source')
    .where('product', '=', product)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return row.source;
}

/** What was measured of a table last; null before its node measured it. */
export async function readMeasurement(
  db: Db,
  { product, table, major }: { product: string; table: string; major: number },
): Promise<TableMeasurement | null> {
  const row = await db
    .selectFrom('measurements')
    .select('measurement')
    .where('product', '=', product)
    .where('table_name', '=', table)
    .where('major', '=', major)
    .executeTakeFirst();
  return row?.measurement ?? null;
}
