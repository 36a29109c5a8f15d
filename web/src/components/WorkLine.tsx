/**
 * One piece of long work: how far it is, how fast, how long still, and what one can do about it.
 */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { formatBytes, formatDuration, formatNumber } from '../lib/format.ts';
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
          Open the batch
        </Link>
      ) : null}
    </div>
  );
}

function Buttons({ work }: { work: Work }) {
  const { id, state, canPause, title } = work;
  if (isOver(work)) {
    return (
      <Tooltip label="Put away">
        <ActionIcon
          variant="subtle"
          size={26}
          aria-label={`Put ${title} away`}
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
          aria-label={isPaused ? `Go on with ${title}` : `Pause ${title}`}
          onClick={() => (isPaused ? resumeWork(id) : pauseWork(id))}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      ) : null}
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => cancelWork(id)}
        aria-label={`Cancel ${title}`}
      >
        Cancel
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
  const { state, outcome, error } = work;
  if (state === 'cancelled')
    return <Status kind="unknown">Cancelled. Nothing of it is visible.</Status>;
  if (state === 'failed')
    return <Status kind="missed">{error instanceof Error ? error.message : 'It failed'}</Status>;
  if (state === 'done') return <span>{outcome}</span>;
  return <span>{progressWords(work)}</span>;
}

/** "Sending 4.1 of 12 MB, 8 MB a second, about 2 s left". */
export function progressWords(work: Work): string {
  const { phase, done, total, unit, rate, state } = work;
  const count = unit === 'bytes' ? formatBytes : formatNumber;
  if (total === null && done === 0 && state !== 'paused') return phase;
  const far = total === null ? count(done) : `${count(done)} of ${count(total)}`;
  const words = [
    `${state === 'paused' ? 'Paused at' : phase} ${far}${unit === 'rows' ? ' rows' : ''}`,
  ];
  if (rate !== null && rate > 0) words.push(`${count(Math.round(rate))} a second`);
  const left = secondsLeft(work);
  if (left !== null)
    words.push(`about ${formatDuration(Math.max(1, Math.ceil(left)) * 1_000)} left`);
  return words.join(', ');
}
