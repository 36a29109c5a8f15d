/**
 * Follows an operation of the mesh to its end, as work that is shown, and picks it up again after the page was loaded anew.
 *
 * Not kept: what the operation is about beyond names and ids. Ids of operations that nobody ended stand in the browser's store.
 */
import { type Outcome, startWork, type WorkHandle } from '../lib/work.ts';
import { api, take } from './client.ts';
import { Problem, type ProblemDocument } from './problem.ts';
import type { BatchReport } from './types.ts';
import { words } from './words.ts';

const STORE = 'weft-operations';
const POLL_MS = { first: 300, most: 2_000, growth: 1.4 };
const KEPT_MAX = 20;

export interface OperationRef {
  operation: string;
  /** Who began it: a browser may be shared. */
  subject: string;
  title: string;
  product: string;
  batch: string;
  bytes: number | null;
}

/** Told when a batch has its verdict, so that pages ask again. */
type Told = (report: BatchReport) => void;
const listeners = new Set<Told>();

export function onVerdict(listener: Told): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Waits for the verdict of a batch; the operation is cancelled with the work. */
export async function followOperation(ref: OperationRef, work: WorkHandle): Promise<BatchReport> {
  keep(ref);
  const params = { path: { op: ref.operation } };
  const cancel = (): void => {
    forget(ref.operation);
    void take(api.DELETE('/api/v1/operations/{op}', { params })).catch(() => null);
  };
  work.signal.addEventListener('abort', cancel, { once: true });
  work.report({ phase: words.checking, unit: 'rows', done: 0, total: null, batch: ref.batch });
  for (let wait = POLL_MS.first; ; wait = Math.min(POLL_MS.most, wait * POLL_MS.growth)) {
    const operation = await take(
      api.GET('/api/v1/operations/{op}', { params, signal: work.signal }),
    );
    const { state, progress, result, problem } = operation;
    work.report({ done: progress['records'] ?? 0 });
    if (state !== 'running') {
      forget(ref.operation);
      if (isReport(result)) {
        for (const listener of listeners) listener(result);
        return result;
      }
      throw new Problem(problemFrom(problem, state));
    }
    await pause(wait, work.signal);
  }
}

function problemFrom(problem: unknown, state: string): ProblemDocument {
  const told = typeof problem === 'object' && problem !== null ? problem : {};
  return {
    status: 0,
    code: 'OPERATION_ENDED',
    title: state === 'cancelled' ? words.workCancelled : words.workUnfinished,
    detail: words.nothingInTable,
    ...told,
  };
}

function isReport(result: unknown): result is BatchReport {
  return typeof result === 'object' && result !== null && 'batch' in result && 'records' in result;
}

/** Shows what the subject had under way when the page was left. */
export function resumeOperations(
  subject: string,
  describe: (report: BatchReport) => Outcome,
): void {
  for (const ref of kept().filter((one) => one.subject === subject)) {
    startWork(
      { title: ref.title, product: ref.product, phase: words.checking, unit: 'rows' },
      async (work) => describe(await followOperation(ref, work)),
    );
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function kept(): OperationRef[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return Array.isArray(list) ? list.filter(isRef).slice(0, KEPT_MAX) : [];
  } catch {
    return [];
  }
}

function isRef(ref: unknown): ref is OperationRef {
  return typeof ref === 'object' && ref !== null && 'operation' in ref && 'subject' in ref;
}

function keep(ref: OperationRef): void {
  const others = kept().filter(({ operation }) => operation !== ref.operation);
  localStorage.setItem(STORE, JSON.stringify([...others, ref].slice(-KEPT_MAX)));
}

function forget(operation: string): void {
  localStorage.setItem(STORE, JSON.stringify(kept().filter((ref) => ref.operation !== operation)));
}
