/**
 * `npm run test:attacks`: the attack suite in full, with every control.
 *
 * Not part of the default suite, which asks a part of it that WEFT_SEED picks. WEFT_ATTACK_EVERY (60; 1 asks every combination
 * on every policy and table form: hours) and WEFT_SEED are honoured; files can be named.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('test/attacks/*.test.ts', { cwd: root }).sort();
const result = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WEFT_ATTACKS: 'full' },
});
process.exitCode = result.status ?? 1;
