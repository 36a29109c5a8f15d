/*
 * `npm test`: installs what is missing, then runs the default suite with Node's own test runner: every `*.test.ts`
 * outside the suites that need a service or a browser (`test/pg`, `test/clients`, `test/trino`, `test/oidc`, `test/web`), and Vitest for the web app. Arguments are files or further flags.
 * Random tests repeat one run, so that a red suite is the change's doing; `WEFT_SEED=random npm test` explores.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import install from './install.cjs';
import runtime from './runtime.cjs';
import web from './web.cjs';

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
  /^test[\\/]web[\\/]/,
];
const OF_WEB = /^web[\\/]/;
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
const ofWeb = files.filter((file) => OF_WEB.test(file));
const ofNode = files.filter((file) => !OF_WEB.test(file));
const flags = given.filter((arg) => arg.startsWith('-'));
// Why before all: a mesh that a test starts would build it, and two of them at once would build into one folder.
if (ofNode.length > 0) web.buildMissing(binary);
// Why first: it takes seconds, and the closing lines of the output are those of the large suite.
const webStatus = named.length === 0 || ofWeb.length > 0 ? testWeb() : 0;
const nodeStatus = named.length === 0 || ofNode.length > 0 ? testNode() : 0;
process.exit(webStatus === 0 ? nodeStatus : webStatus);

function testNode() {
  const args = [
    ...runtime.FLAGS,
    '--import=./test/support/seed.ts',
    '--test',
    '--test-concurrency=2',
    '--test-timeout=300000',
    ...flags,
    ...ofNode,
  ];
  const env = {
    ...process.env,
    UV_THREADPOOL_SIZE: '16',
    WEFT_SEED: String(seed),
    // Why: every file is a process, many start servers, and all compile the same modules.
    NODE_COMPILE_CACHE: join(runtime.ROOT, 'node_modules', '.cache', 'weft', 'compile'),
  };
  return run(args, { cwd: runtime.ROOT, env });
}

/** The web app's own tests, in Vitest: they need its build for parts and sheets. */
function testWeb() {
  const vitest = join(runtime.ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const inWeb = ofWeb.map((file) => file.slice('web/'.length));
  return run([...runtime.FLAGS, vitest, 'run', '--passWithNoTests=false', ...inWeb], {
    cwd: join(runtime.ROOT, 'web'),
    env: process.env,
  });
}

function run(args, options) {
  return spawnSync(binary, args, { ...options, stdio: 'inherit' }).status ?? 1;
}
