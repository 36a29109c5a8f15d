/** What takes a subject's standing away, and that nothing else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, type Standing } from './standing.ts';
import type { Credential, Subject } from './types.ts';

const standing: Standing = {
  version: '1',
  subjects: {
    dora: { disabled: true, since: null },
    carl: { disabled: false, since: 1_000 },
    bert: { disabled: false, since: null },
  },
  credentials: ['tok_1'],
};
const as = (id: string, credential?: Credential): Subject => ({
  id,
  name: id,
  roles: ['consumer'],
  domains: [],
  attributes: {},
  ...(credential === undefined ? {} : { credential }),
});

test('a disabled subject may not act, with whatever he comes', () => {
  const text = 'the subject "dora" is disabled';
  assert.equal(refusalOf(standing, as('dora')), text);
  assert.equal(refusalOf(standing, as('dora', { id: 'key_1', issued: null, expires: 9e15 })), text);
});

test('a revoked credential denies, another one of the same subject does not', () => {
  assert.equal(
    refusalOf(standing, as('bert', { id: 'tok_1', issued: 5, expires: 9e15 })),
    'tok_1 was revoked',
  );
  assert.equal(refusalOf(standing, as('bert', { id: 'tok_2', issued: 5, expires: 9e15 })), null);
});

test('claims from before a change of rights count no more; what reads the register does', () => {
  assert.match(
    refusalOf(standing, as('carl', { id: 'tok_3', issued: 999, expires: 9e15 })) ?? '',
    /before the rights/,
  );
  assert.equal(
    refusalOf(standing, as('carl', { id: 'tok_3', issued: 1_000, expires: 9e15 })),
    null,
  );
  assert.equal(refusalOf(standing, as('carl', { id: 'key_2', issued: null, expires: 9e15 })), null);
});

test('nothing is taken from subjects without a line, whatever they are called', () => {
  for (const id of ['anna', 'constructor', '__proto__', 'toString']) {
    assert.equal(refusalOf(standing, as(id, { id: 'tok_9', issued: 1, expires: 9e15 })), null);
  }
});
