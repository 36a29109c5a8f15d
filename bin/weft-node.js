/*
 * Runs one TypeScript file of the repository on the pinned Node 24: `node bin/weft-node.js FILE [ARGS]`.
 * For npm scripts only; users run bin/weft.js.
 */
import { spawnSync } from 'node:child_process';
import install from './install.cjs';
import runtime from './runtime.cjs';

install.installMissing();
const binary = runtime.findRuntime();
if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exit(7);
}
const result = spawnSync(binary, [...runtime.FLAGS, ...process.argv.slice(2)], {
  cwd: runtime.ROOT,
  stdio: 'inherit',
  env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
});
process.exit(result.status ?? 1);
