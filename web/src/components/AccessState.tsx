/**
 * Whether the reader may use a product, and how he gets there.
 */
import { IconKey, IconLock, IconLockOpen } from '@tabler/icons-react';
import { durationMs, formatDuration } from '../lib/format.ts';
import classes from './AccessState.module.css';

export type Access = 'none' | 'requestable' | 'agreed' | 'open';

export interface AccessStateProps {
  access: Access;
  /** How long a decision takes as a rule, ISO 8601. */
  answersIn?: string | null;
}

const WORDS: Record<Access, string> = {
  none: 'Closed: ask the owner',
  requestable: 'On request',
  agreed: 'Yours',
  open: 'Open to everyone',
};

const ICONS = { none: IconLock, requestable: IconLock, agreed: IconKey, open: IconLockOpen };

export function AccessState({ access, answersIn = null }: AccessStateProps) {
  const Icon = ICONS[access];
  const wait = access === 'requestable' && answersIn !== null ? waitOf(answersIn) : null;
  return (
    <span className={classes['access']} data-access={access}>
      <Icon size={15} stroke={1.7} aria-hidden="true" />
      {WORDS[access]}
      {wait === null ? null : `, ${wait}`}
    </span>
  );
}

const MINUTE = 60_000;

/** "about 4 h"; where a policy decides, nobody waits. Null for what is no duration. */
function waitOf(iso: string): string | null {
  const ms = durationMs(iso);
  if (ms === null) return null;
  return ms < MINUTE ? 'at once' : `about ${formatDuration(ms)}`;
}
