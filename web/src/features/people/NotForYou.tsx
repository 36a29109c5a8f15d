/**
 * What stands in place of a page: the rule in plain words for whom it is not, and a fault with a heading, so that one knows where
 * one is.
 */
import type { ReactNode } from 'react';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
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

export interface PageProblemProps {
  heading: string;
  error: unknown;
  onRetry: () => void;
}

export function PageProblem({ heading, error, onRetry }: PageProblemProps) {
  return (
    <div className={classes['page']}>
      <h1>{heading}</h1>
      <div className={classes['card']}>
        <ProblemBox error={error} onRetry={onRetry} />
      </div>
    </div>
  );
}
