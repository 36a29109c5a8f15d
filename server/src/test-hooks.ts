/**
 * Hooks that tests put into a process, and nothing else does.
 */
import type { StepHook } from '@weft/core/lib/steps';

/** What a test may put into a process; nothing else does. */
export interface TestHooks {
  /** Told of each step of the node; the process that checks has a hook of its own (`ingestEntry`). */
  step?: StepHook;
  /** Entry point of the process that checks. */
  ingestEntry?: URL;
}
