/**
 * `ingest`: what is sent, what is shown, and what the exit code says of the batches.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import { problem, recordMesh, runCli, tempFolder } from '../../../../test/support/cli.ts';

const UPLOAD = 'POST /api/v1/products/a.b/batches';

function report(state: BatchState, name: string): BatchReport {
  return {
    batch: `bat_${name}`,
    product: 'a.b',
    table: 'b',
    contract: { id: 'a.b', version: '1.0.0', hash: '0'.repeat(64) },
    key: null,
    source: { name, bytes: 8, sha256: '0', format: 'csv' },
    state,
    because: state === 'held' ? 'too many bad rows' : null,
    records: { in: 3, good: 1, quarantined: 1, duplicates: 1 },
    rules: [
      {
        id: 'x.range',
        column: 'x',
        dimension: null,
        severity: null,
        consequence: 'quarantine',
        evaluation: 'fail',
        checked: 3,
        failed: 1,
        value: '1',
        must: '= 0 rows',
      },
    ],
    quarantine: {
      total: 1,
      byRule: { 'x.range': 1 },
      sample: [
        { record: 1, line: 2, column: 'x', value: '\u001b[2J', rule: 'x.range', message: 'no' },
      ],
    },
    snapshot: state === 'committed' ? '7' : null,
    sequence: state === 'committed' ? 1 : null,
    started: '2026-11-22T00:00:00Z',
    finished: null,
    seconds: null,
  };
}

test('a file goes as it is, with its format, name and key', async (t) => {
  const mesh = await recordMesh(t, { [UPLOAD]: { json: report('committed', 'day.csv') } });
  const file = join(tempFolder(t), 'day.csv');
  writeFileSync(file, 'x\n1\n');
  const { code, stdout } = await runCli(['ingest', 'a.b', file, '--key', 'k/1'], { env: mesh.env });
  assert.equal(code, 0);
  const [request] = mesh.requests;
  const sha256 = createHash('sha256').update('x\n1\n').digest('hex');
  assert.deepEqual(request?.query, { key: 'k/1', format: 'csv', name: 'day.csv', sha256 });
  assert.equal(request?.headers['content-type'], 'text/csv');
  assert.equal(request?.headers['content-encoding'], undefined);
  assert.equal(request?.headers.authorization, 'Bearer a-token');
  assert.equal(request?.body.toString(), 'x\n1\n');
  assert.ok(stdout.includes('3 in = 1 good + 1 quarantined + 1 duplicates'));
  assert.ok(
    stdout.includes('line 2, x = "\\u001b[2J": no'),
    'a value cannot reach the terminal raw',
  );
});

test('a name, a key and a reason reach the terminal without their control characters', async (t) => {
  const odd = 'a\u001b[31m\n\u202egpj.csv';
  const json: BatchReport = {
    ...report('held', odd),
    batch: 'bat_odd',
    key: odd,
    because: odd,
    repeated: true,
  };
  const mesh = await recordMesh(t, { [UPLOAD]: { json } });
  const file = join(tempFolder(t), 'day.csv');
  writeFileSync(file, 'x\n1\n');
  const { stdout } = await runCli(['ingest', 'a.b', file], { env: mesh.env });
  assert.ok(!stdout.includes('\u001b[31m') && !stdout.includes('\u202e'), stdout);
  assert.equal(stdout.split('a␛[31m␊�gpj.csv').length, 4, stdout);
});

test('records that cannot be read are counted beside the rules, and no value is made up for them', async (t) => {
  const whole = report('committed', 'day.csv');
  const sample = { record: 1, line: 2, column: null, value: null };
  const json: BatchReport = {
    ...whole,
    quarantine: {
      total: 3,
      byRule: { 'x.range': 1, 'structure.bad_quote': 2 },
      sample: [{ ...sample, rule: 'structure.bad_quote', message: 'the record cannot be read' }],
    },
  };
  const mesh = await recordMesh(t, { [UPLOAD]: { json } });
  const file = join(tempFolder(t), 'day.csv');
  writeFileSync(file, 'x\n1\n');
  const { stdout } = await runCli(['ingest', 'a.b', file], { env: mesh.env });
  const rules = stdout.split('\n').filter((line) => line.startsWith('    fail'));
  assert.deepEqual(rules, [
    '    fail  x.range: 1 of 3 records, must be = 0 rows (quarantine)',
    '    fail  structure.bad_quote: 2 of 3 records (quarantine)',
  ]);
  assert.match(stdout, /^ {4}line 2: the record cannot be read$/m);
});

test('compression is told by the bytes, whatever the file is called; a large file comes whole', async (t) => {
  const mesh = await recordMesh(t, { [UPLOAD]: { json: report('committed', 'x') } });
  const folder = tempFolder(t);
  const large = Buffer.alloc(5_000_000, '0123456789\n');
  writeFileSync(join(folder, 'packed.csv'), gzipSync('x\n1\n'));
  writeFileSync(join(folder, 'packed.csv.zst'), zstdCompressSync('x\n1\n'));
  writeFileSync(join(folder, 'plain.csv.gz'), 'x\n1\n');
  writeFileSync(join(folder, 'large.csv'), large);
  writeFileSync(join(folder, 'empty.csv'), '');
  for (const name of ['packed.csv', 'packed.csv.zst', 'plain.csv.gz', 'large.csv', 'empty.csv'])
    await runCli(['ingest', 'a.b', join(folder, name)], { env: mesh.env });
  assert.deepEqual(
    mesh.requests.map((request) => request.headers['content-encoding']),
    ['gzip', 'zstd', undefined, undefined, undefined],
  );
  assert.ok(mesh.requests[3]?.body.equals(large));
  assert.equal(mesh.requests[4]?.body.length, 0);
});

test('- reads standard input and needs a format', async (t) => {
  const mesh = await recordMesh(t, { [UPLOAD]: { json: report('committed', 'stdin') } });
  const refused = await runCli(['ingest', 'a.b', '-'], { env: mesh.env, stdin: 'x\n' });
  assert.equal(refused.code, 2);
  assert.equal(mesh.requests.length, 0);
  const words = ['ingest', 'a.b', '-', '--format', 'ndjson'];
  const { code } = await runCli(words, { env: mesh.env, stdin: gzipSync('{"x":1}\n') });
  assert.equal(code, 0);
  assert.equal(mesh.requests[0]?.headers['content-encoding'], 'gzip');
  assert.deepEqual(mesh.requests[0]?.query, { format: 'ndjson', name: 'stdin' });
});

test('--no-wait prefers an answer before the check, --wait and nothing do not', async (t) => {
  const mesh = await recordMesh(t, { [UPLOAD]: { status: 202, json: report('landed', 'x.csv') } });
  const file = join(tempFolder(t), 'x.csv');
  writeFileSync(file, 'x\n');
  const { code, stdout } = await runCli(['ingest', 'a.b', file, '--no-wait'], { env: mesh.env });
  assert.equal(code, 0);
  assert.ok(stdout.includes('weft batches show bat_x.csv'));
  await runCli(['ingest', 'a.b', file], { env: mesh.env });
  await runCli(['ingest', 'a.b', file, '--wait'], { env: mesh.env });
  assert.deepEqual(
    mesh.requests.map((request) => request.headers['prefer']),
    ['respond-async', undefined, undefined],
  );
});

test('the exit code is that of the worst batch: 0 committed, 3 held, 1 failed', async (t) => {
  const states: Record<string, BatchState> = {
    'c.csv': 'committed',
    'h.csv': 'held',
    'f.csv': 'failed',
  };
  const mesh = await recordMesh(t, {
    [UPLOAD]: ({ query }, response) => {
      const name = query['name'] ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(report(states[name] ?? 'failed', name)));
    },
  });
  const folder = tempFolder(t);
  for (const name of Object.keys(states)) writeFileSync(join(folder, name), 'x\n');
  const send = (...names: string[]) =>
    runCli(['ingest', 'a.b', ...names.map((name) => join(folder, name)), '--json'], {
      env: mesh.env,
    });
  assert.equal((await send('c.csv')).code, 0);
  assert.equal((await send('c.csv', 'h.csv')).code, 3);
  const all = await send('h.csv', 'f.csv', 'c.csv');
  assert.equal(all.code, 1);
  const { items } = JSON.parse(all.stdout) as { items: BatchReport[] };
  assert.deepEqual(
    items.map((item) => item.state),
    ['held', 'failed', 'committed'],
  );
});

test('reports that came are shown when a later file is refused', async (t) => {
  const mesh = await recordMesh(t, {
    [UPLOAD]: ({ query }, response) => {
      const first = query['name'] === 'one.csv';
      response.writeHead(first ? 200 : 409, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(first ? report('committed', 'one.csv') : problem(409, 'CONFLICT')),
      );
    },
  });
  const folder = tempFolder(t);
  for (const name of ['one.csv', 'two.csv']) writeFileSync(join(folder, name), 'x\n');
  const words = ['ingest', 'a.b', join(folder, 'one.csv'), join(folder, 'two.csv')];
  const text = await runCli(words, { env: mesh.env });
  assert.equal(text.code, 6);
  assert.ok(text.stdout.includes('bat_one.csv committed'));
  const json = await runCli([...words, '--json'], { env: mesh.env });
  assert.equal(json.code, 6);
  assert.equal((JSON.parse(json.stdout) as { items: unknown[] }).items.length, 1);
  assert.equal((JSON.parse(json.stderr) as { code: string }).code, 'CONFLICT');
});

test('nothing is sent when one of the files cannot be', async (t) => {
  const mesh = await recordMesh(t, { [UPLOAD]: { json: report('committed', 'x') } });
  const folder = tempFolder(t);
  const good = join(folder, 'good.csv');
  writeFileSync(good, 'x\n');
  writeFileSync(join(folder, 'what.dat'), 'x\n');
  const bad: [string[], number][] = [
    [[good, join(folder, 'none.csv')], 5],
    [[good, folder], 2],
    [[good, join(folder, 'what.dat')], 2],
    [[good, good, '--key', 'k'], 2],
  ];
  for (const [words, exit] of bad)
    assert.equal((await runCli(['ingest', 'a.b', ...words], { env: mesh.env })).code, exit);
  assert.equal(mesh.requests.length, 0);
});
