/**
 * Queries about policies: the versions of each product's, and of the mesh's own.
 *
 * Not their meaning. Invariant: a version is only ever added.
 */
import type { DsseEnvelope } from '@weft/core/contract/dsse';
import type { MeshPolicy, ProductPolicy } from '@weft/core/registry/types';
import type { Kysely } from 'kysely';
import { json, meshPolicyOf, policyOf } from './control-rows.ts';
import type { ControlTables } from './control-tables.ts';

type Db = Kysely<ControlTables>;

const POLICY_COLUMNS = [
  'product',
  'version',
  'row_filter',
  'hidden_classifications',
  'auto_approve_purposes',
  'cedar',
  'subject_attributes',
  'sets',
  'hash',
  'predecessor',
  'updated_by',
  'updated_at',
] as const;

/** What links a version to the one before it. */
export interface PolicyLink {
  hash: string;
  predecessor: string | null;
  envelope: DsseEnvelope;
}

/** The newest policy version with its hash, or null. */
export async function readPolicy(
  db: Db,
  product: string,
): Promise<{ policy: ProductPolicy; hash: string } | null> {
  const row = await db
    .selectFrom('policies')
    .select(POLICY_COLUMNS)
    .where('product', '=', product)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { policy: policyOf(row), hash: row.hash };
}

export async function insertPolicy(
  db: Db,
  { policy, link }: { policy: ProductPolicy; link: PolicyLink },
): Promise<void> {
  await db
    .insertInto('policies')
    .values({
      product: policy.product,
      version: policy.version,
      row_filter: policy.rowFilter,
      hidden_classifications: json(policy.hiddenClassifications),
      auto_approve_purposes: json(policy.autoApprovePurposes),
      cedar: policy.cedar,
      subject_attributes: json(policy.subjectAttributes),
      sets: json(policy.sets),
      hash: link.hash,
      predecessor: link.predecessor,
      envelope: json(link.envelope),
      updated_by: policy.updatedBy,
      updated_at: policy.updatedAt,
    })
    .execute();
}

/** The newest version of the mesh's policies with its hash, or null. */
export async function readMeshPolicy(db: Db): Promise<{ policy: MeshPolicy; hash: string } | null> {
  const row = await db
    .selectFrom('mesh_policies')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { policy: meshPolicyOf(row), hash: row.hash };
}

export async function insertMeshPolicy(
  db: Db,
  { policy, link }: { policy: MeshPolicy; link: PolicyLink },
): Promise<void> {
  await db
    .insertInto('mesh_policies')
    .values({
      version: policy.version,
      cedar: policy.cedar,
      subject_attributes: json(policy.subjectAttributes),
      domain_tags: json(policy.domainTags),
      production_domains: json(policy.productionDomains),
      hash: link.hash,
      predecessor: link.predecessor,
      envelope: json(link.envelope),
      updated_by: policy.updatedBy,
      updated_at: policy.updatedAt,
    })
    .execute();
}

/** Remembers that the effect of a change was looked at. */
export async function insertPlan(
  db: Db,
  plan: { plan: string; product: string; madeBy: string; now: string },
): Promise<void> {
  await db
    .insertInto('policy_plans')
    .values({ plan: plan.plan, product: plan.product, made_by: plan.madeBy, made_at: plan.now })
    .onConflict((conflict) => conflict.column('plan').doNothing())
    .execute();
}

export async function hasPlan(db: Db, plan: string): Promise<boolean> {
  const row = await db
    .selectFrom('policy_plans')
    .select('plan')
    .where('plan', '=', plan)
    .executeTakeFirst();
  return row !== undefined;
}

/** Names of all attributes that subjects of the mesh have. */
export async function readAttributeNames(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('subjects')
    .select((select) => select.fn<string>('jsonb_object_keys', ['attributes']).as('name'))
    .distinct()
    .execute();
  return rows.map(({ name }) => name).sort();
}
