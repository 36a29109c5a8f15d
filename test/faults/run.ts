/**
 * `npm run test:faults`: the fault suites with many rounds.
 *
 * Not part of the default suite, which runs a few rounds of each. WEFT_FAULT_ROUNDS (50) and WEFT_SEED are honoured.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('test/faults/*.test.ts', { cwd: root }).sort();
const result = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WEFT_FAULT_ROUNDS: process.env['WEFT_FAULT_ROUNDS'] ?? '50' },
});
process.exitCode = result.status ?? 1;
