/**
 * What every object store adapter has to keep, as one suite; each adapter's test runs it on itself.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ObjectStore } from '@weft/core/lakehouse/ports';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** Registers the suite; `open` gives a new, empty store and the URI prefix (without a slash) of what it holds. */
export function testObjectStore(
  name: string,
  open: (t: TestContext) => { store: ObjectStore; prefix: string },
): void {
  test(`${name}: what is put is got, byte for byte, and can be replaced`, async (t) => {
    const { store, prefix } = open(t);
    const uri = `${prefix}/a/b/näme 1.bin`;
    const data = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    await store.put(uri, data);
    assert.deepEqual(new Uint8Array(await store.get(uri)), data);
    data[0] = 9;
    assert.equal((await store.get(uri))[0], 0);
    await store.put(uri, bytes('short'));
    assert.equal(text(await store.get(uri)), 'short');
    await store.put(`${prefix}/empty`, new Uint8Array(0));
    assert.equal((await store.get(`${prefix}/empty`)).length, 0);
  });

  test(`${name}: ifNoneMatch lets exactly one of many writers through`, async (t) => {
    const { store, prefix } = open(t);
    const uri = `${prefix}/new/one`;
    const writers = Array.from({ length: 8 }, (_, i) => `writer ${i} ${'x'.repeat(i * 1000)}`);
    const results = await Promise.allSettled(
      writers.map((writer) => store.put(uri, bytes(writer), { ifNoneMatch: true })),
    );
    const winners = writers.filter((_, i) => results[i]?.status === 'fulfilled');
    assert.equal(winners.length, 1);
    assert.equal(text(await store.get(uri)), winners[0]);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'PRECONDITION_FAILED');
    }
    await assert.rejects(store.put(uri, bytes('later'), { ifNoneMatch: true }), {
      code: 'PRECONDITION_FAILED',
    });
    assert.equal(text(await store.get(uri)), winners[0]);
  });

  test(`${name}: what is not there is NOT_FOUND, and may be deleted`, async (t) => {
    const { store, prefix } = open(t);
    await assert.rejects(store.get(`${prefix}/none`), { code: 'NOT_FOUND' });
    await assert.rejects(store.get(`${prefix}/no/folder`), { code: 'NOT_FOUND' });
    await store.delete(`${prefix}/none`);
    await store.put(`${prefix}/some`, bytes('x'));
    await store.delete(`${prefix}/some`);
    await store.delete(`${prefix}/some`);
    await assert.rejects(store.get(`${prefix}/some`), { code: 'NOT_FOUND' });
  });

  test(`${name}: a listing has every object under the prefix, with sizes, and no other`, async (t) => {
    const { store, prefix } = open(t);
    for (const path of ['t1/a', 't1/sub/b', 't10/c', 'u/d'])
      await store.put(`${prefix}/${path}`, bytes(path));
    const list = async (under: string): Promise<string[]> =>
      (await store.list(`${prefix}/${under}`))
        .map((o) => `${o.uri.slice(prefix.length + 1)}:${o.bytes}`)
        .sort();
    assert.deepEqual(await list('t1/'), ['t1/a:4', 't1/sub/b:8']);
    assert.deepEqual(await list('t1'), ['t1/a:4', 't1/sub/b:8', 't10/c:5']);
    assert.deepEqual(await list('t1/s'), ['t1/sub/b:8']);
    assert.deepEqual(await list('nothing/'), []);
    assert.equal((await list('')).length, 4);
    const [first] = await store.list(`${prefix}/u/`);
    assert.ok(first !== undefined && Number.isFinite(first.modified));
  });
}
