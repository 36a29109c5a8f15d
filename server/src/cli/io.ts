/**
 * Where the command line reads and writes. Data goes to stdout, talk and progress to stderr.
 *
 * Not a logger. Invariant: nothing else in `cli/` touches `process`, so a test can run any command in its own process.
 */
export interface CliIo {
  stdout(text: string | Uint8Array): void;
  stderr(text: string): void;
  /** Standard input as a stream of bytes. */
  stdin(): AsyncIterable<Uint8Array>;
  env: Record<string, string | undefined>;
  /** Standard output is a terminal. */
  isTerminal: boolean;
  /** Standard error is a terminal: progress may be redrawn there. */
  isErrorTerminal: boolean;
  columns: number;
  now(): Date;
}

/** The real one. Resolves writes in order; a closed pipe (`| head`) ends the process quietly. */
export function processIo(): CliIo {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  return {
    stdout: (text) => {
      process.stdout.write(text);
    },
    stderr: (text) => {
      process.stderr.write(text);
    },
    stdin: () => process.stdin,
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    isErrorTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 100,
    now: () => new Date(),
  };
}
