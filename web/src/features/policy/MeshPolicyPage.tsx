/**
 * The policies of the mesh: what holds for every product. The platform team writes them; everybody may read them.
 */

import { Button } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useMemo } from 'react';
import { api, take } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import { useCalm } from '../../components/use-calm.ts';
import { useSending } from '../../components/use-sending.ts';
import { useAskBeforeClosing } from '../../lib/at-stake.ts';
import { readStatements } from '../../lib/cedar-text.ts';
import { ConflictPanel } from './ConflictPanel.tsx';
import { DomainTags } from './DomainTags.tsx';
import { type DraftHandle, useDraft } from './draft.ts';
import { distinct } from './FaultList.tsx';
import { Findings } from './NextStep.tsx';
import { PlanPanel } from './PlanTable.tsx';
import { SourceEditor } from './PolicyDraft.tsx';
import classes from './PolicyPage.module.css';
import {
  domainsQuery,
  type Lint,
  type MeshPolicy,
  meshPolicyQuery,
  type Plan,
  type Tagged,
} from './policy-queries.ts';
import { type MeshContent, meshPolicyText } from './policy-text.ts';
import { usePlanning } from './use-policy.ts';
import { inForce, MESH } from './words.ts';
import { headline, type Standing, touchedBy, words } from './words-change.ts';

export function MeshPolicyPage() {
  const stored = useQuery(meshPolicyQuery);
  if (stored.error !== null)
    return <ProblemBox error={stored.error} onRetry={() => void stored.refetch()} />;
  if (stored.data === undefined) return <Skeleton height={600} lines={10} />;
  const { policy } = stored.data;
  const count = readStatements(policy.cedar)?.length ?? 0;
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>{count === 0 ? words.noMeshRule : words.meshRules(count)}</h1>
          <p className={classes['facts']}>
            {policy.version === 0 ? (
              words.forbidWins
            ) : (
              <span>
                <Phrase
                  parts={inForce(
                    policy.version,
                    policy.updatedAt,
                    <PersonName id={policy.updatedBy} hasId={false} />,
                  )}
                />
              </span>
            )}
          </p>
        </div>
      </header>
      <MeshDraft stored={stored.data} />
    </div>
  );
}

function MeshDraft({ stored }: { stored: Tagged<MeshPolicy> }) {
  const me = useMe();
  const isPhone = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const isPlatform = me.roles.includes('platform');
  const canChange = isPlatform && !isPhone;
  // Why kept: what is checked a moment after it changed must not change by being drawn.
  const inForceNow = useMemo(() => contentOf(stored.policy), [stored.policy]);
  const draft = useDraft<MeshContent>(MESH, { content: inForceNow, etag: stored.etag });
  useAskBeforeClosing(draft.isChanged);
  const lint = useMeshLint(draft.content, isPlatform || me.roles.includes('privacy_officer'));
  const domains = useQuery(domainsQuery);
  const planning = usePlanning(draft, (body) =>
    take<Plan>(api.POST('/api/v1/access/plan/mesh', { body })),
  );
  const isBehind = draft.isChanged && draft.etag !== stored.etag;
  const names = domains.data?.items.map(({ name }) => name) ?? [];
  return (
    <div className={classes['two']}>
      <div className={classes['main']}>
        {isBehind ? (
          <ConflictPanel
            stored={stored}
            draft={draft}
            texts={{
              theirs: meshPolicyText(contentOf(stored.policy)),
              mine: meshPolicyText(draft.content),
            }}
          />
        ) : null}
        {planning.plan === null ? null : (
          <PlanPanel key={planning.plan.plan} plan={planning.plan} />
        )}
        <SourceEditor
          source={draft.content.cedar}
          faults={lint.faults}
          warnings={lint.warnings}
          readOnly={!canChange}
          onChange={(cedar) => draft.change({ cedar })}
        />
        <DomainTags
          tags={draft.content.domainTags}
          domains={names}
          mayChange={canChange}
          onChange={(domainTags) => draft.change({ domainTags })}
        />
        <Panel title={words.changes}>
          <TokenInput
            label={words.plannedDomains}
            values={draft.content.productionDomains}
            suggestions={names}
            readOnly={!canChange}
            onChange={(productionDomains) => draft.change({ productionDomains })}
          />
        </Panel>
      </div>
      <Aside
        draft={draft}
        lint={lint}
        planning={planning}
        version={stored.policy.version}
        isPlatform={isPlatform}
        isBehind={isBehind}
      />
    </div>
  );
}

interface AsideProps {
  draft: DraftHandle<MeshContent>;
  lint: Checked;
  planning: ReturnType<typeof usePlanning>;
  version: number;
  isPlatform: boolean;
  isBehind: boolean;
}

function Aside({ draft, lint, planning, version, isPlatform, isBehind }: AsideProps) {
  const applying = useMeshApplying(draft, planning.plan);
  const { faults, warnings } = lint;
  const id = useId();
  const isCalm = useCalm(planning.plan === null ? 'see' : 'put in force');
  return (
    <aside className={classes['aside']} aria-labelledby={id}>
      <h2 id={id} aria-live="polite">
        {draft.isChanged ? headline(standingOf(lint, planning.plan)) : words.whoDecides}
      </h2>
      {draft.isChanged ? (
        <div className={classes['doing']}>
          {planning.plan === null ? (
            <Button
              loading={planning.isRunning}
              disabled={faults.length > 0 || isBehind}
              onClick={planning.run}
            >
              {words.see}
            </Button>
          ) : (
            <Button
              loading={applying.isPending}
              disabled={faults.length > 0 || isBehind}
              onClick={() => isCalm() && applying.mutate()}
            >
              {words.putInForce(version + 1)}
            </Button>
          )}
          <Button variant="subtle" onClick={draft.drop}>
            {words.leave}
          </Button>
          {applying.error === null || isStale(applying.error) ? null : (
            <ProblemBox error={applying.error} />
          )}
          {planning.error === null ? null : (
            <ProblemBox error={planning.error} onRetry={planning.run} />
          )}
          <p className="caption">{words.atOnceAll}</p>
        </div>
      ) : (
        <p>{isPlatform ? words.youDecide : words.platformDecides}</p>
      )}
      {draft.isChanged && lint.error !== null ? (
        <ProblemBox error={lint.error} onRetry={lint.again} />
      ) : null}
      <Findings faults={faults} warnings={warnings} />
    </aside>
  );
}

function contentOf({
  cedar,
  subjectAttributes,
  domainTags,
  productionDomains,
}: MeshPolicy): MeshContent {
  return { cedar, subjectAttributes, domainTags, productionDomains };
}

const TYPING_MS = 350;

interface Checked extends Lint {
  isChecking: boolean;
  error: Error | null;
  again(): void;
}

/** Nothing is found where the text is not checked here: only who oversees the mesh may ask. */
function useMeshLint(content: MeshContent, isAsked: boolean): Checked {
  const [settled] = useDebouncedValue(content, TYPING_MS);
  const answer = useQuery({
    queryKey: ['policy-lint', MESH, settled],
    queryFn: ({ signal }) =>
      take<Lint>(api.POST('/api/v1/policies/mesh/lint', { body: settled, signal })),
    enabled: isAsked,
    placeholderData: (old) => old,
  });
  return {
    faults: answer.data?.faults ?? [],
    warnings: answer.data?.warnings ?? [],
    isChecking: answer.isFetching || settled !== content,
    error: answer.error,
    again: () => void answer.refetch(),
  };
}

function standingOf({ isChecking, error, faults, warnings }: Checked, plan: Plan | null): Standing {
  return {
    isChecking,
    isUnchecked: error !== null,
    faults: distinct(faults).length,
    warnings: distinct(warnings).length,
    touched: touchedBy(plan),
  };
}

function useMeshApplying(draft: DraftHandle<MeshContent>, plan: Plan | null) {
  const client = useQueryClient();
  const renew = () => client.invalidateQueries({ queryKey: meshPolicyQuery.queryKey });
  return useSending({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/policies/mesh', {
          params: {
            query: plan === null ? {} : { plan: plan.plan },
            header: { 'if-match': draft.etag },
          },
          body: draft.content,
        }),
      ),
    onSuccess: async () => {
      await renew();
      draft.drop();
    },
    onError: async (error) => {
      if (isStale(error)) await renew();
    },
  });
}

const isStale = (error: unknown): boolean => error instanceof Problem && error.status === 412;
