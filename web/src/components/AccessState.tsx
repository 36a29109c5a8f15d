/**
 * Whether the reader may use a product, and how he gets there.
 */
import { IconKey, IconLock, IconLockOpen } from '@tabler/icons-react';
import { durationMs, formatDuration } from '../lib/format.ts';
import classes from './AccessState.module.css';
import { words } from './words.ts';

export type Access = 'none' | 'requestable' | 'agreed' | 'open';

export interface AccessStateProps {
  access: Access;
  /** How long a decision takes as a rule, ISO 8601. */
  answersIn?: string | null;
  /** Where the agreement is on an older major than the one that is shown. */
  olderMajor?: number | null;
}

const ICONS = { none: IconLock, requestable: IconLock, agreed: IconKey, open: IconLockOpen };

export function AccessState({ access, answersIn = null, olderMajor = null }: AccessStateProps) {
  const Icon = ICONS[access];
  return (
    <span className={classes['access']} data-access={access}>
      <Icon size={15} stroke={1.7} aria-hidden="true" />
      {olderMajor === null ? accessWords(access, answersIn) : words.yoursOf(olderMajor)}
    </span>
  );
}

const MINUTE = 60_000;

/** "On request, so far about 4 h". */
function accessWords(access: Access, answersIn: string | null): string {
  const ms = answersIn === null ? null : durationMs(answersIn);
  if (access !== 'requestable' || ms === null) return words.access[access];
  return ms < MINUTE ? words.requestAtOnce : words.requestAbout(formatDuration(ms));
}
