/*
 * `npm test`: installs what is missing, then runs the default suite with Node's own test runner: every `*.test.ts`
 * outside the suites that need a service (`test/pg`, `test/clients`, `test/trino`, `test/oidc`). Arguments are files or further flags.
 * Random tests repeat one run, so that a red suite is the change's doing; `WEFT_SEED=random npm test` explores.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import install from './install.cjs';
import runtime from './runtime.cjs';

install.installMissing();
const binary = runtime.findRuntime();
if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exit(7);
}
if (binary !== process.execPath) {
  // Why: the file list needs fs.globSync, which older Nodes lack; the pinned one runs this file again.
  const again = spawnSync(binary, [...runtime.FLAGS, process.argv[1], ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(again.status ?? 1);
}
const APART = [
  /^test[\\/]pg[\\/]/,
  /^test[\\/]trino[\\/]/,
  /^test[\\/]clients[\\/]/,
  /^test[\\/]oidc[\\/]/,
];
const given = process.argv.slice(2);
const named = given.filter((arg) => !arg.startsWith('-'));
const files =
  named.length > 0
    ? named
    : fs
        .globSync(['core/src/**/*.test.ts', 'server/src/**/*.test.ts', 'test/**/*.test.ts'], {
          cwd: runtime.ROOT,
        })
        .filter((file) => !APART.some((suite) => suite.test(file)))
        .sort();
const isExploring = process.env.WEFT_SEED === 'random';
const seed = isExploring ? Date.now() % 2_000_000_000 : Number(process.env.WEFT_SEED ?? 20261122);
if (isExploring) process.stderr.write(`WEFT_SEED=${seed}\n`);
const flags = given.filter((arg) => arg.startsWith('-'));
const result = spawnSync(
  binary,
  [
    ...runtime.FLAGS,
    '--import=./test/support/seed.ts',
    '--test',
    '--test-concurrency=2',
    '--test-timeout=300000',
    ...flags,
    ...files,
  ],
  {
    cwd: runtime.ROOT,
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', WEFT_SEED: String(seed) },
  },
);
process.exit(result.status ?? 1);
