/**
 * The bench of who is signed in: it asks the mesh, and its text is kept in his tab.
 *
 * Invariant: nobody else who signs in at the same screen finds text or rows of it.
 */
import { openResult } from '../../api/open-result.ts';
import { useMe } from '../../app/session.tsx';
import { stake } from '../../lib/at-stake.ts';
import { keep, recall } from '../../lib/tab-memory.ts';
import { Bench, type BenchText } from './bench.ts';

const PLACE = 'workbench';

let own: { subject: string; bench: Bench } | null = null;

stake(() => own?.bench.isRunning() ?? false);

export function useOwnBench(): Bench {
  const { id } = useMe();
  if (own?.subject !== id) {
    own?.bench.end();
    own = { subject: id, bench: begin(id) };
  }
  return own.bench;
}

function begin(subject: string): Bench {
  const kept = recall(subject, PLACE);
  const bench = new Bench(openResult, isText(kept) ? kept : null);
  bench.subscribe(() => {
    const { sql, opened, isTouched } = bench.state();
    const now: BenchText = { sql, opened, wasRun: bench.wasRun(), isRunning: bench.isRunning() };
    const before = recall(subject, PLACE);
    const isKept = isText(before);
    // Why also a suggestion while it runs: whoever loads the page anew then is told what became of it.
    if (!isTouched && !now.isRunning && !isKept) return;
    if (!isKept || isOther(before, now)) keep(subject, PLACE, now);
  });
  return bench;
}

function isOther(before: BenchText, now: BenchText): boolean {
  return (
    before.sql !== now.sql ||
    before.opened !== now.opened ||
    before.wasRun !== now.wasRun ||
    before.isRunning !== now.isRunning
  );
}

function isText(value: unknown): value is BenchText {
  if (typeof value !== 'object' || value === null) return false;
  const { sql, opened } = value as Partial<BenchText>;
  return typeof sql === 'string' && (opened === null || typeof opened === 'string');
}
