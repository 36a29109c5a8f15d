/** How requests are read by the schemas of their routes. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import Fastify from 'fastify';
import * as Type from 'typebox';
import { requestValidators } from './validators.ts';

const Asked = Type.Object({ count: Type.Union([Type.Null(), Type.Integer()]) });

async function echo(request: { method: 'GET' | 'POST'; url: string; payload?: object }) {
  const app = Fastify();
  app.setValidatorCompiler(requestValidators());
  app.get('/', { schema: { querystring: Asked } }, (asked) => asked.query);
  app.post('/', { schema: { body: Asked } }, (asked) => asked.body);
  const answer = await app.inject(request);
  await app.close();
  return { status: answer.statusCode, body: answer.json() as unknown };
}

it('a JSON body is taken at its word: 0 is no null, and text no number', async () => {
  for (const count of [0, 7, null]) {
    const answer = await echo({ method: 'POST', url: '/', payload: { count } });
    assert.deepEqual(answer, { status: 200, body: { count } });
  }
  for (const count of ['', '7', false, [7]]) {
    const { status } = await echo({ method: 'POST', url: '/', payload: { count } });
    assert.equal(status, 400, JSON.stringify(count));
  }
});

it('a query is text, and read by its schema', async () => {
  const answer = await echo({ method: 'GET', url: '/?count=7' });
  assert.deepEqual(answer, { status: 200, body: { count: 7 } });
});
