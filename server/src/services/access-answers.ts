/**
 * Questions of people about access: why, who, and what a changed policy would change.
 */
import type { ErrorPlace } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import {
  type AccessExplanation,
  type ExplainIdentity,
  type ExplainRequest,
  explainAccess,
} from './access-explain.ts';
import { type AccessPlan, planMeshPolicy, planPolicy } from './access-plan.ts';
import type { AccessContext } from './access-service.ts';
import { type ColumnViewers, viewersOfColumn } from './access-who.ts';
import type { MeshPolicyRequest, PoliciesService } from './policies-service.ts';
import type { PolicyRequest } from './policy-checks.ts';

export interface AccessAnswers {
  explain(by: Subject, request: ExplainRequest): Promise<AccessExplanation>;
  who(
    by: Subject,
    request: { product: string; table?: string | undefined; column: string },
  ): Promise<ColumnViewers>;
  /** Throws POLICY_INVALID, too. `plan` is what applying the same change in a production domain asks for. */
  plan(by: Subject, request: { product: string; policy: PolicyRequest }): Promise<NamedPlan>;
  /** The same for the policies of the mesh, over all products. Throws POLICY_INVALID, FORBIDDEN. */
  planMesh(by: Subject, policy: MeshPolicyRequest): Promise<NamedPlan>;
}

export type NamedPlan = AccessPlan & { plan: string; warnings: ErrorPlace[] };

export function createAccessAnswers(
  context: AccessContext,
  deps: {
    identity: ExplainIdentity;
    policies: Pick<
      PoliciesService,
      'draft' | 'draftMesh' | 'lint' | 'lintMesh' | 'planned' | 'plannedMesh'
    >;
  },
): AccessAnswers {
  return {
    explain: (by, request) => explainAccess(context, deps.identity, { by, request }),
    who: (by, request) => viewersOfColumn(context, by, request),
    async plan(by, { product, policy: request }) {
      const draft = await deps.policies.draft(by, product, request);
      const plan = await planPolicy(context, by, { product, policy: draft });
      const { warnings } = await deps.policies.lint(by, product, request);
      return { ...plan, warnings, plan: await deps.policies.planned(by, draft) };
    },
    async planMesh(by, request) {
      const draft = await deps.policies.draftMesh(by, request);
      const plan = await planMeshPolicy(context, draft);
      const { warnings } = await deps.policies.lintMesh(by, request);
      return { ...plan, warnings, plan: await deps.policies.plannedMesh(by, draft) };
    },
  };
}
