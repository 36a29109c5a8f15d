/**
 * A real mesh for tests that cross rooms: `bin/weft.js up` as a child process with its own data, context and port.
 *
 * Not for unit tests: it starts a store and, with an example, loads data. Invariant: stopping it waits for the process and
 * removes everything it wrote.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const WEFT = join(ROOT, 'bin', 'weft.js');

export interface MeshOptions {
  example?: string;
  /** Use this directory and keep it; otherwise a new one that is removed at the end. */
  data?: string;
  env?: Record<string, string>;
  args?: string[];
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface TestMesh {
  url: string;
  data: string;
  /** Token of an example subject. */
  token(subject: string): string;
  /** Token of the platform team. */
  platformToken: string;
  rootKey: string;
  /** Runs `weft ARGS…` against this mesh. */
  weft(...args: string[]): Promise<CommandResult>;
  env: Record<string, string | undefined>;
  process: ChildProcess;
  /** Ends the process as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a mesh and resolves when it is ready. */
export async function startMesh(options: MeshOptions = {}): Promise<TestMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-mesh-'));
  const data = options.data ?? join(folder, 'data');
  const env = {
    ...process.env,
    WEFT_CONTEXT: join(folder, 'context.json'),
    NO_COLOR: '1',
    ...options.env,
  };
  const args = ['up', '--data', data, '--port', '0', '--json', ...(options.args ?? [])];
  if (options.example !== undefined) args.push('--example', options.example);
  const child = spawn(process.execPath, [WEFT, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await readyUrl(child);
  const context = JSON.parse(await readFile(env.WEFT_CONTEXT, 'utf8')) as {
    token: string;
    rootKey: string;
    subjects: Record<string, string>;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const stop = async (): Promise<void> => {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url,
    data,
    env,
    rootKey: context.rootKey,
    platformToken: context.token,
    process: child,
    token: (subject) => context.subjects[subject] ?? '',
    weft: (...words) => runWeft(words, env),
    kill: () => end('SIGKILL'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Runs the command line once. */
export function runWeft(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [WEFT, ...args],
      { env, maxBuffer: 64 << 20, cwd: ROOT },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const log: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`weft up ended with ${code}: ${log.join('')}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const ready = JSON.parse(line) as { ready?: boolean; url?: string };
      if (ready.ready === true && ready.url !== undefined) resolve(ready.url);
    });
  });
}
