/** Words about engine errors: kinds that may quote a cell never do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineFault } from './engine-fault.ts';
import { WeftError } from './error.ts';

test('an error that may quote a cell is told by its kind alone', () => {
  const kinds = [
    'Conversion',
    'Out of Range',
    'Invalid Input',
    'Out of Memory',
    'INTERNAL',
    'Never seen',
  ];
  for (const kind of kinds) {
    const told = engineFault(new Error(`${kind} Error: it was 'SECRET' or SECRET\nLINE 1: SECRET`));
    assert.ok(!told.includes('SECRET'), told);
    assert.ok(told.length > 10, told);
  }
});

test('an error about names, files or our own words is told as it is, in one line', () => {
  assert.equal(
    engineFault(new Error('Binder Error: no column "x"\nLINE 1: x')),
    'Binder Error: no column "x"',
  );
  assert.equal(
    engineFault(new Error('ENOSPC: no space left on device')),
    'ENOSPC: no space left on device',
  );
  assert.equal(engineFault(new WeftError('TIMED_OUT', 'longer than 2 s')), 'longer than 2 s');
  assert.equal(engineFault('odd'), 'odd');
});
