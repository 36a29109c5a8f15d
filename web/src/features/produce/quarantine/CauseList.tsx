/**
 * Why rows were refused: each cause with its rows, its share, and the values that have it most often.
 */
import { Button } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { type Action, useActions } from '../../../app/actions.ts';
import { Breakable } from '../../../components/Breakable.tsx';
import { formatNumber } from '../../../lib/format.ts';
import type { Cause } from '../types.ts';
import { causeSays } from '../words.ts';
import classes from './RefusedPanel.module.css';
import { moreOf, words } from './words-quarantine.ts';

export interface CauseListProps {
  causes: readonly Cause[];
  selected: Cause;
  onSelect: (cause: Cause) => void;
  shareOf: ShareOf;
  /** Whether causes of which no row waits are in the list from the start. */
  isWhole?: boolean;
}

/** Whether somebody has to decide about rows of it, or about their batch. */
export const isWaiting = ({ open, held }: Cause): boolean => open + held > 0;

/** Which share a cause has, and of which rows; empty where there is no row. */
export type ShareOf = (cause: Cause) => string;

const SHOWN = 6;

export function CauseList({
  causes: all,
  selected,
  onSelect,
  shareOf,
  isWhole = false,
}: CauseListProps) {
  const [hasDecided, setDecided] = useState(false);
  const waiting = all.filter((cause) => isWaiting(cause) || cause === selected);
  const isAll = isWhole || hasDecided || !all.some(isWaiting);
  const causes = isAll ? all : waiting;
  useCauseKeys(causes, selected, onSelect);
  const [isLong, setLong] = useState(false);
  const isCut = !isLong && causes.length > SHOWN + 1 && causes.indexOf(selected) < SHOWN;
  return (
    <div>
      <h3>{causes.length === 1 ? words.oneCause : words.causes(causes.length)}</h3>
      <ul className={classes['list']}>
        {(isCut ? causes.slice(0, SHOWN) : causes).map((cause) => (
          <CauseLine
            key={`${cause.product} ${cause.rule} ${cause.column ?? ''} ${cause.message}`}
            cause={cause}
            isSelected={cause === selected}
            onSelect={onSelect}
            shareOf={shareOf}
          />
        ))}
      </ul>
      {isCut ? (
        <Button variant="subtle" size="compact-sm" onClick={() => setLong(true)}>
          {words.allCauses(causes.length)}
        </Button>
      ) : null}
      {causes.length === all.length ? null : (
        <Button variant="subtle" size="compact-sm" onClick={() => setDecided(true)}>
          {words.decidedCauses(all.length - causes.length)}
        </Button>
      )}
    </div>
  );
}

interface CauseLineProps extends Pick<CauseListProps, 'onSelect' | 'shareOf'> {
  cause: Cause;
  isSelected: boolean;
}

function CauseLine({ cause, isSelected, onSelect, shareOf }: CauseLineProps) {
  return (
    <li>
      <button
        type="button"
        className={classes['cause']}
        aria-pressed={isSelected}
        onClick={() => onSelect(cause)}
      >
        <strong>
          <Breakable text={causeSays(cause)} />
        </strong>
        <span className={classes['count']}>{formatNumber(cause.records)}</span>
        <span className={classes['more']}>{moreOf(cause)}</span>
        <span className={classes['share']}>{shareOf(cause)}</span>
      </button>
    </li>
  );
}

/** j and k go from cause to cause. */
function useCauseKeys(
  causes: readonly Cause[],
  selected: Cause,
  onSelect: (cause: Cause) => void,
): void {
  // Why kept: what is registered keeps its identity, and calls what stands here now.
  const latest = useRef(onSelect);
  latest.current = onSelect;
  const at = causes.indexOf(selected);
  const next = causes[at + 1];
  const last = causes[at - 1];
  const actions = useMemo((): Action[] => {
    const go = (cause: Cause | undefined) => () => cause !== undefined && latest.current(cause);
    return [
      { id: 'cause-next', label: words.nextCause, group: 'here', shortcut: 'j', run: go(next) },
      { id: 'cause-last', label: words.causeBefore, group: 'here', shortcut: 'k', run: go(last) },
    ];
  }, [next, last]);
  useActions(actions);
}
