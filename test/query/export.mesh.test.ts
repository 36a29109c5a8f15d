/**
 * `weft export` on a running mesh: what each subject gets is what his queries show, an append fetches the new file alone,
 * and what was taken away is refused. Rows are read back from the folder by the reader of the lakehouse and DuckDB.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { must } from '@weft/core/lib/assert';
import { openTestEngine } from '../support/engine.ts';
import { readExported } from '../support/exported.ts';
import { type CommandResult, runWeft } from '../support/mesh.ts';
import { HEAD, type SalesMesh, startSales } from '../support/sales.ts';

const TABLE = 'sales.lines';
const POLICY = '/api/v1/policies/sales.lines';
const PERMIT = 'permit (principal, action, resource)';
/** In rows and cells that ana does not see. */
const CANARY = 'canary-77d1';

let sales: SalesMesh;
let engine: SqlEngine;
let base = '';
before(async () => {
  engine = await openTestEngine();
  base = fs.mkdtempSync(join(tmpdir(), 'weft-export-'));
  sales = await startSales(['lines', 'others']);
  await ingest(1, 40);
  await ingest(41, 80);
});
after(async () => {
  engine.close();
  fs.rmSync(base, { recursive: true, force: true });
  await sales.mesh.stop();
});

/** Rows of which those with odd units hold the canary. */
async function ingest(from: number, to: number): Promise<void> {
  const rows: string[] = [];
  for (let id = from; id <= to; id++) {
    const note = id % 2 === 0 ? `plain-${id % 5}` : `${CANARY}-${id}`;
    rows.push(`${id},${id % 2},${note},2026-01-${String(1 + (id % 20)).padStart(2, '0')}`);
  }
  const body = `${[HEAD, ...rows].join('\n')}\n`;
  const report = await sales.api.ingest(TABLE, body, { token: sales.olga });
  assert.equal(report.state, 'committed', report.because ?? '');
}

const put = (cedar: string): Promise<unknown> =>
  sales.api.done('PUT', POLICY, { json: { cedar }, token: sales.olga });

interface Told {
  metadata: string;
  table: string;
  version: number;
  rows: number;
  files: number;
  fetched: number;
}

function weft(token: string, ...args: string[]): Promise<CommandResult> {
  const env = { ...sales.mesh.env, WEFT_URL: sales.mesh.url, WEFT_TOKEN: token };
  return runWeft(args, env);
}

async function exportTo(folder: string, token: string): Promise<Told> {
  const out = join(base, folder);
  const args = ['export', TABLE, '--purpose', 'reporting', '--out', out, '--json'];
  const { code, stdout, stderr } = await weft(token, ...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Told;
}

/** The table in the folder beside the answer of a query of the same subject. */
async function compare(told: Told, token: string, by: string): Promise<unknown[][]> {
  const read = await readExported(engine, told.metadata, by);
  const list = read.columns.map((name) => `CAST(${name} AS VARCHAR) AS ${name}`).join(', ');
  const { body, text } = await sales.api.query<{ rows: unknown[][] }>(
    `SELECT ${list} FROM ${TABLE} ORDER BY ${by}`,
    { token, purpose: 'reporting' },
  );
  assert.deepEqual(read.rows, body.rows, text);
  assert.equal(told.rows, read.rows.length);
  return read.rows;
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(base, folder).length + 1))
    .sort();
}

function holdsCanary(folder: string): boolean {
  return filesIn(folder).some((name) => fs.readFileSync(join(base, folder, name)).includes(CANARY));
}

it('hands out no byte of a producer’s Parquet that is of no row', async () => {
  const source = join(base, 'sent.parquet');
  await engine.run(
    `COPY (SELECT i::BIGINT AS id, 1::BIGINT AS units, 'n' || i AS note, DATE '2026-01-01' AS day FROM range(1, 2000) r(i))
      TO '${source}' (FORMAT parquet)`,
  );
  const sent = fs.readFileSync(source);
  const footer = sent.readUInt32LE(sent.length - 8) + 8;
  const dead = Buffer.from('dead-bytes-of-no-row');
  const body = Buffer.concat([sent.subarray(0, -footer), dead, sent.subarray(-footer)]);
  const report = await sales.api.ingest('sales.others', new Uint8Array(body), {
    token: sales.olga,
    format: 'parquet',
  });
  assert.equal(report.state, 'committed', report.because ?? '');
  const tables = join(sales.mesh.data, 'tables/sales/others');
  const stored = fs
    .readdirSync(tables, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => fs.readFileSync(join(tables, name)));
  assert.ok(
    stored.some((bytes) => bytes.includes(dead)),
    'the file was taken as it is',
  );
  const out = join(base, 'adopted');
  const args = ['export', 'sales.others', '--purpose', 'reporting', '--out', out, '--json'];
  const { code, stdout, stderr } = await weft(sales.ana, ...args);
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as Told).rows, 1_999);
  const names = filesIn('adopted');
  assert.ok(names.some((name) => name.startsWith('data/')));
  for (const name of names) assert.ok(!fs.readFileSync(join(out, name)).includes(dead), name);
});

it('gives filtered and masked rows, and fetches what is new alone', async () => {
  await put(
    `@mask("note: hash") ${PERMIT} when { resource.row has units && resource.row.units == 0 };`,
  );
  const first = await exportTo('ana', sales.ana);
  assert.equal((await compare(first, sales.ana, 'id')).length, 40);
  assert.ok(!holdsCanary('ana'), 'the canary left');
  assert.deepEqual([first.version, first.files, first.fetched], [1, 2, 2]);

  await ingest(81, 100);
  const second = await exportTo('ana', sales.ana);
  assert.equal((await compare(second, sales.ana, 'id')).length, 50);
  assert.deepEqual([second.version, second.files, second.fetched], [2, 3, 1]);
  const names = filesIn('ana');
  assert.deepEqual(
    names.filter((name) => /metadata\.json|hint|export\.json/.test(name)),
    ['metadata/v2.metadata.json', 'metadata/version-hint.text', 'weft-export.json'],
  );
  assert.equal(names.filter((name) => name.startsWith('data/')).length, 3);

  await put(`@columns("id, units") ${PERMIT};`);
  const third = await exportTo('ana', sales.ana);
  assert.equal((await compare(third, sales.ana, 'id')).length, 100);
  const data = filesIn('ana').filter((name) => name.startsWith('data/'));
  assert.equal(data.length, third.files, 'what is no longer part of the table went');
  assert.ok(!holdsCanary('ana'));
});

it('gives the owner the files as they are stored', async () => {
  const told = await exportTo('olga', sales.olga);
  assert.equal((await compare(told, sales.olga, 'id')).length, 100);
  assert.ok(holdsCanary('olga'), 'the canary is there to be found');
  const stored = new Set(
    fs
      .readdirSync(sales.mesh.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
      .filter((entry) => !entry.parentPath.includes('projections'))
      .map((entry) => fs.readFileSync(join(entry.parentPath, entry.name)).toString('base64')),
  );
  for (const name of filesIn('olga').filter((file) => file.startsWith('data/')))
    assert.ok(stored.has(fs.readFileSync(join(base, 'olga', name)).toString('base64')), name);
});

it('gives cells where the policy rolls up', async () => {
  await put(`@granularity("units, day by week; count; at least 10 id") ${PERMIT};`);
  const told = await exportTo('cells', sales.ana);
  const rows = await compare(told, sales.ana, 'units, day');
  assert.ok(rows.length > 0 && rows.length < 20, JSON.stringify(rows));
  assert.ok(!holdsCanary('cells'));
});

it('refuses what may only be looked at, and more rows than the limit', async () => {
  const args = ['export', TABLE, '--purpose', 'reporting', '--out', join(base, 'denied')];
  await put(`@export("forbidden") ${PERMIT};`);
  const looked = await weft(sales.ana, ...args);
  assert.equal(looked.code, 4, looked.stderr);
  assert.match(looked.stderr, /looked at and not exported/);
  await put(`@limit("99") ${PERMIT};`);
  const many = await weft(sales.ana, ...args);
  assert.equal(many.code, 4, many.stderr);
  assert.match(many.stderr, /99 rows/);
  await put(`@limit("100") ${PERMIT};`);
  assert.equal((await weft(sales.ana, ...args)).code, 0);
});

it('leaves a folder alone that holds something else, or another table', async () => {
  const other = join(base, 'other');
  fs.mkdirSync(other);
  fs.writeFileSync(join(other, 'thesis.txt'), 'mine');
  const args = ['--purpose', 'reporting', '--out'];
  const taken = await weft(sales.ana, 'export', TABLE, ...args, other);
  assert.equal(taken.code, 6, taken.stderr);
  assert.match(taken.stderr, /holds something else/);
  assert.deepEqual(fs.readdirSync(other), ['thesis.txt']);
  const wrong = await weft(sales.ana, 'export', 'sales.others', ...args, join(base, 'ana'));
  assert.equal(wrong.code, 6, wrong.stderr);
  assert.match(wrong.stderr, /export of sales\.lines/);
});

it('says where the table is and how to open it', async () => {
  const args = ['export', 'sales.lines@1', '--purpose', 'reporting', '--out', join(base, 'said')];
  const { stdout, stderr } = await weft(sales.ana, ...args);
  assert.equal(stdout, `${join(base, 'said', 'metadata/v1.metadata.json')}\n`);
  assert.match(stderr, /StaticTable\.from_metadata/);
  assert.match(stderr, /iceberg_scan/);
  const quiet = await weft(sales.ana, ...args, '--quiet', '--location', 's3://bucket/lines');
  assert.equal(quiet.stderr, '');
  const metadata = JSON.parse(fs.readFileSync(quiet.stdout.trim(), 'utf8'));
  assert.equal(metadata.location, 's3://bucket/lines');
});

it('is in the log with columns, rows and agreement, and refuses after a revocation', async () => {
  const { items } = await sales.api.done<{
    items: { action: string; details: Record<string, unknown> }[];
  }>('GET', '/api/v1/audit?limit=200&action=query.finished');
  const finished = items.filter(
    ({ action, details }) => action === 'query.finished' && details['isExport'] === true,
  );
  assert.ok(finished.length > 0);
  assert.ok(finished.some(({ details }) => details['rowCount'] === 40));
  await revoke(TABLE);
  const args = ['export', TABLE, '--purpose', 'reporting', '--out', join(base, 'ana')];
  const refused = await weft(sales.ana, ...args);
  assert.equal(refused.code, 4, refused.stderr);
});

/** Ends ana's agreement on a product. */
async function revoke(product: string): Promise<void> {
  const { items } = await sales.api.done<{ items: { agreement: string }[] }>(
    'GET',
    `/api/v1/agreements?product=${product}&state=active`,
    { token: sales.olga },
  );
  await sales.api.done('POST', `/api/v1/agreements/${items[0]?.agreement}/revoke`, {
    json: { because: 'over' },
    token: sales.olga,
  });
}

it('cuts an archive that is on its way when what permitted it is revoked', async () => {
  // Why so much, and of chance: no buffer between the two ends may hold all of it.
  const rows = Array.from(
    { length: 120_000 },
    (_none, i) => `${i},1,${randomBytes(128).toString('hex')},2026-01-01`,
  );
  const body = `${[HEAD, ...rows].join('\n')}\n`;
  const report = await sales.api.ingest('sales.others', body, { token: sales.olga });
  assert.equal(report.state, 'committed', report.because ?? '');
  const response = await fetch(`${sales.mesh.url}/api/v1/exports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sales.ana}`, 'content-type': 'application/json' },
    body: JSON.stringify({ table: 'sales.others', purpose: 'reporting', location: '/there' }),
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/x-tar');
  assert.match(response.headers.get('weft-query') ?? '', /^qry_/);
  const reader = must(response.body, 'a body').getReader();
  await reader.read();
  await revoke('sales.others');
  await assert.rejects(async () => {
    for (;;) if ((await reader.read()).done) return;
  }, /terminated/);
});
