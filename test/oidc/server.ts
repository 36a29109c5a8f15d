/**
 * A Keycloak on loopback, for tests: put there on first use by Maven, started with the realm of the suite, stopped with it.
 *
 * It stands under `WEFT_ENGINES` (default `~/.cache/weft-engines`; 360 MB while it unpacks, 190 MB after), pinned here. Its
 * store is in memory. Invariant: what cannot be had is named with the reason; a half-made installation is never used; the
 * process and its children end with the test, by their own group.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { REALM, realmDocument } from './realm.ts';

const VERSION = '26.7.3';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`;
const HOME = join(
  process.env['WEFT_ENGINES'] ?? join(homedir(), '.cache', 'weft-engines'),
  `oidc-keycloak-${VERSION}`,
);
const JAVA_LEAST = 17;
const READY_SECONDS = 300;
const LOG_LINES = 100;

export interface Keycloak {
  /** The issuer of the realm. */
  realm: string;
  stop(): Promise<void>;
}

/** What a machine needs for it, in a sentence for whoever runs the suite. */
export const NEEDS = `Needs Java ${JAVA_LEAST} or newer (Debian: openjdk-17-jre-headless), Maven (Debian: maven) with a repository that has ${ARTIFACT}, and tar; or name a realm: TEST_OIDC=http://127.0.0.1:8080/realms/weft`;

/** Starts a Keycloak with the realm of `realm.ts`. */
export async function startKeycloak(): Promise<Keycloak | { absent: string }> {
  const java = findJava();
  if (java === null)
    return { absent: `no Java ${JAVA_LEAST} or newer (JAVA_HOME, the path, /usr/lib/jvm)` };
  const problem = installOnce(java);
  if (problem !== null) return { absent: problem };
  const port = await freePort();
  const log: string[] = [];
  const child = launch(java, port, log);
  const realm = `http://127.0.0.1:${port}/realms/${REALM}`;
  // Why: a suite that fails on its way leaves nothing behind.
  const end = (): void => endGroup(child, 'SIGKILL');
  process.once('exit', end);
  await waitUntilReady(child, realm, log);
  return {
    realm,
    async stop() {
      await endProcess(child);
      process.removeListener('exit', end);
    },
  };
}

function findJava(): string | null {
  const home = process.env['JAVA_HOME'];
  const found = [
    ...(home === undefined ? [] : [join(home, 'bin', 'java')]),
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
function installOnce(java: string): string | null {
  if (existsSync(join(HOME, 'installed'))) return null;
  if (spawnSync('mvn', ['-version']).error !== undefined)
    return 'no mvn on the path (Debian: maven)';
  process.stderr.write(`installing ${ARTIFACT} into ${HOME}\n`);
  const half = `${HOME}.${process.pid}`;
  const run = (
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): void => {
    execFileSync(command, args, {
      cwd: half,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
  };
  try {
    mkdirSync(half, { recursive: true });
    run('mvn', [
      '-q',
      '-B',
      'dependency:copy',
      `-Dartifact=${ARTIFACT}`,
      `-DoutputDirectory=${half}`,
    ]);
    const archive = join(half, `keycloak-quarkus-dist-${VERSION}.tar.gz`);
    run('tar', ['-xzf', archive, '-C', half, '--strip-components=1']);
    rmSync(archive);
    // Why here: else each start begins with it, and takes a minute longer.
    run(join(half, 'bin', 'kc.sh'), ['build', '--db=dev-mem'], { JAVA: java });
    writeFileSync(join(half, 'installed'), '');
    rmSync(HOME, { recursive: true, force: true });
    renameSync(half, HOME);
    return null;
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    const text = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : '';
    return `${ARTIFACT} could not be installed: ${text}`;
  }
}

function launch(java: string, port: number, log: string[]): ChildProcess {
  const folder = join(HOME, 'data', 'import');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${REALM}.json`), realmDocument());
  const child = spawn(
    join(HOME, 'bin', 'kc.sh'),
    [
      ...['start', '--optimized', '--import-realm', '--cache=local', '--hostname-strict=false'],
      ...['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`],
    ],
    {
      // Why: its launcher is a shell that stays the parent of its Java.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, JAVA: java, JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m' },
    },
  );
  const keep = (chunk: Buffer): void => {
    log.push(String(chunk));
    if (log.length > LOG_LINES) log.shift();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return child;
}

async function waitUntilReady(
  child: ChildProcess,
  realm: string,
  log: readonly string[],
): Promise<void> {
  for (let waited = 0; waited < READY_SECONDS * 4; waited++) {
    if (child.exitCode !== null)
      throw new Error(`Keycloak ended while it started:\n${log.join('')}`);
    const isReady = await fetch(`${realm}/.well-known/openid-configuration`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await wait(250);
  }
  await endProcess(child);
  throw new Error(`Keycloak was not ready after ${READY_SECONDS} s:\n${log.join('')}`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  endGroup(child, 'SIGTERM');
  const late = setTimeout(() => endGroup(child, 'SIGKILL'), 30_000);
  await ended;
  clearTimeout(late);
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
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
