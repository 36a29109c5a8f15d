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
      {distinct(faults).map(({ code, message, line, path, remedy }) => (
        <li key={`${code} ${line ?? path ?? ''} ${message}`}>
          <Status kind={isWarning ? 'close' : 'missed'}>
            {line === undefined ? null : <span className="mono">{words.line(String(line))} </span>}
            {setOf(path) === null ? null : (
              <span className="mono">{words.inSet(setOf(path) ?? '')} </span>
            )}
            {message}
          </Status>
          {typeof remedy === 'string' ? <p className={classes['remedy']}>{remedy}</p> : null}
        </li>
      ))}
    </ul>
  );
}

/** The set that a place of a policy lies in: `$.sets.NAME…`. */
function setOf(path: unknown): string | null {
  return typeof path === 'string' ? (/^\$\.sets\.([^.]+)/.exec(path)?.[1] ?? null) : null;
}

/** One of those that differ only by the action that they were checked for. */
export function distinct(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ message, line, path }) => {
    const key = `${line} ${setOf(path) ?? ''} ${message.replace(/Weft::Action::"\w+"/, '')}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
