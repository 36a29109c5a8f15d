/**
 * Why a reader sees what he sees: each policy's part, and the smallest change that would turn it.
 */
import { IconBan, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Explanation } from './policy-queries.ts';
import classes from './SeeAsPage.module.css';

export function WhySo({ explanation }: { explanation: Explanation }) {
  const { product, agreement, policies, change, decision } = explanation;
  return (
    <aside className={classes['aside']} aria-label="Why so">
      <section>
        <h2>{decision === 'permit' ? 'What would take it away' : 'What would let him'}</h2>
        {change === null ? (
          <p>No change of up to three steps turns it.</p>
        ) : (
          <ol className={classes['steps']}>
            {change.edits.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ol>
        )}
      </section>
      <section>
        <h2>What each rule says</h2>
        {policies.length === 0 ? <p>No rule was asked.</p> : null}
        <ul className={classes['rules']}>
          {policies.map((policy) => (
            <RulePart key={policy.id} policy={policy} />
          ))}
        </ul>
        <Link to="/policies/$product" params={{ product }}>
          Look at the policy
        </Link>
      </section>
      {agreement === null ? null : (
        <section>
          <h2>Agreement</h2>
          <Link to="/agreements/$agreement" params={{ agreement }} className="mono">
            {agreement}
          </Link>
        </section>
      )}
    </aside>
  );
}

function RulePart({ policy }: { policy: Explanation['policies'][number] }) {
  const { id, effect, applies, rows, columns, problem } = policy;
  const Icon =
    applies === 'no row' ? IconCircleDashed : effect === 'forbid' ? IconBan : IconCircleCheck;
  const word = effect === 'forbid' ? 'forbids' : 'permits';
  return (
    <li data-applies={applies === 'no row' ? undefined : 'yes'}>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      <div>
        <code>{id}</code> {word} {applies}
        {columns === null ? null : <p>columns {columns.join(', ')}</p>}
        {rows === null ? null : <code className={classes['condition']}>{rows}</code>}
        {problem === null ? null : <p className={classes['problem']}>{problem}</p>}
      </div>
    </li>
  );
}
