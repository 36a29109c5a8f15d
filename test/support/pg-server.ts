/**
 * A PostgreSQL server of a test's own, from the machine's programs, in a temporary directory, as an ordinary user.
 *
 * Not a supervisor: who stops it in the middle starts it again. Invariant: it keeps its address and its data over restarts.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const READY_MILLISECONDS = 60_000;
/** The server refuses to run as root; when we are root it runs as `nobody`. */
const NOBODY = 65_534;

export interface PgServer {
  url: string;
  /** Of the process whose end is the end of the server. */
  pid(): number;
  /** Resolves when the server is gone, however it was told to. */
  gone(): Promise<void>;
  /** Starts it again on its data; resolves when it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The directory of `initdb` and `postgres`; Debian keeps it off the path, one for each version. */
export function findPrograms(): string | null {
  const candidates = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    askPgConfig(),
    ...fs.globSync('/usr/lib/postgresql/*/bin').sort().reverse(),
  ];
  const isComplete = (directory: string): boolean =>
    ['initdb', 'postgres'].every((name) => fs.existsSync(path.join(directory, name)));
  return candidates.find((directory) => directory !== '' && isComplete(directory)) ?? null;
}

function askPgConfig(): string {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

/** `settings`: those of postgresql.conf, such as `fsync=off` where only the meaning of statements counts. */
export async function startServer(
  programs: string,
  settings: readonly string[],
): Promise<PgServer> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-pg-'));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in user) fs.chownSync(home, NOBODY, NOBODY);
  const data = path.join(home, 'data');
  const flags = ['-D', data, '-U', 'weft', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
  execFileSync(path.join(programs, 'initdb'), flags, { ...user, cwd: home, stdio: 'pipe' });
  const port = await findFreePort();
  const url = `postgres://weft@127.0.0.1:${port}/postgres`;
  const all = ['listen_addresses=127.0.0.1', `unix_socket_directories=${home}`, ...settings];
  let child: ChildProcess | null = null;
  const gone = async (): Promise<void> => {
    if (child !== null && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit');
  };
  const start = async (): Promise<void> => {
    child = spawn(
      path.join(programs, 'postgres'),
      ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])],
      { ...user, cwd: home, stdio: ['ignore', 'ignore', fs.openSync(path.join(home, 'log'), 'a')] },
    );
    await waitUntilReady(url, child);
  };
  const stop = async (): Promise<void> => {
    child?.kill('SIGINT');
    await gone();
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    process.stderr.write(fs.readFileSync(path.join(home, 'log'), 'utf8'));
    await stop();
    throw error;
  }
  return { url, pid: () => child?.pid ?? 0, gone, start, stop };
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const end = Date.now() + READY_MILLISECONDS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

async function findFreePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
