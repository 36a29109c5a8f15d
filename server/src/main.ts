/**
 * Entry of every Weft process that a person starts: hands the arguments to the command line.
 *
 * Not the server: `weft up` loads that when it is called. Invariant: an interrupt aborts the running command once; a
 * second one ends the process at once.
 */
import { readFileSync } from 'node:fs';
import { WeftError } from '@weft/core/lib/error';
import { processIo } from './cli/io.ts';
import { runProgram } from './cli/program.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  version: string;
};

// Why: Ctrl-C reaches every process of the terminal, and the launcher and npm pass it on as well, so one key press comes
// two or three times within a moment. Only a later one means "at once".
const SAME_PRESS_MS = 1000;

const interrupt = new AbortController();
let firstAt = 0;
const onSignal = (signal: NodeJS.Signals): void => {
  const now = performance.now();
  if (interrupt.signal.aborted) {
    if (now - firstAt > SAME_PRESS_MS) process.exit(130);
    return;
  }
  firstAt = now;
  interrupt.abort(new WeftError('CANCELLED', `interrupted by ${signal}`));
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('SIGHUP', onSignal);

process.exitCode = await runProgram(process.argv.slice(2), {
  io: processIo(),
  version,
  interrupt: interrupt.signal,
});
