/**
 * A Trino of one node on loopback, for tests: put there on first use by Maven, started with one catalog, stopped with the test.
 *
 * It stands under `WEFT_ENGINES` (default `~/.cache/weft-engines`; 900 MB while it unpacks, 500 MB after), pinned here.
 * Invariant: what cannot be had is named with the reason; a half-made installation is never used; the process ends with
 * the test, by its own handle.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const VERSION = '476';
const HOME = join(
  process.env['WEFT_ENGINES'] ?? join(homedir(), '.cache', 'weft-engines'),
  `trino-${VERSION}`,
);
const JAVA_LEAST = 24;
const READY_SECONDS = 300;

export interface Trino {
  /** Rows of a statement: values as Trino's JSON has them. Throws with Trino's message. */
  query(sql: string): Promise<unknown[][]>;
  stop(): Promise<void>;
}

/** Starts Trino with an Iceberg catalog `lake` over the REST catalog at `catalogUri`. */
export async function startTrino(catalogUri: string): Promise<Trino | { absent: string }> {
  const java = findJava();
  if (java === null)
    return { absent: `no Java ${JAVA_LEAST} or newer (JAVA_HOME, the path, /usr/lib/jvm)` };
  const problem = installOnce();
  if (problem !== null) return { absent: problem };
  const directory = mkdtempSync(join(tmpdir(), 'weft-trino-'));
  const port = await freePort();
  configure(directory, port, catalogUri);
  const log: string[] = [];
  const child = launch(java, directory, log);
  const uri = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, uri, log);
  return {
    query: (sql) => runStatement(uri, sql),
    stop: async () => {
      await endProcess(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findJava(): string | null {
  const found = [
    ...(process.env['JAVA_HOME'] === undefined
      ? []
      : [join(process.env['JAVA_HOME'], 'bin', 'java')]),
    'java',
    ...globSync('/usr/lib/jvm/*/bin/java'),
  ];
  return (
    found.find((java) => {
      const told = spawnSync(java, ['-version'], { encoding: 'utf8' });
      return Number(/version "(\d+)/.exec(told.stderr ?? '')?.[1] ?? 0) >= JAVA_LEAST;
    }) ?? null
  );
}

/** Null when it is there; else why not. */
function installOnce(): string | null {
  if (existsSync(join(HOME, 'installed'))) return null;
  if (spawnSync('mvn', ['-version']).error !== undefined)
    return 'no mvn on the path (Debian: maven)';
  const artifact = `io.trino:trino-server:${VERSION}:tar.gz`;
  process.stderr.write(`installing ${artifact} into ${HOME}\n`);
  try {
    rmSync(HOME, { recursive: true, force: true });
    mkdirSync(HOME, { recursive: true });
    const quiet = {
      cwd: HOME,
      stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'],
    };
    execFileSync(
      'mvn',
      ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${HOME}`],
      quiet,
    );
    const archive = join(HOME, `trino-server-${VERSION}.tar.gz`);
    // Why all of it first: plugins share files by hard links.
    execFileSync('tar', ['-xzf', archive, '-C', HOME, '--strip-components=1'], quiet);
    rmSync(archive);
    for (const plugin of readdirSync(join(HOME, 'plugin'))) {
      if (plugin !== 'iceberg') rmSync(join(HOME, 'plugin', plugin), { recursive: true });
    }
    writeFileSync(join(HOME, 'installed'), '');
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : '';
    return `${artifact} could not be installed: ${text}`;
  }
}

function configure(directory: string, port: number, catalogUri: string): void {
  mkdirSync(join(directory, 'etc', 'catalog'), { recursive: true });
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(directory, 'etc', name), `${lines.join('\n')}\n`);
  write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    'http-server.log.enabled=false',
    `discovery.uri=http://127.0.0.1:${port}`,
    'node.environment=test',
    `node.id=weft-${port}`,
    'node.bind-ip=127.0.0.1',
    'node.internal-address=127.0.0.1',
    `plugin.dir=${join(HOME, 'plugin')}`,
  ]);
  write('catalog/lake.properties', [
    'connector.name=iceberg',
    'iceberg.catalog.type=rest',
    `iceberg.rest-catalog.uri=${catalogUri}`,
    'fs.native-local.enabled=true',
    // Why: without it `file:///a` means a folder in the one for temporary files.
    'local.location=/',
  ]);
}

function launch(java: string, directory: string, log: string[]): ChildProcess {
  const child = spawn(
    java,
    [
      '-Xmx1500m',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:TieredStopAtLevel=1',
      '-XX:+AutoCreateSharedArchive',
      `-XX:SharedArchiveFile=${join(HOME, 'classes.jsa')}`,
      '-Xlog:cds*=off',
      '--enable-native-access=ALL-UNNAMED',
      `-Dconfig=${join(directory, 'etc', 'config.properties')}`,
      '-cp',
      join(HOME, 'lib', '*'),
      'io.trino.server.TrinoServer',
    ],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const keep = (chunk: Buffer): void => {
    log.push(String(chunk));
    if (log.length > 100) log.shift();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return child;
}

async function waitUntilReady(
  child: ChildProcess,
  uri: string,
  log: readonly string[],
): Promise<void> {
  for (let waited = 0; waited < READY_SECONDS * 4; waited++) {
    if (child.exitCode !== null) throw new Error(`Trino ended while it started:\n${log.join('')}`);
    const info = await fetch(`${uri}/v1/info`).then(
      (answer) => answer.text(),
      () => '',
    );
    if (info.includes('"starting":false')) return;
    await wait(250);
  }
  await endProcess(child);
  throw new Error(`Trino was not ready after ${READY_SECONDS} s:\n${log.join('')}`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(late);
}

interface StatementAnswer {
  nextUri?: string;
  data?: unknown[][];
  error?: { message: string; errorName: string };
}

/** Rows of a statement. Why again: a server says that it has started before its own node counts as one that works. */
async function runStatement(uri: string, sql: string): Promise<unknown[][]> {
  for (let waited = 0; ; waited++) {
    try {
      return await runOnce(uri, sql);
    } catch (error) {
      const isEarly = error instanceof Error && error.message.startsWith('NO_NODES_AVAILABLE');
      if (!isEarly || waited === READY_SECONDS) throw error;
      await wait(1_000);
    }
  }
}

async function runOnce(uri: string, sql: string): Promise<unknown[][]> {
  const headers = {
    'X-Trino-User': 'weft',
    'X-Trino-Time-Zone': 'UTC',
    'Content-Type': 'text/plain; charset=utf-8',
  };
  let answer = (await (
    await fetch(`${uri}/v1/statement`, { method: 'POST', headers, body: sql })
  ).json()) as StatementAnswer;
  const rows: unknown[][] = [];
  for (;;) {
    if (answer.error !== undefined) {
      throw new Error(`${answer.error.errorName}: ${answer.error.message}\n${sql.slice(0, 3000)}`);
    }
    rows.push(...(answer.data ?? []));
    if (answer.nextUri === undefined) return rows;
    answer = (await (await fetch(answer.nextUri, { headers })).json()) as StatementAnswer;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
