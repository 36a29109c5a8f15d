/**
 * Thirty days of promises as cloth: a kept day is a pick, a close one is slashed, a missed one is a hole, and where nothing
 * was due the warp stands bare. Always with the same as a table.
 *
 * Where days lead somewhere a row is a list to choose from: one day of it has the tab stop, arrows read one after the other.
 */
import { type KeyboardEvent, useId, useState } from 'react';
import { formatDay } from '../lib/format.ts';
import {
  daySummary,
  monthMarks,
  type WeaveDay,
  type WeaveRow,
  type WeaveState,
} from '../lib/weave.ts';
import classes from './Weave.module.css';
import { WeaveTable } from './WeaveTable.tsx';
import { words } from './words.ts';

export interface WeaveProps {
  rows: readonly WeaveRow[];
  /** What is shown, for readers that do not see and as the caption of the table. */
  label: string;
  /** Whether each row carries its own name at its left. */
  hasNames?: boolean;
  /** Where a day leads; without it a row is a picture. */
  onDay?: (row: WeaveRow, day: WeaveDay) => void;
  /** The day that was chosen, `YYYY-MM-DD`. */
  chosen?: string | undefined;
}

const CELL = 14;
const ROW = 20;
/** A day is never wider on the screen, in pixels. */
const CELL_MAX = 20;
const KINDS = ['kept', 'close', 'missed', 'none'] as const;

export function Weave({ rows, label, hasNames = true, onDay, chosen }: WeaveProps) {
  const leads = onDay === undefined ? {} : { onDay, chosen };
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <div className={classes['weave']}>
      <div id={id}>
        {isTable ? (
          <WeaveTable rows={rows} label={label} {...leads} />
        ) : (
          <Cloths rows={rows} label={label} hasNames={hasNames} {...leads} />
        )}
      </div>
      <div className={classes['foot']}>
        {isTable ? null : <Key />}
        <button
          type="button"
          aria-expanded={isTable}
          aria-controls={id}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? words.asCloth : words.asTable}
        </button>
      </div>
    </div>
  );
}

function Cloths({ rows, label, hasNames, onDay, chosen }: WeaveProps) {
  const days = rows[0]?.days ?? [];
  return (
    <div className={classes['grid']} data-named={hasNames || undefined}>
      <div className={classes['marks']} aria-hidden="true">
        <div style={{ maxWidth: days.length * CELL_MAX }}>
          {monthMarks(days).map(({ at, day, anchor }) => (
            <span
              key={day}
              data-end={anchor === 'end' || undefined}
              style={anchor === 'end' ? { right: 0 } : { left: `${(at / days.length) * 100}%` }}
            >
              {anchor === 'end' ? words.today : formatDay(`${day}T12:00:00Z`)}
            </span>
          ))}
        </div>
      </div>
      {rows.map((row) => (
        <WeaveLine
          key={row.id}
          row={row}
          label={label}
          hasName={hasNames ?? true}
          {...(onDay === undefined ? {} : { onDay, chosen })}
        />
      ))}
    </div>
  );
}

interface LineProps extends Pick<WeaveProps, 'label' | 'onDay' | 'chosen'> {
  row: WeaveRow;
  hasName: boolean;
}

function WeaveLine({ row, label, hasName, onDay, chosen }: LineProps) {
  const told = `${hasName ? row.title : label}: ${daySummary(row.days)}`;
  const frame = {
    className: classes['cloth'],
    viewBox: `0 0 ${row.days.length * CELL} ${ROW}`,
    style: { maxWidth: row.days.length * CELL_MAX },
  };
  return (
    <div className={classes['line']}>
      {hasName ? <div className={classes['name']}>{row.name}</div> : null}
      {onDay === undefined ? (
        <svg {...frame} role="img" aria-label={told}>
          <Threads days={row.days} />
          {row.days.map((day, at) => (
            <g key={day.day} className={classes['day']} transform={`translate(${at * CELL} 0)`}>
              <Day days={row.days} at={at} />
            </g>
          ))}
        </svg>
      ) : (
        <DayList
          days={row.days}
          label={told}
          frame={frame}
          onDay={(day) => onDay(row, day)}
          chosen={chosen}
        />
      )}
      {row.status === undefined ? null : <div className={classes['status']}>{row.status}</div>}
    </div>
  );
}

interface DayListProps extends Pick<WeaveRow, 'days'> {
  label: string;
  frame: object;
  onDay: (day: WeaveDay) => void;
  chosen: string | undefined;
}

/** One tab stop: the chosen day, else the newest. An arrow tells the next one, Enter or Space chooses it. */
function DayList({ days, label, frame, onDay, chosen }: DayListProps) {
  const [moved, setMoved] = useState<number | null>(null);
  const found = days.findIndex(({ day }) => day === chosen);
  const stop = moved ?? (found < 0 ? days.length - 1 : found);
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    const day = days[stop];
    if ((event.key === 'Enter' || event.key === ' ') && day !== undefined) onDay(day);
    else {
      const next = movedDay(event.key, stop, days.length);
      if (next === null) return;
      setMoved(next);
      event.currentTarget.querySelectorAll<SVGGElement>('[role=option]')[next]?.focus();
    }
    event.preventDefault();
    // Why: a single key of the page, as `j` and `k` or an arrow, is not meant here.
    event.stopPropagation();
  };
  return (
    <svg
      {...frame}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a picture whose parts are chosen; each part has its name, its focus and its key.
      role="listbox"
      aria-label={label}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
    >
      <Threads days={days} />
      {days.map((day, at) => (
        <g
          key={day.day}
          className={classes['day']}
          data-leads
          role="option"
          aria-selected={day.day === chosen}
          aria-label={tellDay(day)}
          tabIndex={at === stop ? 0 : -1}
          transform={`translate(${at * CELL} 0)`}
          onClick={() => {
            setMoved(at);
            onDay(day);
          }}
        >
          <Day days={days} at={at} />
        </g>
      ))}
    </svg>
  );
}

function movedDay(key: string, at: number, length: number): number | null {
  const wanted = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: length - 1 }[key];
  return wanted === undefined ? null : Math.min(length - 1, Math.max(0, wanted));
}

function Day({ days, at }: { days: readonly WeaveDay[]; at: number }) {
  const day = days[at];
  if (day === undefined) return null;
  return (
    <>
      <title>{tellDay(day)}</title>
      <rect width={CELL} height={ROW} className={classes['hit']} />
      <Pick state={day.state} isOver={at % 2 === 0 || isAlone(days, at)} />
      <rect
        x={0.75}
        y={0.75}
        width={CELL - 1.5}
        height={ROW - 1.5}
        rx={2}
        className={classes['ring']}
      />
    </>
  );
}

function tellDay(day: WeaveDay): string {
  return words.dayIs(formatDay(`${day.day}T12:00:00Z`), wordOf(day));
}

function wordOf({ state, batches }: WeaveDay): string {
  const word = words.weave[state];
  return batches === undefined || batches === 0 ? word : words.sent(word, batches);
}

/** The bare warp, a thread for each day: what is woven lies upon it. */
function Threads({ days }: { days: readonly WeaveDay[] }) {
  return days.map(({ day }, at) => (
    <rect
      key={day}
      className={classes['warp']}
      x={at * CELL + CELL / 2 - 0.75}
      width={1.5}
      height={ROW}
    />
  ));
}

/** A pick between bare warps lies on top of its own: under it, it would not be seen as one. */
function isAlone(days: readonly WeaveDay[], at: number): boolean {
  const isBare = (day: WeaveDay | undefined) => day === undefined || day.state === 'none';
  return isBare(days[at - 1]) && isBare(days[at + 1]);
}

function Pick({ state, isOver }: { state: WeaveState; isOver: boolean }) {
  if (state === 'none') return null;
  if (state === 'kept') {
    return (
      <>
        <rect className={classes['under']} y={ROW / 2 - 6} width={CELL} height={12} />
        {isOver ? (
          <rect
            className={classes['over']}
            x={0.5}
            y={ROW / 2 - 7}
            width={CELL - 1}
            height={14}
            rx={2}
          />
        ) : (
          <rect className={classes['across']} x={CELL / 2 - 3} y={0} width={6} height={ROW} />
        )}
      </>
    );
  }
  return (
    <g className={classes[state]}>
      <rect x={0.75} y={ROW / 2 - 7} width={CELL - 1.5} height={14} rx={1.5} />
      {state === 'close' ? (
        <path d={`M3 ${ROW / 2 + 4}L${CELL - 3} ${ROW / 2 - 4}`} />
      ) : (
        <path d={`M${CELL / 2 - 2.5} ${ROW / 2 - 2.5}l5 5m0 -5l-5 5`} />
      )}
    </g>
  );
}

function Key() {
  return (
    <ul className={classes['key']} aria-label={words.weaveKey}>
      {KINDS.map((state) => (
        <li key={state}>
          <svg width={CELL * 2} height={ROW} viewBox={`0 0 ${CELL * 2} ${ROW}`} aria-hidden="true">
            {[0, 1].map((at) => (
              <g key={at} transform={`translate(${at * CELL} 0)`}>
                {state === 'none' || state === 'kept' || at === 0 ? (
                  <>
                    <rect
                      className={classes['warp']}
                      x={CELL / 2 - 0.75}
                      width={1.5}
                      height={ROW}
                    />
                    <Pick state={state} isOver={at === 0} />
                  </>
                ) : null}
              </g>
            ))}
          </svg>
          {words.weave[state]}
        </li>
      ))}
    </ul>
  );
}
