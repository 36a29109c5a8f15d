/**
 * Questions that are often asked of the log, each a link.
 */
import { Link } from '@tanstack/react-router';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './AuditPage.module.css';
import type { AuditSearch } from './audit-search.ts';

export function ReadyQuestions() {
  const me = useMe();
  const questions: { text: string; search: AuditSearch }[] = [
    { text: 'Which policies changed', search: { action: 'policy.change', span: 'P30D' } },
    { text: 'Who was given access', search: { action: 'agreement.approve', span: 'P30D' } },
    { text: 'Who looked at refused rows', search: { action: 'quarantine.read', span: 'P30D' } },
    { text: 'Which queries were let through', search: { action: 'query.permitted', span: 'P7D' } },
    { text: 'Who was given a token', search: { action: 'token.issue', span: 'P30D' } },
    { text: 'What I did', search: { actor: me.id, span: 'P30D' } },
  ];
  return (
    <Panel title="Often asked">
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
