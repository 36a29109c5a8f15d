/** Governed queries end to end, over HTTP and with real processes: who sees what, in which format, and what is recorded. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { WeftError } from '@weft/core/lib/error';
import { createIdSource } from '@weft/core/lib/id';
import type { QueryAuditEntry } from '@weft/core/query/ports';
import type { Subject } from '@weft/core/registry/types';
import { tableFromIPC } from 'apache-arrow';
import type { QueryProcesses } from '../../server/src/adapters/query-process.ts';
import { createArrowExporter } from '../../server/src/adapters/result-arrow.ts';
import { createParquetExporter } from '../../server/src/adapters/result-parquet.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import { createApp, type WeftApp } from '../../server/src/api/app.ts';
import { registerQueries } from '../../server/src/api/platform/queries.ts';
import { createQueryService, type QueryService } from '../../server/src/services/query-service.ts';
import { CANARY, openQueryFixture, type QueryFixture } from '../hostile/support.ts';
import { openEngine } from '../support/governed.ts';
import { openProjections, type TestProjections } from '../support/projections.ts';

const standing = { refusal: () => null, since: () => null, onChange: () => () => undefined };
let fixture: QueryFixture;
let engine: QueryProcesses;
let kept: TestProjections;
let queries: QueryService;
let app: WeftApp;
let auditFails = false;
const audit: QueryAuditEntry[] = [];
const logged: string[] = [];

before(async () => {
  fixture = await openQueryFixture();
  const note = (message: string, fields?: unknown): void => {
    logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  const logger = { info: note, warn: note, error: note };
  engine = openEngine(fixture, logger);
  kept = await openProjections(path.join(fixture.directory, 'kept'));
  queries = createQueryService({
    decide: fixture.decide,
    standing,
    tables: fixture.tables,
    projections: kept.files,
    engine,
    exporters: {
      parquet: createParquetExporter({
        directory: path.join(fixture.directory, 'export'),
        memory: '200MB',
      }),
      arrow: createArrowExporter(),
    },
    audit: {
      record: async (entry) => {
        if (auditFails) throw new WeftError('STORE_FAILED', 'no audit');
        audit.push(entry);
      },
    },
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    clock: systemClock,
    logger,
    limits: { seconds: 20, rows: 10_000, bytes: 10_000_000 },
    admission: { running: 2, perSubject: 4, waiting: 10, waitSeconds: 20 },
  });
  const subjects: Record<string, Subject> = {
    ana: fixture.analyst,
    otto: { id: 'otto', name: 'Otto', roles: ['producer'], domains: ['sales'], attributes: {} },
    eve: { id: 'eve', name: 'Eve', roles: ['consumer'], domains: [], attributes: {} },
  };
  app = await createApp({
    version: '0',
    logger,
    requestsPerMinute: 10_000,
    authenticate: async (bearer) => {
      const subject = subjects[bearer];
      if (subject === undefined) throw new WeftError('UNAUTHENTICATED', 'unknown');
      return subject;
    },
  });
  registerQueries(app, { queries });
  await app.ready();
});
after(async () => {
  await app.close();
  await engine.close();
  kept.maker.close();
  fixture.remove();
});

interface Asked {
  as?: string;
  purpose?: string;
  format?: string;
  limits?: Record<string, number>;
}

function post(sql: string, asked: Asked = {}) {
  const { as = 'ana', purpose = 'forecasting', ...rest } = asked;
  return app.inject({
    method: 'POST',
    url: '/api/v1/queries',
    headers: { authorization: `Bearer ${as}` },
    payload: { sql, purpose, ...rest },
  });
}

test('a permitted query answers with the document of CLI.md and leaves two audit entries', async () => {
  audit.length = 0;
  const sql =
    'SELECT region, count(*) AS n, sum(amount) AS total, max(day) AS last, 9007199254740993 AS big FROM sales.orders GROUP BY region';
  const response = await post(sql);
  assert.equal(response.statusCode, 200, response.body);
  // Why: what one subject may see must not come to another from a cache on the way (A12).
  assert.equal(response.headers['cache-control'], 'private, no-store');
  assert.equal(response.headers.etag, undefined);
  const document = response.json();
  assert.deepEqual(
    document.columns.map(
      (column: { name: string; type: string }) => `${column.name} ${column.type}`,
    ),
    ['region VARCHAR', 'n BIGINT', 'total DECIMAL(38,2)', 'last DATE', 'big BIGINT'],
  );
  assert.deepEqual(document.rows, [['DE', 267, '2170.75', '2026-01-09', '9007199254740993']]);
  assert.equal(document.rowCount, 1);
  assert.equal(document.truncated, false);
  assert.ok(document.cpuSeconds > 0, 'a query costs something');
  assert.equal(document.products[0].product, 'sales.orders');
  assert.equal(document.products[0].agreement, 'agr_orders');
  assert.equal(document.products[0].policy, 7);
  assert.match(document.products[0].snapshot, /^\d+$/);
  assert.deepEqual(
    audit.map((entry) => [entry.event, entry.subject, entry.purpose, entry.rowCount]),
    [
      ['permitted', 'ana', 'forecasting', null],
      ['finished', 'ana', 'forecasting', 1],
    ],
  );
  assert.equal(audit[0]?.sqlSha256, createHash('sha256').update(sql).digest('hex'));
  assert.deepEqual(audit[0]?.tables[0]?.columns, ['region', 'day', 'amount']);
  const id = response.headers['weft-query'];
  const record = await app.inject({
    url: `/api/v1/queries/${id}`,
    headers: { authorization: 'Bearer ana' },
  });
  assert.equal(record.json().state, 'done');
  assert.equal(record.json().rowCount, 1);
  assert.equal(record.json().cpuSeconds, document.cpuSeconds);
  const foreign = await app.inject({
    url: `/api/v1/queries/${id}`,
    headers: { authorization: 'Bearer eve' },
  });
  assert.equal(foreign.statusCode, 404);
});

test('denials: no agreement, another purpose, an unknown table; nothing runs', async () => {
  audit.length = 0;
  for (const asked of [{ as: 'eve' }, { purpose: 'marketing' }]) {
    const response = await post('SELECT count(*) FROM sales.orders', asked);
    assert.equal(response.statusCode, 403, response.body);
    assert.equal(response.json().code, 'ACCESS_DENIED');
  }
  assert.equal((await post('SELECT 1 FROM sales.nothing')).statusCode, 403);
  assert.equal(
    (await post('SELECT 1 FROM sales.orders', { purpose: ' ' })).json().code,
    'PURPOSE_REQUIRED',
  );
  // What was asked for in vain is told to its owner as well.
  assert.deepEqual(
    audit.map(({ tables }) => tables.map(({ product, columns }) => [product, columns])),
    [[['sales.orders', []]], [['sales.orders', []]], [['sales.nothing', []]]],
  );
  assert.match(audit[0]?.tables[0]?.reason ?? '', /agreement/);
  const refused = await post('SELECT stats(sec) FROM sales.orders');
  assert.equal(refused.json().code, 'QUERY_REFUSED');
  assert.deepEqual(
    audit.map((entry) => [entry.event, entry.code]),
    [
      ['refused', 'ACCESS_DENIED'],
      ['refused', 'ACCESS_DENIED'],
      ['refused', 'ACCESS_DENIED'],
      ['refused', 'QUERY_REFUSED'],
    ],
  );
});

test('who goes away before anything was decided was refused nothing', async () => {
  const before = audit.length;
  const submitted = queries.submit({
    subject: fixture.analyst,
    purpose: 'forecasting',
    sql: 'SELECT * FROM sales.orders',
    format: 'json',
    limits: {},
    signal: AbortSignal.abort(),
  });
  await assert.rejects(
    submitted,
    (error) => error instanceof WeftError && error.code === 'CANCELLED',
  );
  assert.deepEqual(
    audit.slice(before).map((entry) => [entry.event, entry.code]),
    [['cancelled', 'CANCELLED']],
  );
});

test('a revocation acts on the very next query', async () => {
  const agreement = fixture.agreements[1];
  assert.ok(agreement);
  assert.equal((await post('SELECT * FROM stores.stores')).statusCode, 200);
  agreement.state = 'revoked';
  assert.equal((await post('SELECT * FROM stores.stores')).statusCode, 403);
  agreement.state = 'active';
});

test('the owner sees every row and column, the consumer is told what is hidden', async () => {
  const owner = await post('SELECT count(*), count(email) FROM sales.orders', {
    as: 'otto',
    purpose: 'upkeep',
  });
  assert.deepEqual(owner.json().rows, [[600, 600]]);
  const consumer = await post('SELECT email FROM sales.orders');
  assert.equal(consumer.statusCode, 403);
  assert.match(
    consumer.json().detail,
    /"email" of sales.orders is hidden from you \(classification\)/,
  );
});

test('statements that the gate lets through show nothing hidden in rows, errors or logs', async () => {
  const hash = fixture.treeHash();
  const picked = ['all', 'reorder-join', 'min-max', 'hidden-row'];
  for (const { id, sql } of fixture.corpus.contained.filter((s) => picked.includes(s.id))) {
    const response = await post(sql);
    assert.ok(!response.body.includes(CANARY), id);
    assert.ok(!response.body.includes('"FR"'), id);
  }
  assert.ok(!logged.join('\n').includes(CANARY));
  assert.ok(!logged.join('\n').includes('open-'), 'cell values are redacted in the log');
  assert.equal(fixture.treeHash(), hash);
});

test('errors about values never quote them', async () => {
  audit.length = 0;
  const response = await post('SELECT CAST(sec AS INTEGER) FROM sales.orders');
  assert.equal(response.json().code, 'QUERY_FAILED');
  assert.doesNotMatch(response.body, /open-/);
  // The owners are told what it was, and no value either.
  assert.deepEqual(
    audit.map(({ event, problem }) => [event, problem]),
    [
      ['permitted', null],
      ['finished', 'Conversion Error'],
    ],
  );
  const unknown = await post('SELECT nosuch FROM sales.orders');
  assert.match(unknown.json().detail, /"nosuch" not found/);
  assert.equal((await post('SELEC 1')).json().code, 'QUERY_FAILED');
});

const TYPES = `SELECT 1::BIGINT AS a, 12.50::DECIMAL(9,2) AS b, DATE '2024-02-29' AS c,
  TIMESTAMPTZ '2024-02-29 12:00:00.5+02' AS d, TIMESTAMP '2024-02-29 12:00:00' AS e, true AS f, NULL::VARCHAR AS g,
  'ä"b' || chr(10) || 'c,' AS h, 1.5::DOUBLE AS i, [1, 2] AS j, sum(9223372036854775807::HUGEINT) AS k, (-0.05)::DECIMAL(9,2) AS l
  FROM stores.stores`;

test('NDJSON, CSV, Parquet and Arrow hold the same values', async () => {
  const ndjson = await post(TYPES, { format: 'ndjson' });
  assert.deepEqual(JSON.parse(ndjson.body), {
    a: 1,
    b: '12.50',
    c: '2024-02-29',
    d: '2024-02-29T10:00:00.5Z',
    e: '2024-02-29T12:00:00',
    f: true,
    g: null,
    h: 'ä"b\nc,',
    i: 1.5,
    j: [1, 2],
    k: '27670116110564327421',
    l: '-0.05',
  });
  const csv = await post(TYPES, { format: 'csv' });
  assert.equal(
    csv.body,
    'a,b,c,d,e,f,g,h,i,j,k,l\r\n1,12.50,2024-02-29,2024-02-29T10:00:00.5Z,2024-02-29T12:00:00,true,,"ä""b\nc,",1.5,"[1,2]",27670116110564327421,-0.05\r\n',
  );
  const parquet = await post(TYPES, { format: 'parquet' });
  assert.equal(parquet.statusCode, 200, parquet.body);
  assert.deepEqual(await readParquet(parquet.rawPayload), [
    '1|12.50|2024-02-29|2024-02-29 10:00:00.5+00|2024-02-29 12:00:00|true|NULL|ä"b\nc,|1.5|[1,2]|27670116110564327421|-0.05',
  ]);
  const arrow = await post(TYPES, { format: 'arrow' });
  assert.equal(arrow.statusCode, 200, arrow.body);
  const row = tableFromIPC(arrow.rawPayload).get(0)?.toJSON() ?? {};
  assert.equal(row['a'], 1n);
  assert.equal(row['c'], Date.parse('2024-02-29'));
  assert.equal(row['d'], Date.parse('2024-02-29T10:00:00.5Z'));
  assert.equal(row['f'], true);
  assert.equal(row['g'], null);
  assert.equal(row['h'], 'ä"b\nc,');
  assert.equal(row['i'], 1.5);
  assert.equal(row['j'], '[1,2]');
  assert.equal(String(row['b']), '1250');
  assert.equal(String(row['k']), '27670116110564327421');
});

async function readParquet(bytes: Uint8Array): Promise<string[]> {
  const { writeFileSync } = await import('node:fs');
  const file = path.join(fixture.directory, 'result.parquet');
  writeFileSync(file, bytes);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const list = [...'abcdefghijkl'].map((name) => `coalesce(${name}::VARCHAR, 'NULL')`).join(', ');
  const result = await connection.runAndReadAll(`SELECT concat_ws('|', ${list}) FROM '${file}'`);
  connection.closeSync();
  instance.closeSync();
  return result.getRows().map((row) => String(row[0]));
}

test('row and byte limits cut the result and say so', async () => {
  const sql = 'SELECT id FROM sales.orders ORDER BY id';
  const rows = (await post(sql, { limits: { rows: 3 } })).json();
  assert.deepEqual([rows.rows, rows.rowCount, rows.truncated], [[[0], [1], [2]], 3, true]);
  const bytes = (await post(sql, { limits: { bytes: 9 } })).json();
  assert.deepEqual([bytes.rows.length, bytes.truncated], [2, true]);
  const raised = (await post(sql, { limits: { rows: 1e9 } })).json();
  assert.deepEqual([raised.rowCount, raised.truncated], [267, false]);
  const none = (await post('SELECT id FROM sales.orders WHERE false')).json();
  assert.deepEqual([none.rows, none.rowCount, none.truncated], [[], 0, false]);
});

test('without audit there are no rows', async () => {
  auditFails = true;
  const response = await post('SELECT * FROM stores.stores');
  auditFails = false;
  assert.equal(response.statusCode, 503);
  assert.ok(!response.body.includes('Berlin'));
});

test('a query can be cancelled by its owner, and by hanging up', async () => {
  const endless =
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r';
  audit.length = 0;
  const answer = post(endless);
  while (audit.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const id = audit[0]?.query ?? '';
  const eve = await app.inject({
    method: 'DELETE',
    url: `/api/v1/queries/${id}`,
    headers: { authorization: 'Bearer eve' },
  });
  assert.equal(eve.statusCode, 404);
  await app.inject({
    method: 'DELETE',
    url: `/api/v1/queries/${id}`,
    headers: { authorization: 'Bearer ana' },
  });
  assert.equal((await answer).json().code, 'CANCELLED');
  assert.equal(queries.show(id, fixture.analyst).state, 'cancelled');
  const gone = new AbortController();
  const submitted = queries.submit({
    subject: fixture.analyst,
    purpose: 'forecasting',
    sql: endless,
    format: 'json',
    limits: {},
    signal: gone.signal,
  });
  setTimeout(() => gone.abort(), 200);
  await assert.rejects(
    submitted,
    (error) => error instanceof WeftError && error.code === 'CANCELLED',
  );
});
