/**
 * The frames of the page: a group of parts, a part with its name, and a state with what it shows.
 *
 * A part is an article, which is no landmark: a page with sixty of those would be none to walk through.
 */
import type { ReactNode } from 'react';
import classes from './Part.module.css';

export interface PartProps {
  /** As the file of the part is called. */
  name: string;
  children: ReactNode;
  /** Whether it takes the width of the page. */
  isWide?: boolean;
}

export function Part({ name, children, isWide = false }: PartProps) {
  return (
    <article
      id={name}
      className={classes['part']}
      data-part={name}
      data-wide={isWide || undefined}
      aria-labelledby={`${name}-name`}
    >
      <h3 id={`${name}-name`} className={classes['name']}>
        {name}
      </h3>
      <div className={classes['body']}>{children}</div>
    </article>
  );
}

/** One state, with its name before it. */
export function State({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes['state']}>
      <span className="caption">{name}</span>
      <div>{children}</div>
    </div>
  );
}

export function Group({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <div id={id} className={classes['group']} data-group={id}>
      <h2 className={classes['title']}>{title}</h2>
      <div className={classes['parts']}>{children}</div>
    </div>
  );
}

/** Several states of a small part in a line. */
export function Row({ children }: { children: ReactNode }) {
  return <div className={classes['row']}>{children}</div>;
}
