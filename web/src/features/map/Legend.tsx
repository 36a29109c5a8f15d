/**
 * What the threads and signs of the map mean, and the way to the list.
 */
import { Status } from '../../components/Status.tsx';
import classes from './MapPage.module.css';
import { words } from './words.ts';

export function Legend({ isList, onToggle }: { isList: boolean; onToggle(): void }) {
  return (
    <div className={classes['legend']}>
      {isList ? null : (
        <>
          <span className={classes['key']}>
            <svg width="34" height="6" aria-hidden="true">
              <path d="M1 3h32" className={classes['flows']} />
            </svg>
            {words.flows}
          </span>
          <span className={classes['key']}>
            <svg width="34" height="6" aria-hidden="true">
              <path d="M1 3h32" className={classes['stopped']} />
            </svg>
            {words.stopped}
          </span>
          <Status kind="kept">{words.kept}</Status>
          <Status kind="close">{words.close}</Status>
          <Status kind="missed">{words.missed}</Status>
        </>
      )}
      <button type="button" className={classes['toggle']} onClick={onToggle}>
        {isList ? words.asMap : words.asList}
      </button>
    </div>
  );
}
