/**
 * An error budget as misses that can be counted: what is left stands, what is spent is empty.
 */
import { IconAlertTriangle } from '@tabler/icons-react';
import classes from './Picks.module.css';
import { words } from './words.ts';

export interface PicksProps {
  allowed: number;
  left: number;
}

const DRAWN_MAX = 12;

export function Picks({ allowed, left }: PicksProps) {
  const remaining = Math.max(0, left);
  const isLow = remaining <= 1 && allowed > 1;
  const drawn = Math.min(allowed, DRAWN_MAX);
  const standing = allowed > DRAWN_MAX ? Math.round((remaining / allowed) * drawn) : remaining;
  return (
    <span className={classes['picks']} data-low={isLow || undefined}>
      <span className={classes['row']} aria-hidden="true">
        {Array.from({ length: drawn }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pick is its place.
          <i key={at} data-left={at < standing || undefined} />
        ))}
      </span>
      <span>
        {isLow ? <IconAlertTriangle size={14} stroke={1.7} aria-hidden="true" /> : null}
        {words.missesLeft(remaining, allowed)}
      </span>
    </span>
  );
}
