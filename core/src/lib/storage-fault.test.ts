/** A full, read-only or broken disk is known by what each layer says of it, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WeftError } from './error.ts';
import { storageFault } from './storage-fault.ts';

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

test('each layer is understood, through its causes too', () => {
  const codeOf = (error: unknown) => storageFault(error)?.code ?? null;
  assert.equal(codeOf(withCode('ENOSPC: no space left on device, write', 'ENOSPC')), 'DISK_FULL');
  assert.equal(codeOf(withCode('could not extend file "base/5/16860"', '53100')), 'DISK_FULL');
  assert.equal(
    codeOf(new Error('IO Error: Could not write file "/x": No space left on device')),
    'DISK_FULL',
  );
  assert.equal(codeOf(withCode('EROFS: read-only file system, open', 'EROFS')), 'DISK_FAILED');
  assert.equal(codeOf(withCode('could not write', '58030')), 'DISK_FAILED');
  assert.equal(
    codeOf(new Error('outer', { cause: withCode('EIO: i/o error, read', 'EIO') })),
    'DISK_FAILED',
  );
  const told = new WeftError('DISK_FULL', 'no space is left on the disk');
  assert.equal(storageFault(told), told);
});

test('other errors are none, and no path is told on', () => {
  assert.equal(storageFault(withCode('ENOENT: no such file', 'ENOENT')), null);
  assert.equal(storageFault(new Error('a cell said: spaceless')), null);
  assert.equal(storageFault('ENOSPC'), null);
  const fault = storageFault(withCode('ENOSPC: no space left on device, /secret/place', 'ENOSPC'));
  assert.ok(!fault?.message.includes('/secret'));
});
