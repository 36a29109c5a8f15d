/**
 * One piece of long work: how far it is, how fast, how long still, and what one can do about it.
 */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import {
  cancelWork,
  dismissWork,
  isOver,
  pauseWork,
  resumeWork,
  secondsLeft,
  type Work,
} from '../lib/work.ts';
import { ProblemBox } from './ProblemBox.tsx';
import { Status } from './Status.tsx';
import classes from './WorkLine.module.css';
import { progressWords, words } from './words.ts';

export interface WorkLineProps {
  work: Work;
  /** Whether a fault is shown whole, or by its name. */
  isWhole?: boolean;
}

export function WorkLine({ work, isWhole = false }: WorkLineProps) {
  const { title, state, batch, product, error } = work;
  return (
    <div className={classes['work']}>
      <div className={classes['head']}>
        <span className={classes['title']}>{title}</span>
        <Buttons work={work} />
      </div>
      {isOver(work) ? null : <Bar work={work} />}
      {state === 'failed' && isWhole ? (
        <ProblemBox error={error} />
      ) : (
        <p className={classes['says']}>{says(work)}</p>
      )}
      {batch !== null && isOver(work) ? (
        <Link to="/make/$product/batches/$batch" params={{ product, batch }}>
          {words.openBatch}
        </Link>
      ) : null}
    </div>
  );
}

function Buttons({ work }: { work: Work }) {
  const { id, state, canPause, title } = work;
  if (isOver(work)) {
    return (
      <Tooltip label={words.putAway}>
        <ActionIcon
          variant="subtle"
          size={26}
          aria-label={words.putWorkAway(title)}
          onClick={() => dismissWork(id)}
        >
          <IconX size={15} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    );
  }
  const isPaused = state === 'paused';
  return (
    <span className={classes['buttons']}>
      {canPause || isPaused ? (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          aria-label={isPaused ? words.goOnWith(title) : words.pauseWork(title)}
          onClick={() => (isPaused ? resumeWork(id) : pauseWork(id))}
        >
          {isPaused ? words.goOn : words.pause}
        </Button>
      ) : null}
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => cancelWork(id)}
        aria-label={words.cancelWork(title)}
      >
        {words.cancel}
      </Button>
    </span>
  );
}

function Bar({ work: { done, total, title, phase } }: { work: Work }) {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const value = share === null ? {} : { 'aria-valuenow': Math.round(share * 100) };
  return (
    <div
      className={classes['bar']}
      role="progressbar"
      aria-label={`${phase} ${title}`}
      aria-valuemin={0}
      aria-valuemax={100}
      data-unknown={share === null || undefined}
      {...value}
    >
      <i ref={setWidth(share)} />
    </div>
  );
}

// Why by script: the content policy of the app allows no style attributes in markup.
function setWidth(share: number | null) {
  return (element: HTMLElement | null) => {
    if (element !== null) element.style.transform = `scaleX(${share ?? 0.3})`;
  };
}

function says(work: Work) {
  const { state, outcome, standing, error } = work;
  if (state === 'cancelled') return <Status kind="unknown">{words.cancelled}</Status>;
  if (state === 'failed')
    return <Status kind="missed">{error instanceof Error ? error.message : words.itFailed}</Status>;
  if (state === 'done')
    return standing === null ? <span>{outcome}</span> : <Status kind={standing}>{outcome}</Status>;
  return <span>{progressWords(work, secondsLeft(work))}</span>;
}
