/**
 * `weft ingest` with a folder, a pattern, a manifest and several names: what becomes one batch, and what is said of what
 * cannot.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { BatchReport } from '@weft/core/ingest/report';
import { createApi } from '../support/api.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { startMesh, type TestMesh } from '../support/mesh.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: days-contract
version: 1.0.0
status: active
domain: sales
dataProduct: days
description: { purpose: Proof of several files. }
schema:
  - name: days
    physicalType: table
    description: One row per number.
    properties:
      - { name: no, logicalType: integer, required: true, classification: internal }
slaProperties:
  - { property: frequency, value: 1, unit: d }
  - { property: retention, value: 1, unit: y }
team: { name: sales, members: [{ username: platform, role: owner }] }
customProperties:
  - { property: weftGranularity, value: row }
  - { property: weftPurposes, value: [test] }
`;
const folder = mkdtempSync(join(tmpdir(), 'weft-sources-'));
const file = (name: string): string => join(folder, name);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let mesh: TestMesh;

before(async () => {
  mkdirSync(file('days/nested'), { recursive: true });
  writeFileSync(file('days/b.csv'), 'no\n1\nx\n');
  writeFileSync(file('days/a.csv.gz'), gzipSync('no\n2\n'));
  writeFileSync(file('days/nested/c.csv'), 'no\n3\n\n4');
  writeFileSync(file('days/_SUCCESS'), '');
  writeFileSync(file('days/.b.csv.crc'), 'crc');
  mesh = await startMesh({ data: file('data') });
  const api = createApi(mesh.url, mesh.platformToken);
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['platform'] } });
  const headers = { 'content-type': 'application/yaml' };
  await api.done('POST', '/api/v1/contracts', { body: CONTRACT, headers });
});
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

const weft = (...words: string[]): Promise<CliResult> =>
  runCli(['ingest', 'sales.days', ...words], { env: mesh.env, now: new Date() });

async function report(...words: string[]): Promise<BatchReport> {
  const { stdout, stderr } = await weft(...words, '--json');
  assert.equal(stderr, '');
  return JSON.parse(stdout) as BatchReport;
}

const filesOf = ({ source }: BatchReport) =>
  source.files?.map(({ name, records }) => [name, records]);
const places = ({ quarantine }: BatchReport) =>
  quarantine.sample.map((row) => `${row.file}:${row.line} ${row.rule}`);

test('a folder is one batch of all its files, by name, without what is no data', async () => {
  const found = await report(file('days'));
  assert.deepEqual(filesOf(found), [
    ['a.csv.gz', 1],
    ['b.csv', 2],
    ['nested/c.csv', 3],
  ]);
  assert.deepEqual(places(found), ['b.csv:3 no.type', 'nested/c.csv:3 no.required']);
  assert.deepEqual(found.records, { in: 6, good: 4, quarantined: 2, duplicates: 0 });
  assert.equal(found.source.name, 'days');
  const shown = await weft(file('days'));
  assert.match(shown.stdout, /files {7}3, /);
  assert.match(shown.stdout, /b\.csv, line 3, no = "x"/);
  assert.match(shown.stdout, /the same bytes as bat_/);
});

test('a pattern is one batch, and names with --together are', async () => {
  const pattern = await report(file('days/*.csv*'));
  assert.deepEqual(
    filesOf(pattern)?.map(([name]) => name),
    [file('days/a.csv.gz'), file('days/b.csv')],
  );
  const together = await report(file('days/b.csv'), file('days/nested/c.csv'), '--together');
  assert.deepEqual(filesOf(together), [
    ['b.csv', 2],
    ['c.csv', 3],
  ]);
});

test('standard input is a batch like any other: counted, refused by line, and found again by its key', async () => {
  const ingest = async (stdin: string | Uint8Array, ...words: string[]): Promise<BatchReport> => {
    const options = { env: mesh.env, now: new Date(), stdin };
    const { stdout, stderr } = await runCli(
      ['ingest', 'sales.days', '-', ...words, '--json'],
      options,
    );
    assert.equal(stderr, '');
    return JSON.parse(stdout) as BatchReport;
  };
  const text = 'no\n21\nx\n22\n';
  const piped = await ingest(text, '--format', 'csv', '--key', 'piped');
  assert.equal(piped.state, 'committed', piped.because ?? '');
  assert.deepEqual(piped.records, { in: 3, good: 2, quarantined: 1, duplicates: 0 });
  assert.deepEqual([piped.source.sha256, piped.source.bytes], [sha256(text), text.length]);
  assert.deepEqual(
    piped.quarantine.sample.map(({ line, value, rule }) => [line, value, rule]),
    [[3, 'x', 'no.type']],
  );
  assert.equal((await ingest(text, '--format', 'csv', '--key', 'piped')).batch, piped.batch);
  const packed = await ingest(gzipSync('{"no":23}\n'), '--format', 'ndjson');
  assert.deepEqual([packed.state, packed.records.good], ['committed', 1]);
});

test('a manifest says which files with which checksums and numbers of records', async () => {
  const entries = [
    { path: 'days/b.csv', sha256: sha256('no\n1\nx\n'), records: 2 },
    { path: 'days/nested/c.csv' },
  ];
  writeFileSync(file('lines.json'), entries.map((entry) => JSON.stringify(entry)).join('\n'));
  const found = await report('--manifest', file('lines.json'), '--key', 'listed');
  assert.deepEqual(
    [found.state, found.source.name, found.key],
    ['committed', 'lines.json', 'listed'],
  );
  writeFileSync(file('array.json'), JSON.stringify(entries));
  const again = await report('--manifest', file('array.json'), '--key', 'listed');
  assert.equal(again.batch, found.batch);
  writeFileSync(file('wrong.json'), JSON.stringify([{ ...entries[0], sha256: sha256('other') }]));
  const wrong = await weft('--manifest', file('wrong.json'));
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /b\.csv has the SHA-256/);
  writeFileSync(file('count.json'), JSON.stringify({ files: [{ ...entries[0], records: 3 }] }));
  const held = await weft('--manifest', file('count.json'));
  assert.equal(held.code, 3);
  assert.match(held.stdout, /has 2 records, but 3 were announced/);
});

test('what cannot be one batch is said before anything is sent', async () => {
  const before = JSON.parse((await mesh.weft('batches', 'list', '--json')).stdout);
  writeFileSync(file('days/x.json'), '[]');
  writeFileSync(file('bad.json'), '{"path":"a.csv","size":3}');
  mkdirSync(file('empty'));
  for (const [words, told] of [
    [[file('days')], /one format/],
    [[file('empty')], /no file in empty/],
    [[file('none/*.csv')], /no file in/],
    [['--manifest', file('bad.json')], /unknown field size/],
    [['--manifest', file('bad.json'), file('days/b.csv')], /leave the others out/],
    [[file('days/b.csv'), file('days/b.csv'), '--together'], /two files are called b\.csv/],
    [[], /which file/],
  ] as const) {
    const { code, stderr } = await weft(...words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, told);
  }
  rmSync(file('days/x.json'));
  assert.deepEqual(JSON.parse((await mesh.weft('batches', 'list', '--json')).stdout), before);
});

test('the landed files of all these batches are proven offline', async () => {
  mesh.process.kill('SIGTERM');
  await new Promise((resolve) => mesh.process.once('exit', resolve));
  const words = ['doctor', '--deep', '--data', file('data'), '--json'];
  const { code, stdout, stderr } = await runCli(words, { env: mesh.env, now: new Date() });
  assert.equal(code, 0, stdout + stderr);
  const landing = join(file('data'), 'landings');
  const [several] = readdirSync(landing).filter((name) =>
    statSync(join(landing, name)).isDirectory(),
  );
  writeFileSync(join(landing, several ?? '', '00001'), 'changed');
  const broken = await runCli(words, { env: mesh.env, now: new Date() });
  assert.match(broken.stdout, new RegExp(`landing-[a-z]+[^}]*${several}`));
});
