/**
 * A measurement drawn against its promise: past the mark is kept, short of it is missed.
 *
 * Not a progress bar. Place tells it first; the words stand beside it, and colour comes last.
 */
import { formatNumber } from '../lib/format.ts';
import { type ThreadState, threadEnd, threadState, WARP_AT } from '../lib/thread.ts';
import classes from './Thread.module.css';
import { words } from './words.ts';

export interface ThreadProps {
  /** Allowed ÷ measured; null where nothing was measured, or where it is not told. */
  headroom: number | null;
  /** How it stands; told without the headroom where that is not shown to everybody. */
  state?: ThreadState;
  /** What is measured, for readers that do not see. */
  label: string;
  /** Whether the thread draws its own warp mark; off where one line runs through many. */
  hasMark?: boolean;
}

const WIDTH = 120;
const HEIGHT = 16;
const MIDDLE = HEIGHT / 2;
/** Where a thread ends of which the side alone is known: just past the warp, or short of it. */
const END_OF: Readonly<Record<ThreadState, number | null>> = {
  kept: 1,
  close: 1,
  missed: 0.5,
  unknown: null,
};

export function Thread({ headroom, label, hasMark = true, state: told }: ThreadProps) {
  const measured = threadState(headroom);
  const state = measured === 'unknown' ? (told ?? 'unknown') : measured;
  const end = threadEnd(measured === 'unknown' ? END_OF[state] : headroom);
  return (
    <svg
      className={classes['thread']}
      data-state={state}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={describeThread(label, headroom, state)}
    >
      {end === null ? (
        <Line from={0} to={WARP_AT} className="unknown" />
      ) : (
        <>
          {state === 'missed' ? <Line from={end} to={WARP_AT} className="gap" /> : null}
          {state !== 'missed' && end < 1 ? <Line from={end} to={1} className="rest" /> : null}
          <Line from={0} to={end} className="weft" />
        </>
      )}
      {hasMark ? (
        <line
          className={classes['warp']}
          x1={WARP_AT * WIDTH}
          x2={WARP_AT * WIDTH}
          y1={0}
          y2={HEIGHT}
          vectorEffect="non-scaling-stroke"
        />
      ) : null}
    </svg>
  );
}

interface LineProps {
  from: number;
  to: number;
  className: 'weft' | 'rest' | 'gap' | 'unknown';
}

function Line({ from, to, className }: LineProps) {
  return (
    <line
      className={classes[className]}
      x1={from * WIDTH}
      x2={to * WIDTH}
      y1={MIDDLE}
      y2={MIDDLE}
      vectorEffect="non-scaling-stroke"
    />
  );
}

function describeThread(label: string, headroom: number | null, state: ThreadState): string {
  if (state === 'unknown') return words.threadUnknown(label);
  if (threadState(headroom) === 'unknown' || headroom === null)
    return words.threadHidden[state](label);
  if (headroom === Number.POSITIVE_INFINITY) return words.threadFree(label);
  return words.threadRoom[state](label, formatNumber(Math.round(headroom * 100) / 100));
}
