/**
 * Answers with their noise: an estimate on a band with caps, which is where the true value lies. With the same as a table.
 *
 * Not for exact values. Invariant: of a group that is withheld there is no number anywhere, in no place and in no length.
 */
import { useId, useState } from 'react';
import { formatNumber } from '../lib/format.ts';
import {
  type Axis,
  axisOf,
  type IntervalRow,
  isTold,
  placeOn,
  sideOf,
  type ToldRow,
} from '../lib/intervals.ts';
import classes from './IntervalChart.module.css';
import { ScrollArea } from './ScrollArea.tsx';
import { intervalsFinding, intervalWords, words } from './words-room.ts';

export interface IntervalChartProps {
  title: string;
  rows: readonly IntervalRow[];
  /** What is counted, below the axis. */
  unit: string;
}

/** Words stand behind the highest band. */
const ROOM = 0.14;
/** A tick behind this place has its number at its left. */
const LAST = 0.94;

const percent = (share: number): string => `${share * 100}%`;

export function IntervalChart({ title, rows, unit }: IntervalChartProps) {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure className={classes['chart']}>
      <figcaption className={classes['head']}>
        <span className={classes['title']}>{title}</span>
        <button
          type="button"
          aria-expanded={isTable}
          aria-controls={id}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? words.asChart : words.asTable}
        </button>
      </figcaption>
      <div id={id}>
        {isTable ? (
          <Twin title={title} rows={rows} />
        ) : (
          <Drawing title={title} rows={rows} unit={unit} />
        )}
      </div>
    </figure>
  );
}

function Drawing({ title, rows, unit }: IntervalChartProps) {
  const axis = axisOf(rows, ROOM);
  return (
    <div className={classes['drawing']} role="img" aria-label={intervalsFinding(title, rows)}>
      {rows.map((row) => (
        <div key={row.label} className={classes['row']} data-withheld={!isTold(row) || undefined}>
          <span className={classes['label']}>{row.label}</span>
          <div className={classes['plot']}>
            <Grid axis={axis} />
            {isTold(row) ? <Band row={row} axis={axis} /> : <i className={classes['none']} />}
          </div>
          {isTold(row) ? (
            <Value row={row} axis={axis} />
          ) : (
            <span className={classes['value']}>{words.withheld}</span>
          )}
        </div>
      ))}
      <div className={classes['row']}>
        <span />
        <div className={classes['ticks']}>
          {axis.ticks.map((tick) => (
            <span
              key={tick}
              data-last={placeOn(axis, tick) > LAST || undefined}
              style={{ left: percent(placeOn(axis, tick)) }}
            >
              {formatNumber(tick)}
            </span>
          ))}
          <em>{unit}</em>
        </div>
      </div>
    </div>
  );
}

/** Of the width, for a letter: where the words are too long they break, and the row grows. */
const LETTER = 0.018;

function Value({ row, axis }: { row: ToldRow; axis: Axis }) {
  const text = intervalWords(row);
  const side = sideOf(row, axis, text.length * LETTER);
  const at = side === 'right' ? placeOn(axis, row.high) : 1 - placeOn(axis, row.low);
  return (
    <span className={classes['value']} data-side={side} ref={setPlace(at)}>
      {text}
    </span>
  );
}

// Why a variable and not the place itself: the sheet puts the words above the band where there is no room beside it.
function setPlace(share: number) {
  return (element: HTMLElement | null) => element?.style.setProperty('--w-at', percent(share));
}

/** The lines of the axis, in each row, so that they join into one. */
function Grid({ axis }: { axis: Axis }) {
  return (
    <svg className={classes['lines']} width="100%" height="100%" aria-hidden="true">
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          data-zero={tick === 0 || undefined}
          x1={percent(placeOn(axis, tick))}
          x2={percent(placeOn(axis, tick))}
          y1="0"
          y2="100%"
        />
      ))}
    </svg>
  );
}

const BAND = 22;

function Band({ row, axis }: { row: ToldRow; axis: Axis }) {
  const [low, at, high] = [row.low, row.estimate, row.high].map((value) => placeOn(axis, value));
  const [from = 0, middle = 0, to = 0] = [low, at, high];
  const ends = { y1: 0, y2: BAND };
  return (
    <svg className={classes['band']} width="100%" height={BAND} aria-hidden="true">
      <rect x={percent(from)} width={percent(to - from)} height={BAND} />
      <line x1={percent(from)} x2={percent(to)} y1={BAND / 2} y2={BAND / 2} />
      <line x1={percent(from)} x2={percent(from)} {...ends} />
      <line x1={percent(to)} x2={percent(to)} {...ends} />
      <circle cx={percent(middle)} cy={BAND / 2} r={5} />
    </svg>
  );
}

function Twin({ title, rows }: Pick<IntervalChartProps, 'title' | 'rows'>) {
  return (
    <ScrollArea className={classes['scroll']} label={title}>
      <table className={classes['table']}>
        <caption className="unseen">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.group}</th>
            <th scope="col">{words.estimate}</th>
            <th scope="col">{words.lowest}</th>
            <th scope="col">{words.highest}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {isTold(row) ? (
                <>
                  <td>{formatNumber(row.estimate)}</td>
                  <td>{formatNumber(row.low)}</td>
                  <td>{formatNumber(row.high)}</td>
                </>
              ) : (
                <td colSpan={3} className={classes['withheld']}>
                  {words.withheld}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
