/**
 * The process in which SQL rules of contracts are tried before they are published: an engine of its own without a file to
 * reach, over tables without rows.
 *
 * Its messages are those of `adapters/rule-trial.ts`. It ends with its parent.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import { trySqlRules } from '@weft/core/ingest/try-rules';
import { openSealedDuckdb } from '../adapters/duckdb-engine.ts';
import type { TrialAnswer } from '../adapters/rule-trial.ts';

const engine = await openSealedDuckdb({
  memory: '128MB',
  threads: 1,
  directory: process.argv[2] ?? '',
});
process.on('disconnect', () => process.exit(0));
process.on('message', (plans: IngestPlan[]) => {
  void answer(plans).then((tried) => process.send?.(tried));
});
process.send?.('ready');

async function answer(plans: IngestPlan[]): Promise<TrialAnswer> {
  const problems = await trySqlRules(engine, plans);
  const isLost = await engine.rows('SELECT 1').then(
    () => false,
    () => true,
  );
  return { problems, isLost };
}
