/**
 * What may be said of noisy answers: who is above whom by whole intervals, and what is too close to tell.
 *
 * Not a test of significance: each sentence holds for whatever the true values within their bands are.
 */
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import { type IntervalRow, isTold, mayBeSaid } from '../lib/intervals.ts';
import classes from './MaySay.module.css';
import { sayingWords, words } from './words-room.ts';

export interface MaySayProps {
  rows: readonly IntervalRow[];
  /** What a sharper answer would cost above this one, as decimal text: said where something is too close. */
  sharper?: string;
}

export function MaySay({ rows, sharper }: MaySayProps) {
  const id = useId();
  const sayings = mayBeSaid(rows);
  const withheld = rows.filter((row) => !isTold(row)).map(({ label }) => label);
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={classes['title']}>
        {words.maySay}
      </h3>
      {sayings.length === 0 ? <p className={classes['none']}>{words.nothingToSay}</p> : null}
      <ul className={classes['sayings']}>
        {sayings.map((saying) => {
          const text = sayingWords(saying, withheld.length === 0);
          const isClose = saying.kind === 'close';
          const Icon = isClose ? IconAlertTriangle : IconCheck;
          return (
            <li key={text} data-kind={saying.kind}>
              <Icon size={16} stroke={1.9} aria-hidden="true" />
              <span>
                {text}
                {isClose && sharper !== undefined ? ` ${words.sharper(sharper)}` : null}
              </span>
            </li>
          );
        })}
      </ul>
      {withheld.length === 0 ? null : (
        <p className={classes['none']}>{words.nothingOf(withheld)}</p>
      )}
    </section>
  );
}
