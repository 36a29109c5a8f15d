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

const interrupt = new AbortController();
const onSignal = (signal: NodeJS.Signals): void => {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new WeftError('CANCELLED', `interrupted by ${signal}`));
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

process.exitCode = await runProgram(process.argv.slice(2), {
  io: processIo(),
  version,
  interrupt: interrupt.signal,
});
