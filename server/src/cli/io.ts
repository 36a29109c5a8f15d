/**
 * Where the command line reads and writes. Data goes to stdout, talk and progress to stderr.
 *
 * Not a logger. Invariant: nothing else in `cli/` touches `process`, so a test can run any command in its own process.
 */
export interface CliIo {
  stdout(text: string | Uint8Array): void;
  /** Resolves when stdout takes more; whoever writes much waits for it between pieces. */
  drained(): Promise<void>;
  stderr(text: string): void;
  /** Standard input as a stream of bytes. */
  stdin(): AsyncIterable<Uint8Array>;
  env: Record<string, string | undefined>;
  /** Standard output is a terminal. */
  isTerminal: boolean;
  /** Standard error is a terminal: progress may be redrawn there. */
  isErrorTerminal: boolean;
  /** Standard input is a terminal: nothing will come from it unless somebody types. */
  isInputTerminal: boolean;
  /** Width of the terminal in cells. */
  columns: number;
  now(): Date;
}

/** The real one. Writes keep their order; a closed pipe (`| head`) ends the process quietly. */
export function processIo(): CliIo {
  const endOnClosedPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  };
  process.stdout.on('error', endOnClosedPipe);
  process.stderr.on('error', endOnClosedPipe);
  return {
    stdout: (text) => {
      process.stdout.write(text);
    },
    drained: async () => {
      if (!process.stdout.writableNeedDrain) return;
      await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    },
    stderr: (text) => {
      process.stderr.write(text);
    },
    stdin: () => process.stdin,
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    isErrorTerminal: process.stderr.isTTY === true,
    isInputTerminal: process.stdin.isTTY === true,
    columns: process.stdout.columns ?? process.stderr.columns ?? 100,
    now: () => new Date(),
  };
}
