#!/usr/bin/env node
/*
 * The launcher: starts the command line on the pinned Node 24, whatever Node runs this file (18 or newer).
 * Not the command line itself: that is server/src/main.ts. Signals and the exit code pass through unchanged.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import runtime from './runtime.cjs';
import web from './web.cjs';

const main = join(runtime.ROOT, 'server', 'src', 'main.ts');
const binary = runtime.findRuntime();
const command = process.argv[2] ?? '';

if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exitCode = 7;
} else if (!existsSync(join(runtime.ROOT, 'node_modules', 'commander'))) {
  process.stderr.write(
    'Weft is not installed yet: run `npm install` in the clone, or `npm start`.\n',
  );
  process.exitCode = 7;
} else if (binary === process.execPath) {
  runtime.restartBounded(command);
  if (['up', 'control'].includes(command)) web.buildMissing(binary);
  // Why: half of the start of a command is compiling what did not change since the last one.
  runtime.endWithLauncher();
  module.enableCompileCache?.(join(runtime.ROOT, 'node_modules', '.cache', 'weft', 'compile'));
  await import(pathToFileURL(main).href);
} else {
  const script = join(runtime.ROOT, 'bin', 'weft.js');
  const args = [...runtime.flagsOf(command), script, ...process.argv.slice(2)];
  runtime.runChild(binary, args, { isTied: true, env: runtime.environmentOf(command) });
}
