/**
 * Why a reader sees what he sees: each policy's part, and the smallest change that would turn it.
 */

import { IconBan, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Phrase } from '../../components/Phrase.tsx';
import type { Explanation } from './policy-queries.ts';
import classes from './SeeAsPage.module.css';
import { editWords, isIdle, ruleSays, words } from './words-see.ts';

export function WhySo({ explanation }: { explanation: Explanation }) {
  const { product, agreement, policies, change, decision } = explanation;
  return (
    <aside className={classes['aside']} aria-label={words.why}>
      <section>
        <h2>{decision === 'permit' ? words.wouldTake : words.wouldLet}</h2>
        {change === null ? (
          <p>{words.noChange}</p>
        ) : (
          <ol className={classes['steps']}>
            {change.edits.map((edit) => (
              <li key={edit.text}>{editWords(edit)}</li>
            ))}
          </ol>
        )}
      </section>
      <section>
        <h2>{words.rules}</h2>
        {policies.length === 0 ? <p>{words.noRule}</p> : null}
        <ul className={classes['rules']}>
          {policies.map((policy) => (
            <RulePart key={policy.id} policy={policy} />
          ))}
        </ul>
        <Link to="/policies/$product" params={{ product }}>
          {words.toPolicy}
        </Link>
      </section>
      {agreement === null ? null : (
        <section>
          <h2>{words.agreement}</h2>
          <Link to="/agreements/$agreement" params={{ agreement }} className="mono">
            {agreement}
          </Link>
        </section>
      )}
    </aside>
  );
}

function RulePart({ policy }: { policy: Explanation['policies'][number] }) {
  const { id, effect, rows, problem } = policy;
  const isOff = isIdle(policy);
  const Icon = isOff ? IconCircleDashed : effect === 'forbid' ? IconBan : IconCircleCheck;
  return (
    <li data-applies={isOff ? undefined : 'yes'}>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      <div>
        <p>
          <Phrase parts={ruleSays(policy)} />
        </p>
        {rows === null ? null : <code className={classes['condition']}>{rows}</code>}
        {problem === null ? null : <p className={classes['problem']}>{problem}</p>}
        <p className="caption">
          {words.ruleId} <code>{id}</code>
        </p>
      </div>
    </li>
  );
}
