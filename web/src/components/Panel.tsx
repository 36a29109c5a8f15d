/**
 * A surface with a heading: the box that pages are made of.
 */
import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './Panel.module.css';

export interface PanelProps {
  title: string;
  /** Beside the heading: a link, a count, a choice. */
  aside?: ReactNode;
  children: ReactNode;
  /** Without inner space, for tables that reach the edge. */
  isFlush?: boolean;
}

export function Panel({ title, aside, children, isFlush = false }: PanelProps) {
  const id = useId();
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <header className={classes['head']}>
        <h2 id={id}>{title}</h2>
        {aside === undefined ? null : <div className={classes['aside']}>{aside}</div>}
      </header>
      <div className={isFlush ? undefined : classes['body']}>{children}</div>
    </section>
  );
}
