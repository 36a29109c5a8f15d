/**
 * Thirty days of promises as cloth: a kept day is a pick, a close one is slashed, a missed one is a hole, and where nothing
 * was due the warp stands bare. Always with the same as a table.
 */
import { useId, useState } from 'react';
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
  /** Where a day leads; without it days are not buttons. */
  onDay?: (row: WeaveRow, day: WeaveDay) => void;
}

const CELL = 14;
const ROW = 20;
/** A day is never wider on the screen, in pixels. */
const CELL_MAX = 20;
const KINDS = ['kept', 'close', 'missed', 'none'] as const;

export function Weave({ rows, label, hasNames = true, onDay }: WeaveProps) {
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <div className={classes['weave']}>
      <div id={id}>
        {isTable ? (
          <WeaveTable rows={rows} label={label} {...(onDay === undefined ? {} : { onDay })} />
        ) : (
          <Cloths
            rows={rows}
            label={label}
            hasNames={hasNames}
            {...(onDay === undefined ? {} : { onDay })}
          />
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

function Cloths({ rows, label, hasNames, onDay }: WeaveProps) {
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
          {...(onDay === undefined ? {} : { onDay })}
        />
      ))}
    </div>
  );
}

interface LineProps {
  row: WeaveRow;
  label: string;
  hasName: boolean;
  onDay?: (row: WeaveRow, day: WeaveDay) => void;
}

function WeaveLine({ row, label, hasName, onDay }: LineProps) {
  const width = row.days.length * CELL;
  return (
    <div className={classes['line']}>
      {hasName ? <div className={classes['name']}>{row.name}</div> : null}
      <svg
        className={classes['cloth']}
        viewBox={`0 0 ${width} ${ROW}`}
        style={{ maxWidth: row.days.length * CELL_MAX }}
        role="img"
        aria-label={`${hasName ? `${row.title}: ` : `${label}: `}${daySummary(row.days)}`}
      >
        <Threads days={row.days} />
        {row.days.map((day, at) => (
          <g
            key={day.day}
            className={classes['day']}
            data-leads={onDay !== undefined || undefined}
            transform={`translate(${at * CELL} 0)`}
            {...(onDay === undefined ? {} : { onClick: () => onDay(row, day) })}
          >
            <title>{`${formatDay(`${day.day}T12:00:00Z`)}: ${wordOf(day)}`}</title>
            <rect width={CELL} height={ROW} className={classes['hit']} />
            <Pick state={day.state} isOver={at % 2 === 0 || isAlone(row.days, at)} />
          </g>
        ))}
      </svg>
      {row.status === undefined ? null : <div className={classes['status']}>{row.status}</div>}
    </div>
  );
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
