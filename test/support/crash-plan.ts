/**
 * Where a process ends: a file that names a step and which of its calls, read at each step by all processes of a mesh.
 *
 * Not the ending itself. Invariant: without the file nothing happens.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import type { Step, StepHook } from '@weft/core/lib/steps';

export interface CrashPlan {
  step: Step;
  /** Which call since the plan is there, from 1. */
  nth: number;
}

/** Calls `end` at the planned step, after a note of it beside the plan. */
export function crashByPlan(file: string, end: () => void): StepHook {
  let seen = 0;
  return (step) => {
    const plan = readPlan(file);
    if (plan?.step !== step) return;
    seen += 1;
    if (seen !== plan.nth) return;
    appendFileSync(`${file}.reached`, `${step}\n`);
    end();
  };
}

function readPlan(file: string): CrashPlan | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CrashPlan;
  } catch {
    return null;
  }
}
