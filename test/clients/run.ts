/**
 * `npm run test:clients`: our files read back by programs that need more than npm.
 *
 * Not part of the default suite. Invariant: a program that is missing fails the run and says how to get it; nothing
 * passes by running nothing.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAMS = [{ name: 'avrocat', get: 'Debian: apt-get install avro-bin' }];

const missing = PROGRAMS.filter(({ name }) => spawnSync(name, ['--help']).error !== undefined);
for (const { name, get } of missing) process.stderr.write(`${name} is not here. ${get}\n`);
if (missing.length > 0) {
  process.exitCode = 1;
} else {
  const files = globSync('test/clients/*.test.ts', { cwd: root }).sort();
  const run = spawnSync(process.execPath, ['--test', ...files], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}
