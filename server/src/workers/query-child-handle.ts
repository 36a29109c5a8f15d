/**
 * One query child as its parent sees it: started under the limits of the operating system, spoken to, killed.
 *
 * Not the pool and not the order of commands (`query-process.ts`). Invariants: no child starts without a limit on its
 * address space, nor with a network where the system can take it away; it inherits no environment; its standard output goes nowhere; `kill` ends it for certain.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WeftError } from '@weft/core/lib/error';
import { networkWall } from './network-wall.ts';
import { type ChildCommand, type ChildMessage, type Frame, FrameReader } from './query-frames.ts';

export interface ChildSettings {
  /** Executors and parsers may write nothing; a maker of projections may. */
  role: 'executor' | 'parser' | 'maker';
  /** DuckDB's own memory limit, such as `600MB`. */
  memory: string;
  threads: number;
  /** Largest address space in bytes; the last word on memory. */
  addressSpaceBytes: number;
  /** Where it starts: an empty directory that an executor can neither fill nor leave, or where a maker may spill. */
  directory: string;
  /** User to become after the seal; null to stay. */
  user: { uid: number; gid: number } | null;
  /** Directories in which the tool that sets limits is looked for. */
  searchPath: string;
}

/** The child ended before it answered; `cause` is the signal or exit code. */
export class ChildGone extends Error {
  override readonly name = 'ChildGone';
}

const CHILDREN: Readonly<Record<ChildSettings['role'], string>> = {
  executor: fileURLToPath(new URL('./query-child.ts', import.meta.url)),
  parser: fileURLToPath(new URL('./query-child.ts', import.meta.url)),
  maker: fileURLToPath(new URL('./projection-child.ts', import.meta.url)),
};
const STDERR_MAX = 4_096;

export class ChildHandle {
  readonly #process: ChildProcess;
  readonly #input: Writable;
  readonly #frames: AsyncGenerator<Frame>;
  #stderr = '';

  constructor(settings: ChildSettings) {
    const [file, ...args] = walledCommand(settings);
    this.#process = spawn(file, args, {
      cwd: settings.directory,
      env: { UV_THREADPOOL_SIZE: '4', TZ: 'UTC' },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    this.#process.on('error', () => this.kill());
    const pipes = this.#process.stdio;
    const [input, errors, frames] = [pipes[0], pipes[2], pipes[3]] as [
      Writable,
      Readable,
      Readable,
    ];
    this.#input = input;
    // Why: writing to a child that just died must not become an uncaught error; reading its frames tells.
    input.on('error', () => undefined);
    errors.on('data', (bytes: Buffer) => {
      this.#stderr = (this.#stderr + bytes.toString('utf8')).slice(-STDERR_MAX);
    });
    this.#frames = readFrames(frames);
  }

  /** Last words on the standard error; for logs only, after redaction. */
  get stderr(): string {
    return this.#stderr;
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(command: ChildCommand): void {
    this.#input.write(`${JSON.stringify(command)}\n`);
  }

  /** The next frame; rejects with ChildGone when the child has ended. */
  async next(): Promise<Frame> {
    const step = await this.#frames.next().catch(() => ({ done: true as const, value: undefined }));
    if (step.done !== true) return step.value;
    throw new ChildGone(
      `the query process ended (${this.#process.signalCode ?? this.#process.exitCode})`,
    );
  }

  /** The next frame, which has to be a message. */
  async message(): Promise<ChildMessage> {
    const frame = await this.next();
    if (frame.kind === 'message') return frame.message;
    throw new ChildGone('the query process spoke out of turn');
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  const reader = new FrameReader();
  for await (const bytes of stream) yield* reader.push(bytes as Buffer);
}

function walledCommand(settings: ChildSettings): [string, ...string[]] {
  const [limiter, args] = limitedCommand(settings);
  const [file, ...wall] = networkWall(settings.searchPath, findProgram);
  return file === undefined ? [limiter, ...args] : [file, ...wall, limiter, ...args];
}

/** The command that sets the limits and then becomes the child. */
function limitedCommand(settings: ChildSettings): [string, string[]] {
  const child = [
    process.execPath,
    '--max-old-space-size=256',
    '--disable-warning=ExperimentalWarning',
    CHILDREN[settings.role],
    JSON.stringify({
      role: settings.role,
      memory: settings.memory,
      threads: String(settings.threads),
      uid: settings.user?.uid ?? -1,
      gid: settings.user?.gid ?? -1,
    }),
  ];
  const bytes = settings.addressSpaceBytes;
  const prlimit = findProgram('prlimit', settings.searchPath);
  if (prlimit !== null) {
    // Why: with a largest file size of nothing the kernel itself refuses every write to a file.
    const writes = settings.role === 'maker' ? [] : ['--fsize=0'];
    return [prlimit, [`--as=${bytes}`, ...writes, '--core=0', '--', ...child]];
  }
  const shell = findProgram('sh', settings.searchPath);
  if (shell === null) throw noLimits();
  const writes = settings.role === 'maker' ? '' : 'ulimit -f 0 && ';
  const script = `ulimit -v ${Math.floor(bytes / 1024)} && ${writes}ulimit -c 0 && exec "$@"`;
  return [shell, ['-c', script, 'sh', ...child]];
}

function noLimits(): WeftError {
  return new WeftError(
    'UNAVAILABLE',
    'Queries are off: neither prlimit nor sh was found to limit their memory.',
    {
      remedy: 'Install util-linux, so that prlimit is on the PATH.',
    },
  );
}

function findProgram(name: string, searchPath: string): string | null {
  for (const directory of searchPath.split(delimiter)) {
    if (directory === '') continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Looked for in the next directory.
    }
  }
  return null;
}
