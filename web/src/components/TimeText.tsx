/**
 * A time as a person says it, exact on hover.
 */
import { Tooltip } from '@mantine/core';
import { formatExact, formatWhen } from '../lib/format.ts';
import classes from './TimeText.module.css';
import { words } from './words.ts';

export interface TimeTextProps {
  at: string | null;
  /** What to say where there is no time. */
  missing?: string;
}

export function TimeText({ at, missing = words.notMeasured }: TimeTextProps) {
  if (at === null) return <span>{missing}</span>;
  return (
    <Tooltip label={formatExact(at)}>
      <time className={classes['time']} dateTime={at}>
        {formatWhen(at)}
      </time>
    </Tooltip>
  );
}
