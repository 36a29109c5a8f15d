/**
 * The command line sends a large file while the node is killed under it: it goes on where the bytes were safe, and the batch
 * is that of the file.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BatchReport } from '@weft/core/ingest/report';
import { createApi } from '../support/api.ts';
import { ROOT, runWeft, startMesh, type TestMesh, WEFT } from '../support/mesh.ts';

const ROWS = 4_700_000;
const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: numbers-contract
version: 1.0.0
status: active
domain: sales
dataProduct: numbers
description: { purpose: Proof that an upload goes on. }
schema:
  - name: numbers
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

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(typeof address === 'object' ? address?.port : 0);
}

/** Resolves when the node has taken so many bytes of its one upload. */
async function untilReceived(data: string, bytes: number): Promise<string> {
  for (;;) {
    const [name] = await readdir(join(data, 'uploads')).catch(() => []);
    const size = name === undefined ? 0 : (await stat(join(data, 'uploads', name))).size;
    if (name !== undefined && size >= bytes) return name;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function prepare(mesh: TestMesh): Promise<void> {
  const api = createApi(mesh.url, mesh.platformToken);
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['platform'] } });
  const headers = { 'content-type': 'application/yaml' };
  await api.done('POST', '/api/v1/contracts', { body: CONTRACT, headers });
}

test('a large file is sent on after the node was killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-upload-'));
  const data = join(folder, 'data');
  const file = join(folder, 'numbers.csv');
  const body = Buffer.from(`no\n${Array.from({ length: ROWS }, (_, i) => `${i}\n`).join('')}`);
  await writeFile(file, body);
  const port = await freePort();
  const options = { data, args: ['--port', port] };
  try {
    await using first = await startMesh(options);
    await prepare(first);
    const args = [WEFT, 'ingest', 'sales.numbers', file, '--key', 'large'];
    const sending = new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { env: first.env, cwd: ROOT }, (error, _out, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
    const before = await untilReceived(data, 20 << 20);
    await first.kill();
    await using second = await startMesh({
      ...options,
      env: { ...first.env } as Record<string, string>,
    });
    assert.deepEqual(await readdir(join(data, 'uploads')), [before], 'the bytes survived');
    const { code, stderr } = await sending;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /going on in 1 s/);
    const listed = await runWeft(['batches', 'list', '--json'], second.env);
    const { items } = JSON.parse(listed.stdout) as { items: BatchReport[] };
    assert.deepEqual(
      items.map(({ key, state, records, source }) => [key, state, records.good, source.sha256]),
      [['large', 'committed', ROWS, createHash('sha256').update(body).digest('hex')]],
    );
    assert.deepEqual(await readdir(join(data, 'uploads')), []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
