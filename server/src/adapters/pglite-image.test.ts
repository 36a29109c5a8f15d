/**
 * The prepared image: made once however many ask, and never half there.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { tryLockDirectory } from './directory-lock.ts';
import { prepareDatabase } from './pglite-image.ts';

test('two that ask at once get a database each from one image, and leave nothing behind', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-image-'));
  const cache = path.join(root, 'cache');
  let made = 0;
  const tryLock = (directory: string): ReturnType<typeof tryLockDirectory> => {
    const lock = tryLockDirectory(directory);
    if (lock !== null && fs.readdirSync(cache).every((name) => !name.startsWith('pglite')))
      made += 1;
    return lock;
  };
  try {
    // A draft that a killed process left must not be in the way, nor become part of the database.
    const names = ['a', 'b'].map((name) => path.join(root, name));
    fs.mkdirSync(path.join(root, 'a.new', 'rubbish'), { recursive: true });
    await Promise.all(names.map((name) => prepareDatabase(name, { tryLock, cache })));
    const listings = names.map((name) => fs.readdirSync(name).sort());
    assert.deepEqual(listings[0], listings[1]);
    assert.ok(listings[0]?.includes('PG_VERSION'));
    assert.equal(made, 1);
    assert.deepEqual(fs.readdirSync(root).sort(), ['a', 'b', 'cache']);
    const images = fs.readdirSync(cache).filter((name) => name.startsWith('pglite'));
    assert.equal(images.length, 1);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
