/**
 * What went wrong, where, and what to do about it; in the place where it happened.
 */
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isPassing, Problem, type ProblemDocument, type ProblemPart } from '../api/problem.ts';
import { remedyHere } from '../api/remedies.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './ProblemBox.module.css';
import { words } from './words.ts';

export interface ProblemBoxProps {
  error: unknown;
  /** Asks again; shown where asking again can help. */
  onRetry?: () => void;
  /** A remedy that this place knows. */
  action?: ReactNode;
  /** Where to go on where there is no such thing, or none that may be seen; in place of the remedy, which is for programs. */
  elsewhere?: ReactNode;
}

const PARTS_MAX = 20;

export function ProblemBox({ error, onRetry, action, elsewhere }: ProblemBoxProps) {
  const { title, detail, code, remedy, errors = [] } = describeError(error);
  // Why: a single fault is told as the whole already; its place is told with it.
  const same = errors.find((part) => isWhole(part, detail));
  const parts = errors.filter((part) => !isWhole(part, detail));
  const way = isMissing(error) ? elsewhere : undefined;
  const advice = way ?? remedyHere(code, remedy) ?? remedyHere(same?.code ?? code, same?.remedy);
  const isRetryable = onRetry !== undefined && isPassing(error);
  return (
    <div className={classes['problem']} role="alert">
      <p className={classes['title']}>
        <IconX size={16} stroke={2} aria-hidden="true" /> {title}
      </p>
      <p>
        {same === undefined ? null : <PlaceOf part={same} />}
        {same?.message ?? detail}
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

const isMissing = (error: unknown): boolean => error instanceof Problem && error.status === 404;

/** Whether a fault is told by the detail already, with its place before it or without. */
const isWhole = ({ message, path }: ProblemPart, detail: string): boolean =>
  message === detail || `${path}: ${message}` === detail;

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
            <RemedyOf part={part} />
          </li>
        ))}
      </ul>
      {untold > 0 ? <p className="caption">{words.moreFaults(untold)}</p> : null}
    </>
  );
}

function RemedyOf({ part: { code, remedy } }: { part: ProblemPart }) {
  const advice = remedyHere(code, remedy);
  return advice === undefined ? null : <span className="caption"> {advice}</span>;
}

/** The line of a document, else the path; nothing where the message names it itself. */
function PlaceOf({ part: { line, path, message } }: { part: ProblemPart }) {
  if (line !== undefined) return <span className="mono">{words.line(line)} </span>;
  if (path === undefined || message.includes(path.replace(/^\$\.?/, ''))) return null;
  return <span className="mono">{nameOfPlace(path)}: </span>;
}

/** Of a column its name: where it stands in a request is nobody's matter who reads this. */
const nameOfPlace = (path: string): string => path.replace(/^\$\.columns\./, '');

function describeError(error: unknown): Omit<ProblemDocument, 'status'> {
  if (error instanceof Problem) return error.document;
  return {
    title: words.ownFault,
    detail: error instanceof Error ? error.message : String(error),
    code: 'PAGE_FAULT',
    remedy: words.ownFaultRemedy,
  };
}
