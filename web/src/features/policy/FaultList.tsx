/**
 * What is wrong with a policy, or may not be meant: line, what, and what to do.
 */

import { Status } from '../../components/Status.tsx';
import classes from './FaultList.module.css';
import type { Fault } from './policy-queries.ts';
import { words } from './words.ts';

export interface FaultListProps {
  faults: readonly Fault[];
  isWarning?: boolean;
}

export function FaultList({ faults, isWarning = false }: FaultListProps) {
  return (
    <ul className={classes['list']}>
      {distinct(faults).map(({ code, message, line, remedy }) => (
        <li key={`${code} ${line ?? ''} ${message}`}>
          <Status kind={isWarning ? 'close' : 'missed'}>
            {line === undefined ? null : <span className="mono">{words.line(String(line))} </span>}
            {message}
          </Status>
          {typeof remedy === 'string' ? <p className={classes['remedy']}>{remedy}</p> : null}
        </li>
      ))}
    </ul>
  );
}

/** One of those that differ only by the action that they were checked for. */
export function distinct(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ message, line }) => {
    const key = `${line} ${message.replace(/Weft::Action::"\w+"/, '')}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
