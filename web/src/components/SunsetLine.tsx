/**
 * The end of an old version beside the beginning of the new one: two threads over time, and how long both serve.
 *
 * Not a promise kept or missed: what ends, ends as it was said. Where neither serves for a while, that is said in words.
 */
import { formatDay } from '../lib/format.ts';
import { type SunsetTimes, sunsetOf } from '../lib/sunset.ts';
import { Status } from './Status.tsx';
import classes from './SunsetLine.module.css';
import { newWords, oldWords, sunsetFinding, words } from './words-sunset.ts';

export type SunsetLineProps = SunsetTimes;

const OLD = 10;
const NEW = 32;
const HEIGHT = 42;

const percent = (share: number): string => `${share * 100}%`;

export function SunsetLine(times: SunsetLineProps) {
  const sunset = sunsetOf(times);
  if (sunset === null) return null;
  const { starts, until, now, gap, isOver } = sunset;
  return (
    <div className={classes['sunset']}>
      <div className={classes['drawing']} role="img" aria-label={sunsetFinding(times, sunset)}>
        <Label at={isOver ? 0 : now}>{oldWords(times, sunset)}</Label>
        <div className={classes['threads']}>
          <svg width="100%" height={HEIGHT} aria-hidden="true">
            <Piece y={OLD} from={0} to={until} className="old" />
            <Piece y={NEW} from={starts} to={1} className="new" />
            {gap > 0 ? <Piece y={NEW} from={until} to={starts} className="gap" /> : null}
            <Mark at={starts} className="mark" />
            <Mark at={until} className="mark" />
            {Math.abs(now - starts) > 0.02 ? <Mark at={now} className="now" /> : null}
          </svg>
          <span className={classes['day']} style={{ left: percent(until) }}>
            {formatDay(times.from.until)}
          </span>
        </div>
        <Label at={starts}>{newWords(times, sunset)}</Label>
      </div>
      {gap > 0 ? <Status kind="close">{words.gap(gap)}</Status> : null}
    </div>
  );
}

/** Beside its mark, at the side that has more room. */
function Label({ at, children }: { at: number; children: string }) {
  const isBefore = at > 0.5;
  const style = isBefore ? { paddingRight: percent(1 - at) } : { paddingLeft: percent(at) };
  return (
    <span className={classes['label']} data-before={isBefore || undefined} style={style}>
      <span>{children}</span>
    </span>
  );
}

interface PieceProps {
  y: number;
  from: number;
  to: number;
  className: 'old' | 'new' | 'gap';
}

function Piece({ y, from, to, className }: PieceProps) {
  return <line className={classes[className]} x1={percent(from)} x2={percent(to)} y1={y} y2={y} />;
}

function Mark({ at, className }: { at: number; className: 'mark' | 'now' }) {
  return (
    <line className={classes[className]} x1={percent(at)} x2={percent(at)} y1={0} y2={HEIGHT} />
  );
}
