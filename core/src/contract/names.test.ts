/**
 * Names and references to products. The list of reserved words is compared with the engine's own in
 * `test/reserved-words.engine.test.ts`; here are names that must and must not pass.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatProductRef,
  NAME_PATTERN,
  nameFault,
  parseProductRef,
  suggestName,
} from './names.ts';

test('names are lower case, begin with a letter and have at most 63 characters', () => {
  for (const good of ['a', 'orders', 'point_of_sale', 'a1_', 'x'.repeat(63)])
    assert.equal(nameFault(good), null, good);
  for (const bad of ['', 'A', '1a', '_a', 'a-b', 'a b', 'ä', 'x'.repeat(64), 'a\n']) {
    assert.equal(nameFault(bad), 'invalid', JSON.stringify(bad));
  }
  for (const word of ['select', 'order', 'table', 'user', 'end', 'offset'])
    assert.equal(nameFault(word), 'reserved', word);
});

test('a suggested name is always valid', () => {
  assert.equal(suggestName('StoreID'), 'store_id');
  assert.equal(suggestName('Größe (cm)'), 'gro_e_cm');
  assert.equal(suggestName('order'), 'order_');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(nameFault(suggestName(text)), null);
    }),
  );
});

test('product references: name, version, major, hash', () => {
  const hash = 'a'.repeat(64);
  assert.deepEqual(parseProductRef('pos.sales'), {
    domain: 'pos',
    product: 'sales',
    version: null,
    major: null,
    sha256: null,
  });
  assert.equal(parseProductRef('pos.sales@1.2.0')?.version, '1.2.0');
  assert.equal(parseProductRef('pos.sales@1.2.0-rc.1')?.version, '1.2.0-rc.1');
  assert.equal(parseProductRef('pos.sales@1')?.major, 1);
  assert.equal(parseProductRef(`pos.sales@sha256:${hash}`)?.sha256, hash);
  for (const bad of [
    '',
    'pos',
    'pos.',
    '.sales',
    'pos.sales@',
    'pos.sales@v1',
    'pos.sales@1.2',
    'a.b.c',
    'Pos.sales',
    `pos.sales@sha256:${hash}0`,
    'pos.sales@01',
    'pos.sales@1@2',
  ]) {
    assert.equal(parseProductRef(bad), null, bad);
  }
  for (const text of ['pos.sales', 'pos.sales@1.2.0', 'pos.sales@0', `pos.sales@sha256:${hash}`]) {
    const ref = parseProductRef(text);
    assert.ok(ref !== null && NAME_PATTERN.test(ref.domain));
    assert.equal(formatProductRef(ref), text);
  }
});
