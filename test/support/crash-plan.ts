/**
 * Where something happens to a process: a file that names a step and which of its calls, read at each step by all processes of
 * a mesh. It ends, or its disk becomes full or read-only.
 *
 * Not the ending itself. Invariant: without the file nothing happens.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Step, StepHook } from '@weft/core/lib/steps';

export interface CrashPlan {
  step: Step;
  /** Which call since the plan is there, from 1. */
  nth: number;
  /** Instead of the end: a file that takes all room that is left, a mount that takes no more writes, another process that ends, the embedded store. */
  instead?:
    | { fill: string }
    | { readOnly: string }
    | { end: number }
    | { store: 'dies' | 'breaks' };
}

/** Calls `end` at the planned step, after a note of it beside the plan. */
export function crashByPlan(
  file: string,
  end: () => void,
  hitStore: (how: 'dies' | 'breaks') => void = () => {},
): StepHook {
  let seen = 0;
  let known = '';
  return (step) => {
    const plan = readPlan(file);
    if (plan?.step !== step) return;
    const text = JSON.stringify(plan);
    seen = text === known ? seen + 1 : 1;
    known = text;
    if (seen !== plan.nth) return;
    appendFileSync(`${file}.reached`, `${step}\n`);
    const { instead } = plan;
    if (instead === undefined) end();
    else if ('fill' in instead) fillDisk(instead.fill);
    else if ('store' in instead) hitStore(instead.store);
    else if ('end' in instead) process.kill(instead.end, 'SIGQUIT');
    else spawnSync('mount', ['-o', 'remount,ro', instead.readOnly]);
  };
}

/** Takes all room of the disk that `file` is on, to the last byte. */
export function fillDisk(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (let bytes = Buffer.alloc(1 << 20); bytes.length > 0; ) {
      try {
        if (writeSync(descriptor, bytes) === 0) return;
      } catch {
        bytes = bytes.subarray(0, bytes.length >> 1);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function readPlan(file: string): CrashPlan | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CrashPlan;
  } catch {
    return null;
  }
}
