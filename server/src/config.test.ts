/** The configuration of upkeep: defaults, and what is refused at the start. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readConfig } from './config.ts';

it('keeps files longer than any query may read them, or does not start', () => {
  assert.equal(readConfig({ env: {} }).upkeep.graceSeconds, 3_600);
  for (const env of [
    { WEFT_FILE_GRACE_SECONDS: '60' },
    { WEFT_QUERY_SECONDS: '3000' },
    { WEFT_FILE_GRACE_SECONDS: 'soon' },
  ]) {
    assert.throws(() => readConfig({ env }), { code: 'USAGE' }, JSON.stringify(env));
  }
  const env = { WEFT_QUERY_SECONDS: '3000', WEFT_FILE_GRACE_SECONDS: '6000' };
  assert.equal(readConfig({ env }).upkeep.graceSeconds, 6_000);
});
