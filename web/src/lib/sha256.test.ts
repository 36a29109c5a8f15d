/**
 * The same digests as the platform's own.
 */
import { expect, test } from 'vitest';
import { sha256OfStream } from './sha256.ts';

test('the digest does not depend on the pieces', async () => {
  for (const size of [0, 1, 63, 64, 65, 1_000_003]) {
    const bytes = new Uint8Array(size).map((_, at) => (at * 31) % 251);
    const seen: number[] = [];
    const digest = await sha256OfStream(new Blob([bytes]).stream(), (count) => seen.push(count));
    const expected = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    expect(digest).toBe(
      Array.from(expected, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    );
    expect(seen.at(-1) ?? 0).toBe(size);
  }
});
