/** Bodies that are nested without end are refused in words, at any depth, and never by the stack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import { refuseUnstorable } from './storable.ts';

function nested(depth: number, wrap: (inner: unknown) => unknown): FastifyRequest {
  let body: unknown = 'x';
  for (let i = 0; i < depth; i++) body = wrap(body);
  return { params: {}, query: {}, body } as FastifyRequest;
}

test('a body may be nested, but not without end', () => {
  for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ a: inner })]) {
    assert.doesNotThrow(() => refuseUnstorable(nested(100, wrap)));
    for (const depth of [101, 10_000, 1_000_000]) {
      assert.throws(
        () => refuseUnstorable(nested(depth, wrap)),
        (error) => isWeftError(error, 'REQUEST_INVALID'),
      );
    }
  }
});
