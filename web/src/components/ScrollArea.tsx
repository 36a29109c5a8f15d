/**
 * An area that scrolls: it has a name, and the keyboard reaches it.
 *
 * Invariant: nothing in it makes the page wider, parts that are placed absolutely included.
 */
import type { ReactNode } from 'react';
import classes from './ScrollArea.module.css';

export interface ScrollAreaProps {
  label: string;
  className?: string | undefined;
  children: ReactNode;
  /** Whether what it shows is older than what was asked for. */
  isStale?: boolean;
}

export function ScrollArea({ label, className, children, isStale = false }: ScrollAreaProps) {
  return (
    <section
      className={[classes['area'], className].filter(Boolean).join(' ')}
      aria-label={label}
      data-stale={isStale || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a pointer.
      tabIndex={0}
    >
      {children}
    </section>
  );
}
