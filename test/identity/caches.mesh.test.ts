/**
 * No answer of one subject comes to another by way of a cache: every route that gives something is read by a producer, a consumer
 * and the platform team, each of them then with the entity tag that another was given.
 *
 * The routes are those of the served OpenAPI document, so a new one is tried without a word here.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import type { Answer } from '../support/api.ts';
import { HEAD, startSales } from '../support/sales.ts';

/** Not a document that is asked for once: an open stream, a question that waits, a redirect to a provider. */
const LEFT_OUT = new Set(['/api/v1/node/standing', '/auth/login', '/auth/callback']);
const SHARED_PATHS = 30;

const { mesh, api, olga, ana } = await startSales(['lines']);
after(() => mesh.stop());
const readers = [olga, ana, mesh.platformToken];

interface OpenApi {
  paths: Record<
    string,
    { get?: { parameters?: { name: string; in: string; required?: boolean }[] } }
  >;
}

/** A value for each parameter that a route can ask for; what is there can be read by somebody. */
async function examples(): Promise<Record<string, string>> {
  const rows = ['1,10,plain,2026-01-01', 'x,10,plain,2026-01-01'];
  const body = `${[HEAD, ...rows].join('\n')}\n`;
  const { batch } = await api.ingest('sales.lines', body, { token: olga });
  const asked = await api.query('SELECT id FROM sales.lines', { token: ana, purpose: 'reporting' });
  const { items } = await api.done<{ items: { agreement: string }[] }>('GET', '/api/v1/agreements');
  const { saved } = await api.done<{ saved: string }>('POST', '/api/v1/saved', {
    token: ana,
    json: { kind: 'query', name: 'mine', body: { sql: 'SELECT 1', purpose: 'reporting' } },
  });
  return {
    batch,
    query: must(asked.headers.get('weft-query'), 'the id of a query'),
    agreement: must(items[0], 'an agreement').agreement,
    saved,
    product: 'sales.lines',
    id: 'sales.lines',
    ref: 'sales.lines',
    target: 'markdown',
    domain: 'sales',
    user: 'ana',
    subject: 'ana',
    purpose: 'reporting',
    column: 'note',
    rule: 'none',
    op: 'op_none',
    ids: 'ana',
  };
}

async function listRoutes(): Promise<string[]> {
  const values = await examples();
  const { paths } = await api.done<OpenApi>('GET', '/openapi.json');
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (get === undefined || LEFT_OUT.has(path)) return [];
    const fill = (name: string): string =>
      encodeURIComponent(must(values[name], `a value of {${name}} for ${path}`));
    const asked = (get.parameters ?? [])
      .filter((one) => one.in === 'query' && one.required === true)
      .map(({ name }) => `${name}=${fill(name)}`);
    return [`${path.replaceAll(/\{(\w+)\}/g, (_, name) => fill(name))}?${asked.join('&')}`];
  });
}

const read = (path: string, token: string, tag?: string): Promise<Answer<unknown>> =>
  api.call('GET', path, { token, headers: tag === undefined ? {} : { 'if-none-match': tag } });

test('an entity tag of one reader gives another reader his own answer, and no cache keeps one (A12)', async (t) => {
  const routes = await listRoutes();
  let tags = 0;
  let unchanged = 0;
  for (const path of routes) {
    const answers: [string, Answer<unknown>][] = [];
    for (const token of readers) answers.push([token, await read(path, token)]);
    assert.ok(
      answers.some(([, { status }]) => status < 500),
      path,
    );
    for (const [token, { headers, status }] of answers) {
      assert.match(headers.get('cache-control') ?? '', /no-store/, `${path} ${status}`);
      const tag = headers.get('etag');
      if (tag === null) continue;
      tags++;
      for (const [reader, own] of answers) {
        if (reader === token) continue;
        const again = await read(path, reader, tag);
        if (again.status !== 304) assert.equal(again.status, own.status, path);
        // Why allowed at all: whoever gets the very same bytes is told nothing that he may not know.
        else assert.deepEqual([own.status, own.headers.get('etag')], [200, tag], path);
        unchanged += again.status === 304 ? 1 : 0;
      }
    }
  }
  assert.ok(routes.length >= SHARED_PATHS && tags > 5 && unchanged > 0, `${routes.length} ${tags}`);
  t.diagnostic(`${routes.length} routes, ${tags} tags, ${unchanged} times unchanged`);
});
