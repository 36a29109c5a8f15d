/**
 * Bad documents, requests and tokens against one running mesh, over HTTP and by the command line: each gets a code, a
 * place where there is one, and a remedy; nothing half-done stays behind.
 *
 * Not the rooms' own tests of what they refuse: here the whole way from the door to the store is under test. Bad files
 * and hostile SQL: `bad-files.test.ts`.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ProblemDocument } from '@weft/core/lib/error';
import { openKeyring, TOKEN_KEY } from '../server/src/adapters/keyring.ts';
import { createTokens } from '../server/src/adapters/tokens.ts';
import { linesContract } from './support/lines.ts';
import { runWeft } from './support/mesh.ts';
import { HEAD, startSales, YAML } from './support/sales.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-bad-'));
const { mesh, api, olga, ana } = await startSales([]);
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The problem that a command printed. */
async function failing(code: number, ...args: string[]): Promise<ProblemDocument> {
  const result = await mesh.weft(...args, '--json');
  assert.equal(result.code, code, `weft ${args.join(' ')}: ${result.stdout}${result.stderr}`);
  const problem = JSON.parse(result.stderr) as ProblemDocument;
  assert.ok(problem.remedy.length > 10);
  return problem;
}

// --- documents ------------------------------------------------------------------------------------------------------

interface BadDocument {
  name: string;
  text: string;
  code: string;
  /** Of the first place. */
  at: { code: string; path?: string; line?: number; column?: number };
  remedy: RegExp;
}

const good = linesContract({ product: 'bad' });
const lineOf = (text: string, part: string): number =>
  text.slice(0, text.indexOf(part)).split('\n').length;
const relation = (to: string) =>
  `      - { id: up, name: up, businessName: up, description: up, logicalType: integer, physicalType: BIGINT, classification: internal, relationships: [{ to: ${to} }] }\n`;

const DOCUMENTS: BadDocument[] = [
  {
    name: 'broken YAML',
    text: good.replace('status: active', 'status: "active'),
    code: 'CONTRACT_INVALID',
    at: { code: 'DOCUMENT_SYNTAX' },
    remedy: /indentation and quotes/,
  },
  {
    name: 'another version of the standard',
    text: good.replace('v3.1.0', 'v2.2.2'),
    code: 'CONTRACT_INVALID',
    at: { code: 'ODCS_VERSION', path: '$.apiVersion', line: 2, column: 13 },
    remedy: /apiVersion v3/,
  },
  {
    name: 'an unknown key',
    text: good.replace('status: active', 'colour: red\nstatus: active'),
    code: 'CONTRACT_INVALID',
    at: { code: 'ODCS_UNKNOWN_KEY', path: '$.colour', line: 5, column: 1 },
    remedy: /customProperties/,
  },
  {
    name: 'an unknown property of ours',
    text: good.replace('weftRegion', 'weftColour'),
    code: 'CONTRACT_INVALID',
    at: { code: 'WEFT_PROPERTY_UNKNOWN', line: lineOf(good, 'weftRegion') },
    remedy: /weftGranularity/,
  },
  {
    name: 'an alias that contains itself',
    text: `${good}authoritativeDefinitions: &a\n  - *a\n`,
    code: 'CONTRACT_INVALID',
    at: { code: 'DOCUMENT_ALIAS', path: '$.authoritativeDefinitions[0]' },
    remedy: /anchor/,
  },
  {
    name: 'aliases that multiply',
    text: `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, i) => {
        const before = 'abcdefg'.charAt(i);
        return `${name}: &${name} [${Array(8).fill(`*${before}`).join(',')}]\n`;
      })
      .join('')}`,
    code: 'CONTRACT_INVALID',
    at: { code: 'DOCUMENT_ALIAS' },
    remedy: /anchor/,
  },
  {
    name: 'ten megabytes',
    text: linesContract({ product: 'bad', purpose: 'x'.repeat(10 << 20) }),
    code: 'CONTRACT_INVALID',
    at: { code: 'DOCUMENT_TOO_LARGE', line: 1, column: 1 },
    remedy: /Split/,
  },
  {
    name: 'a zero character',
    text: linesContract({ product: 'bad', purpose: '"a\\0b"' }),
    code: 'CONTRACT_INVALID',
    at: { code: 'DOCUMENT_SYNTAX', path: '$.description.purpose', line: 9 },
    remedy: /./,
  },
];

test('bad documents are refused with code, place and remedy, by publishing and by linting', async () => {
  for (const { name, text, code, at, remedy } of DOCUMENTS) {
    const problem = await api.fail('POST', '/api/v1/contracts', { body: text, headers: YAML });
    assert.equal(problem.code, code, `${name}: ${JSON.stringify(problem)}`);
    const [place] = problem.errors ?? [];
    for (const [key, value] of Object.entries(at)) {
      assert.equal(place?.[key as keyof typeof at], value, `${name}: ${JSON.stringify(place)}`);
    }
    assert.match(place?.remedy ?? '', remedy, name);
  }
  const contracts = await api.done<{ items: unknown[] }>(
    'GET',
    '/api/v1/contracts?product=sales.bad',
  );
  assert.deepEqual(contracts.items, []);
  const paths = DOCUMENTS.map(({ text }, i) => file(`bad-${i}.odcs.yaml`, text));
  const lint = await mesh.weft('contract', 'lint', ...paths, '--json');
  assert.equal(lint.code, 3, lint.stderr);
  for (const { at } of DOCUMENTS) assert.ok(lint.stdout.includes(at.code), at.code);
  const published = await failing(3, 'contract', 'publish', paths[0] ?? '');
  assert.equal(published.code, 'CONTRACT_INVALID');
});

test('columns that refer to each other in a circle are read, and their batches end', async () => {
  const body = linesContract({ product: 'ring', extra: relation('ring.id') });
  await api.done('POST', '/api/v1/contracts', { body, headers: YAML });
  const report = await api.ingest('sales.ring', `${HEAD},up\n1,1,a,,2\n2,1,a,,1\n3,1,a,,\n`, {
    token: olga,
  });
  assert.equal(report.state, 'committed', report.because ?? '');
  assert.equal(report.records.in, 3);
});

// --- requests -------------------------------------------------------------------------------------------------------

interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>;
}

test('a body with a field that nobody knows is refused by every route that takes JSON', async () => {
  const { paths } = await api.done<OpenApi>('GET', '/openapi.json');
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, route]) => route.requestBody?.content['application/json'] !== undefined)
      .map(([method]) => ({
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, 'sales.x'),
      })),
  );
  assert.ok(routes.length >= 12, JSON.stringify(routes));
  for (const { method, path } of routes) {
    const problem = await api.fail(method, path, { json: { colour: 'red' } });
    assert.equal(problem.code, 'REQUEST_INVALID', `${method} ${path}: ${problem.detail}`);
    assert.match(problem.detail, /colour|required/, `${method} ${path}`);
  }
  const domain = await api.fail('POST', '/api/v1/domains', { json: { name: 'x', colour: 1 } });
  assert.deepEqual(domain.errors?.[0]?.path, '$.body');
  assert.match(domain.detail, /\(colour\)/);
});

test('bodies that are no JSON, of another type or with texts that cannot be kept are refused', async () => {
  const post = (body: string, type: string) =>
    api.fail('POST', '/api/v1/domains', { body, headers: { 'content-type': type } });
  for (const body of ['{"name":', '', '[]', '"x"', '{"name":"x","__proto__":{"y":1}}']) {
    assert.equal((await post(body, 'application/json')).code, 'REQUEST_INVALID', body);
  }
  assert.equal((await post('{}', 'image/png')).code, 'REQUEST_INVALID');
  for (const title of ['a\u0000b', 'a\ud800b']) {
    const problem = await api.fail('POST', '/api/v1/domains', { json: { name: 'x', title } });
    assert.equal(problem.errors?.[0]?.path, '$.body.title');
  }
  const big = await api.fail('POST', '/api/v1/contracts', {
    body: 'x'.repeat(33 << 20),
    headers: YAML,
  });
  assert.equal(big.code, 'PAYLOAD_TOO_LARGE');
});

test('names that lead out of their place, zero characters and broken escapes find nothing', async () => {
  const names = ['..%2f..%2fetc%2fpasswd', '%2e%2e', '%00', 'a%5c..%5cb', '%ff', 'x'.repeat(301)];
  const routes = [
    'domains',
    'contracts',
    'products',
    'policies',
    'agreements',
    'batches',
    'operations',
    'queries',
  ];
  for (const route of routes) {
    for (const name of names) await api.fail('GET', `/api/v1/${route}/${name}`);
  }
  for (const path of [
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f..%2fpackage.json',
    '/docs/..%2fx',
  ]) {
    await api.fail('GET', path);
  }
  const upload = { body: 'id\n1\n', token: olga };
  for (const name of ['..%2f..%2fetc', 'sales.%00', 'sales.lines%2f..', 'Sales.Lines']) {
    const problem = await api.fail('POST', `/api/v1/products/${name}/batches?format=csv`, upload);
    assert.match(problem.code, /REQUEST_INVALID|NOT_FOUND/, name);
  }
  assert.equal((await failing(5, 'product', 'show', '../../etc/passwd')).code, 'NOT_FOUND');
});

const LISTS = [
  'domains',
  'products',
  'contracts',
  'agreements',
  'events',
  'audit',
  'batches',
  'search',
];

test('cursors that no list gave out and limits beyond the page are refused', async () => {
  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const list of LISTS) {
    const queries = [
      'after=garbage',
      `after=${cursor('other', 1)}`,
      `after=${cursor(list, '\u0000')}`,
    ];
    if (list === 'events' || list === 'audit') {
      queries.push(`after=${cursor(list, 'x')}`, `after=${cursor(list, 1e300)}`);
    }
    queries.push('limit=100000', 'limit=0', 'limit=-1', 'limit=many', 'limit=1.5');
    for (const query of queries) {
      const problem = await api.fail('GET', `/api/v1/${list}?${query}`);
      assert.equal(problem.code, 'REQUEST_INVALID', `${list}?${query}`);
      assert.match(problem.detail, query.startsWith('limit') ? /limit/ : /cursor/);
    }
  }
  const sorted = `/api/v1/search?sort=measured.rows&after=${cursor('search:measured.rows', 'x', 'y')}`;
  assert.equal((await api.fail('GET', sorted)).code, 'REQUEST_INVALID');
  assert.equal((await failing(2, 'domain', 'list', '--limit', '100000')).code, 'USAGE');
  assert.equal((await failing(2, 'domain', 'list', '--after', 'garbage')).code, 'REQUEST_INVALID');
});

test('tokens that are wrong, expired, unsigned or of a stranger open nothing', async () => {
  const subject = {
    id: 'eve',
    name: 'Eve',
    roles: ['platform' as const],
    domains: [],
    attributes: {},
  };
  const issuer = (directory: string, now: () => number) => {
    const crypto = openKeyring(directory);
    const publicKey = crypto.ensureKey(TOKEN_KEY);
    return createTokens({ crypto, clock: { now }, keyId: TOKEN_KEY, publicKey, issuer: 'weft' });
  };
  const keys = join(mesh.data, 'keys');
  const own = issuer(keys, Date.now);
  const { token: valid } = own.issue(subject, 600, 'tok_1');
  assert.equal((await api.call('GET', '/api/v1/whoami', { token: valid })).status, 200);
  const [head = '', claims = '', signature = ''] = valid.split('.');
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = part({ alg: 'none', typ: 'JWT' });
  const hmac = part({ alg: 'HS256', typ: 'JWT' });
  const secret = openKeyring(keys).ensureKey(TOKEN_KEY);
  const forged = createHmac('sha256', secret).update(`${hmac}.${claims}`).digest('base64url');
  const { token: theirs } = issuer(join(folder, 'keys'), Date.now).issue(subject, 600, 'tok_1');
  const bad: Record<string, string> = {
    garbage: 'garbage',
    expired: issuer(keys, () => Date.now() - 3_600_000).issue(subject, 60, 'tok_1').token,
    stranger: theirs,
    unsigned: `${none}.${claims}.`,
    'unsigned with a signature': `${none}.${claims}.${signature}`,
    'keyed with the public key': `${hmac}.${claims}.${forged}`,
    changed: `${head}.${part({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'olga' })}.${signature}`,
    long: 'x'.repeat(12_000),
  };
  for (const [name, token] of Object.entries(bad)) {
    const problem = await api.fail('GET', '/api/v1/whoami', { token });
    assert.equal(problem.code, 'UNAUTHENTICATED', name);
    assert.equal(problem.status, 401, name);
    assert.match(problem.remedy, /weft login/);
  }
  assert.equal((await api.fail('GET', '/api/v1/whoami', { token: null })).code, 'UNAUTHENTICATED');
  const env = { ...mesh.env, WEFT_TOKEN: bad['expired'] };
  const result = await runWeft(['whoami', '--json'], env);
  assert.equal(result.code, 4);
  assert.match(result.stderr, /it has expired/);
});

test('an Idempotency-Key gives the first answer again, and refuses another request', async () => {
  const post = (key: string, json: unknown, token?: string) =>
    api.call<{ name?: string; code?: string }>('POST', '/api/v1/domains', {
      json,
      headers: { 'idempotency-key': key },
      ...(token === undefined ? {} : { token }),
    });
  const first = await post('k1', { name: 'depot' });
  assert.equal(first.status, 201);
  await post('other', { name: 'depot', title: 'Changed meanwhile' });
  const again = await post('k1', { name: 'depot' });
  assert.deepEqual([again.status, again.text], [201, first.text]);
  const other = await post('k1', { name: 'depot', title: 'Other' });
  assert.deepEqual([other.status, other.body.code], [409, 'IDEMPOTENCY_MISMATCH']);
  // A refused request changed nothing, so its key is free; another subject's key is another key.
  assert.equal((await post('k2', { name: 'No Name' })).status, 400);
  assert.equal((await post('k2', { name: 'store' })).status, 201);
  assert.equal((await post('k1', { name: 'harbor' }, ana)).body.code, 'FORBIDDEN');
  assert.equal((await post('x'.repeat(256), { name: 'long' })).body.code, 'REQUEST_INVALID');
  const title = (await api.done<{ title: string }>('GET', '/api/v1/domains/depot')).title;
  assert.equal(title, 'Changed meanwhile');
  const together = await Promise.all([1, 2, 3, 4].map(() => post('k3', { name: 'quay' })));
  const statuses = together.map((answer) => answer.status);
  assert.ok(
    statuses.every((status) => status === 201 || status === 409),
    `${statuses}`,
  );
  assert.ok(statuses.includes(201));
});
