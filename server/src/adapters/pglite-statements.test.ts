/** Statements that are kept parsed: when they are parsed anew, and that the session's answers stay right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Statements } from './pglite-statements.ts';

/** Kinds of the frontend messages in order: `P` parse, `C` close, `B` bind … (PostgreSQL protocol 3.0, 55.7). */
function kindsOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let kinds = '';
  for (let at = 0; at < bytes.length; at += 1 + view.getInt32(at + 1)) {
    kinds += String.fromCharCode(view.getUint8(at));
  }
  return kinds;
}

test('a statement is parsed when it comes, kept from the second time on, and planned anew after many uses', () => {
  const statements = new Statements();
  const run = (): string => {
    const kinds = kindsOf(statements.encode('select $1', [1]));
    statements.ended('select $1', [1], false);
    return kinds;
  };
  assert.equal(run(), 'PBDES');
  assert.equal(run(), 'PBDES');
  const kept = Array.from({ length: 2_000 }, run);
  assert.equal(kept[0], 'BDES');
  const renewed = kept.filter((kinds) => kinds === 'CPBDES').length;
  assert.equal(renewed, 4);
  assert.equal(kept.filter((kinds) => kinds === 'BDES').length, kept.length - renewed);
});
