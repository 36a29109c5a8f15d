/**
 * A program for tests: `node lock-holder.ts DIRECTORY` tries to take the lock and prints `held` or the error's text.
 *
 * Not a test. A holder keeps the lock until its input ends or it is killed.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lockDirectory } from '../../server/src/adapters/directory-lock.ts';

try {
  lockDirectory(process.argv[2] ?? '');
  // A holder that forgets the lock object still holds the lock: nothing may be collected away.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  process.stdout.write('held\n');
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
