/**
 * Control plane and domain node as two processes: one command line for both, batches go on while the control plane is
 * away, and no value of a row ever reaches it.
 *
 * Not the rules of batches and queries. The canary stands wherever a row's value could: in good rows, in refused ones, in
 * the first line of a file without a header, in the text of a query.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WeftEvent } from '@weft/core/events/event';
import type { BatchReport } from '@weft/core/ingest/report';
import type { ProblemDocument } from '@weft/core/lib/error';
import { sql } from 'kysely';
import { openPgliteStore } from '../server/src/adapters/store-pglite.ts';
import type { AccessExplanation } from '../server/src/services/access-explain.ts';
import { createApi, type MeshApi } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { linesContract } from './support/lines.ts';
import { runWeft } from './support/mesh.ts';
import { type SplitMesh, startSplit } from './support/split.ts';
import { silentLogger } from './support/store.ts';

const CANARY = 'topsecretcanary';
const HEAD = 'id,units,note,day\n';

let mesh: SplitMesh;
let control: MeshApi;
let olga: string;
let ana: string;

before(async () => {
  mesh = await startSplit();
  const issue = async (...args: string[]) => (await mesh.done(null, 'token', ...args)).trim();
  olga = await issue('olga', '--role', 'producer', '--domain', 'sales');
  ana = await issue('ana', '--role', 'consumer');
  control = createApi(mesh.control.url, olga);
});
after(() => mesh.stop());

function file(name: string, text: string): string {
  const path = join(mesh.folder, name);
  writeFileSync(path, text);
  return path;
}

async function ingest(name: string, text: string, ...args: string[]): Promise<BatchReport> {
  const path = file(name, text);
  const env = { ...mesh.env, WEFT_TOKEN: olga };
  const result = await runWeft(['ingest', 'sales.lines', path, '--json', ...args], env);
  assert.ok(result.stdout !== '', result.stderr);
  return JSON.parse(result.stdout) as BatchReport;
}

const reported = (batch: string): Promise<BatchReport> =>
  eventually(async () => {
    const answer = await control.call<BatchReport>('GET', `/api/v1/batches/${batch}`);
    return answer.status === 200 && answer.body.state !== 'checking' ? answer.body : null;
  });

const QUERY = `select count(*) as n, max(note) as note from sales.lines where note <> 'not-${CANARY}'`;

test('the node tells the mesh where it answers, and the command line finds it', async () => {
  const nodes = await eventually(async () => {
    const { body } = await control.call<{ nodes: { domain: string; url: string | null }[] }>(
      'GET',
      '/api/v1/mesh',
      { token: null },
    );
    return body.nodes[0]?.url === null ? null : body.nodes;
  });
  assert.deepEqual(nodes, [{ domain: 'sales', url: mesh.node.url }]);
  await mesh.done(olga, 'contract', 'publish', file('lines.odcs.yaml', linesContract()));
  const report = await ingest(
    'lines.csv',
    `${HEAD}1,1,${CANARY},\n2,1.5,${CANARY},\n3,${CANARY},a,\n`,
  );
  assert.deepEqual([report.state, report.records.good], ['committed', 1]);
  assert.equal(report.quarantine.sample[1]?.value, CANARY, 'the producer sees values');
  const rows = await mesh.done(olga, 'quarantine', 'show', report.batch);
  assert.match(rows, new RegExp(`units\\t${CANARY}`));
});

test('a file without a header fails at the node, and the control plane learns no word of it', async () => {
  const report = await ingest('headless.csv', `${CANARY},2,3,4\n5,6,7,8\n`);
  assert.equal(report.state, 'failed');
  assert.match(report.because ?? '', new RegExp(CANARY), 'the producer sees what is wrong');
  const known = await reported(report.batch);
  assert.equal(known.problem?.code, 'BATCH_UNREADABLE');
  assert.deepEqual(known.problem?.errors, []);
});

test('an agreement of the control plane opens the query at the node', async () => {
  const env = { ...mesh.env, WEFT_TOKEN: ana };
  const ask = ['query', QUERY, '--purpose', 'reporting', '--json'];
  assert.equal((await runWeft(ask, env)).code, 4);
  const asked = await mesh.done(ana, 'request', 'sales.lines', '--purpose', 'reporting', '--json');
  const { agreement } = JSON.parse(asked) as { agreement: string };
  await mesh.done(olga, 'agreements', 'approve', agreement);
  const answer = JSON.parse(await mesh.done(ana, ...ask)) as { rows: unknown[][] };
  assert.deepEqual(answer.rows, [[1, CANARY]]);
});

test('report, event and measurement of the batch are at the control plane', async () => {
  const list = await mesh.done(olga, 'batches', 'list', '--state', 'committed', '--json');
  const [report] = (JSON.parse(list) as { items: BatchReport[] }).items;
  assert.deepEqual(report?.records, { in: 3, good: 1, quarantined: 2, duplicates: 0 });
  assert.deepEqual(report?.quarantine.sample, []);
  const { items } = await control.done<{ items: WeftEvent[] }>(
    'GET',
    '/api/v1/events?product=sales.lines',
  );
  const committed = items.filter((event) => event.type === 'io.weft.batch.committed.v1');
  assert.deepEqual(
    committed.map((event) => [event.source, Number(event.sequence)]),
    [['/domains/sales/tables/lines@1', 1]],
  );
  const found = JSON.parse(await mesh.done(ana, 'find', '--json')) as {
    items: { measured: { rows: number } }[];
  };
  assert.equal(found.items[0]?.measured.rows, 1);
});

test('rows by the keys of a list: the node has the keys, the control plane their number', async () => {
  const cedar = `permit (principal, action, resource)
    when { resource.row has note && context.sets.notes.contains(resource.row.note) };`;
  const sets = {
    notes: { from: 'sales.lines', key: 'note', where: 'id = 1', purpose: 'reporting' },
  };
  const path = '/api/v1/policies/sales.lines';
  await control.done('PUT', path, { json: { cedar, sets } });
  const rows = await mesh.done(ana, 'query', QUERY, '--purpose', 'reporting', '--json');
  assert.deepEqual((JSON.parse(rows) as { rows: unknown }).rows, [[1, CANARY]]);
  const query = 'subject=ana&product=sales.lines&purpose=reporting';
  const { sets: told } = await control.done<AccessExplanation>(
    'GET',
    `/api/v1/access/explain?${query}`,
  );
  assert.deepEqual(
    told.map(({ name, keys }) => [name, keys]),
    [['notes', 1]],
  );
  await control.done('PUT', path, { json: {} });
});

test('a key works at the node, until it is revoked or its subject disabled', async () => {
  const node = createApi(mesh.node.url, olga);
  const made = async (subject: string) =>
    JSON.parse(await mesh.done(null, 'key', 'create', 'test', '--for', subject, '--json')) as {
      id: string;
      key: string;
    };
  const refused = (token: string) =>
    eventually(async () => {
      const answer = await node.call<ProblemDocument>('GET', '/api/v1/whoami', { token });
      return answer.status === 401 ? answer.body.detail : null;
    });
  const [own, other] = [await made('ana'), await made('ana')];
  for (const { key } of [own, other]) {
    const answer = await node.query<{ rows: unknown[][] }>(QUERY, {
      token: key,
      purpose: 'reporting',
    });
    assert.deepEqual(answer.body.rows, [[1, CANARY]], answer.text);
  }
  await mesh.done(null, 'key', 'revoke', own.id);
  assert.match(await refused(own.key), /revoked/);
  assert.equal((await node.call('GET', '/api/v1/whoami', { token: other.key })).status, 200);
  await mesh.done(null, 'user', 'disable', 'ana');
  assert.match(await refused(other.key), /disabled/);
  assert.match(await refused(ana), /disabled/);
  await mesh.done(null, 'user', 'enable', 'ana');
  assert.equal(await refused(ana).then((text) => /before the rights/.test(text)), true);
  ana = (await mesh.done(null, 'token', 'ana')).trim();
});

test('without the control plane batches go on and queries wait for it', async () => {
  const { id, token: revokedToken } = JSON.parse(
    await mesh.done(null, 'token', 'rita', '--role', 'consumer', '--json'),
  ) as { id: string; token: string };
  await mesh.done(null, 'key', 'revoke', id);
  const kept = join(mesh.folder, 'node', 'standing.json');
  await eventually(async () => (readFileSync(kept, 'utf8').includes(id) ? true : null));
  await mesh.stopControl();
  const node = createApi(mesh.node.url, olga);
  const body = `${HEAD}10,1,${CANARY},\n11,1,b,\n`;
  const report = await node.ingest('sales.lines', body, { token: olga });
  assert.deepEqual([report.state, report.sequence], ['committed', 2], report.because ?? '');
  const refused = await node.call<ProblemDocument>('POST', '/api/v1/queries', {
    json: { sql: QUERY, purpose: 'reporting' },
    token: ana,
  });
  assert.deepEqual([refused.status, refused.body.code], [503, 'UNAVAILABLE']);
  const strange = { body, token: olga };
  const unknown = await node.call<ProblemDocument>(
    'POST',
    '/api/v1/products/sales.new/batches',
    strange,
  );
  assert.equal(unknown.body.code, 'UNAVAILABLE', 'a contract that the node never saw');
  const stale = await node.call<ProblemDocument>('GET', '/api/v1/whoami', { token: revokedToken });
  assert.match(stale.body.detail, /revoked/, 'what was heard before stays in force');
  const vouched = await node.call('GET', '/api/v1/whoami', {
    token: `weft_key_${'0'.repeat(26)}_x`,
  });
  assert.equal(vouched.status, 503, 'nobody vouches for a key');
  const apart = { ...mesh.env, WEFT_URL: mesh.node.url, WEFT_TOKEN: olga };
  const shown = await runWeft(['batches', 'show', report.batch], apart);
  assert.equal(shown.code, 0, shown.stderr);
  await mesh.startControl();
  assert.equal((await reported(report.batch)).state, 'committed');
  const after = await node.query<{ rows: unknown[][] }>(QUERY, {
    token: ana,
    purpose: 'reporting',
  });
  assert.equal(after.body.rows[0]?.[0], 3);
});

test('a node takes only its own domains, and moves only their address', async () => {
  const node = createApi(mesh.node.url, olga);
  const other = await node.fail('POST', '/api/v1/products/stores.list/batches', {
    body: HEAD,
    token: olga,
  });
  assert.match(other.detail, /does not hold the domain stores/);
  const json = { name: 'sales', owners: ['olga'], node: 'http://evil.example' };
  assert.equal((await control.fail('POST', '/api/v1/domains', { json })).code, 'FORBIDDEN');
  const move = { json: { url: 'http://evil.example' } };
  assert.equal((await control.fail('POST', '/api/v1/node/address', move)).code, 'FORBIDDEN');
  const kept = await control.done<{ node: string }>('POST', '/api/v1/domains', {
    json: { name: 'sales', title: 'Sales', owners: ['olga'] },
  });
  assert.equal(kept.node, mesh.node.url);
  for (const [given, node] of [
    ['none', null],
    [mesh.node.url, mesh.node.url],
  ]) {
    const set = await mesh.done(null, 'domain', 'create', 'sales', '--node', given ?? '', '--json');
    assert.equal((JSON.parse(set) as { node: string | null }).node, node);
  }
});

test('a node that lacks a setting says which', async () => {
  const result = await mesh.weft('node', '--data', join(mesh.folder, 'other'), '--json');
  assert.equal(result.code, 2);
  const { detail } = JSON.parse(result.stderr) as ProblemDocument;
  assert.match(detail, /--control URL, --domains NAMES, WEFT_NODE_TOKEN/);
});

test('each process proves its own chain of the audit log, to the platform team only', async () => {
  const pat = (await mesh.done(null, 'token', 'pat', '--role', 'platform')).trim();
  const verify = (url: string, token: string) =>
    runWeft(['audit', 'verify', '--json'], { ...mesh.env, WEFT_URL: url, WEFT_TOKEN: token });
  for (const [url, chain] of [
    [mesh.control.url, 'control'],
    [mesh.node.url, 'node'],
  ] as const) {
    const { verified, chains } = JSON.parse((await verify(url, pat)).stdout);
    assert.equal(verified, true);
    assert.deepEqual([chains.length, chains[0].chain, chains[0].entries > 0], [1, chain, true]);
    assert.equal((await verify(url, ana)).code, 4);
  }
});

test('no value of a row is in the store or in any file of the control plane', async () => {
  await mesh.control.stop();
  await mesh.node.stop();
  const data = join(mesh.folder, 'control');
  const found = filesWith(data, CANARY);
  assert.deepEqual(found, []);
  assert.ok(
    filesWith(join(mesh.folder, 'node'), CANARY).length > 0,
    'the search finds it where it is',
  );
  assert.deepEqual(await columnsWith(data), []);
});

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text));
}

/** Columns of the control plane's schema that hold the canary; read as the database reads them, compressed or not. */
async function columnsWith(data: string): Promise<string[]> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silentLogger });
  try {
    const db = store.schema('control');
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'control' and table_type = 'BASE TABLE'`.execute(db);
    assert.ok(tables.length >= 14, 'tables of the control plane');
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::integer as n from ${sql.table(`control.${name}`)} as whole
        where whole::text like ${`%${CANARY}%`}`.execute(db);
      if ((rows[0]?.n ?? 1) > 0) found.push(name);
    }
    return found;
  } finally {
    await store.close();
  }
}
