/**
 * `npm run test:faults`: the fault suites with many rounds.
 *
 * Not part of the default suite, which runs a few rounds of each. WEFT_STEP_ROUNDS (500: lives that end at named steps),
 * WEFT_FAULT_ROUNDS (50: random moments), WEFT_POWER_ROUNDS (60), WEFT_CONTROLS (all), WEFT_FAULT_EVERY (1: each statement and
 * each call of the disk), WEFT_DISK_STEPS (all), WEFT_SIMULATIONS (2000), WEFT_QUARANTINE_RUNS (30), WEFT_RULE_ROUNDS (50: random
 * rules), WEFT_MUTANTS (all: changed operators of rules) and WEFT_TURN are honoured; files can be named.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const named = process.argv.slice(2);
/** Random lives of tables and of refused records, random rules and changed ones, of which the default suite runs a few. */
const LONG = [
  'test/lakehouse/simulation.test.ts',
  'test/quality/record-checks.differential.test.ts',
  'test/quality/record-checks.mutants.test.ts',
  'test/quality/set-checks.mutants.test.ts',
  'test/quarantine/generations.test.ts',
];
const files =
  named.length > 0 ? named : [...globSync('test/faults/*.test.ts', { cwd: root }).sort(), ...LONG];
const result = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    WEFT_FAULT_ROUNDS: '50',
    WEFT_STEP_ROUNDS: '500',
    WEFT_POWER_ROUNDS: '60',
    WEFT_GROUP_ROUNDS: '60',
    WEFT_CONTROLS: 'all',
    WEFT_FAULT_EVERY: '1',
    WEFT_DISK_STEPS: 'all',
    WEFT_STORE_DEATHS: '32',
    WEFT_SIMULATIONS: '2000',
    WEFT_QUARANTINE_RUNS: '30',
    WEFT_RULE_ROUNDS: '50',
    WEFT_MUTANTS: 'all',
    ...process.env,
  },
});
process.exitCode = result.status ?? 1;
