/**
 * The process that checks, for tests: the real one, which ends itself and its parent where the plan says.
 *
 * Not started by hand: `crash-process.ts` writes an entry file that calls it.
 */
import { createStager } from '../../server/src/adapters/stager.ts';
import { serveIngest } from '../../server/src/workers/ingest-loop.ts';
import type { ChildSettings } from '../../server/src/workers/ingest-messages.ts';
import { crashByPlan } from './crash-plan.ts';

/** Serves the parent until a step of the plan file is reached. */
export async function serveCrashing(plan: string): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
  await serveIngest({
    settings,
    createStager: (openEngine) => createStager({ threads: 1, openEngine }),
    step: crashByPlan(plan, () => {
      process.kill(process.ppid, 'SIGKILL');
      process.kill(process.pid, 'SIGKILL');
    }),
  });
}
