/**
 * How something stands, by icon and word. What is fine is quiet: no green, no badge.
 */
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Status.module.css';
import { words } from './words.ts';

export type StatusKind = 'kept' | 'close' | 'missed' | 'unknown' | 'waiting';

const ICONS = {
  kept: IconCheck,
  close: IconAlertTriangle,
  missed: IconX,
  unknown: IconCircleDashed,
  waiting: IconClock,
};

export interface StatusProps {
  kind: StatusKind;
  children: ReactNode;
  /** On a ground of its own, for the worst thing of a page. */
  isRaised?: boolean;
}

export function Status({ kind, children, isRaised = false }: StatusProps) {
  const Icon = ICONS[kind];
  return (
    <span className={classes['status']} data-kind={kind} data-raised={isRaised || undefined}>
      <Icon size={15} stroke={1.9} aria-hidden="true" />
      <span>{children}</span>
    </span>
  );
}

/** The icon alone, with its word for whoever does not see it: where words have no room. */
export function StatusIcon({ kind }: { kind: StatusKind }) {
  const Icon = ICONS[kind];
  return (
    <span className={classes['status']} data-kind={kind}>
      <Icon size={16} stroke={1.9} aria-hidden="true" />
      <span className="unseen">{words.states[kind]}</span>
    </span>
  );
}
