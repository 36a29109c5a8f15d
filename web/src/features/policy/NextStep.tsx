/**
 * Beside a policy: what is wrong with the draft, whom it touches, and the one button that leads on.
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Domain } from '../../api/types.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { FaultList } from './FaultList.tsx';
import classes from './PolicyPage.module.css';
import type { Plan, Policy, Tagged } from './policy-queries.ts';
import type { PolicyChange } from './use-policy.ts';
import { approvesItself, asksAgain, names, readers, SELF_APPROVAL } from './words.ts';

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
    <aside className={classes['aside']} aria-label="What happens next">
      <div aria-live="polite">
        {applied !== null && !draft.isChanged ? (
          <p className={classes['done']}>
            <Status kind="kept">Version {applied} is in force</Status>
          </p>
        ) : null}
        {draft.isChanged ? <h2>{headline(change)}</h2> : null}
      </div>
      {draft.isChanged ? <Doing change={change} next={stored.policy.version + 1} /> : null}
      {draft.isChanged && change.lintError !== null ? (
        <ProblemBox error={change.lintError} />
      ) : null}
      {faults.length === 0 ? null : (
        <Part title="What would be refused">
          <FaultList faults={faults} />
        </Part>
      )}
      {warnings.length === 0 ? null : (
        <Part title="What may not be meant">
          <FaultList faults={warnings} isWarning />
        </Part>
      )}
      {plan === null ? null : <SelfApproval plan={plan} />}
      {plan === null ? null : <Summary plan={plan} />}
      <Deciders domain={domain} isOwner={isOwner} isPhone={isPhone} />
    </aside>
  );
}

function headline({ faults, plan, isChecking }: PolicyChange): string {
  if (faults.length > 0) return 'This would be refused';
  if (plan === null)
    return isChecking ? 'Checking your change' : 'Your change fits. Whom does it touch?';
  const touched = new Set(
    plan.items.filter(({ effect }) => effect !== 'same').map(({ subject }) => subject),
  );
  if (touched.size === 0) return 'No reader sees anything else';
  return touched.size === 1
    ? '1 reader sees something else'
    : `${readers(touched.size)} see something else`;
}

function Doing({ change, next }: { change: PolicyChange; next: number }) {
  const { draft, plan, planning, applying, faults, conflict } = change;
  const isStuck = faults.length > 0 || conflict !== null;
  return (
    <div className={classes['doing']}>
      {plan === null ? (
        <Button loading={planning.isRunning} disabled={isStuck} onClick={planning.run}>
          See what changes for whom
        </Button>
      ) : (
        <Button loading={applying.isRunning} disabled={isStuck} onClick={applying.run}>
          Put version {next} in force
        </Button>
      )}
      <Button variant="subtle" onClick={draft.drop}>
        Leave it as it was
      </Button>
      {conflict === null ? null : <p>Somebody changed the policy. Decide beside it, then go on.</p>}
      {planning.error === null ? null : (
        <ProblemBox error={planning.error} onRetry={planning.run} />
      )}
      {applying.error === null ? null : (
        <ProblemBox error={applying.error} onRetry={applying.run} />
      )}
      {plan === null ? null : (
        <p className="caption">It acts at once, on answers that are open, too.</p>
      )}
    </div>
  );
}

function Summary({ plan: { summary } }: { plan: Plan }) {
  const { gains, loses, changes, same } = summary;
  return (
    <Part title="In numbers">
      <dl className={classes['numbers']}>
        <dt>Gain</dt>
        <dd>{gains}</dd>
        <dt>Lose</dt>
        <dd>{loses}</dd>
        <dt>See it otherwise</dt>
        <dd>{changes}</dd>
        <dt>See the same</dt>
        <dd>{same}</dd>
      </dl>
    </Part>
  );
}

/** What a change of purposes that approve themselves does to requests to come. */
function SelfApproval({ plan: { selfApproval } }: { plan: Plan }) {
  const lines = [...selfApproval.opened.map(approvesItself), ...selfApproval.closed.map(asksAgain)];
  if (lines.length === 0) return null;
  return (
    <Part title={SELF_APPROVAL}>
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
  if (domain === null) return null;
  return (
    <Part title="Who decides">
      <p>
        {names(domain.owners)} {domain.owners.length === 1 ? 'owns' : 'own'} {domain.title} and{' '}
        {domain.owners.length === 1 ? 'changes' : 'change'} this policy.
      </p>
      {isOwner ? null : (
        <p>
          You see it. Whom a change would touch is told to its owners; to have it changed, ask them.
        </p>
      )}
      {isOwner && isPhone ? <p>Change it on a wider screen.</p> : null}
      <p>
        <Link to="/policies/see-as">See what somebody sees</Link>
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
