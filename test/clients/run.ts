/**
 * `npm run test:clients`: our files read back by programs that need more than npm.
 *
 * Not part of the default suite. Python clients and Spark are installed on first use (`engines.ts`). Invariant: a program
 * that is missing is named, with how to get it, and the run fails; WEFT_ABSENT=allowed runs what can be run.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAMS = [
  { name: 'avrocat', files: ['avrocat.test.ts'], get: 'Debian: apt-get install avro-bin' },
  {
    name: 'python3',
    files: ['exported.test.ts', 'nested.test.ts', 'predicate.test.ts', 'tables.test.ts'],
    get: 'Debian: apt-get install python3-venv',
  },
];

const missing = PROGRAMS.filter(({ name }) => spawnSync(name, ['--help']).error !== undefined);
for (const { name, files, get } of missing) {
  process.stderr.write(`${name} is not here, so ${files.join(', ')} does not run. ${get}\n`);
}
const skipped = new Set(missing.flatMap(({ files }) => files));
const files = globSync('test/clients/*.test.ts', { cwd: root })
  .filter((file) => !skipped.has(file.slice(file.lastIndexOf('/') + 1)))
  .sort();
if (files.length === 0 || (missing.length > 0 && process.env['WEFT_ABSENT'] !== 'allowed')) {
  process.stderr.write('Nothing was tested; WEFT_ABSENT=allowed runs the rest, if there is one.\n');
  process.exitCode = 1;
} else {
  const run = spawnSync(process.execPath, ['--test', ...files], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}
