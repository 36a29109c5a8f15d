/**
 * Nothing here yet: bare warp, a sentence on what arrives here, one thing to do.
 */
import type { ReactNode } from 'react';
import classes from './Empty.module.css';

export interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className={classes['empty']}>
      <svg width="52" height="44" viewBox="0 0 52 44" aria-hidden="true">
        <path d="M6 0v44M20 0v44M34 0v44M48 0v44" className={classes['warp']} />
      </svg>
      <div>
        <p className={classes['title']}>{title}</p>
        {children === undefined ? null : <div className={classes['text']}>{children}</div>}
        {action === undefined ? null : <div className={classes['action']}>{action}</div>}
      </div>
    </div>
  );
}
