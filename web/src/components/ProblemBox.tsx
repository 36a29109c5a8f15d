/**
 * What went wrong, where, and what to do about it; in the place where it happened.
 */
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isPassing, Problem, type ProblemDocument, type ProblemPart } from '../api/problem.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './ProblemBox.module.css';
import { words } from './words.ts';

export interface ProblemBoxProps {
  error: unknown;
  /** Asks again; shown where asking again can help. */
  onRetry?: () => void;
  /** A remedy that this place knows. */
  action?: ReactNode;
}

const PARTS_MAX = 20;

export function ProblemBox({ error, onRetry, action }: ProblemBoxProps) {
  const { title, detail, code, remedy, errors = [] } = describeError(error);
  // Why: a single fault is told as the whole already; its place is told with it.
  const same = errors.find((part) => part.message === detail);
  const parts = errors.filter((part) => part.message !== detail);
  const advice = remedy === undefined || remedy === '' ? same?.remedy : remedy;
  const isRetryable = onRetry !== undefined && isPassing(error);
  return (
    <div className={classes['problem']} role="alert">
      <p className={classes['title']}>
        <IconX size={16} stroke={2} aria-hidden="true" /> {title}
      </p>
      <p>
        {same === undefined ? null : <PlaceOf part={same} />}
        {detail}
      </p>
      <Parts parts={parts} />
      {advice === undefined ? null : <p className={classes['remedy']}>{advice}</p>}
      <div className={classes['row']}>
        {action}
        {isRetryable ? (
          <Button variant="default" onClick={onRetry}>
            {words.askAgain}
          </Button>
        ) : null}
        <code className="caption">{code}</code>
        <CopyButton
          label={words.copyDetails}
          text={() => JSON.stringify(describeError(error), null, 2)}
        />
      </div>
    </div>
  );
}

function Parts({ parts }: { parts: readonly ProblemPart[] }) {
  if (parts.length === 0) return null;
  const untold = parts.length - PARTS_MAX;
  return (
    <>
      <ul className={classes['parts']}>
        {parts.slice(0, PARTS_MAX).map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two faults may say the same of two places, and they keep their order.
          <li key={at}>
            <PlaceOf part={part} />
            {part.message}
            {part.remedy === undefined ? null : <span className="caption"> {part.remedy}</span>}
          </li>
        ))}
      </ul>
      {untold > 0 ? <p className="caption">{words.moreFaults(untold)}</p> : null}
    </>
  );
}

/** The line of a document, else the path; nothing where the message names it itself. */
function PlaceOf({ part: { line, path, message } }: { part: ProblemPart }) {
  if (line !== undefined) return <span className="mono">{words.line(line)} </span>;
  if (path === undefined || message.includes(path.replace(/^\$\.?/, ''))) return null;
  return <span className="mono">{path}: </span>;
}

function describeError(error: unknown): Omit<ProblemDocument, 'status'> {
  if (error instanceof Problem) return error.document;
  return {
    title: words.ownFault,
    detail: error instanceof Error ? error.message : String(error),
    code: 'PAGE_FAULT',
    remedy: words.ownFaultRemedy,
  };
}
