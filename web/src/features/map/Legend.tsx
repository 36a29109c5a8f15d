/**
 * What the threads and signs of the map mean, and the way to the list.
 */
import { Status } from '../../components/Status.tsx';
import classes from './MapPage.module.css';

export function Legend({ isList, onToggle }: { isList: boolean; onToggle(): void }) {
  return (
    <div className={classes['legend']}>
      {isList ? null : (
        <>
          <span className={classes['key']}>
            <svg width="34" height="6" aria-hidden="true">
              <path d="M1 3h32" className={classes['flows']} />
            </svg>
            flows
          </span>
          <span className={classes['key']}>
            <svg width="34" height="6" aria-hidden="true">
              <path d="M1 3h32" className={classes['stopped']} />
            </svg>
            stopped
          </span>
          <Status kind="kept">kept</Status>
          <Status kind="close">close</Status>
          <Status kind="missed">missed</Status>
        </>
      )}
      <button type="button" className={classes['toggle']} onClick={onToggle}>
        {isList ? 'Show as map' : 'Show as list'}
      </button>
    </div>
  );
}
