/**
 * Thirty-two clients that send to one table of a running mesh at once, each over a connection of its own: every batch is
 * answered, there once, and numbered without a gap.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import type { BatchReport } from '@weft/core/ingest/report';
import { createApi } from '../support/api.ts';
import { startMesh } from '../support/mesh.ts';
import { countRows } from '../support/table-rows.ts';

const CLIENTS = 32;
const ROWS = 20;
const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: clicks-contract
version: 1.0.0
status: active
domain: sales
dataProduct: clicks
description: { purpose: Proof of many clients. }
schema:
  - name: clicks
    physicalType: table
    description: One row per click.
    properties:
      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1, classification: internal }
      - { name: client, logicalType: integer, required: true, classification: internal }
slaProperties:
  - { property: frequency, value: 1, unit: d }
  - { property: retention, value: 1, unit: y }
team: { name: sales, members: [{ username: platform, role: owner }] }
customProperties:
  - { property: weftGranularity, value: row }
  - { property: weftPurposes, value: [test] }
`;
const mesh = await startMesh();
after(() => mesh.stop());

/** Sends a batch over a connection that is used for nothing else. */
function send(client: number): Promise<{ status: number; report: BatchReport }> {
  const lines = Array.from({ length: ROWS }, (_, i) => `${client * ROWS + i},${client}`);
  // The last line of each stands there already, and one has no number.
  const body = `id,client\n${lines.join('\n')}\n${lines.at(-1)}\nx,${client}\n`;
  const url = `${mesh.url}/api/v1/products/sales.clicks/batches?format=csv&key=client-${client}`;
  const headers = {
    authorization: `Bearer ${mesh.platformToken}`,
    'content-type': 'text/csv',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, report: JSON.parse(text) as BatchReport });
      });
      response.on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}

test('thirty-two clients at once on one table lose nothing and count nothing twice', async () => {
  const api = createApi(mesh.url, mesh.platformToken);
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['platform'] } });
  const headers = { 'content-type': 'application/yaml' };
  await api.done('POST', '/api/v1/contracts', { body: CONTRACT, headers });

  const clients = Array.from({ length: CLIENTS }, (_, client) => client);
  const answers = await Promise.all(clients.map(send));
  for (const [client, { status, report }] of answers.entries()) {
    assert.ok(status === 200 || status === 201, `${client}: ${status} ${JSON.stringify(report)}`);
    assert.equal(report.state, 'committed', `${client}: ${report.because}`);
    assert.deepEqual(report.records, { in: ROWS + 2, good: ROWS, quarantined: 1, duplicates: 1 });
  }
  const sequences = answers.map(({ report }) => Number(report.sequence)).sort((a, b) => a - b);
  assert.deepEqual(
    sequences,
    sequences.map((_, i) => Number(sequences[0]) + i),
  );
  // The same again are the same batches.
  const again = await Promise.all(clients.map(send));
  assert.deepEqual(
    again.map(({ report }) => report.batch),
    answers.map(({ report }) => report.batch),
  );
  await new Promise((resolve) => {
    mesh.process.once('exit', resolve);
    mesh.process.kill('SIGTERM');
  });
  const counted = (await countRows(mesh.data, ['clicks'], 'client')).get('clicks') ?? [];
  assert.deepEqual(
    counted.sort((a, b) => a.group - b.group),
    clients.map((client) => ({ group: client, rows: ROWS, distinct: ROWS })),
  );
});
