/**
 * The launcher and its neighbours in bin/: which Node runs, what is said when there is none, signals, exit codes, and which
 * tests `npm test` takes. Each runs in a copy of bin/ with stand-ins for what it would start.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { recordMesh, tempFolder } from '../support/cli.ts';
import { ROOT, WEFT } from '../support/mesh.ts';

/** A Node of this machine that is older than the pinned one, or null. */
function findOlderNode(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  for (const folder of folders.filter((path) => path !== '' && !path.includes('node_modules'))) {
    const binary = join(folder, 'node');
    if (!existsSync(binary)) continue;
    const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    const major = Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
    if (major >= 18 && major < 24) return binary;
  }
  return null;
}

const OLDER = findOlderNode();
const NO_OLDER =
  'this machine has no Node from 18 to 23 outside node_modules: its way is not run here';

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(
  binary: string,
  args: readonly string[],
  more: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Result {
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, ...more.env };
  const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8', ...more, env });
  return { code: status, stdout, stderr };
}

/** A copy of bin/ in an empty folder, installed as far as the marker says. */
function copyBin(t: TestContext): string {
  const folder = tempFolder(t);
  cpSync(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  return folder;
}

function markInstalled(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const marker = join(folder, 'node_modules', '.package-lock.json');
  writeFileSync(marker, '{}');
  utimesSync(marker, new Date(), new Date(Date.now() + 10_000));
}

/** A pinned Node that is a script: it says its version, or what it was asked to run. */
function fakePinned(folder: string, version: string): void {
  const path = join(folder, 'node_modules', 'node', 'bin', 'node');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "ran $*"; exit 5; fi\n`,
  );
  chmodSync(path, 0o755);
  mkdirSync(join(folder, 'node_modules', 'commander'), { recursive: true });
}

describe('on an older Node', () => {
  test('the pinned one runs the command: output, exit code and standard input pass through', (t) => {
    if (OLDER === null) return t.diagnostic(NO_OLDER);
    const version = run(OLDER, [WEFT, '--version']);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual([version.code, version.stderr], [0, '']);
    const wrong = run(OLDER, [WEFT, 'whomai']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Did you mean whoami/);
    const example = join(ROOT, 'examples/cpg/contracts/loyalty.households.odcs.yaml');
    const piped = run('/bin/sh', ['-c', `"${OLDER}" "${WEFT}" contract lint - < "${example}"`]);
    assert.deepEqual([piped.code, piped.stdout], [0, '✓ -\n']);
  });
  test('flags and arguments reach the pinned one, its exit code comes back', (t) => {
    if (OLDER === null) return t.diagnostic(NO_OLDER);
    const folder = copyBin(t);
    fakePinned(folder, 'v24.1.0');
    const { code, stdout } = run(OLDER, [join(folder, 'bin/weft.js'), 'query', 'a b']);
    assert.equal(
      stdout,
      `ran --disable-warning=ExperimentalWarning ${join(folder, 'bin/weft.js')} query a b\n`,
    );
    assert.equal(code, 5);
  });
  test('without a pinned one, or with one that is too old or does not run, it says what to do', (t) => {
    if (OLDER === null) return t.diagnostic(NO_OLDER);
    for (const prepare of [
      () => undefined,
      (folder: string) => fakePinned(folder, 'v22.0.0'),
      (folder: string) => {
        fakePinned(folder, 'v24.0.0');
        writeFileSync(join(folder, 'node_modules/node/bin/node'), 'not a program');
      },
    ]) {
      const folder = copyBin(t);
      prepare(folder);
      const { code, stdout, stderr } = run(OLDER, [join(folder, 'bin/weft.js'), 'whoami']);
      assert.deepEqual([code, stdout], [7, '']);
      assert.match(stderr, /^Weft needs Node 24 or newer; this is v\d+.*\n[\s\S]*npm install/);
    }
  });
  test('a signal to the launcher reaches the command', async (t) => {
    if (OLDER === null) return t.diagnostic(NO_OLDER);
    const connected = Promise.withResolvers<void>();
    const mesh = await recordMesh(t, {
      'GET /api/v1/events': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        connected.resolve();
      },
    });
    const env = { ...process.env, ...mesh.env };
    const child = spawn(OLDER, [WEFT, 'events', '--follow'], { env, stdio: 'ignore' });
    await connected.promise;
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [130, null]);
  });
});

describe('on the pinned Node', () => {
  test('a clone that is not installed is told so', (t) => {
    const folder = copyBin(t);
    const { code, stdout, stderr } = run(process.execPath, [join(folder, 'bin/weft.js'), 'whoami']);
    assert.deepEqual([code, stdout], [7, '']);
    assert.match(stderr, /not installed yet: run `npm install`/);
  });
  test('a reader that leaves (`| head`) ends a command quietly', async () => {
    const child = spawn(
      process.execPath,
      [
        WEFT,
        'contract',
        'export',
        'examples/cpg/contracts/loyalty.households.odcs.yaml',
        '--to',
        'html',
      ],
      {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.destroy();
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const [code] = await once(child, 'close');
    assert.deepEqual([code, Buffer.concat(errors).toString()], [0, '']);
  });
  test('it works where npx puts it: behind a link, from another folder', async (t) => {
    const folder = tempFolder(t);
    symlinkSync(WEFT, join(folder, 'weft'));
    const { code, stdout } = run(process.execPath, [join(folder, 'weft'), '--version'], {
      cwd: folder,
    });
    assert.equal(code, 0);
    assert.match(stdout, /^\d/);
  });
});

test('what stays runs with bounded memory, on either way of starting it', (t) => {
  const folder = copyBin(t);
  const flags = '--disable-warning=ExperimentalWarning --max-semi-space-size=16';
  const script = join(folder, 'bin/weft.js');
  mkdirSync(join(folder, 'server/src'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/commander'), { recursive: true });
  writeFileSync(
    join(folder, 'server/src/main.ts'),
    'console.log([...process.execArgv, process.env.MALLOC_ARENA_MAX, process.pid].join(" "));',
  );
  const pid = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1] ?? '';
  const own = spawnSync(process.execPath, [script, 'node'], { encoding: 'utf8' });
  assert.equal(own.stdout, `${flags} 2 ${pid(/(\d+)\n$/, own.stdout)}\n`, own.stderr);
  assert.equal(Number(pid(/(\d+)\n$/, own.stdout)), own.pid, 'it is the same process');
  const short = run(process.execPath, [script, 'whoami'], { env: { MALLOC_ARENA_MAX: '8' } });
  assert.match(short.stdout, /^8 \d+\n$/, 'a command that ends is left as it is');
  if (OLDER === null) return t.diagnostic(NO_OLDER);
  fakePinned(folder, 'v24.1.0');
  assert.equal(run(OLDER, [script, 'up']).stdout, `ran ${flags} ${script} up\n`);
});

test('Ctrl-C reaches launcher and command alike, and is one press: the mesh drains and ends with 0', async (t) => {
  const folder = tempFolder(t);
  const env = { ...process.env, WEFT_CONTEXT: join(folder, 'context.json') };
  const args = [WEFT, 'up', '--data', join(folder, 'data'), '--port', '0'];
  if (OLDER === null) t.diagnostic(NO_OLDER);
  // Why detached: its own process group stands for that of a terminal.
  const child = spawn(OLDER ?? process.execPath, args, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = -(child.pid ?? Number.NaN);
  child.stderr.on('data', (text: Buffer) => {
    // Once more while it drains: this is when the launcher's own signal arrives.
    if (text.includes('Draining')) process.kill(group, 'SIGINT');
  });
  await once(child.stdout, 'data');
  process.kill(group, 'SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the mesh is told by its own pid, and ends in order when its launcher is killed', async (t) => {
  const folder = tempFolder(t);
  const env = { ...process.env, WEFT_CONTEXT: join(folder, 'context.json') };
  const data = join(folder, 'data');
  const args = [WEFT, 'up', '--data', data, '--port', '0', '--json'];
  const launch = `require(${JSON.stringify(join(ROOT, 'bin/runtime.cjs'))}).runChild(process.execPath, ${JSON.stringify(args)}, { isTied: true })`;
  const launcher = spawn(process.execPath, ['-e', launch], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  launcher.stderr.resume();
  const [line] = await once(launcher.stdout, 'data');
  const { pid } = JSON.parse(String(line)) as { pid: number };
  t.after(() => {
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  });
  assert.notEqual(pid, launcher.pid);
  assert.ok(isThere(pid));
  launcher.kill('SIGKILL');
  const end = Date.now() + 30_000;
  while (isThere(pid) && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  assert.ok(!isThere(pid), 'the mesh goes on without its launcher');
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a port that is taken is told before anything is started', async (t) => {
  const folder = tempFolder(t);
  const holder = createServer().listen(0, '127.0.0.1');
  t.after(() => holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const data = join(folder, 'data');
  const { code, stderr } = run(
    process.execPath,
    [WEFT, 'up', '--data', data, '--port', String(port)],
    { env: { WEFT_CONTEXT: join(folder, 'context.json') } },
  );
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`port ${port} is taken`));
  assert.doesNotMatch(stderr, /Starting/);
  assert.ok(!existsSync(data), 'nothing was made');
});

describe('npm start', () => {
  test('loads the example and passes its arguments on', (t) => {
    const folder = copyBin(t);
    markInstalled(folder);
    writeFileSync(
      join(folder, 'bin/weft.js'),
      'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 6;',
    );
    const { code, stdout } = run(process.execPath, [
      join(folder, 'bin/start.js'),
      '--port',
      '9000',
    ]);
    assert.deepEqual(JSON.parse(stdout), ['up', '--example', 'cpg', '--port', '9000']);
    assert.equal(code, 6);
  });
  test('refuses a taken port before anything is installed', async (t) => {
    const folder = copyBin(t);
    writeFileSync(join(folder, 'bin/weft.js'), 'process.stdout.write("started");');
    const npm = join(folder, 'npm');
    writeFileSync(npm, '#!/bin/sh\necho installed\n');
    chmodSync(npm, 0o755);
    const holder = createServer().listen(0, '127.0.0.1');
    t.after(() => holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const start = (...args: string[]): Result =>
      run(process.execPath, [join(folder, 'bin/start.js'), ...args], { env });
    for (const args of [['--port', String(port)], [`--port=${port}`]]) {
      const { code, stdout, stderr } = start(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, new RegExp(`port ${port} is taken`));
      assert.equal(stdout, '', 'nothing was installed or started');
    }
    holder.close();
    await once(holder, 'close');
    assert.equal(start('--port', String(port)).stdout, 'installed\nstarted');
  });
  test('installs what is missing or older than the lock, and stops when that fails', (t) => {
    const folder = copyBin(t);
    writeFileSync(join(folder, 'bin/weft.js'), 'process.stdout.write("started");');
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\necho "npm $*"\nexit $NPM_EXIT\n`);
    chmodSync(npm, 0o755);
    const start = (exit: string): Result =>
      run(process.execPath, [join(folder, 'bin/start.js')], {
        env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, NPM_EXIT: exit },
      });
    const failed = start('1');
    assert.equal(failed.code, 7);
    assert.match(failed.stdout, /^npm ci /);
    assert.match(failed.stderr, /npm ci failed/);
    assert.match(start('0').stdout, /^npm ci [\s\S]*started$/);
    markInstalled(folder);
    assert.equal(start('1').stdout, 'started');
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'node_modules/.package-lock.json'), past, past);
    assert.match(start('0').stdout, /^npm ci /);
  });
});

describe('npm test', () => {
  const pass = "import { test } from 'node:test';\ntest('in ' + import.meta.filename, () => {});\n";
  const fail =
    "import { test } from 'node:test';\ntest('bad', () => { throw new Error('no'); });\n";

  /** A web app without parts, whose build does nothing and whose tests tell with what they were started. */
  const WEB = [
    ...[
      'src/a.ts',
      'public/a.svg',
      'build/a.ts',
      'index.html',
      'vite.config.ts',
      'package.json',
    ].map((path) => [`web/${path}`, ''] as const),
    ['node_modules/vite/bin/vite.js', ''],
    [
      'node_modules/vitest/vitest.mjs',
      "process.stdout.write('vitest ' + process.argv.slice(2).join(' ') + '\\n');\nprocess.exit(Number(process.env.WEB_CODE ?? 0));\n",
    ],
  ] as const;

  function prepare(t: TestContext): string {
    const folder = copyBin(t);
    markInstalled(folder);
    for (const [path, text] of [
      ['test/support/seed.ts', ''],
      ['core/src/a/one.test.ts', pass],
      ['server/src/two.test.ts', pass],
      ['test/x/three.test.ts', pass],
      ['test/pg/apart.test.ts', fail],
      ['test/clients/apart.test.ts', fail],
      ['bench/other.test.ts', fail],
      ...WEB,
    ] as const) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  test('takes core, server and test, and leaves apart what needs a service', (t) => {
    const folder = prepare(t);
    const { code, stdout } = run(
      process.execPath,
      [join(folder, 'bin/test.js'), '--test-reporter=tap'],
      { cwd: '/' },
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^# pass 3$/m);
    for (const name of ['one', 'two', 'three']) assert.ok(stdout.includes(`${name}.test.ts`));
    assert.match(stdout, /^vitest run/m);
  });
  test('fails when a test of the web app fails, and runs the others all the same', (t) => {
    const folder = prepare(t);
    const { code, stdout } = run(
      process.execPath,
      [join(folder, 'bin/test.js'), '--test-reporter=tap'],
      { cwd: '/', env: { WEB_CODE: '1' } },
    );
    assert.equal(code, 1);
    assert.match(stdout, /^# pass 3$/m);
  });
  test('takes the files that are named instead, and fails when a test fails', (t) => {
    const folder = prepare(t);
    const { code, stdout } = run(process.execPath, [
      join(folder, 'bin/test.js'),
      'test/pg/apart.test.ts',
      '--test-reporter=tap',
    ]);
    assert.equal(code, 1);
    assert.match(stdout, /^# fail 1$/m);
    assert.match(stdout, /^# pass 0$/m);
  });
});

test('the launcher is plain JavaScript that the oldest Node it promises can read', async (t) => {
  const oldest = OLDER ?? process.execPath;
  if (OLDER === null) t.diagnostic(NO_OLDER);
  for (const file of [
    'weft.js',
    'weft-node.js',
    'start.js',
    'test.js',
    'check.js',
    'runtime.cjs',
    'install.cjs',
    'port.cjs',
  ]) {
    await new Promise<void>((resolve, reject) =>
      execFile(oldest, ['--check', join(ROOT, 'bin', file)], (error) =>
        error === null ? resolve() : reject(error),
      ),
    );
  }
});
