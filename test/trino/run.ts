/**
 * `npm run test:trino`: what needs a real Trino. Not part of the default suite; Trino is put there on first use
 * (`server.ts`). A run in which Trino cannot be had fails.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('test/trino/*.test.ts', { cwd: root }).sort();
const run = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
