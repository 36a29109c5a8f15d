/**
 * What stands in the place of an answer is no answer, and passes by itself; it is never taken for one, nor for a fault of the app.
 */
import { expect, test } from 'vitest';
import { startMesh } from '../testing/mesh.ts';
import { api, take } from './client.ts';
import { isPassing, Problem } from './problem.ts';

const whoami = () => take(api.GET('/api/v1/whoami')).catch((error: unknown) => error);

const page = (type: string, text: string) =>
  new Response(text, { status: 200, headers: { 'content-type': type } });

test('a page or a document of a network, and an answer that was cut off, are said to be none of the mesh', async () => {
  const mesh = startMesh();
  const bodies = [
    page('text/html; charset=utf-8', '<h1>Sign in to the guest network</h1>'),
    page('application/json', '{"id":"anna","na'),
    Response.json({ error: 'login required' }, { headers: { via: '1.1 guest-network' } }),
    Response.json(null, { headers: { via: '1.1 guest-network' } }),
  ];
  for (const body of bodies) {
    mesh.on('get', '/api/v1/whoami', body);
    const error = await whoami();
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).document.code).toBe('NOT_AN_ANSWER');
    expect(isPassing(error)).toBe(true);
  }
});
