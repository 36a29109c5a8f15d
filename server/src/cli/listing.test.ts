/**
 * Lists: as many pages as are needed, the cursor where the next one goes on, what the API adds kept.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RecordedRequest, recordMesh, runCli } from '../../../test/support/cli.ts';

const domain = (n: number) => ({
  name: `d${n}`,
  title: `D ${n}`,
  description: null,
  owners: [],
  stewards: [],
  node: null,
});

/** 450 domains behind the pages of the API: at most 200 at once. */
function domains(request: RecordedRequest, response: import('node:http').ServerResponse): void {
  const limit = Number(request.query['limit']);
  assert.ok(limit >= 1 && limit <= 200, `asked for ${limit}`);
  const from = Number(request.query['after'] ?? 0);
  const to = Math.min(450, from + limit);
  const items = Array.from({ length: to - from }, (_, i) => domain(from + i));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ items, next: to < 450 ? String(to) : null }));
}

test('--limit beyond a page is fetched in pages, and next is what follows the last item', async (t) => {
  const mesh = await recordMesh(t, { 'GET /api/v1/domains': domains });
  const run = async (...words: string[]) => {
    const { code, stdout } = await runCli(['domain', 'list', '--json', ...words], {
      env: mesh.env,
    });
    assert.equal(code, 0);
    const { items, next } = JSON.parse(stdout) as {
      items: { name: string }[];
      next: string | null;
    };
    return { first: items[0]?.name, last: items.at(-1)?.name, count: items.length, next };
  };
  assert.deepEqual(await run(), { first: 'd0', last: 'd49', count: 50, next: '50' });
  assert.deepEqual(await run('--limit', '430'), {
    first: 'd0',
    last: 'd429',
    count: 430,
    next: '430',
  });
  assert.deepEqual(await run('--limit', '10000'), {
    first: 'd0',
    last: 'd449',
    count: 450,
    next: null,
  });
  assert.deepEqual(await run('--limit', '100', '--after', '430'), {
    first: 'd430',
    last: 'd449',
    count: 20,
    next: null,
  });
});

test('what the API says beside the items stays: facets and totals of a search', async (t) => {
  const json = { items: [], facets: { domain: [{ value: 'a', count: 2 }] }, total: 0, next: null };
  const mesh = await recordMesh(t, { 'GET /api/v1/search': { json } });
  const words = [
    'find',
    'milk',
    '--where',
    'a = 1',
    '--facet',
    'domain',
    '--facet',
    'owner',
    '--json',
  ];
  const { stdout } = await runCli(words, { env: mesh.env });
  assert.deepEqual(JSON.parse(stdout), json);
  assert.deepEqual(mesh.requests[0]?.query, {
    q: 'milk',
    where: 'a = 1',
    facet: 'domain,owner',
    limit: '50',
  });
});
