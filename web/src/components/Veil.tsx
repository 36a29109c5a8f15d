/**
 * What a policy changed: violet, striped and named, wherever it is shown.
 */
import { IconEyeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Veil.module.css';

export type VeilKind = 'hidden' | 'stand-in' | 'grouped' | 'cut';

export interface VeilProps {
  kind: VeilKind;
  children?: ReactNode;
}

const WORDS: Record<VeilKind, string> = {
  hidden: 'hidden for your purpose',
  'stand-in': 'a stand-in for the real value',
  grouped: 'grouped',
  cut: 'cut short',
};

export function Veil({ kind, children }: VeilProps) {
  return (
    <span className={classes['veil']} data-kind={kind} title={WORDS[kind]}>
      <IconEyeOff size={14} stroke={1.7} aria-hidden="true" />
      {children ?? kind}
      <span className="unseen"> ({WORDS[kind]})</span>
    </span>
  );
}
