/**
 * A time as a person says it, as long as it is true; exact on hover.
 *
 * What counts has the room of the widest that it will come to, so that nothing beside it moves.
 */
import { Tooltip } from '@mantine/core';
import { useTold } from '../lib/clock.ts';
import { formatExact, formatWhen, widestWhen } from '../lib/format.ts';
import classes from './TimeText.module.css';
import { words } from './words.ts';

export interface TimeTextProps {
  at: string | null;
  /** What to say where there is no time. */
  missing?: string;
}

export function TimeText({ at, missing = words.notMeasured }: TimeTextProps) {
  const told = useTold(at, formatWhen);
  if (at === null) return <span>{missing}</span>;
  return (
    <Tooltip label={formatExact(at)}>
      <time className={classes['time']} dateTime={at} data-widest={widestWhen(at) ?? undefined}>
        {told}
      </time>
    </Tooltip>
  );
}
