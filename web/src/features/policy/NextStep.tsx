/**
 * Beside a policy: what is wrong with the draft, whom it touches, and the one button that leads on.
 */

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePersonNames } from '../../api/names.ts';
import type { Domain } from '../../api/types.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { useCalm } from '../../components/use-calm.ts';
import { distinct, FaultList } from './FaultList.tsx';
import classes from './PolicyPage.module.css';
import type { Fault, Plan, Policy, Tagged } from './policy-queries.ts';
import type { PolicyChange } from './use-policy.ts';
import { headline, ownersDecide, type Standing, touchedBy, words } from './words-change.ts';

export interface NextStepProps {
  change: PolicyChange;
  stored: Tagged<Policy>;
  domain: Domain | null;
  isOwner: boolean;
  isPhone: boolean;
}

export function NextStep({ change, stored, domain, isOwner, isPhone }: NextStepProps) {
  const { draft, faults, warnings, plan, applied } = change;
  return (
    <aside className={classes['aside']} aria-label={words.next}>
      <div aria-live="polite">
        {applied !== null && !draft.isChanged ? (
          <p className={classes['done']}>
            <Status kind="kept">{words.isInForce(applied)}</Status>
          </p>
        ) : null}
        {draft.isChanged ? <h2>{headline(standingOf(change))}</h2> : null}
      </div>
      {draft.isChanged ? <Doing change={change} next={stored.policy.version + 1} /> : null}
      {draft.isChanged && change.lintError !== null ? (
        <ProblemBox error={change.lintError} onRetry={change.checkAgain} />
      ) : null}
      <Findings faults={faults} warnings={warnings} />
      {plan === null ? null : <SelfApproval plan={plan} />}
      {plan === null ? null : <Summary plan={plan} />}
      <Deciders domain={domain} isOwner={isOwner} isPhone={isPhone} />
    </aside>
  );
}

function standingOf({ isChecking, lintError, faults, warnings, plan }: PolicyChange): Standing {
  return {
    isChecking,
    isUnchecked: lintError !== null,
    faults: distinct(faults).length,
    warnings: distinct(warnings).length,
    touched: touchedBy(plan),
  };
}

/** What is wrong with a policy, and what may not be meant, each under what it is. */
export function Findings({ faults, warnings }: { faults: Fault[]; warnings: Fault[] }) {
  return (
    <>
      {faults.length === 0 ? null : (
        <Part title={words.refusals}>
          <FaultList faults={faults} />
        </Part>
      )}
      {warnings.length === 0 ? null : (
        <Part title={words.doubts}>
          <FaultList faults={warnings} isWarning />
        </Part>
      )}
    </>
  );
}

function Doing({ change, next }: { change: PolicyChange; next: number }) {
  const { draft, plan, planning, applying, faults, conflict } = change;
  const isStuck = faults.length > 0 || conflict !== null;
  const isCalm = useCalm(plan === null ? 'see' : 'put in force');
  return (
    <div className={classes['doing']}>
      {plan === null ? (
        <Button loading={planning.isRunning} disabled={isStuck} onClick={planning.run}>
          {words.see}
        </Button>
      ) : (
        <Button
          loading={applying.isRunning}
          disabled={isStuck}
          onClick={() => isCalm() && applying.run()}
        >
          {words.putInForce(next)}
        </Button>
      )}
      <Button variant="subtle" onClick={draft.drop}>
        {words.leave}
      </Button>
      {conflict === null ? null : <p>{words.overtakenHelp}</p>}
      {planning.error === null ? null : (
        <ProblemBox error={planning.error} onRetry={planning.run} />
      )}
      {applying.error === null ? null : (
        <ProblemBox error={applying.error} onRetry={applying.run} />
      )}
      {plan === null ? null : <p className="caption">{words.atOnce}</p>}
    </div>
  );
}

function Summary({ plan: { summary } }: { plan: Plan }) {
  const { gains, loses, changes, same, waiting } = summary;
  return (
    <Part title={words.numbers}>
      <dl className={classes['numbers']}>
        <dt>{words.gain}</dt>
        <dd>{gains}</dd>
        <dt>{words.lose}</dt>
        <dd>{loses}</dd>
        <dt>{words.otherwise}</dt>
        <dd>{changes}</dd>
        <dt>{words.same}</dt>
        <dd>{same}</dd>
        {waiting === 0 ? null : (
          <>
            <dt>{words.waiting}</dt>
            <dd>{waiting}</dd>
          </>
        )}
      </dl>
    </Part>
  );
}

/** What a change of purposes that approve themselves does to requests to come. */
function SelfApproval({ plan: { selfApproval } }: { plan: Plan }) {
  const lines = [
    ...selfApproval.opened.map(words.approvesItself),
    ...selfApproval.closed.map(words.asksAgain),
  ];
  if (lines.length === 0) return null;
  return (
    <Part title={words.selfApproval}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Part>
  );
}

function Deciders({
  domain,
  isOwner,
  isPhone,
}: Pick<NextStepProps, 'domain' | 'isOwner' | 'isPhone'>) {
  const nameOf = usePersonNames(domain?.owners ?? []);
  if (domain === null) return null;
  return (
    <Part title={words.whoDecides}>
      <p>{ownersDecide(domain.owners.map(nameOf), domain.title)}</p>
      {isOwner ? null : <p>{words.onlySeen}</p>}
      {isOwner && isPhone ? <p>{words.widerScreen}</p> : null}
      <p>
        <Link to="/policies/see-as">{words.seeAs}</Link>
      </p>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes['part']}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
