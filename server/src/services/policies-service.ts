/**
 * Policies of products: read and replace, as a chain of versions.
 *
 * Not the enforcement. Invariants: only the domain's own people change a policy; a filter that does not compile against
 * every table of the newest contract is refused; versions are added, never changed, and each names the hash of the one
 * before it; the same content again adds nothing.
 */
import { canonicalJson } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import { actsForDomain, decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Domain, ProductPolicy, Subject } from '@weft/core/registry/types';
import { insertPolicy, readPolicy } from '../store/control-access.ts';
import {
  type ContractRow,
  lockProduct,
  readContract,
  readDomain,
} from '../store/control-registry.ts';
import { requireFilter, requirePurpose, tableFacts } from './access-facts.ts';
import { type ControlContext, runControl } from './control-context.ts';

export interface PolicyRequest {
  rowFilter?: string | null;
  hiddenClassifications?: string[];
  autoApprovePurposes?: string[];
}

export interface PoliciesService {
  /** The policy in force and its entity tag; version 0 means that nobody wrote one. Throws NOT_FOUND, FORBIDDEN. */
  show(subject: Subject, product: string): Promise<{ policy: ProductPolicy; etag: string }>;
  /** Replaces it. Throws PRECONDITION_FAILED when `ifMatch` is given and not the present tag. */
  put(
    subject: Subject,
    product: string,
    request: PolicyRequest & { ifMatch?: string | undefined },
  ): Promise<{ policy: ProductPolicy; etag: string }>;
}

export function createPoliciesService(context: ControlContext): PoliciesService {
  return {
    async show(subject, product) {
      const { domain } = await requireProduct(context, product);
      if (!seesAll(subject) && !decidesForDomain(subject, domain)) {
        throw new WeftError('FORBIDDEN', `the policy of ${product} is not shown to ${subject.id}`);
      }
      const stored = await readPolicy(context.db, product);
      const policy = stored?.policy ?? emptyPolicy(product);
      return { policy, etag: tagOf(policy) };
    },
    put: (subject, product, request) => putPolicy(context, { subject, product, request }),
  };
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
    updatedBy: 'weft',
    updatedAt: new Date(0).toISOString(),
  };
}

function tagOf(policy: ProductPolicy): string {
  return `"v${policy.version}"`;
}

async function putPolicy(
  context: ControlContext,
  options: {
    subject: Subject;
    product: string;
    request: PolicyRequest & { ifMatch?: string | undefined };
  },
): Promise<{ policy: ProductPolicy; etag: string }> {
  const { subject, product, request } = options;
  const { domain, contract } = await requireProduct(context, product);
  if (!actsForDomain(subject, domain)) {
    throw new WeftError('FORBIDDEN', `only owners of domain ${domain.name} change its policies`);
  }
  const wanted = checkPolicy(context, contract, request);
  return runControl(context, subject.id, async (unit) => {
    await lockProduct(unit.tx, product);
    const stored = await readPolicy(unit.tx, product);
    const before = stored?.policy ?? emptyPolicy(product);
    if (request.ifMatch !== undefined && request.ifMatch !== tagOf(before)) {
      throw new WeftError('PRECONDITION_FAILED', `the policy is at version ${before.version}`);
    }
    if (canonicalJson(contentOf(before)) === canonicalJson(wanted) && before.version > 0) {
      return { policy: before, etag: tagOf(before) };
    }
    const policy: ProductPolicy = {
      product,
      version: before.version + 1,
      ...wanted,
      updatedBy: subject.id,
      updatedAt: unit.now,
    };
    const predecessor = stored?.hash ?? null;
    const hash = context.keys.sha256(canonicalJson({ ...policy, predecessor }));
    await insertPolicy(unit.tx, { policy, hash, predecessor });
    unit.emit({
      kind: 'policy.changed',
      subject: product,
      dataref: `/api/v1/policies/${product}`,
      data: { product, version: policy.version },
    });
    unit.record({
      action: 'policy.change',
      subject: product,
      details: { ...wanted, version: policy.version, hash },
    });
    return { policy, etag: tagOf(policy) };
  });
}

type PolicyContent = {
  rowFilter: string | null;
  hiddenClassifications: string[];
  autoApprovePurposes: string[];
};

function contentOf(policy: ProductPolicy): PolicyContent {
  const { rowFilter, hiddenClassifications, autoApprovePurposes } = policy;
  return { rowFilter, hiddenClassifications, autoApprovePurposes };
}

function checkPolicy(
  context: ControlContext,
  contract: ContractRow,
  request: PolicyRequest,
): PolicyContent {
  const model = context.contracts.modelOf(contract);
  const rowFilter = request.rowFilter?.trim() ? request.rowFilter : null;
  requireFilter(rowFilter, model, { every: true, path: '$.rowFilter' });
  const hidden = unique(request.hiddenClassifications ?? []).map((name) => name.toLowerCase());
  const used = tableFacts(model).flatMap((t) =>
    t.columns.flatMap((c) => [c.classification ?? '', ...(c.nestedClassifications ?? [])]),
  );
  const known = [...context.orders.classification, ...used.map((name) => name.toLowerCase())];
  const odd = hidden.filter((name) => !known.includes(name));
  if (odd.length > 0) {
    throw new WeftError('REQUEST_INVALID', `there is no classification "${odd.join('", "')}"`, {
      remedy: `There are: ${unique(known.filter((name) => name !== '')).join(', ')}.`,
    });
  }
  const purposes = unique(request.autoApprovePurposes ?? []);
  for (const purpose of purposes) requirePurpose(purpose, model);
  return { rowFilter, hiddenClassifications: hidden, autoApprovePurposes: purposes };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
