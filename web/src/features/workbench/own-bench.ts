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

stake(() => own?.bench.state().current?.store.status().state === 'running');

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
    const wasRun = bench.wasRun();
    const before = recall(subject, PLACE);
    const isSame = isText(before) && before.sql === sql && before.opened === opened;
    if (!isTouched || (isSame && before.wasRun === wasRun)) return;
    keep(subject, PLACE, { sql, opened, wasRun } satisfies BenchText);
  });
  return bench;
}

function isText(value: unknown): value is BenchText {
  if (typeof value !== 'object' || value === null) return false;
  const { sql, opened } = value as Partial<BenchText>;
  return typeof sql === 'string' && (opened === null || typeof opened === 'string');
}
