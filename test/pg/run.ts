/**
 * Runs the `*.pg.test.ts` suites against a real PostgreSQL server: `node test/pg/run.ts [FILE…]`.
 *
 * Uses the server that TEST_PG names, or starts one of its own from the machine's programs, in a temporary directory, as
 * an ordinary user. Not part of the default suite. Invariant: without a server it fails and says why; it never passes by
 * running nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MILLISECONDS = 60_000;
/** The server refuses to run as root; when we are root it runs as `nobody`. */
const NOBODY = 65_534;

interface Server {
  url: string;
  stop(): Promise<void>;
}

process.exitCode = await main(process.argv.slice(2));

async function main(files: string[]): Promise<number> {
  const given = process.env['TEST_PG'];
  if (given !== undefined && given !== '') return await runSuites(given, files);
  const programs = findPrograms();
  if (programs === null) {
    process.stderr.write(
      'No PostgreSQL here: neither initdb on the path, nor pg_config, nor /usr/lib/postgresql/*/bin.\n' +
        'Install it (Debian: apt-get install postgresql), or name a server: TEST_PG=postgres://…\n',
    );
    return 1;
  }
  const server = await startServer(programs);
  try {
    return await runSuites(server.url, files);
  } finally {
    await server.stop();
  }
}

async function runSuites(url: string, files: string[]): Promise<number> {
  const suites = files.length > 0 ? files : findSuites();
  process.stderr.write(`${suites.length} suites on ${new URL(url).host}\n`);
  const child = spawn(process.execPath, ['--test', ...suites], {
    cwd: ROOT,
    env: { ...process.env, TEST_PG: url },
    stdio: 'inherit',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}

function findSuites(): string[] {
  return fs.globSync(
    [
      'core/src/**/*.pg.test.ts',
      'server/src/**/*.pg.test.ts',
      'test/**/*.pg.test.ts',
      'test/pg/**/*.test.ts',
    ],
    {
      cwd: ROOT,
    },
  );
}

/** The directory of `initdb` and `postgres`; Debian keeps it off the path, one for each version. */
function findPrograms(): string | null {
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

async function startServer(programs: string): Promise<Server> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-pg-'));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in user) fs.chownSync(home, NOBODY, NOBODY);
  const data = path.join(home, 'data');
  const flags = ['-D', data, '-U', 'weft', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
  execFileSync(path.join(programs, 'initdb'), flags, { ...user, cwd: home, stdio: 'pipe' });
  const port = await findFreePort();
  // Why no fsync: these suites are about meaning, and each test makes a database of its own.
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${home}`, 'fsync=off'];
  const child = spawn(
    path.join(programs, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', fs.openSync(path.join(home, 'log'), 'w')] },
  );
  const stop = async (): Promise<void> => {
    const ended = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGINT');
    await ended;
    fs.rmSync(home, { recursive: true, force: true });
  };
  const url = `postgres://weft@127.0.0.1:${port}/postgres`;
  try {
    await waitUntilReady(url, child);
  } catch (error) {
    process.stderr.write(fs.readFileSync(path.join(home, 'log'), 'utf8'));
    await stop();
    throw error;
  }
  return { url, stop };
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
