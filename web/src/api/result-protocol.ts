/**
 * What the page and the worker that reads an answer say to each other.
 */
import type { ResultColumn, ResultTail } from '../lib/result-splitter.ts';
import type { ProblemDocument } from './problem.ts';

/** Rows of a page of a result. */
export const PAGE_ROWS = 1_000;

export type ResultRequest = { kind: 'run'; sql: string; purpose: string } | { kind: 'cancel' };

export type ResultTold =
  | { kind: 'started'; query: string | null }
  | { kind: 'columns'; columns: ResultColumn[] }
  /** May come twice for the first page, which is shown before it is full. */
  | { kind: 'page'; page: number; rows: number; blob: Blob }
  | { kind: 'progress'; rows: number; bytes: number }
  | { kind: 'end'; tail: ResultTail; bytes: number }
  | { kind: 'failed'; problem: ProblemDocument }
  | { kind: 'cancelled' };
