/**
 * A mesh in two processes for tests: `weft control` and `weft node`, each with data, port and life of its own.
 *
 * The node's token is issued by the command line, as a platform team would. Invariant: stopping it waits for both
 * processes and removes everything they wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CommandResult, runWeft, WEFT } from './mesh.ts';

type Env = Record<string, string | undefined>;

export interface WeftProcess {
  url: string;
  child: ChildProcess;
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `weft ARGS… --json` and resolves when it is ready. */
export async function startProcess(args: readonly string[], env: Env): Promise<WeftProcess> {
  const child = spawn(process.execPath, [WEFT, ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = Promise.withResolvers<string>();
  void ended.then((code) =>
    ready.reject(new Error(`weft ${args[0]} ended with ${code}: ${log.join('')}`)),
  );
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    const { ready: isReady, url } = JSON.parse(line) as { ready?: boolean; url?: string };
    if (isReady === true && url !== undefined) ready.resolve(url);
  });
  return {
    url: await ready.promise,
    child,
    log: () => log.join(''),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

export interface SplitMesh {
  folder: string;
  env: Env;
  control: WeftProcess;
  node: WeftProcess;
  weft(...args: string[]): Promise<CommandResult>;
  /** Runs a command that must succeed, as the bearer of `token`. */
  done(token: string | null, ...args: string[]): Promise<string>;
  stopControl(): Promise<void>;
  /** Starts the control plane again under its old address. */
  startControl(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a control plane with the domain `sales` owned by olga, and the node of `sales`. */
export async function startSplit(): Promise<SplitMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-split-'));
  const env: Env = {
    ...process.env,
    WEFT_CONTEXT: join(folder, 'context.json'),
    NO_COLOR: '1',
    WEFT_TOKEN: undefined,
    WEFT_URL: undefined,
  };
  const serveControl = (port: string) =>
    startProcess(['control', '--data', join(folder, 'control'), '--port', port], env);
  let control = await serveControl('0');
  const weft = (...args: string[]): Promise<CommandResult> => runWeft(args, env);
  const done = async (token: string | null, ...args: string[]): Promise<string> => {
    const result = await runWeft(args, token === null ? env : { ...env, WEFT_TOKEN: token });
    if (result.code === 0) return result.stdout;
    throw new Error(`weft ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
  };
  await done(null, 'user', 'create', 'olga', '--role', 'producer', '--domain', 'sales');
  await done(null, 'domain', 'create', 'sales', '--owner', 'olga');
  const issue = ['token', 'node:sales', '--role', 'node', '--domain', 'sales'];
  const nodeEnv = { ...env, WEFT_NODE_TOKEN: (await done(null, ...issue)).trim() };
  const node = await startProcess(
    ['node', '--control', control.url, '--data', join(folder, 'node'), '--port', '0'].concat([
      '--domains',
      'sales',
    ]),
    nodeEnv,
  );
  const mesh: SplitMesh = {
    folder,
    env,
    control,
    node,
    weft,
    done,
    stopControl: () => control.stop(),
    async startControl() {
      control = await serveControl(new URL(control.url).port);
      mesh.control = control;
    },
    async stop() {
      await Promise.all([node.stop(), control.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return mesh;
}
