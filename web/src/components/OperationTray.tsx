/**
 * What goes on in the background, on every page: a line when folded, each piece of work when opened.
 *
 * Not there when nothing goes on. It leaves by itself when all that ended was put away.
 */
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { onVerdict, resumeOperations } from '../api/operation.ts';
import { useMe } from '../app/session.tsx';
import {
  currentWork,
  dismissWork,
  isMissed,
  isOver,
  secondsLeft,
  useWork,
  type Work,
} from '../lib/work.ts';
import classes from './OperationTray.module.css';
import { WorkLine } from './WorkLine.tsx';
import { progressWords, words } from './words.ts';
import { verdictOf } from './words-verdict.ts';

/** Answers that a verdict makes old, by the first part of their keys. */
const CHANGED_BY_VERDICT = new Set([
  'batch',
  'batches',
  'lineage',
  'causes',
  'rows',
  'product',
  'search',
  'queue',
]);
let isResumed = false;

export function OperationTray() {
  const works = useWork();
  const [isOpen, setOpen] = useState(false);
  const tray = useRoom();
  useVerdicts();
  if (works.length === 0) return null;
  const Icon = isOpen ? IconChevronDown : IconChevronUp;
  const hasEndedOnly = works.every(isOver);
  return (
    <section className={classes['tray']} aria-label={words.work} ref={tray}>
      <div className={classes['head']}>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon size={15} stroke={1.7} aria-hidden="true" />
          <span>{isOpen ? words.inBackground : headline(works)}</span>
        </button>
        {hasEndedOnly ? (
          <button type="button" onClick={putAllAway}>
            {words.putAway}
          </button>
        ) : null}
      </div>
      <div className="unseen" role="status" aria-live="polite">
        {works
          .filter(isOver)
          .map((work) => `${work.title}: ${endWords(work)}`)
          .at(-1)}
      </div>
      {isOpen ? (
        <ul>
          {works.map((work) => (
            <li key={work.id}>
              <WorkLine work={work} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** What the tray takes of the window, for parts that stand at its lower edge, and for the end of the page. */
const ROOM = '--w-tray-tall';

function useRoom() {
  return useCallback((tray: HTMLElement | null) => {
    if (tray === null) return;
    const { style } = document.documentElement;
    const tell = (): void =>
      style.setProperty(ROOM, `${innerHeight - tray.getBoundingClientRect().top}px`);
    const watcher = new ResizeObserver(tell);
    watcher.observe(tray);
    tell();
    return () => {
      watcher.disconnect();
      style.removeProperty(ROOM);
    };
  }, []);
}

/** How work ended; of what failed, why. */
function endWords({ outcome, state, error }: Work): string {
  return outcome ?? (state === 'failed' && error instanceof Error ? error.message : state);
}

function headline(works: readonly Work[]): string {
  const going = works.filter((work) => !isOver(work));
  const [first] = going;
  if (first !== undefined && going.length === 1)
    return `${first.title}: ${progressWords(first, secondsLeft(first))}`;
  if (going.length > 1) return words.underWay(going.length);
  const [last] = works.slice(-1);
  const missed = works.filter(isMissed).length;
  const failed = works.filter(({ state }) => state === 'failed').length;
  // Why apart: what is held, or was not taken, has ended as it should; nothing has failed.
  if (missed > 0 && (works.length > 1 || last?.outcome == null))
    return missed === failed
      ? words.someFailed(failed, works.length)
      : words.someOutside(missed, works.length);
  return works.length === 1 && last !== undefined
    ? `${last.title}: ${last.outcome ?? words.ended}`
    : words.allEnded(works.length);
}

/** Work of an earlier visit goes on being shown, and a verdict makes pages ask again. */
function useVerdicts(): void {
  const { id } = useMe();
  const client = useQueryClient();
  useEffect(() => {
    const stop = onVerdict(() => {
      void client.invalidateQueries({
        predicate: ({ queryKey }) => CHANGED_BY_VERDICT.has(String(queryKey[0])),
      });
    });
    if (!isResumed) resumeOperations(id, verdictOf);
    isResumed = true;
    return stop;
  }, [client, id]);
}

function putAllAway(): void {
  for (const { id } of currentWork()) dismissWork(id);
}
