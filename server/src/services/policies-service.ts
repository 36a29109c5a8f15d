/**
 * Policies of products and of the mesh: read and replace, as chains of signed versions.
 *
 * Not the enforcement. Invariants: only the domain's own people change a product's policy, only the platform the mesh's; what
 * does not fit every table of the newest contract is refused; versions are added, never changed, each signed and naming the
 * hash of the one before it; the same content again adds nothing.
 */
import { type DsseEnvelope, signStatement } from '@weft/core/contract/dsse';
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import { cedarSchema } from '@weft/core/policy/cedar-schema';
import { actsForDomain, decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Domain, MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import {
  hasPlan,
  insertMeshPolicy,
  insertPlan,
  insertPolicy,
  readMeshPolicy,
  readPolicy,
} from '../store/control-policies.ts';
import {
  type ContractRow,
  lockProduct,
  readContract,
  readDomain,
} from '../store/control-registry.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import {
  attributesFor,
  type ChecksContext,
  checkPolicy,
  type PolicyContent,
  type PolicyRequest,
  policyFaults,
  refuseFaults,
  tablesFor,
  unique,
} from './policy-checks.ts';
import { setTypes } from './policy-sets.ts';
import { meshWarnings, policyWarnings } from './policy-warnings.ts';
import { ensureDomainKey, type PublishKeys } from './registry-keys.ts';

export const POLICY_PAYLOAD = 'application/vnd.weft.policy+json';

export interface PolicyChange extends PolicyRequest {
  ifMatch?: string | undefined;
  /** Of `planned`, for this very change of the version that is in force. */
  plan?: string | undefined;
}

export interface MeshPolicyRequest {
  cedar: string;
  subjectAttributes?: string[] | undefined;
  domainTags?: Record<string, Record<string, string[]>> | undefined;
  productionDomains?: string[] | undefined;
}

interface Stored<Policy> {
  policy: Policy;
  etag: string;
}

/** `warnings`: what it does not do although somebody may think so. */
interface Applied<Policy> extends Stored<Policy> {
  warnings: ErrorPlace[];
}

type MeshPolicyChange = MeshPolicyRequest & {
  ifMatch?: string | undefined;
  plan?: string | undefined;
};

export interface PoliciesService {
  /** The policy in force and its entity tag; version 0 means that nobody wrote one. Throws NOT_FOUND, FORBIDDEN. */
  show(subject: Subject, product: string): Promise<Stored<ProductPolicy>>;
  /**
   * Replaces it. Throws PRECONDITION_FAILED when `ifMatch` is given and not the present tag, POLICY_INVALID, and
   * PLAN_REQUIRED when `plan` is another than that of this very change, and in a production domain without one.
   */
  put(subject: Subject, product: string, request: PolicyChange): Promise<Applied<ProductPolicy>>;
  /** The policy as it would be; throws what `put` would, but for plan and tag. */
  draft(subject: Subject, product: string, request: PolicyRequest): Promise<ProductPolicy>;
  /** Keeps that the effect of a draft was looked at; returns the name of the plan. */
  planned(subject: Subject, draft: ProductPolicy): Promise<string>;
  /** What would be refused, and what would be warned of, without changing anything. */
  lint(
    subject: Subject,
    product: string,
    request: PolicyRequest,
  ): Promise<{ faults: ErrorPlace[]; warnings: ErrorPlace[] }>;
  /** The Cedar schema that a product's policies are checked against. */
  schema(subject: Subject, product: string): Promise<{ schema: string; attributes: string[] }>;
  showMesh(subject: Subject): Promise<Stored<MeshPolicy>>;
  /** As `lint`, for the policies of the mesh. Throws FORBIDDEN for those who do not oversee it. */
  lintMesh(
    subject: Subject,
    request: MeshPolicyRequest,
  ): Promise<{ faults: ErrorPlace[]; warnings: ErrorPlace[] }>;
  /** As `put`; a plan is asked for as soon as there are production domains, for these policies count in all. */
  putMesh(subject: Subject, request: MeshPolicyChange): Promise<Applied<MeshPolicy>>;
  /** The policies of the mesh as they would be. Throws POLICY_INVALID, and FORBIDDEN for those who do not oversee it. */
  draftMesh(subject: Subject, request: MeshPolicyRequest): Promise<MeshPolicy>;
  /** As `planned`. */
  plannedMesh(subject: Subject, draft: MeshPolicy): Promise<string>;
}

export type PoliciesContext = ChecksContext & { publishKeys: PublishKeys };

export function createPoliciesService(context: PoliciesContext): PoliciesService {
  return {
    async show(subject, product) {
      const { domain } = await requireProduct(context, product);
      requireReader(subject, domain, product);
      const stored = await readPolicy(context.db, product);
      const policy = stored?.policy ?? emptyPolicy(product);
      return { policy, etag: tagOf(policy) };
    },
    put: (subject, product, request) => putPolicy(context, { subject, product, request }),
    draft: (subject, product, request) => draftPolicy(context, { subject, product, request }),
    async planned(subject, draft) {
      const plan = planOf(context, draft, draft.version - 1);
      const now = new Date(context.clock.now()).toISOString();
      await insertPlan(context.db, { plan, product: draft.product, madeBy: subject.id, now });
      return plan;
    },
    async lint(subject, product, request) {
      const { domain, contract } = await requireProduct(context, product);
      requireReader(subject, domain, product);
      const faults = await policyFaults(context, { by: subject, contract, request });
      return { faults, warnings: await policyWarnings(context, contract, request) };
    },
    async schema(subject, product) {
      const { domain, contract } = await requireProduct(context, product);
      requireReader(subject, domain, product);
      const policy = (await readPolicy(context.db, product))?.policy;
      const attributes = await attributesFor(context, policy?.subjectAttributes ?? []);
      const tables = await tablesFor(context, contract);
      const sets = setTypes(policy?.sets ?? {});
      return { schema: cedarSchema(tables, attributes, sets), attributes };
    },
    async showMesh() {
      const policy = (await readMeshPolicy(context.db))?.policy ?? emptyMeshPolicy();
      return { policy, etag: tagOf(policy) };
    },
    lintMesh: (subject, request) => lintMeshPolicy(context, subject, request),
    putMesh: (subject, request) => putMeshPolicy(context, subject, request),
    draftMesh: (subject, request) => draftMeshPolicy(context, subject, request),
    async plannedMesh(subject, draft) {
      const plan = meshPlanOf(context, draft, draft.version - 1);
      const now = new Date(context.clock.now()).toISOString();
      await insertPlan(context.db, { plan, product: 'mesh', madeBy: subject.id, now });
      return plan;
    },
  };
}

function requireReader(subject: Subject, domain: Domain, product: string): void {
  if (seesAll(subject) || decidesForDomain(subject, domain)) return;
  throw new WeftError('FORBIDDEN', `the policy of ${product} is not shown to ${subject.id}`);
}

async function requireProduct(
  context: ControlContext,
  product: string,
): Promise<{ domain: Domain; contract: ContractRow }> {
  const contract = await readContract(context.db, { product });
  const domain = await readDomain(context.db, product.split('.')[0] ?? '');
  if (contract === null || domain === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${product}" with a contract`);
  }
  return { domain, contract };
}

function emptyPolicy(product: string): ProductPolicy {
  return {
    product,
    version: 0,
    rowFilter: null,
    hiddenClassifications: [],
    autoApprovePurposes: [],
    cedar: null,
    subjectAttributes: [],
    sets: {},
    updatedBy: 'weft',
    updatedAt: new Date(0).toISOString(),
  };
}

function emptyMeshPolicy(): MeshPolicy {
  const updatedAt = new Date(0).toISOString();
  return {
    version: 0,
    cedar: '',
    subjectAttributes: [],
    domainTags: {},
    productionDomains: [],
    updatedBy: 'weft',
    updatedAt,
  };
}

function tagOf(policy: { version: number }): string {
  return `"v${policy.version}"`;
}

interface PutOptions {
  subject: Subject;
  product: string;
  request: PolicyChange;
}

async function draftPolicy(
  context: PoliciesContext,
  { subject, product, request }: PutOptions,
): Promise<ProductPolicy> {
  const { wanted } = await requireChange(context, { subject, product, request });
  const version = ((await readPolicy(context.db, product))?.policy.version ?? 0) + 1;
  const updatedAt = new Date(context.clock.now()).toISOString();
  return { product, version, ...wanted, updatedBy: subject.id, updatedAt };
}

/** The content that a request asks for, checked, by one who may. */
async function requireChange(
  context: PoliciesContext,
  { subject, product, request }: PutOptions,
): Promise<{ domain: Domain; wanted: PolicyContent; warnings: ErrorPlace[] }> {
  const { domain, contract } = await requireProduct(context, product);
  if (!actsForDomain(subject, domain)) {
    throw new WeftError('FORBIDDEN', `only owners of domain ${domain.name} change its policies`);
  }
  const wanted = await checkPolicy(context, { by: subject, contract, request });
  return { domain, wanted, warnings: await policyWarnings(context, contract, wanted) };
}

/** Why by whom, too: sets are read with the rights of whoever put them in force. */
function isSame(before: ProductPolicy, wanted: PolicyContent, by: Subject): boolean {
  if (before.version === 0 || !isEqual(contentOf(before), wanted)) return false;
  return before.updatedBy === by.id || Object.keys(wanted.sets).length === 0;
}

function isEqual(a: PolicyContent, b: PolicyContent): boolean {
  return canonicalJson(a as unknown as Json) === canonicalJson(b as unknown as Json);
}

/** Names a change: of this version of this product to this content. */
function planOf(
  { keys }: Pick<PoliciesContext, 'keys'>,
  policy: ProductPolicy,
  version: number,
): string {
  const { product } = policy;
  const content = contentOf(policy) as unknown as Json;
  return keys.sha256(canonicalJson({ product, version, content }));
}

async function requirePlan(
  context: Pick<PoliciesContext, 'db' | 'keys'>,
  {
    policy,
    before,
    plan,
  }: { policy: ProductPolicy; before: ProductPolicy; plan: string | undefined },
): Promise<void> {
  const [domain = ''] = policy.product.split('.');
  const mesh = (await readMeshPolicy(context.db))?.policy;
  const isProduction = mesh?.productionDomains.includes(domain) === true;
  if (!isProduction && plan === undefined) return;
  const wanted = planOf(context, policy, before.version);
  if (plan === wanted && (await hasPlan(context.db, plan))) return;
  throw planRequired(isProduction ? `${domain} is a production domain` : null);
}

function planRequired(why: string | null): WeftError {
  const message =
    why === null
      ? 'the plan that is named is not one of this very change'
      : `${why}: plan this very change first`;
  return new WeftError('PLAN_REQUIRED', message, {
    remedy:
      'Run `weft access plan FILE`, look at who gains and loses what, then `weft access apply FILE --plan PLAN`.',
  });
}

async function putPolicy(
  context: PoliciesContext,
  options: PutOptions,
): Promise<Applied<ProductPolicy>> {
  const { subject, product, request } = options;
  const { domain, wanted, warnings } = await requireChange(context, options);
  return runControl(context, subject.id, async (unit) => {
    await lockProduct(unit.tx, product);
    const stored = await readPolicy(unit.tx, product);
    const before = stored?.policy ?? emptyPolicy(product);
    requireMatch(request.ifMatch, before);
    if (isSame(before, wanted, subject)) {
      return { policy: before, etag: tagOf(before), warnings };
    }
    const policy: ProductPolicy = {
      product,
      version: before.version + 1,
      ...wanted,
      updatedBy: subject.id,
      updatedAt: unit.now,
    };
    await requirePlan({ ...context, db: unit.tx }, { policy, before, plan: request.plan });
    const keyId = await ensureDomainKey(unit, context, domain.name);
    const link = linkOf(context, { policy, predecessor: stored?.hash ?? null, keyId });
    await insertPolicy(unit.tx, { policy, link });
    announce(unit, { subject: product, path: product, version: policy.version });
    unit.record({
      action: 'policy.change',
      subject: product,
      details: {
        ...(wanted as unknown as Record<string, Json>),
        version: policy.version,
        hash: link.hash,
      },
    });
    return { policy, etag: tagOf(policy), warnings };
  });
}

async function lintMeshPolicy(
  context: PoliciesContext,
  subject: Subject,
  request: MeshPolicyRequest,
): Promise<{ faults: ErrorPlace[]; warnings: ErrorPlace[] }> {
  if (!seesAll(subject)) {
    throw new WeftError(
      'FORBIDDEN',
      'only the platform team and privacy officers check policies of the mesh',
    );
  }
  const wanted = meshContentOf(request);
  const faults = await meshFaults(context, wanted);
  return { faults, warnings: await meshWarnings(context, { ...emptyMeshPolicy(), ...wanted }) };
}

type MeshContent = Pick<
  MeshPolicy,
  'cedar' | 'subjectAttributes' | 'domainTags' | 'productionDomains'
>;

function meshContentOf(request: MeshPolicyRequest): MeshContent {
  return {
    cedar: request.cedar,
    subjectAttributes: unique(request.subjectAttributes ?? []),
    domainTags: request.domainTags ?? {},
    productionDomains: unique(request.productionDomains ?? []),
  };
}

async function draftMeshPolicy(
  context: PoliciesContext,
  subject: Subject,
  request: MeshPolicyRequest,
): Promise<MeshPolicy> {
  if (!seesAll(subject)) {
    throw new WeftError(
      'FORBIDDEN',
      'only the platform team and privacy officers plan policies of the mesh',
    );
  }
  const wanted = meshContentOf(request);
  refuseFaults(await meshFaults(context, wanted));
  const version = ((await readMeshPolicy(context.db))?.policy.version ?? 0) + 1;
  const updatedAt = new Date(context.clock.now()).toISOString();
  return { version, ...wanted, updatedBy: subject.id, updatedAt };
}

/** Names a change of the policies of the mesh, as `planOf` does of a product's. */
function meshPlanOf(
  { keys }: Pick<PoliciesContext, 'keys'>,
  { cedar, subjectAttributes, domainTags, productionDomains }: MeshPolicy,
  version: number,
): string {
  const content = { cedar, subjectAttributes, domainTags, productionDomains };
  return keys.sha256(canonicalJson({ product: 'mesh', version, content } as unknown as Json));
}

async function requireMeshPlan(
  context: Pick<PoliciesContext, 'db' | 'keys'>,
  change: { policy: MeshPolicy; before: MeshPolicy; plan: string | undefined },
): Promise<void> {
  const { policy, before, plan } = change;
  const isProduction = before.productionDomains.length > 0;
  if (!isProduction && plan === undefined) return;
  if (plan === meshPlanOf(context, policy, before.version) && (await hasPlan(context.db, plan)))
    return;
  const domains = before.productionDomains.join(', ');
  throw planRequired(
    isProduction ? `these policies count in the production domains ${domains}` : null,
  );
}

async function meshFaults(context: PoliciesContext, wanted: MeshContent): Promise<ErrorPlace[]> {
  const attributes = await attributesFor(context, wanted.subjectAttributes);
  const options = { tables: [], attributes, path: '$.cedar' };
  return (await context.rules.lint(wanted.cedar, options)).faults;
}

async function putMeshPolicy(
  context: PoliciesContext,
  subject: Subject,
  request: MeshPolicyChange,
): Promise<Applied<MeshPolicy>> {
  if (!subject.roles.includes('platform')) {
    throw new WeftError('FORBIDDEN', 'only the platform team changes the policies of the mesh');
  }
  const wanted = meshContentOf(request);
  refuseFaults(await meshFaults(context, wanted));
  const warnings = await meshWarnings(context, { ...emptyMeshPolicy(), ...wanted });
  return runControl(context, subject.id, async (unit) => {
    const stored = await readMeshPolicy(unit.tx);
    const before = stored?.policy ?? emptyMeshPolicy();
    requireMatch(request.ifMatch, before);
    const { cedar, subjectAttributes, domainTags, productionDomains } = before;
    const present = { cedar, subjectAttributes, domainTags, productionDomains };
    if (canonicalJson(present) === canonicalJson(wanted) && stored !== null) {
      return { policy: before, etag: tagOf(before), warnings };
    }
    const policy = {
      version: before.version + 1,
      ...wanted,
      updatedBy: subject.id,
      updatedAt: unit.now,
    };
    await requireMeshPlan({ ...context, db: unit.tx }, { policy, before, plan: request.plan });
    const keyId = context.publishKeys.rootKeyId;
    const link = linkOf(context, { policy, predecessor: stored?.hash ?? null, keyId });
    await insertMeshPolicy(unit.tx, { policy, link });
    announce(unit, { subject: 'mesh', path: 'mesh', version: policy.version });
    unit.record({
      action: 'policy.change',
      subject: 'mesh',
      details: { ...wanted, version: policy.version, hash: link.hash },
    });
    return { policy, etag: tagOf(policy), warnings };
  });
}

function requireMatch(ifMatch: string | undefined, before: { version: number }): void {
  if (ifMatch === undefined || [tagOf(before), '*'].includes(ifMatch)) return;
  throw new WeftError('PRECONDITION_FAILED', `the policy is at version ${before.version}`);
}

/** Hash, predecessor and signature of a version. */
function linkOf(
  context: PoliciesContext,
  { policy, predecessor, keyId }: { policy: object; predecessor: string | null; keyId: string },
): { hash: string; predecessor: string | null; envelope: DsseEnvelope } {
  const statement = { ...policy, predecessor } as unknown as Json;
  const hash = context.keys.sha256(canonicalJson(statement));
  const envelope = signStatement(statement, {
    payloadType: POLICY_PAYLOAD,
    keyId,
    crypto: context.keys,
  });
  return { hash, predecessor, envelope };
}

function announce(
  unit: ControlUnit,
  what: { subject: string; path: string; version: number },
): void {
  unit.emit({
    kind: 'policy.changed',
    subject: what.subject,
    dataref: `/api/v1/policies/${what.path}`,
    data: { product: what.subject, version: what.version },
  });
}

function contentOf(policy: ProductPolicy): PolicyContent {
  const { rowFilter, hiddenClassifications, autoApprovePurposes, cedar, subjectAttributes, sets } =
    policy;
  return { rowFilter, hiddenClassifications, autoApprovePurposes, cedar, subjectAttributes, sets };
}
