/** The local object store: the port's promises, and the walls of its root. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { testObjectStore } from '../../../test/conformance/object-store.ts';
import { createLocalObjectStore } from './object-store-local.ts';

function tempFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-objects-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

testObjectStore('local disk', (t) => {
  const root = path.join(tempFolder(t), 'made', 'when needed');
  return { store: createLocalObjectStore({ root }), prefix: `file://${root}` };
});

const one = Uint8Array.of(1);

test('local disk: nothing outside the root is reached, whatever the URI', async (t) => {
  const folder = tempFolder(t);
  const root = path.join(folder, 'root');
  const store = createLocalObjectStore({ root });
  await store.put(`file://${root}/inside`, one);
  fs.writeFileSync(path.join(folder, 'secret'), 'secret');
  fs.mkdirSync(`${root}-sibling`);
  fs.writeFileSync(`${root}-sibling/secret`, 'secret');
  const outside = [
    `file://${folder}/secret`,
    `file://${root}/../secret`,
    `file://${root}/./inside`,
    `file:${root}/../secret`,
    `file://${root}-sibling/secret`,
    `file:////${root}/inside`,
    `file://host${root}/inside`,
    `${root}/inside`,
    'file:///etc/passwd',
    's3://bucket/inside',
    `file://${root}/a\0b`,
    'file://',
    '',
  ];
  for (const uri of outside) {
    const refused = { code: 'FORBIDDEN' };
    await assert.rejects(store.get(uri), refused, uri);
    await assert.rejects(store.put(uri, one), refused, uri);
    await assert.rejects(store.delete(uri), refused, uri);
    await assert.rejects(store.list(uri), refused, uri);
  }
  assert.equal(fs.readFileSync(path.join(folder, 'secret'), 'utf8'), 'secret');
  await assert.rejects(store.put(`file://${root}`, one), { code: 'FORBIDDEN' });
  const literal = `file://${root}/%2e%2e/percent`;
  await store.put(literal, one);
  assert.ok(fs.existsSync(path.join(root, '%2e%2e', 'percent')));
});

test('local disk: symbolic links do not lead out', async (t) => {
  const folder = tempFolder(t);
  const root = path.join(folder, 'root');
  fs.mkdirSync(path.join(folder, 'out'), { recursive: true });
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(folder, 'out', 'secret'), 'secret');
  fs.symlinkSync(path.join(folder, 'out'), path.join(root, 'link'));
  fs.symlinkSync(path.join(folder, 'out', 'secret'), path.join(root, 'file'));
  const store = createLocalObjectStore({ root });
  const refused = { code: 'FORBIDDEN' };
  await assert.rejects(store.get(`file://${root}/link/secret`), refused);
  await assert.rejects(store.get(`file://${root}/file`), refused);
  await assert.rejects(store.put(`file://${root}/link/new`, one), refused);
  await assert.rejects(store.put(`file://${root}/link/deep/new`, one), refused);
  await assert.rejects(store.delete(`file://${root}/link/secret`), refused);
  assert.deepEqual(await store.list(`file://${root}/`), []);
  assert.deepEqual(fs.readdirSync(path.join(folder, 'out')), ['secret']);
  await store.put(`file://${root}/file`, one);
  assert.equal(fs.readFileSync(path.join(folder, 'out', 'secret'), 'utf8'), 'secret');
});

test('local disk: nothing temporary is left, neither after success nor after a refusal', async (t) => {
  const root = tempFolder(t);
  const store = createLocalObjectStore({ root });
  const uri = `file://${root}/d/x`;
  await store.put(uri, one, { ifNoneMatch: true });
  await assert.rejects(store.put(uri, one, { ifNoneMatch: true }), { code: 'PRECONDITION_FAILED' });
  assert.deepEqual(fs.readdirSync(path.join(root, 'd')), ['x']);
  fs.writeFileSync(path.join(root, 'd', '.weft-tmp-left'), 'of a crash');
  assert.equal((await store.list(`file://${root}/`)).length, 1);
});

test('local disk: the one-slash form of a URI names the same object', async (t) => {
  const root = tempFolder(t);
  const store = createLocalObjectStore({ root });
  await store.put(`file:${root}/x`, one);
  assert.equal((await store.get(`file://${root}/x`)).length, 1);
  await assert.rejects(store.get(`file://${root}`), { code: 'NOT_FOUND' });
});
