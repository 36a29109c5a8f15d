/**
 * A page for others: the rule in plain words, and what there is for the reader instead.
 */
import type { ReactNode } from 'react';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import classes from './People.module.css';
import { words } from './words.ts';

export interface NotForYouProps {
  heading: string;
  title: string;
  rule: string;
  /** Where to go instead; the reader's own page without it. */
  action?: ReactNode;
}

export function NotForYou({ heading, title, rule, action }: NotForYouProps) {
  const me = useMe();
  const own = (
    <LinkButton variant="default" link={{ to: '/people/$person', params: { person: me.id } }}>
      {words.seeOwn}
    </LinkButton>
  );
  return (
    <div className={classes['page']}>
      <h1>{heading}</h1>
      <div className={classes['card']}>
        <Empty title={title} action={action ?? own}>
          {rule}
        </Empty>
      </div>
    </div>
  );
}
