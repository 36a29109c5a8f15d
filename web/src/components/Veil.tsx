/**
 * What a policy changed: violet, striped and named, wherever it is shown.
 */
import { IconEyeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Veil.module.css';
import { words } from './words.ts';

export type VeilKind = 'hidden' | 'stand-in' | 'grouped' | 'cut';

export interface VeilProps {
  kind: VeilKind;
  children?: ReactNode;
}

export function Veil({ kind, children }: VeilProps) {
  return (
    <span className={classes['veil']} data-kind={kind} title={words.veilMeans[kind]}>
      <IconEyeOff size={14} stroke={1.7} aria-hidden="true" />
      {children ?? words.veils[kind]}
      <span className="unseen"> ({words.veilMeans[kind]})</span>
    </span>
  );
}
