/**
 * Questions that are often asked of the log, each a link.
 */
import { Link } from '@tanstack/react-router';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './AuditPage.module.css';
import type { AuditSearch } from './audit-search.ts';
import { words } from './words.ts';

export function ReadyQuestions() {
  const me = useMe();
  const questions: { text: string; search: AuditSearch }[] = [
    { text: words.policiesChanged, search: { action: 'policy.change', span: 'P30D' } },
    { text: words.accessGiven, search: { action: 'agreement.approve', span: 'P30D' } },
    { text: words.rowsSeen, search: { action: 'quarantine.read', span: 'P30D' } },
    { text: words.queriesRan, search: { action: 'query.finished', span: 'P7D' } },
    { text: words.tokens, search: { action: 'token.issue', span: 'P30D' } },
    { text: words.mine, search: { actor: me.id, span: 'P30D' } },
  ];
  return (
    <Panel title={words.often}>
      <ul className={classes['questions']}>
        {questions.map(({ text, search }) => (
          <li key={text}>
            <Link to="/audit" search={search}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
