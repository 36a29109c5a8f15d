/**
 * The change of a policy from draft to force: checked while it is written, planned, then applied against the version that
 * was seen.
 */

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, take } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useSending } from '../../components/use-sending.ts';
import { contentOf, type DraftHandle, useDraft } from './draft.ts';
import {
  type Fault,
  lintQuery,
  type Plan,
  type Policy,
  type PolicyBody,
  type PolicyContent,
  policyQuery,
  type Tagged,
} from './policy-queries.ts';

const TYPING_MS = 350;

export interface PolicyChange {
  draft: DraftHandle<PolicyContent>;
  faults: Fault[];
  warnings: Fault[];
  isChecking: boolean;
  /** Why it could not be checked. */
  lintError: Error | null;
  checkAgain(): void;
  /** Of the draft as it is now; null when it was not planned, or changed since. */
  plan: Plan | null;
  planning: { run(): void; isRunning: boolean; error: Error | null };
  applying: { run(): void; isRunning: boolean; error: Error | null };
  /** The version that came into force meanwhile. */
  conflict: Tagged<Policy> | null;
  /** Version that was put in force here. */
  applied: number | null;
}

export function usePolicyChange(product: string, stored: Tagged<Policy>): PolicyChange {
  // Why kept: what is checked a moment after it changed must not change by being drawn.
  const inForce = useMemo(() => contentOf(stored), [stored]);
  const draft = useDraft(product, { content: inForce, etag: stored.etag });
  const [settled] = useDebouncedValue(draft.content, TYPING_MS);
  const lint = useQuery({ ...lintQuery(product, settled), placeholderData: (old) => old });
  const planning = usePlanning(draft, (policy) =>
    take<Plan>(
      api.POST('/api/v1/access/plan', { body: { product, policy: policy as PolicyBody } }),
    ),
  );
  const applying = useApplying(product, draft, planning.plan);
  return {
    draft,
    faults: lint.data?.faults ?? [],
    warnings: lint.data?.warnings ?? [],
    isChecking: lint.isFetching || settled !== draft.content,
    lintError: lint.error,
    checkAgain: () => void lint.refetch(),
    plan: planning.plan,
    planning,
    applying,
    conflict: draft.isChanged && draft.etag !== stored.etag ? stored : null,
    applied: applying.applied,
  };
}

interface Planned {
  of: string;
  plan: Plan;
}

/** A plan of the draft as it is, made by `ask`; gone as soon as the draft is another. */
export function usePlanning<Content>(
  { content, etag }: Pick<DraftHandle<Content>, 'content' | 'etag'>,
  ask: (content: Content) => Promise<Plan>,
) {
  const [planned, setPlanned] = useState<Planned | null>(null);
  // Why with the tag: the same words over another version are another change.
  const now = JSON.stringify([etag, content]);
  const mutation = useSending({
    mutationFn: () => ask(content),
    onSuccess: (plan) => setPlanned({ of: now, plan }),
  });
  return {
    plan: planned?.of === now ? planned.plan : null,
    run: () => mutation.mutate(),
    isRunning: mutation.isPending,
    error: mutation.error,
  };
}

function useApplying(product: string, draft: DraftHandle<PolicyContent>, plan: Plan | null) {
  const client = useQueryClient();
  const [applied, setApplied] = useState<number | null>(null);
  const mutation = useSending({
    mutationFn: async () =>
      take(
        api.PUT('/api/v1/policies/{product}', {
          params: {
            path: { product },
            query: plan === null ? {} : { plan: plan.plan },
            header: { 'if-match': draft.etag },
          },
          body: draft.content as PolicyBody,
        }),
      ),
    onSuccess: async ({ version }) => {
      setApplied(version);
      await client.invalidateQueries({ queryKey: policyQuery(product).queryKey });
      draft.drop();
    },
    onError: async (error) => {
      // Why asked anew: the version that came between is shown beside the draft.
      if (isStale(error))
        await client.invalidateQueries({ queryKey: policyQuery(product).queryKey });
    },
  });
  return {
    run: () => mutation.mutate(),
    isRunning: mutation.isPending,
    error: isStale(mutation.error) ? null : mutation.error,
    applied,
  };
}

const isStale = (error: unknown): boolean => error instanceof Problem && error.status === 412;
