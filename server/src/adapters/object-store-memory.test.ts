/** The memory object store: the port's promises without faults, and faults that happen as planned. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testObjectStore } from '../../../test/conformance/object-store.ts';
import { createMemoryObjectStore, type StoreFault, seededFaults } from './object-store-memory.ts';

testObjectStore('memory', () => ({ store: createMemoryObjectStore(), prefix: 'file:///m' }));

const uri = 'file:///m/x';
const data = Uint8Array.of(1, 2, 3, 4);

async function putUnder(fault: StoreFault): Promise<{ rejected: boolean; stored: string[] }> {
  const store = createMemoryObjectStore({ fault: ({ call }) => (call === 0 ? fault : 'none') });
  const rejected = await store.put(uri, data).then(
    () => false,
    (error) => {
      assert.equal(error.retryable, true);
      return true;
    },
  );
  const stored = (await store.list('file:///m/')).map((o) => `${o.uri}:${o.bytes}`);
  return { rejected, stored };
}

test('each fault leaves what it says', async () => {
  assert.deepEqual(await putUnder('none'), { rejected: false, stored: [`${uri}:4`] });
  assert.deepEqual(await putUnder('unavailable'), { rejected: true, stored: [] });
  assert.deepEqual(await putUnder('lost-ack'), { rejected: true, stored: [`${uri}:4`] });
  assert.deepEqual(await putUnder('torn'), { rejected: true, stored: [`${uri}.part:2`] });
});

test('a seed gives one plan, and about as many faults as asked for', () => {
  const plan = (seed: number): StoreFault[] => {
    const next = seededFaults(seed, 0.2);
    return Array.from({ length: 2000 }, (_, call) => next({ operation: 'put', uri, call }));
  };
  assert.deepEqual(plan(7), plan(7));
  assert.notDeepEqual(plan(7), plan(8));
  const faults = plan(7).filter((fault) => fault !== 'none').length;
  assert.ok(faults > 300 && faults < 500, String(faults));
});
