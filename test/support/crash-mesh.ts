/**
 * A whole mesh that ends itself where a plan file says: `node crash-mesh.ts DATA PLAN CHILD_ENTRY`.
 *
 * Not `weft up`: it is composed the same way, with the hooks that only tests pass. The ready line has the address and the
 * token of the platform team.
 */
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { createLogger } from '../../server/src/adapters/logger.ts';
import { startServer } from '../../server/src/compose.ts';
import { readConfig } from '../../server/src/config.ts';
import { crashByPlan } from './crash-plan.ts';
import { breakStoreDisk } from './store-disk.ts';

const [data = '', plan = '', entry = ''] = process.argv.slice(2);
/** The thread of the embedded store: the one that was started last. */
let thread: Worker | null = null;
process.on('worker', (worker) => {
  thread = worker;
});

const config = readConfig({
  data,
  port: '0',
  env: { WEFT_THREADS: '1', WEFT_STORE: process.env['WEFT_STORE'] },
});
// Why so short: merges, expiries and sweeps come in each life, and nobody queries here. The sweep waits longer than any commit.
config.upkeep = {
  ...config.upkeep,
  commitsMin: 3,
  filesMin: 2,
  snapshotSeconds: 1,
  graceSeconds: 1,
  orphanSeconds: 300,
  roundSeconds: 3,
};
const logger = createLogger({
  json: true,
  write: (text) => process.stderr.write(text),
  now: () => new Date(),
});
const running = await startServer(config, logger, {
  step: crashByPlan(
    plan,
    () => process.kill(process.pid, 'SIGKILL'),
    (how) => {
      if (how === 'dies') void thread?.terminate();
      else breakStoreDisk(plan);
    },
  ),
  ingestEntry: pathToFileURL(entry),
});
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ url: running.url, token: running.platformToken })}\n`);
