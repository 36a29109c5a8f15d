/**
 * Idempotency keys over time: one request at a time, the kept answer for a day, an abandoned claim for a minute.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStore } from '../../../test/support/store.ts';
import { createIdempotencyStore } from './idempotency.ts';

const claim = { subject: 'ana', key: 'k', fingerprint: 'f' };
const answer = { status: 201, headers: { etag: '"1"' }, body: '{"a":1}' };

for (const schema of ['control', 'node'] as const) {
  test(`keys in the schema ${schema}`, async () => {
    await using store = await openTestStore();
    let now = Date.parse('2026-03-01T10:00:00.123Z');
    const keys = createIdempotencyStore({ store, schema, clock: { now: () => now } });
    const first = await keys.claim(claim);
    assert.deepEqual(first, { state: 'claimed', claimedAt: '2026-03-01T10:00:00.123Z' });
    const busy = { state: 'known', fingerprint: 'f', answer: null };
    assert.deepEqual(await keys.claim({ ...claim, fingerprint: 'other' }), busy);
    assert.equal((await keys.claim({ ...claim, subject: 'bob' })).state, 'claimed');

    now += 61_000;
    const second = await keys.claim(claim);
    assert.equal(second.state, 'claimed', 'whoever held it is gone');
    const late = await keys.claim(claim);
    assert.deepEqual(late, busy);
    await keys.keep(claim, '2026-03-01T10:00:00.123Z', { ...answer, body: 'late' });
    await keys.release(claim, '2026-03-01T10:00:00.123Z');
    assert.deepEqual(await keys.claim(claim), busy, 'a claim that was taken over writes nothing');
    await keys.keep(claim, '2026-03-01T10:01:01.123Z', answer);
    now += 23 * 3_600_000;
    assert.deepEqual(await keys.claim(claim), { state: 'known', fingerprint: 'f', answer });
    now += 2 * 3_600_000;
    assert.equal((await keys.claim(claim)).state, 'claimed', 'forgotten after a day');

    await keys.release(claim, new Date(now).toISOString());
    assert.equal((await keys.claim(claim)).state, 'claimed', 'given back');
  });
}
