#!/usr/bin/env node
/*
 * The launcher: starts the command line on the pinned Node 24, whatever Node runs this file (18 or newer).
 * Not the command line itself: that is server/src/main.ts. Signals and the exit code pass through unchanged.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import runtime from './runtime.cjs';

const main = join(runtime.ROOT, 'server', 'src', 'main.ts');
const binary = runtime.findRuntime();

if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exitCode = 7;
} else if (!existsSync(join(runtime.ROOT, 'node_modules', 'commander'))) {
  process.stderr.write(
    'Weft is not installed yet: run `npm install` in the clone, or `npm start`.\n',
  );
  process.exitCode = 7;
} else if (binary === process.execPath) {
  module.enableCompileCache?.(join(runtime.ROOT, 'node_modules', '.cache', 'weft', 'compile'));
  await import(pathToFileURL(main).href);
} else {
  const child = spawn(
    binary,
    [...runtime.FLAGS, join(runtime.ROOT, 'bin', 'weft.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
