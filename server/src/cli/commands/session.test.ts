/**
 * `login`, `whoami`, `token`, `doctor`: who this command line is, and the root key that it trusts.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contextEnv, problem, recordMesh, runCli } from '../../../../test/support/cli.ts';

const WHO = { id: 'ana', name: 'Ana', roles: ['consumer'], domains: [], attributes: {} };
const meshDocument = (rootKey: string) => ({ name: 'weft', rootKey, version: '1', nodes: [] });

/** A mesh with a root key, and an environment without URL and token, as a new user has it. */
async function freshUser(t: TestContext, rootKey: string) {
  const mesh = await recordMesh(t, {
    'GET /api/v1/mesh': { json: meshDocument(rootKey) },
    'GET /api/v1/whoami': { json: WHO },
    'GET /readyz': { json: { ready: true, checks: { store: 'ready' } } },
    'POST /api/v1/tokens': { status: 201, json: { token: 'new', expires: '2027-01-01T00:00:00Z' } },
  });
  const path = join(mesh.folder, 'context.json');
  const stored = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));
  return { mesh, env: { WEFT_CONTEXT: path }, stored };
}

test('login checks the token, pins the root key and is whom whoami names', async (t) => {
  const { mesh, env, stored } = await freshUser(t, 'root-a');
  const words = ['login', `${mesh.url}/some/path`, '--token', 'secret'];
  const { code, stdout, stderr } = await runCli(words, { env });
  assert.equal(code, 0);
  assert.deepEqual(stored(), { url: mesh.url, token: 'secret', rootKey: 'root-a', subjects: {} });
  assert.ok(!`${stdout}${stderr}`.includes('secret'), 'a token is not shown');
  assert.match(stdout, /root-a \(pinned\)[\s\S]*ana \(Ana\)/);
  const who = await runCli(['whoami', '--json'], { env });
  assert.deepEqual(JSON.parse(who.stdout), WHO);
  assert.equal(mesh.requests.at(-1)?.headers.authorization, 'Bearer secret');
});

test('a token comes from standard input or the environment too; an empty input is an error', async (t) => {
  const { mesh, env, stored } = await freshUser(t, 'root-a');
  await runCli(['login', mesh.url, '--token', '-'], { env, stdin: 'piped\n' });
  assert.equal(stored()['token'], 'piped');
  await runCli(['login', mesh.url], { env: { ...env, WEFT_TOKEN: 'env' } });
  assert.equal(stored()['token'], 'env');
  assert.equal((await runCli(['login', mesh.url, '--token', '-'], { env, stdin: '' })).code, 2);
});

test('without a token it pins the key and says that nobody is signed in', async (t) => {
  const { mesh, env, stored } = await freshUser(t, 'root-a');
  const { code, stdout } = await runCli(['login', mesh.url], { env });
  assert.equal(code, 0);
  assert.match(stdout, /no token/);
  assert.equal(stored()['token'], null);
  assert.ok(mesh.requests.every((request) => request.headers.authorization === undefined));
});

test('another root key than the pinned one is refused and nothing is stored; --trust accepts it', async (t) => {
  const { mesh, env, stored } = await freshUser(t, 'root-b');
  const before = { url: mesh.url, token: 'old', rootKey: 'root-a', subjects: { x: 'y' } };
  contextEnv(mesh.folder, before);
  const refused = await runCli(['login', mesh.url, '--token', 'new'], { env });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /root-b[\s\S]*root-a[\s\S]*CONTRACT_UNTRUSTED/);
  assert.deepEqual(stored(), before);
  const accepted = await runCli(['login', mesh.url, '--token', 'new', '--trust', 'root-b'], {
    env,
  });
  assert.equal(accepted.code, 0);
  assert.deepEqual(stored(), { url: mesh.url, token: 'new', rootKey: 'root-b', subjects: {} });
});

test('--trust with another key than the mesh shows is refused, also the first time', async (t) => {
  const { mesh, env } = await freshUser(t, 'root-a');
  const { code, stderr } = await runCli(['login', mesh.url, '--trust', 'root-z'], { env });
  assert.equal(code, 3);
  assert.match(stderr, /not the one of --trust/);
  assert.ok(!existsSync(env.WEFT_CONTEXT));
});

test('the example subjects of the same mesh stay', async (t) => {
  const { mesh, env, stored } = await freshUser(t, 'root-a');
  contextEnv(mesh.folder, {
    url: mesh.url,
    token: 'old',
    rootKey: 'root-a',
    subjects: { steward: 's' },
  });
  await runCli(['login', mesh.url, '--token', 'new'], { env });
  assert.deepEqual(stored()['subjects'], { steward: 's' });
});

test('a token that the mesh refuses is not stored', async (t) => {
  const mesh = await recordMesh(t, {
    'GET /api/v1/mesh': { json: meshDocument('root-a') },
    'GET /api/v1/whoami': { status: 401, json: problem(401, 'UNAUTHENTICATED') },
  });
  const env = { WEFT_CONTEXT: join(mesh.folder, 'context.json') };
  assert.equal((await runCli(['login', mesh.url, '--token', 'bad'], { env })).code, 4);
  assert.ok(!existsSync(env.WEFT_CONTEXT));
});

test('token prints the token alone, so it can be piped', async (t) => {
  const { mesh } = await freshUser(t, 'root-a');
  const { stdout, stderr } = await runCli(['token', 'ana', '--ttl', 'PT1H'], { env: mesh.env });
  assert.equal(stdout, 'new\n');
  assert.match(stderr, /Valid until 2027/);
  assert.deepEqual(JSON.parse(mesh.requests[0]?.body.toString() ?? ''), {
    subject: 'ana',
    ttlSeconds: 3600,
  });
});

interface Doctor {
  ok: boolean;
  findings: { check: string; state: string; detail: string; remedy: string }[];
}

async function doctor(env: Record<string, string>): Promise<{ code: number } & Doctor> {
  const { code, stdout } = await runCli(['doctor', '--json'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    now: new Date(),
  });
  return { code, ...(JSON.parse(stdout) as Doctor) };
}

const stateOf = (found: Doctor, check: string): string | undefined =>
  found.findings.find((finding) => finding.check === check)?.state;

test('doctor is content with a sound machine, a pinned key and a good token', async (t) => {
  const { mesh } = await freshUser(t, 'root-a');
  const context = { url: mesh.url, token: 'x', rootKey: 'root-a', subjects: {} };
  const found = await doctor({ ...contextEnv(mesh.folder, context), WEFT_DATA: mesh.folder });
  assert.deepEqual(
    found.findings.filter((finding) => finding.state === 'fault'),
    [],
  );
  assert.equal(found.code, 0);
  for (const check of ['runtime', 'engine', 'context', 'mesh', 'clock', 'root key', 'token'])
    assert.equal(stateOf(found, check), 'ok', check);
});

test('doctor before any mesh has a note and no fault', async (t) => {
  const { env } = await freshUser(t, 'root-a');
  const found = await doctor(env);
  assert.deepEqual(
    [found.code, stateOf(found, 'context'), stateOf(found, 'mesh')],
    [0, 'note', undefined],
  );
});

test('doctor finds a readable context file, another root key, a refused token, a wrong clock, a dead mesh', async (t) => {
  const mesh = await recordMesh(t, {
    'GET /api/v1/mesh': { json: meshDocument('root-b') },
    'GET /api/v1/whoami': { status: 401, json: problem(401, 'UNAUTHENTICATED') },
    'GET /readyz': {
      json: { ready: true, checks: {} },
      headers: { date: 'Sun, 01 Nov 2026 00:00:00 GMT' },
    },
  });
  const context = { url: mesh.url, token: 'x', rootKey: 'root-a', subjects: {} };
  const env = contextEnv(mesh.folder, context);
  chmodSync(env.WEFT_CONTEXT, 0o644);
  const found = await doctor(env);
  assert.equal(found.code, 1);
  for (const check of ['context', 'root key', 'token', 'clock'])
    assert.equal(stateOf(found, check), 'fault', check);
  for (const { state, remedy } of found.findings)
    if (state === 'fault') assert.notEqual(remedy, '');
  const dead = await doctor({ ...env, WEFT_URL: 'http://127.0.0.1:1' });
  assert.deepEqual([dead.code, stateOf(dead, 'mesh')], [1, 'fault']);
});
