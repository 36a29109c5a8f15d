/**
 * `--out` leaves a whole file or none; `-` is standard input; what is streamed comes unchanged.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordMesh, runCli, tempFolder } from '../../../test/support/cli.ts';

const QUERY = ['query', 'select 1', '--purpose', 'p'];
const example = 'examples/cpg/contracts/loyalty.households.odcs.yaml';

test('a result is streamed byte for byte, to stdout and to a file', async (t) => {
  const bytes = 'a,b\r\n1,"x\ny"\r\n';
  const mesh = await recordMesh(t, { 'POST /api/v1/queries': { text: bytes } });
  const { code, stdout } = await runCli([...QUERY, '--format', 'csv'], { env: mesh.env });
  assert.deepEqual([code, stdout], [0, bytes]);
  const out = join(mesh.folder, 'x.csv');
  const toFile = await runCli([...QUERY, '--out', out], { env: mesh.env });
  assert.deepEqual([toFile.code, toFile.stdout], [0, '']);
  assert.match(toFile.stderr, /14 B written to/);
  assert.equal(readFileSync(out, 'utf8'), bytes);
  const asked = mesh.requests.map((request) => JSON.parse(request.body.toString()));
  assert.deepEqual(
    asked[1],
    { sql: 'select 1', purpose: 'p', format: 'csv' },
    'the name says the format',
  );
});

test('an answer that breaks off leaves the file of before and no other', async (t) => {
  const mesh = await recordMesh(t, {
    'POST /api/v1/queries': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    },
  });
  const folder = join(mesh.folder, 'out');
  mkdirSync(folder);
  const out = join(folder, 'x.csv');
  const first = await runCli([...QUERY, '--out', out], { env: mesh.env });
  assert.equal(first.code, 7);
  assert.deepEqual(readdirSync(folder), []);
  writeFileSync(out, 'whole');
  assert.equal((await runCli([...QUERY, '--out', out], { env: mesh.env })).code, 7);
  assert.equal(readFileSync(out, 'utf8'), 'whole');
  assert.deepEqual(readdirSync(folder), ['x.csv']);
});

test('a device is written, not replaced; a folder is refused', async (t) => {
  const mesh = await recordMesh(t, { 'POST /api/v1/queries': { text: 'a\n' } });
  const words = [...QUERY, '--format', 'csv', '--out'];
  assert.equal((await runCli([...words, '/dev/null'], { env: mesh.env })).code, 0);
  assert.equal((await runCli([...words, mesh.folder], { env: mesh.env })).code, 2);
});

test('- is standard input for contracts, SQL and samples', async () => {
  const text = readFileSync(example, 'utf8');
  const byFile = await runCli(['contract', 'export', example, '--to', 'iceberg']);
  const byInput = await runCli(['contract', 'export', '-', '--to', 'iceberg'], { stdin: text });
  assert.equal(byFile.code, 0);
  assert.deepEqual(byInput, byFile);
  assert.equal((await runCli(['contract', 'lint', '-'], { stdin: text })).code, 0);
  const sample = await runCli(['contract', 'infer', '-', '--product', 'a.b'], {
    stdin: 'x,y\n1,a\n2,b\n',
  });
  assert.equal(sample.code, 0);
  assert.match(sample.stdout, /name: x/);
});

test('SQL comes from an argument, a file or standard input, and from one of them only', async (t) => {
  const json = { columns: [], rows: [], rowCount: 0, truncated: false, products: [], seconds: 0 };
  const mesh = await recordMesh(t, { 'POST /api/v1/queries': { json } });
  const file = join(tempFolder(t), 'q.sql');
  writeFileSync(file, 'select 2');
  const purpose = ['--purpose', 'p'];
  await runCli(['query', 'select 1', ...purpose], { env: mesh.env });
  await runCli(['query', '-f', file, ...purpose], { env: mesh.env });
  await runCli(['query', '-', ...purpose], { env: mesh.env, stdin: 'select 3' });
  await runCli(['query', '-f', '-', ...purpose], { env: mesh.env, stdin: 'select 4' });
  const sql = mesh.requests.map((request) => JSON.parse(request.body.toString()).sql);
  assert.deepEqual(sql, ['select 1', 'select 2', 'select 3', 'select 4']);
  assert.equal(
    (await runCli(['query', 'select 1', '-f', file, ...purpose], { env: mesh.env })).code,
    2,
  );
  assert.equal((await runCli(['query', ...purpose], { env: mesh.env })).code, 2);
});

test('formats that do not fit are refused before anything runs', async (t) => {
  const mesh = await recordMesh(t, {});
  for (const [words, terminal] of [
    [[...QUERY, '--format', 'parquet'], 80],
    [[...QUERY, '--format', 'table', '--out', 'x'], undefined],
    [[...QUERY, '--out', 'no-known-ending'], undefined],
    [[...QUERY, '--format', 'table', '--json'], undefined],
  ] as const) {
    const options = terminal === undefined ? {} : { terminal };
    assert.equal((await runCli(words, { env: mesh.env, ...options })).code, 2, words.join(' '));
  }
  assert.equal(mesh.requests.length, 0);
});

test('a table shows types by their side and NULL as nothing; with --json the document passes unchanged', async (t) => {
  const json = {
    columns: [
      { name: 'shop', type: 'VARCHAR' },
      { name: 'sales', type: 'DECIMAL(9,2)' },
    ],
    rows: [
      ['north', '12.50'],
      [null, '7.00'],
    ],
    rowCount: 2,
    truncated: true,
    products: [{ product: 'a.b', contract: 'a.b', snapshot: '1', agreement: null }],
    seconds: 0.1,
  };
  const mesh = await recordMesh(t, { 'POST /api/v1/queries': { json } });
  const table = await runCli(QUERY, { env: mesh.env, terminal: 80 });
  const bold = table.stdout.split('\n')[0];
  assert.ok(bold?.includes('shop   sales'));
  assert.deepEqual(table.stdout.split('\n').slice(1), ['north  12.50', '        7.00', '']);
  assert.match(table.stderr, /2 rows \(cut at the limit\) from a\.b/);
  const asJson = await runCli([...QUERY, '--json'], { env: mesh.env });
  assert.deepEqual(JSON.parse(asJson.stdout), json);
});
