/*
 * `npm run check`: types, lint, format, words of the web app and generated files, in the order of the cheapest first. Stops at the first that
 * fails. The tidy rules are a test (test/tidy.test.ts).
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
const steps = [
  ['lint and format', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--max-diagnostics=50']],
  ['types of core', ['node_modules/typescript/bin/tsc', '-p', 'core']],
  ['types of server and tests', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['the API as the web app sees it', ['tools/openapi-types.ts']],
  ['types of the web app', ['node_modules/typescript/bin/tsc', '-p', 'web']],
  ['words of the web app', ['tools/web-words.ts']],
  ['generated files', ['tools/generate.ts', '--check']],
];
for (const [name, args] of steps) {
  process.stdout.write(`check: ${name}\n`);
  const result = spawnSync(binary, [...runtime.FLAGS, ...args], {
    cwd: runtime.ROOT,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(result.status ?? 1);
  }
}
