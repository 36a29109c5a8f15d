/**
 * The cloth of promises as a table: a row for each day, or for each product with its days counted.
 */
import { formatDay, formatNumber } from '../lib/format.ts';
import { countStates, type WeaveDay, type WeaveRow } from '../lib/weave.ts';
import { Status, type StatusKind } from './Status.tsx';
import classes from './Weave.module.css';
import { words } from './words.ts';

const STATES = ['kept', 'close', 'missed', 'none'] as const;

export interface WeaveTableProps {
  rows: readonly WeaveRow[];
  label: string;
  /** Where a day with batches leads: the way by keyboard to what a click on the cloth does. */
  onDay?: (row: WeaveRow, day: WeaveDay) => void;
}

export function WeaveTable({ rows, label, onDay }: WeaveTableProps) {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    return <DaysTable row={only} label={label} {...(onDay === undefined ? {} : { onDay })} />;
  }
  return (
    <table className={classes['table']}>
      <caption className="unseen">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{words.product}</th>
          {STATES.map((state) => (
            <th key={state} scope="col" data-number>
              {words.daysOf[state]}
            </th>
          ))}
          <th scope="col">{words.missedOn}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const counts = countStates(row.days);
          const missed = row.days.filter(({ state }) => state === 'missed');
          return (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              {STATES.map((state) => (
                <td key={state} data-number>
                  {formatNumber(counts[state])}
                </td>
              ))}
              <td>{missed.map(({ day }) => formatDay(`${day}T12:00:00Z`)).join(', ')}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface DaysTableProps extends Pick<WeaveTableProps, 'label' | 'onDay'> {
  row: WeaveRow;
}

function DaysTable({ row, label, onDay }: DaysTableProps) {
  return (
    <table className={classes['table']}>
      <caption className="unseen">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{words.day}</th>
          <th scope="col">{words.promise}</th>
          <th scope="col" data-number>
            {words.batches}
          </th>
          <th scope="col" data-number>
            {words.held}
          </th>
          <th scope="col" data-number>
            {words.failed}
          </th>
          <th scope="col" data-number>
            {words.rows}
          </th>
        </tr>
      </thead>
      <tbody>
        {row.days.toReversed().map((day) => (
          <DayLine
            key={day.day}
            day={day}
            {...(onDay === undefined ? {} : { onDay: () => onDay(row, day) })}
          />
        ))}
      </tbody>
    </table>
  );
}

function DayLine({ day: one, onDay }: { day: WeaveDay; onDay?: () => void }) {
  const { day, state, batches = 0, held = 0, failed = 0, records = 0 } = one;
  const name = formatDay(`${day}T12:00:00Z`);
  return (
    <tr data-day={day}>
      <th scope="row">
        {onDay === undefined || batches === 0 ? (
          name
        ) : (
          <button type="button" onClick={onDay}>
            {name}
          </button>
        )}
      </th>
      <td>
        {state === 'none' ? (
          words.weave.none
        ) : (
          <Status kind={state satisfies StatusKind}>{words.weave[state]}</Status>
        )}
      </td>
      <td data-number>{formatNumber(batches)}</td>
      <td data-number>{formatNumber(held)}</td>
      <td data-number>{formatNumber(failed)}</td>
      <td data-number>{formatNumber(records)}</td>
    </tr>
  );
}
