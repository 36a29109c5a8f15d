/**
 * Uploads over HTTP: a client of the tus protocol that we did not write sends and resumes; checksums, offsets, limits and
 * who sees what are asked for by hand.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Upload } from 'tus-js-client';
import {
  bodyOf,
  LINES_CONTRACT,
  openTestIngest,
  platform,
  producer,
  stranger,
  type TestIngest,
} from '../../../../test/support/ingest.ts';
import { openIngestApp, openUploads } from '../../../../test/support/ingest-http.ts';
import type { WeftApp } from '../app.ts';
import { UPLOADS_TYPE } from './batch-schemas.ts';

const BEN = { ...producer, id: 'ben', name: 'Ben' };
const SUBJECTS = { ana: producer, ben: BEN, pat: platform, sam: stranger };
const PIECE = 'application/offset+octet-stream';
const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body);
const base64 = (text: string) => Buffer.from(text).toString('base64');

let node: TestIngest;
let app: WeftApp;
let url = '';
before(async () => {
  node = await openTestIngest();
  node.publish(LINES_CONTRACT);
  app = await openIngestApp(node, SUBJECTS);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
after(async () => {
  await app.close();
  await node[Symbol.asyncDispose]();
});

interface Call {
  as?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

async function call(method: string, path: string, { as = 'ana', body, headers }: Call = {}) {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${as}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, json, code: json['code'] };
}

/** Begins an upload of `sales.lines`; resolves to its path. */
async function begin(length: number, headers: Record<string, string> = {}): Promise<string> {
  const metadata = `product ${base64('sales.lines')},filename ${base64('a.csv')}`;
  const {
    status,
    headers: got,
    json,
  } = await call('POST', '/api/v1/uploads', {
    headers: { 'upload-length': String(length), 'upload-metadata': metadata, ...headers },
  });
  assert.equal(status, 201, JSON.stringify(json));
  return got.get('location') ?? '';
}

const piece = (path: string, offset: number, body: string, headers = {}) =>
  call('PATCH', path, {
    body,
    headers: { 'content-type': PIECE, 'upload-offset': String(offset), ...headers },
  });
const offsetOf = async (path: string) =>
  Number((await call('HEAD', path)).headers.get('upload-offset'));
const batchOf = (uploads: object[], query = '', as = 'ana') =>
  call('POST', `/api/v1/products/sales.lines/batches?${query}`, {
    as,
    body: JSON.stringify({ uploads }),
    headers: { 'content-type': UPLOADS_TYPE },
  });
const idOf = (path: string) => path.split('/').at(-1) ?? '';

describe('uploads', () => {
  it('are sent by a tus client in pieces, resumed by another, and become a batch', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i}\n`).join('');
    const body = Buffer.from(`id\n${lines}`);
    const options = {
      endpoint: `${url}/api/v1/uploads`,
      headers: { authorization: 'Bearer ana' },
      metadata: { product: 'sales.lines', filename: 'lines.csv' },
      chunkSize: 60_000,
    };
    const location = await new Promise<string>((resolve, reject) => {
      const upload = new Upload(body, {
        ...options,
        onChunkComplete: (_size, accepted) => {
          if (accepted < 120_000) return;
          void upload.abort().then(() => resolve(upload.url ?? ''));
        },
        onError: reject,
      });
      upload.start();
    });
    const before = await offsetOf(location);
    assert.ok(before >= 120_000 && before < body.length, `${before} bytes are safe`);
    await new Promise<void>((resolve, reject) => {
      const again = { ...options, uploadUrl: location, uploadDataDuringCreation: false };
      new Upload(body, { ...again, onSuccess: () => resolve(), onError: reject }).start();
    });
    const { headers } = await call('HEAD', location);
    const digest = sha256(body).digest('base64');
    assert.equal(headers.get('repr-digest'), `sha-256=:${digest}:`);
    const { status, json } = await batchOf([{ upload: idOf(location) }], 'key=tus');
    assert.equal(status, 200);
    const { source, state, records } = json as Record<string, Record<string, unknown>>;
    assert.deepEqual([state, records?.['good']], ['committed', 50_000]);
    assert.deepEqual(
      [source?.['name'], source?.['bytes'], source?.['sha256'], source?.['files']],
      ['lines.csv', body.length, sha256(body).digest('hex'), undefined],
    );
    const again = await batchOf([{ upload: idOf(location) }], 'key=tus');
    assert.equal(again.json['batch'], json['batch'], 'the same request again has the first answer');
    assert.deepEqual(await readdir(`${node.root}/uploads`), [], 'the bytes are the batch’s now');
  });

  it('keep what came before the line broke, and go on from there only', async () => {
    const path = await begin(9);
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head = `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ana\r\nContent-Type: ${PIECE}\r\nUpload-Offset: 0\r\nContent-Length: 9\r\n\r\n`;
    socket.write(`${head}id\n1`);
    for (let seen = 0; seen === 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen = (await readdir(`${node.root}/uploads`)).length;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    const offset = await offsetOf(path);
    assert.equal(offset, 4);
    for (const wrong of [0, 3, 5]) {
      const refused = await piece(path, wrong, 'x');
      assert.deepEqual([refused.status, refused.code], [409, 'UPLOAD_OFFSET']);
    }
    assert.equal((await batchOf([{ upload: idOf(path) }])).code, 'UPLOAD_OFFSET');
    assert.equal((await piece(path, 4, '\n22\n')).status, 204);
    assert.equal((await piece(path, 8, 'xyz')).code, 'PAYLOAD_TOO_LARGE');
    assert.equal((await piece(path, 8, '\n')).headers.get('upload-offset'), '9');
    const { json } = await batchOf([{ upload: idOf(path) }]);
    assert.deepEqual((json['records'] as { in: number }).in, 3);
  });

  it('refuse a piece that is not that of its checksum, and keep nothing of it', async () => {
    const path = await begin(6);
    const right = sha256('id\n1\n\n').digest('base64');
    const wrong = sha256('other').digest('base64');
    for (const headers of [
      { 'upload-checksum': `sha256 ${wrong}` },
      { 'content-digest': `sha-256=:${wrong}:` },
    ]) {
      const refused = await piece(path, 0, 'id\n1\n\n', headers);
      assert.deepEqual([refused.status, refused.code], [460, 'UPLOAD_PIECE_MISMATCH']);
      assert.equal(await offsetOf(path), 0);
    }
    const taken = await piece(path, 0, 'id\n1\n\n', { 'upload-checksum': `sha256 ${right}` });
    assert.equal(taken.headers.get('upload-offset'), '6');
  });

  it('refuse bytes that are not those of the stated SHA-256, and keep none of them', async () => {
    const wrong = `sha-256=:${sha256('other').digest('base64')}:`;
    const path = await begin(5, { 'repr-digest': wrong });
    const refused = await piece(path, 0, 'id\n1\n');
    assert.deepEqual([refused.status, refused.code], [422, 'CHECKSUM_MISMATCH']);
    assert.equal((await call('HEAD', path)).status, 404);
    const other = await begin(5);
    await piece(other, 0, 'id\n1\n');
    const file = { upload: idOf(other), sha256: sha256('other').digest('hex') };
    assert.equal((await batchOf([file])).code, 'CHECKSUM_MISMATCH');
    const present = { ...file, sha256: sha256('id\n1\n').digest('hex').toUpperCase() };
    assert.equal((await batchOf([present])).json['state'], 'committed');
  });

  it('hold a batch that is sent at once to its checksum, too', async () => {
    const path = '/api/v1/products/sales.lines/batches?format=csv';
    const body = 'id\n7\n';
    const wrong = sha256('other');
    const field = `sha-256=:${wrong.copy().digest('base64')}:`;
    for (const [query, headers] of [
      [`&sha256=${wrong.copy().digest('hex')}`, {}],
      ['', { 'content-digest': field }],
      ['', { 'repr-digest': field }],
    ] as const) {
      const { status, code } = await call('POST', path + query, { body, headers });
      assert.deepEqual([status, code], [422, 'CHECKSUM_MISMATCH']);
    }
    const listed = await call('GET', '/api/v1/batches?limit=200');
    const seven = (listed.json['items'] as { source: { sha256: string } }[]).filter(
      (batch) => batch.source.sha256 === sha256(body).digest('hex'),
    );
    assert.deepEqual(seven, [], 'nothing was kept');
    const headers = { 'content-digest': `sha-256=:${sha256(body).digest('base64')}:` };
    assert.equal((await call('POST', path, { body, headers })).json['state'], 'committed');
    for (const other of [
      { 'content-digest': 'md5=:AAAA:' },
      { digest: `SHA-256=${sha256(body).digest('base64')}` },
      { 'content-md5': 'AAAA' },
    ]) {
      assert.equal((await call('POST', path, { body, headers: other })).code, 'REQUEST_INVALID');
    }
  });

  it('are seen by who began them alone, and begun by who may send', async () => {
    const path = await begin(3);
    for (const as of ['ben', 'pat', 'sam']) {
      assert.equal((await call('HEAD', path, { as })).status, 404);
      assert.equal((await call('DELETE', path, { as })).status, 404);
      const headers = { 'content-type': PIECE, 'upload-offset': '0' };
      assert.equal((await call('PATCH', path, { as, body: 'id\n', headers })).status, 404);
      const status = (await batchOf([{ upload: idOf(path) }], '', as)).status;
      assert.equal(status, 404);
    }
    const headers = { 'upload-length': '3', 'upload-metadata': `product ${base64('sales.lines')}` };
    assert.equal((await call('POST', '/api/v1/uploads', { as: 'sam', headers })).status, 403);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('HEAD', path)).status, 404);
  });

  it('say what is wrong with a request', async () => {
    const product = `product ${base64('sales.lines')}`;
    const wrong: Record<string, string>[] = [
      {},
      { 'upload-length': '3' },
      { 'upload-length': '-1', 'upload-metadata': product },
      { 'upload-length': '3', 'upload-metadata': 'product ***' },
      { 'upload-length': '3', 'upload-metadata': `${product},sha256 ${base64('12')}` },
      { 'upload-length': '3', 'upload-metadata': product, 'repr-digest': 'md5=:AAAA:' },
    ];
    for (const headers of wrong) {
      const { status, code } = await call('POST', '/api/v1/uploads', { headers });
      assert.deepEqual([status, code], [400, 'REQUEST_INVALID'], JSON.stringify(headers));
    }
    const huge = { 'upload-length': '900000000000', 'upload-metadata': product };
    assert.equal((await call('POST', '/api/v1/uploads', { headers: huge })).status, 413);
    const version = await call('OPTIONS', '/api/v1/uploads');
    assert.equal(version.headers.get('tus-version'), '1.0.0');
    const old = await call('HEAD', '/api/v1/uploads/upl_x', {
      headers: { 'tus-resumable': '0.2' },
    });
    assert.equal(old.status, 412);
    for (const list of [[], [{ upload: 'upl_x', more: 1 }], 'x']) {
      assert.equal((await batchOf(list as object[])).code, 'REQUEST_INVALID');
    }
  });
});

describe('the uploads of a node', () => {
  it('are bounded by subject, and swept when nobody goes on with them', async () => {
    let now = Date.now();
    const limits = { openMax: 2, bytesMax: 100, expireSeconds: 60 };
    const uploads = openUploads(node, { limits, now: () => now });
    const file = { product: 'sales.lines', name: 'a.csv', length: 10, sha256: null };
    const first = await uploads.create(file, BEN);
    await assert.rejects(uploads.create({ ...file, length: 91 }, BEN), {
      code: 'PAYLOAD_TOO_LARGE',
    });
    await uploads.create(file, BEN);
    await assert.rejects(uploads.create(file, BEN), { code: 'PAYLOAD_TOO_LARGE' });
    now += 40_000;
    const send = { offset: 0, body: bodyOf('id\n'), sha256: null, stop: () => {} };
    await uploads.append(first.upload, send, BEN);
    now += 40_000;
    assert.ok((await uploads.sweep()) >= 1);
    assert.equal((await uploads.show(first.upload, BEN)).offset, 3, 'a piece came meanwhile');
    await uploads.create(file, BEN);
    now += 100_000;
    await uploads.sweep();
    await assert.rejects(uploads.show(first.upload, BEN), { code: 'NOT_FOUND' });
    const names = await readdir(`${node.root}/uploads`);
    assert.ok(!names.includes(first.upload), 'its bytes are gone, too');
  });
});
