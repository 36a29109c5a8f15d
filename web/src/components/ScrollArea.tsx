/**
 * An area that scrolls: it has a name, and the keyboard reaches it.
 */
import type { ReactNode } from 'react';

export interface ScrollAreaProps {
  label: string;
  className: string | undefined;
  children: ReactNode;
}

export function ScrollArea({ label, className, children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a pointer.
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
