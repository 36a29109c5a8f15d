/**
 * Long work that goes on while one looks at something else: what runs, how far it is, how it ended.
 *
 * Not the work itself: who starts it does it. Invariant: work ends exactly once, as done, failed or cancelled; nothing that
 * is reported afterwards changes it.
 */
import { useSyncExternalStore } from 'react';
import { stake } from './at-stake.ts';

export type WorkState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Work {
  id: string;
  /** What it is about, such as a file name. */
  title: string;
  product: string;
  /** What is being done: "Sending", "Checking". */
  phase: string;
  state: WorkState;
  done: number;
  /** Null where nobody can know. */
  total: number | null;
  unit: 'bytes' | 'rows';
  /** Per second, over the last moments; null before there is one. */
  rate: number | null;
  batch: string | null;
  /** How it ended, in words. */
  outcome: string | null;
  /** How that stands; null while it goes on, and where it only ended. */
  standing: Standing | null;
  error: unknown;
  canPause: boolean;
}

export type Standing = 'kept' | 'close' | 'missed';

/** How work ended: in words, or in words with how that stands. */
export type Outcome = string | { says: string; standing: Standing };

export interface WorkHandle {
  readonly id: string;
  readonly signal: AbortSignal;
  report(facts: Partial<Pick<Work, 'phase' | 'done' | 'total' | 'unit' | 'batch' | 'title'>>): void;
  /** What pausing and going on do from here; null where the work cannot pause. */
  onPause(steps: { pause(): void; resume(): void } | null): void;
}

interface Running {
  controller: AbortController;
  steps: { pause(): void; resume(): void } | null;
  /** The last moment that counted for the rate; null before anything was reported. */
  seen: { at: number; done: number } | null;
}

const SMOOTHING = 0.3;
const RATE_MS = 400;

let works: readonly Work[] = [];
const running = new Map<string, Running>();
const listeners = new Set<() => void>();

function change(next: readonly Work[]): void {
  works = next;
  for (const listener of listeners) listener();
}

function patch(id: string, facts: Partial<Work>): void {
  change(works.map((work) => (work.id === id ? { ...work, ...facts } : work)));
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

stake(() => works.some(({ state }) => state === 'running' || state === 'paused'));

export function currentWork(): readonly Work[] {
  return works;
}

export function useWork(): readonly Work[] {
  return useSyncExternalStore(subscribe, currentWork);
}

export interface WorkStart {
  title: string;
  product: string;
  phase: string;
  unit: Work['unit'];
  total?: number | null;
}

/** Starts work and gives its id; `run` says how it ended. */
export function startWork(start: WorkStart, run: (handle: WorkHandle) => Promise<Outcome>): string {
  const id = crypto.randomUUID();
  const controller = new AbortController();
  running.set(id, { controller, steps: null, seen: null });
  const { title, product, phase, unit, total = null } = start;
  const work: Work = {
    id,
    title,
    product,
    phase,
    state: 'running',
    done: 0,
    total,
    unit,
    rate: null,
    batch: null,
    outcome: null,
    standing: null,
    error: null,
    canPause: false,
  };
  change([...works, work]);
  const handle: WorkHandle = {
    id,
    signal: controller.signal,
    report: (facts) => report(id, facts),
    onPause: (steps) => {
      const own = running.get(id);
      if (own === undefined) return;
      own.steps = steps;
      patch(id, { canPause: steps !== null });
    },
  };
  void run(handle).then(
    (outcome) => end(id, { state: 'done', ...endedAs(outcome) }),
    (error: unknown) =>
      end(id, controller.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error }),
  );
  return id;
}

function endedAs(outcome: Outcome): Pick<Work, 'outcome' | 'standing'> {
  if (typeof outcome === 'string') return { outcome, standing: null };
  return { outcome: outcome.says, standing: outcome.standing };
}

function report(id: string, facts: Parameters<WorkHandle['report']>[0]): void {
  const own = running.get(id);
  const work = works.find((one) => one.id === id);
  if (own === undefined || work === undefined) return;
  const isOther = facts.unit !== undefined && facts.unit !== work.unit;
  const done = facts.done ?? work.done;
  // Why from here: what was there already, as of an upload that goes on, was not done at this rate.
  if (isOther || own.seen === null || done < own.seen.done) {
    own.seen = { at: performance.now(), done };
    patch(id, { ...facts, rate: null });
    return;
  }
  patch(id, { ...facts, rate: rateOf(own.seen, own, done, work.rate) });
}

/** Why smoothed: a rate that jumps makes a time left that nobody can read. */
function rateOf(
  seen: { at: number; done: number },
  own: Running,
  done: number,
  before: number | null,
): number | null {
  const now = performance.now();
  const ms = now - seen.at;
  if (ms < RATE_MS) return before;
  const latest = ((done - seen.done) / ms) * 1_000;
  own.seen = { at: now, done };
  return before === null ? latest : before + SMOOTHING * (latest - before);
}

function end(id: string, facts: Partial<Work>): void {
  if (!running.delete(id)) return;
  patch(id, { ...facts, rate: null, canPause: false });
}

export function cancelWork(id: string): void {
  const own = running.get(id);
  own?.controller.abort();
  end(id, { state: 'cancelled' });
}

export function pauseWork(id: string): void {
  running.get(id)?.steps?.pause();
  patch(id, { state: 'paused', rate: null });
}

export function resumeWork(id: string): void {
  const own = running.get(id);
  if (own === undefined) return;
  own.seen = null;
  patch(id, { state: 'running' });
  own.steps?.resume();
}

/** Takes what ended out of sight. */
export function dismissWork(id: string): void {
  if (!running.has(id)) change(works.filter((work) => work.id !== id));
}

/** Seconds that are left at the present rate; null where nobody can know. */
export function secondsLeft({
  done,
  total,
  rate,
}: Pick<Work, 'done' | 'total' | 'rate'>): number | null {
  if (total === null || rate === null || rate <= 0) return null;
  return Math.max(0, (total - done) / rate);
}

/** Whether it ended otherwise than it was meant: it failed, or what it brought was not taken. */
export function isMissed({ state, standing }: Pick<Work, 'state' | 'standing'>): boolean {
  return state === 'failed' || standing === 'missed';
}

export function isOver({ state }: Pick<Work, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
