/**
 * The `type` of a problem document leads to a place on a page.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toProblem, WeftError } from '@weft/core/lib/error';
import { silentLogger } from '../../../test/support/store.ts';
import { createApp } from './app.ts';

test('every code has a place on the page that its type names', async () => {
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 100,
    authenticate: async () => {
      throw new WeftError('UNAUTHENTICATED', 'unknown token');
    },
  });
  const { type } = toProblem(new WeftError('NOT_FOUND', 'x'), 'req');
  const [path = '', place = ''] = type.split('#');
  const { statusCode, body, headers } = await app.inject({ url: path });
  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^text\/html/);
  assert.ok(body.includes(`id="${place}"`), type);
  await app.close();
});
