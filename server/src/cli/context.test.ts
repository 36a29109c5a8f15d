/**
 * The context file keeps tokens: who may read it, which mesh they are sent to, and what stands above it.
 */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WeftError } from '@weft/core/lib/error';
import { contextEnv, tempFolder } from '../../../test/support/cli.ts';
import {
  contextPath,
  dataMeant,
  readContext,
  readMeshUrl,
  resolveIdentity,
  subjectsOf,
  writeContext,
} from './context.ts';

const LOCAL = {
  url: 'http://127.0.0.1:8787',
  token: 'mine',
  rootKey: 'root',
  subjects: { steward: 'stewards' },
};

const local = (t: TestContext): { WEFT_CONTEXT: string } => contextEnv(tempFolder(t), LOCAL);
const usage = (part: RegExp) => (error: unknown) =>
  error instanceof WeftError &&
  error.code === 'USAGE' &&
  error.exitCode === 2 &&
  part.test(`${error.message} ${error.remedy}`);

test('the file is written with mode 0600 in a folder of mode 0700, and replaced whole', (t) => {
  const folder = tempFolder(t);
  const env = { XDG_CONFIG_HOME: join(folder, 'config') };
  writeContext(env, LOCAL);
  const path = contextPath(env);
  assert.equal(path, join(folder, 'config', 'weft', 'context.json'));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'config', 'weft')).mode & 0o777, 0o700);
  assert.deepEqual(readContext(env), LOCAL);
  chmodSync(path, 0o644);
  writeContext(env, { ...LOCAL, token: 'new' });
  assert.equal(statSync(path).mode & 0o777, 0o600, 'a looser mode does not survive');
  assert.equal(readContext(env)?.token, 'new');
  assert.deepEqual(readdirSync(join(folder, 'config', 'weft')), ['context.json']);
});

test('a temporary file that a dead process left open to others does not lend its mode', (t) => {
  const env = { WEFT_CONTEXT: join(tempFolder(t), 'context.json') };
  writeFileSync(`${env.WEFT_CONTEXT}.${process.pid}`, 'left', { mode: 0o666 });
  writeContext(env, LOCAL);
  assert.equal(statSync(env.WEFT_CONTEXT).mode & 0o777, 0o600);
});

test('no file is no context; a torn one is an error with its path, not silence', (t) => {
  const folder = tempFolder(t);
  const env = { WEFT_CONTEXT: join(folder, 'context.json') };
  assert.equal(readContext(env), null);
  for (const text of ['{"url":', '[]', 'null', '{"token":"x"}']) {
    writeFileSync(env.WEFT_CONTEXT, text);
    assert.throws(() => readContext(env), usage(/context\.json/), text);
  }
  mkdirSync(join(folder, 'folder'));
  assert.throws(() => readContext({ WEFT_CONTEXT: join(folder, 'folder') }), usage(/folder/));
  assert.ok(existsSync(env.WEFT_CONTEXT));
});

test('nothing known is a usage error that says how to start', (t) => {
  const env = { WEFT_CONTEXT: join(tempFolder(t), 'none.json') };
  assert.throws(() => resolveIdentity(env, undefined), usage(/weft up/));
});

test('WEFT_URL and WEFT_TOKEN stand above the file, each for itself; empty ones do not', (t) => {
  const env = local(t);
  assert.deepEqual(resolveIdentity(env, undefined), { url: LOCAL.url, token: 'mine' });
  assert.deepEqual(resolveIdentity({ ...env, WEFT_TOKEN: 'other' }, undefined), {
    url: LOCAL.url,
    token: 'other',
  });
  assert.deepEqual(resolveIdentity({ ...env, WEFT_URL: LOCAL.url }, undefined), {
    url: LOCAL.url,
    token: 'mine',
  });
  assert.deepEqual(resolveIdentity({ ...env, WEFT_URL: '', WEFT_TOKEN: '' }, undefined), {
    url: LOCAL.url,
    token: 'mine',
  });
});

test('a token of the file is never sent to another mesh', (t) => {
  const env = { ...local(t), WEFT_URL: 'https://elsewhere.example' };
  assert.deepEqual(resolveIdentity(env, undefined), {
    url: 'https://elsewhere.example',
    token: null,
  });
  assert.throws(() => resolveIdentity(env, 'steward'), usage(/no example subject "steward"/));
});

test('the two variables together need no file, not even a good one', (t) => {
  const env = {
    WEFT_CONTEXT: join(tempFolder(t), 'torn.json'),
    WEFT_URL: 'http://a.example',
    WEFT_TOKEN: 't',
  };
  writeFileSync(env.WEFT_CONTEXT, '{');
  assert.deepEqual(resolveIdentity(env, undefined), { url: 'http://a.example', token: 't' });
});

test('--as takes the token of that subject, above WEFT_TOKEN, and names the known ones otherwise', (t) => {
  const env = { ...local(t), WEFT_TOKEN: 'other' };
  assert.equal(resolveIdentity(env, 'steward').token, 'stewards');
  assert.throws(() => resolveIdentity(env, 'nobody'), usage(/Known subjects: steward\./));
  assert.throws(
    () => resolveIdentity(env, 'constructor'),
    usage(/no example subject "constructor"/),
  );
});

test('an address needs its scheme; a path is left out', () => {
  assert.equal(readMeshUrl('https://mesh.example:8443/x?y', 'it'), 'https://mesh.example:8443');
  for (const text of ['localhost:8787', 'mesh', 'ftp://mesh', 'http://'])
    assert.throws(() => readMeshUrl(text, 'WEFT_URL'), usage(/http:\/\//), text);
});

test('the file holds what was written and nothing else', (t) => {
  const env = { WEFT_CONTEXT: join(tempFolder(t), 'c.json') };
  writeContext(env, LOCAL);
  assert.deepEqual(JSON.parse(readFileSync(env.WEFT_CONTEXT, 'utf8')), LOCAL);
});

test('subjects are kept for the mesh that they are of, and for no other', (t) => {
  const env = { WEFT_CONTEXT: join(tempFolder(t), 'context.json') };
  assert.deepEqual(subjectsOf(env, 'key'), {});
  const subjects = { analyst: 'a-token' };
  writeContext(env, { url: 'http://127.0.0.1:1', token: 't', rootKey: 'key', subjects });
  assert.deepEqual(subjectsOf(env, 'key'), subjects);
  assert.deepEqual(subjectsOf(env, 'other'), {});
  writeFileSync(env.WEFT_CONTEXT, 'no json');
  assert.deepEqual(subjectsOf(env, 'key'), {});
});

test('the data directory is the given one, else that of the local mesh which was started here', (t) => {
  const env = contextEnv(tempFolder(t), { ...LOCAL, data: '/srv/mesh' });
  assert.equal(dataMeant(env, undefined), '/srv/mesh');
  assert.equal(dataMeant(env, './other'), './other');
  assert.equal(dataMeant({ ...env, WEFT_DATA: '/named' }, undefined), '/named');
  assert.equal(dataMeant({ ...env, WEFT_URL: 'https://elsewhere' }, undefined), undefined);
  assert.equal(dataMeant(local(t), undefined), undefined, 'a mesh that tells none');
});
