/**
 * What went wrong, where, and what to do about it; in the place where it happened.
 */
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isPassing, Problem, type ProblemDocument } from '../api/problem.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './ProblemBox.module.css';

export interface ProblemBoxProps {
  error: unknown;
  /** Asks again; shown where asking again can help. */
  onRetry?: () => void;
  /** A remedy that this place knows. */
  action?: ReactNode;
}

export function ProblemBox({ error, onRetry, action }: ProblemBoxProps) {
  const { title, detail, code, remedy, errors = [] } = describeError(error);
  // Why: a single fault is told as the whole already.
  const parts = errors.filter((part) => part.message !== detail);
  const isRetryable = onRetry !== undefined && isPassing(error);
  return (
    <div className={classes['problem']} role="alert">
      <p className={classes['title']}>
        <IconX size={16} stroke={2} aria-hidden="true" /> {title}
      </p>
      <p>{detail}</p>
      {parts.length > 0 ? (
        <ul className={classes['parts']}>
          {parts.slice(0, 20).map((part) => (
            <li key={`${part.path ?? ''} ${part.line ?? ''} ${part.message}`}>
              {part.line === undefined ? null : <span className="mono">line {part.line}: </span>}
              {part.message}
              {part.remedy === undefined ? null : <span className="caption"> {part.remedy}</span>}
            </li>
          ))}
        </ul>
      ) : null}
      {remedy === undefined || remedy === '' ? null : <p className={classes['remedy']}>{remedy}</p>}
      <div className={classes['row']}>
        {action}
        {isRetryable ? (
          <Button variant="default" onClick={onRetry}>
            Ask again
          </Button>
        ) : null}
        <code className="caption">{code}</code>
        <CopyButton
          label="Copy details"
          text={() => JSON.stringify(describeError(error), null, 2)}
        />
      </div>
    </div>
  );
}

function describeError(error: unknown): Omit<ProblemDocument, 'status'> {
  if (error instanceof Problem) return error.document;
  return {
    title: 'This page met a fault of its own',
    detail: error instanceof Error ? error.message : String(error),
    code: 'PAGE_FAULT',
    remedy: 'Load the page again. If it comes back, send the details to the platform team.',
  };
}
