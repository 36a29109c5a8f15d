/**
 * Bad files, broken uploads, hostile SQL and a second process against one running mesh: each gets a reason with its place
 * and a remedy, counts add up, the mesh lives on.
 *
 * Not the stager's or the gate's own tests: here the whole way from the door to the table is under test.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SourceFormat } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import type { ProblemDocument } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import type { Answer } from './support/api.ts';
import { openTestEngine } from './support/engine.ts';
import { linesContract } from './support/lines.ts';
import { runWeft } from './support/mesh.ts';
import { HEAD, startSales, YAML } from './support/sales.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-bad-'));
const { mesh, api, olga, ana } = await startSales(['lines', 'orders']);
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

// --- files ----------------------------------------------------------------------------------------------------------

interface BadFile {
  name: string;
  bytes: string | Uint8Array<ArrayBuffer>;
  format?: SourceFormat;
  /** Rule, line and column of the first refused record; the rest of the file is good. */
  refused?: { rule: string; line: number; column: string | null };
  /** Of a file that cannot be read at all. */
  failed?: { because: RegExp; remedy: RegExp; code?: string };
}

const gzipped = gzipSync(
  `${HEAD}\n${Array.from({ length: 9999 }, (_, i) => `${i},1,a,`).join('\n')}\n`,
);

const FILES: BadFile[] = [
  {
    name: 'a quote that never ends',
    bytes: `${HEAD}\n10,1,"open,2026-01-01\n11,1,b,2026-01-01\n`,
    refused: { rule: 'structure.bad_quote', line: 2, column: null },
  },
  {
    name: 'mixed line ends',
    bytes: `${HEAD}\r\n12,1,a,\n13,1,b,\r14,1,c,\r\n`,
    refused: { rule: 'structure.bare_carriage_return', line: 3, column: null },
  },
  {
    name: 'Latin-1 in a file of UTF-8',
    bytes: Buffer.from(`${HEAD}\n15,1,caf\xe9,\n16,1,b,\n`, 'latin1'),
    refused: { rule: 'structure.bad_encoding', line: 2, column: null },
  },
  {
    name: 'an array among objects',
    format: 'ndjson',
    bytes: '{"id":17}\n[1,2]\n',
    refused: { rule: 'structure.not_an_object', line: 2, column: null },
  },
  {
    name: 'half a unit',
    bytes: `${HEAD}\n18,1.5,a,\n19,1,b,\n`,
    refused: { rule: 'units.type', line: 2, column: 'units' },
  },
  {
    name: 'a number beyond 64 bits',
    format: 'ndjson',
    bytes: '{"id":20,"units":9223372036854775808}\n{"id":21}\n',
    refused: { rule: 'units.type', line: 1, column: 'units' },
  },
  {
    name: 'a zero character in a number',
    bytes: `${HEAD}\n28,1\0,a,\n29,1,b,\n`,
    refused: { rule: 'units.type', line: 2, column: 'units' },
  },
  {
    name: 'a zero character in a number of NDJSON',
    format: 'ndjson',
    bytes: '{"id":30,"units":"1\\u0000"}\n{"id":31}\n',
    refused: { rule: 'units.type', line: 1, column: 'units' },
  },
  {
    name: 'a zero character in the header',
    bytes: 'id,uni\0ts,note,day\n32,1,a,\n',
    failed: { because: /`uni\ufffdts` is not in the contract/, remedy: /columns/ },
  },
  {
    name: 'a header of many and long names',
    bytes: `id,${'x'.repeat(300_000)},${Array.from({ length: 5_000 }, (_, i) => `c${i}`).join()}\n1\n`,
    failed: { because: /^.{500,2000}and 4981 more$/, remedy: /columns/ },
  },
  {
    name: 'an empty file',
    bytes: '',
    failed: { because: /empty/, remedy: /header|Send/ },
  },
  {
    name: 'another header',
    bytes: 'id,quantity,note,day\n22,1,a,\n',
    failed: {
      because: /`quantity` is not in the contract; did you mean `units`/,
      remedy: /columns/,
    },
  },
  {
    name: 'gzip that is cut off',
    bytes: gzipped.subarray(0, -30),
    failed: { because: /gzip file is cut off/, remedy: /again/ },
  },
  {
    name: 'a scalar among the elements of an array',
    format: 'json',
    bytes: '[{"id":24},\n 7,\n {"id":25}]',
    refused: { rule: 'structure.not_an_object', line: 2, column: null },
  },
  {
    name: 'an array that is cut off',
    format: 'json',
    bytes: '[{"id":26},\n{"id":27},\n{"id"',
    failed: { because: /no JSON: line 3: the file ends inside/, remedy: /array of objects/ },
  },
  {
    name: 'no Parquet at all',
    format: 'parquet',
    bytes: 'hello',
    failed: { because: /no Parquet file/, remedy: /./ },
  },
];

function check(name: string, report: BatchReport, { refused, failed }: BadFile): void {
  const { records, quarantine, problem } = report;
  assert.equal(records.in, records.good + records.quarantined + records.duplicates, name);
  if (refused !== undefined) {
    assert.equal(report.state, 'committed', `${name}: ${report.because}`);
    const { rule, line, column } = quarantine.sample[0] ?? {};
    assert.deepEqual({ rule, line, column }, refused, name);
    assert.ok(records.good > 0 && records.quarantined === 1, `${name}: ${JSON.stringify(records)}`);
    return;
  }
  assert.equal(report.state, 'failed', name);
  assert.equal(problem?.code, 'BATCH_UNREADABLE', name);
  assert.match(report.because ?? '', failed?.because ?? /^$/, name);
  assert.match(problem?.remedy ?? '', failed?.remedy ?? /^$/, name);
  assert.equal(report.snapshot, null, name);
}

test('bad records are set apart with line and reason, unreadable files fail whole', async () => {
  const engine = await openTestEngine();
  const path = join(folder, 'wrong.parquet');
  const columns = "1 AS id, '1' AS units, 'a' AS note, DATE '2026-01-01' AS day";
  await engine.run(`COPY (SELECT ${columns}) TO ${quoteText(path)} (FORMAT parquet)`);
  engine.close();
  const parquet: BadFile = {
    name: 'Parquet of other types',
    format: 'parquet',
    bytes: new Uint8Array(readFileSync(path)),
    failed: { because: /`?units`?/, remedy: /./ },
  };
  for (const bad of [...FILES, parquet]) {
    const report = await api.ingest('sales.lines', bad.bytes, {
      token: olga,
      format: bad.format ?? 'csv',
    });
    check(bad.name, report, bad);
  }
});

test('a file without an optional column is taken, and its report says so', async () => {
  const bytes = 'day,id,units\n2026-01-01,40,1\n';
  const report = await api.ingest('sales.lines', bytes, { token: olga, format: 'csv' });
  assert.equal(report.state, 'committed', report.because ?? '');
  assert.deepEqual(report.source.lacking, ['note']);
  const shown = await runWeft(['batches', 'show', report.batch], { ...mesh.env, WEFT_TOKEN: olga });
  assert.match(shown.stdout, /not in it +note: empty in every record/);
});

test('UTF-8 where the contract says windows-1252 is taken with a warning that names its file', async () => {
  const csv = '  - { property: weftCsv, value: { encoding: windows-1252 } }\n';
  const contract = `${linesContract({ product: 'signs' })}${csv}`;
  await api.done('POST', '/api/v1/contracts', { body: contract, headers: YAML });
  const paths = [file('plain.csv', `${HEAD}\n1,1,a,\n`), file('utf8.csv', `${HEAD}\n2,1,é,\n`)];
  const env = { ...mesh.env, WEFT_TOKEN: olga };
  const sent = await runWeft(['ingest', 'sales.signs', ...paths, '--together', '--json'], env);
  assert.equal(sent.code, 0, sent.stderr);
  const { batch, state, source } = JSON.parse(sent.stdout) as BatchReport;
  const doubt = { declared: 'windows-1252', looksLike: 'utf-8' };
  assert.equal(state, 'committed');
  assert.deepEqual(source.encodingDoubt, doubt);
  assert.deepEqual(
    source.files?.map(({ encodingDoubt }) => encodingDoubt),
    [undefined, doubt],
  );
  const shown = await runWeft(['batches', 'show', batch], env);
  assert.match(shown.stdout, /encoding +utf8\.csv: looks like UTF-8, but was read as windows-1252/);
});

test('a batch whose quotes leave in doubt what is a record waits for a person', async () => {
  const bytes = `${HEAD}\n23,1,"open,2026-01-01\n777,1,evil,2026-01-01\n24,1,"x",2026-01-01\n`;
  const report = await api.ingest('sales.lines', bytes, { token: olga, format: 'csv' });
  assert.equal(report.state, 'held');
  assert.match(
    report.because ?? '',
    /quote that opens in line 2 closes astray .*ambiguous_quote.* may be text/,
  );
  assert.equal(report.quarantine.byRule['structure.ambiguous_quote'], 1);
  const sql = 'SELECT count(*) AS n FROM sales.lines WHERE id = 777';
  const answer = await api.query<{ rows: unknown[] }>(sql, { token: ana, purpose: 'reporting' });
  assert.deepEqual(answer.body.rows, [[0]]);
  const env = { ...mesh.env, WEFT_TOKEN: olga };
  await runWeft(['batches', 'release', report.batch, '--because', 'looked at'], env);
  const shown = await runWeft(['batches', 'show', report.batch], env);
  assert.match(shown.stdout, / committed: [\s\S]*released +looked at\n +was held +a quote that/);
  assert.doesNotMatch(shown.stdout, /because/);
});

test('numbers beyond 2^53 are in the table as they were sent', async () => {
  const sent = '{"id":9007199254740993,"units":-9223372036854775808}\n';
  await api.ingest('sales.lines', sent, { token: olga, format: 'ndjson' });
  await api.ingest('sales.lines', `${HEAD}\n9007199254740995,9223372036854775807,,\n`, {
    token: olga,
  });
  const sql = 'SELECT id, units FROM sales.lines WHERE id > 9007199254740992 ORDER BY id';
  const answer = await api.query<{ rows: unknown[] }>(sql, { token: ana, purpose: 'reporting' });
  assert.deepEqual(answer.body.rows, [
    ['9007199254740993', '-9223372036854775808'],
    ['9007199254740995', '9223372036854775807'],
  ]);
});

test('the command line tells of bad files by its exit code and words', async () => {
  const env = { ...mesh.env, WEFT_TOKEN: olga };
  const ingest = (...args: string[]) => runWeft(['ingest', 'sales.lines', ...args], env);
  const differs = await ingest(file('differs.csv', 'id,quantity\n1,2\n'));
  assert.equal(differs.code, 1);
  assert.match(differs.stdout, /failed[\s\S]*`quantity` is not in the contract/);
  assert.match(differs.stdout, /Send a file with the columns of the contract and no others/);
  const held = await ingest(file('half.csv', `${HEAD}\n30,1.5,a,\n`));
  assert.equal(held.code, 3);
  assert.match(held.stdout, /line 2, units = "1.5": is no/);
  const missing = await ingest(join(folder, 'nowhere.csv'));
  assert.equal(missing.code, 5);
  assert.match(missing.stderr, /nowhere.csv/);
});

test('an upload that breaks off leaves nothing, and its key is free', async () => {
  const landings = () => readdirSync(join(mesh.data, 'landings')).length;
  const before = landings();
  const path = `${mesh.url}/api/v1/products/sales.lines/batches?format=csv&key=broken`;
  const headers = { authorization: `Bearer ${olga}`, 'content-length': '100000' };
  await new Promise<void>((resolve) => {
    const upload = httpRequest(path, { method: 'POST', headers });
    upload.on('error', () => resolve());
    upload.write(`${HEAD}\n40,1,a,\n`, () => setImmediate(() => upload.destroy()));
  });
  while (landings() > before) await new Promise((resolve) => setTimeout(resolve, 20));
  const { items } = await api.done<{ items: BatchReport[] }>('GET', '/api/v1/batches?limit=200');
  assert.ok(!items.some((batch) => batch.key === 'broken'));
  const report = await api.ingest('sales.lines', `${HEAD}\n41,1,a,\n`, {
    token: olga,
    key: 'broken',
  });
  assert.equal(report.state, 'committed');
  const other = await api.fail(
    'POST',
    '/api/v1/products/sales.lines/batches?format=csv&key=broken',
    {
      token: olga,
      body: `${HEAD}\n42,1,a,\n`,
    },
  );
  assert.equal(other.code, 'BATCH_KEY_REUSED');
});

// --- queries, processes ---------------------------------------------------------------------------------------------

test('hostile SQL is refused over HTTP, each statement by the gate, and the mesh answers on', async () => {
  await api.ingest('sales.orders', `${HEAD}\n1,1,a,\n`, { token: olga });
  const secret = file('secret.csv', 'topsecret');
  const places: Record<string, string> = {
    file: secret,
    secret,
    warehouse: join(mesh.data, 'tables'),
  };
  const corpus = JSON.parse(
    readFileSync(new URL('hostile/queries.json', import.meta.url), 'utf8'),
  ) as { refused: { id: string; sql: string }[] };
  const sample = corpus.refused.filter((_, i) => i % 4 === 0);
  assert.ok(sample.length >= 40);
  for (const { id, sql: text } of sample) {
    const sql = text.replace(
      /\{(file|secret|warehouse)\}/g,
      (_, name: string) => places[name] ?? '',
    );
    const answer: Answer<ProblemDocument> = await api.query(sql, {
      token: ana,
      purpose: 'reporting',
    });
    assert.ok(answer.status >= 400 && answer.status < 500, `${id}: ${answer.text}`);
    assert.match(answer.body.code, /^(QUERY_REFUSED|QUERY_FAILED|REQUEST_INVALID)$/, id);
    assert.ok(!answer.text.includes('topsecret'), id);
  }
  const sql = 'SELECT count(*) FROM sales.orders';
  const fine = await api.query<{ rows: unknown[] }>(sql, { token: ana, purpose: 'reporting' });
  assert.deepEqual(fine.body.rows, [[1]]);
  assert.equal(mesh.process.exitCode, null);
});

test('a second process on the same data is refused and leaves the first alone', async () => {
  const env = { ...mesh.env, WEFT_CONTEXT: join(folder, 'context.json') };
  const second = await runWeft(['up', '--data', mesh.data, '--port', '0', '--json'], env);
  assert.equal(second.code, 7);
  const problem = JSON.parse(second.stderr.trim().split('\n').at(-1) ?? '') as ProblemDocument;
  assert.equal(problem.code, 'DATA_DIRECTORY_LOCKED');
  assert.match(problem.remedy, /--data/);
  assert.equal((await api.call('GET', '/readyz')).status, 200);
});
