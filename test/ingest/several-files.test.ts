/**
 * Several files as one batch: one report and one verdict, each bad record with its own file and line, and the same answer
 * for the same files.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { writeContainer } from '@weft/core/lakehouse/avro';
import { must } from '@weft/core/lib/assert';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import type { UploadsService } from '../../server/src/services/uploads-service.ts';
import { findBatch } from '../../server/src/store/node-batches.ts';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';
import { openUploads } from '../support/ingest-http.ts';
import { tableRows } from '../support/quarantine.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: lines
schema:
  - name: lines
    properties:
      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: note, logicalType: string }
`;

interface Given {
  name: string;
  body: string | Uint8Array;
  records?: number;
}

let node: TestIngest;
let uploads: UploadsService;
let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  node = await openTestIngest();
  node.publish(CONTRACT);
  uploads = openUploads(node, { limits: { openMax: 5_000 } });
});
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});

async function sent(
  files: readonly Given[],
  product: string,
): Promise<{ upload: string; records?: number }[]> {
  const list: { upload: string; records?: number }[] = [];
  for (const { name, body, records } of files) {
    const bytes = Buffer.from(body);
    const made = await uploads.create(
      { product, name, length: bytes.length, sha256: null },
      producer,
    );
    const piece = { offset: 0, body: bodyOf(bytes), sha256: null, stop: () => {} };
    if (bytes.length > 0) await uploads.append(made.upload, piece, producer);
    list.push({ upload: made.upload, ...(records === undefined ? {} : { records }) });
  }
  return list;
}

async function ingest(files: readonly Given[], key: string | null = null, product = 'sales.lines') {
  const request = { product, key, format: null, name: 'day', subject: producer };
  const started = await uploads.start(await sent(files, product), request);
  return await started.report;
}

const places = (items: readonly { file?: string; line: number | null; rule: string }[]) =>
  items.map(({ file, line, rule }) => `${file}:${line} ${rule}`);

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('several files', () => {
  it('make one batch: headers, compression and lines are those of each file', async () => {
    const files: Given[] = [
      { name: 'a.csv', body: 'id,note\n1,x\nno,y\n2,"a\nb"\n,z\n' },
      { name: 'sub/b.csv.gz', body: gzipSync('note,id\nq,3\nq,1\n"open,5\nq,x4') },
      { name: 'c.csv.zst', body: zstdCompressSync('id\r\n4\r\n5\r\n5\r\nfive\r\n') },
      { name: 'd.csv', body: 'note,id\n' },
      { name: 'e.csv', body: 'id,note\n6,last\nseven,' },
    ];
    const report = await ingest(files, 'five');
    assert.equal(report.state, 'held', report.because ?? '');
    assert.match(report.because ?? '', /opens in line 4 of sub\/b\.csv\.gz closes astray/);
    assert.deepEqual(report.records, { in: 14, good: 6, quarantined: 7, duplicates: 1 });
    const { source } = report;
    assert.deepEqual(
      source.files?.map(({ name, records, lacking }) => [name, records, lacking]),
      [
        ['a.csv', 4, undefined],
        ['sub/b.csv.gz', 4, undefined],
        ['c.csv.zst', 4, ['note']],
        ['d.csv', 0, undefined],
        ['e.csv', 2, undefined],
      ],
    );
    const canonical = files.map(({ name, body }) => {
      const bytes = Buffer.from(body);
      return `{"bytes":${bytes.length},"name":"${name}","sha256":"${sha256(bytes)}"}`;
    });
    assert.equal(source.sha256, sha256(`[${canonical.join(',')}]`));
    assert.equal(source.lacking, undefined, 'not every file lacks it');
    const expected = [
      'a.csv:3 id.type',
      'a.csv:6 id.required',
      'sub/b.csv.gz:3 primary_key',
      'sub/b.csv.gz:4 structure.ambiguous_quote',
      'sub/b.csv.gz:5 id.type',
      'c.csv.zst:4 primary_key',
      'c.csv.zst:5 id.type',
      'e.csv:3 id.type',
    ];
    const page = await node.service.quarantine(report.batch, { limit: 100 }, producer);
    assert.deepEqual(places(page.items), expected);
    assert.deepEqual(
      places(report.quarantine.sample),
      expected.filter((p) => !p.startsWith('c.csv.zst:4')),
    );
    assert.equal(page.items[2]?.raw, 'q,1', 'the bytes are those of the right file');
    const listed = await node.service.list({ limit: 1 }, producer);
    assert.equal(listed.items[0]?.source.files, undefined, 'lists leave the files out');
  });

  it('are the same batch again under their key, whichever uploads bring them', async () => {
    const files = [
      { name: 'a.csv', body: 'id\n11\n' },
      { name: 'b.csv', body: 'id\n12\n' },
      { name: 'z.csv', body: 'id,note\n' },
    ];
    const first = await ingest(files, 'again');
    assert.equal(first.state, 'committed');
    assert.equal(first.records.good, 2, 'also when the last file has no record');
    assert.deepEqual(await ingest(files, 'again'), { ...first, repeated: true });
    const [a, b, z] = files as [Given, Given, Given];
    const same = { id: 'again', code: 'BATCH_KEY_REUSED' };
    await assert.rejects(ingest([b, a, z], 'again'), { code: same.code });
    await assert.rejects(ingest([a, { ...b, name: 'c.csv' }, z], 'again'), { code: same.code });
    const other = await ingest(files);
    assert.equal(other.source.sameBytesAs, first.batch);
  });

  it('are read like one file when they are many and small', async () => {
    const names = Array.from({ length: 80 }, (_, i) => i);
    const files = names.map((i) => ({ name: `f${i}.csv`, body: `id\n${i * 2}\n${i * 2 + 1}\n` }));
    files.push({ name: 'last.csv', body: 'id\nx\n' });
    const report = await ingest(files);
    assert.equal(report.state, 'committed', report.because ?? '');
    assert.deepEqual(report.records, { in: 161, good: 160, quarantined: 1, duplicates: 0 });
    assert.deepEqual(places(report.quarantine.sample), ['last.csv:2 id.type']);
    const row = must(await findBatch(nodeDbOf(node.store), report.batch), 'batch');
    assert.equal(row.report.source.files?.length, 81);
    const { names: list } = node.deps.files;
    const data = await list(`${node.root}/tables/sales/lines/v1/data`);
    const own = data.filter((name) => name.startsWith(report.batch));
    assert.equal(own.length, 1, 'and make one data file');
  });

  it('may be NDJSON, JSON, Parquet and Avro as well', async () => {
    const ndjson = await ingest([
      { name: 'a.ndjson', body: '{"id":21}\n{"id":"x"}\n' },
      { name: 'b.ndjson', body: '{"id":22}\n\n{"id":23}' },
    ]);
    assert.deepEqual(places(ndjson.quarantine.sample), [
      'a.ndjson:2 id.type',
      'b.ndjson:2 structure.bad_json',
    ]);
    const json = await ingest([
      { name: 'a.json', body: '[{"id":31},\n{"id":true}]' },
      { name: 'b.json', body: '{"id":32}\n{"id":false}' },
    ]);
    assert.deepEqual(places(json.quarantine.sample), ['a.json:2 id.type', 'b.json:2 id.type']);
    const parquet = await ingest([
      { name: 'a.parquet', body: await parquetOf('SELECT 61::BIGINT AS id UNION ALL SELECT NULL') },
      {
        name: 'b.parquet.gz',
        body: gzipSync(
          await parquetOf(
            "SELECT 62::UBIGINT AS id, 'n' AS note UNION ALL SELECT 18446744073709551615::UBIGINT, 'o'",
          ),
        ),
      },
    ]);
    assert.deepEqual(parquet.records, { in: 4, good: 2, quarantined: 2, duplicates: 0 });
    assert.deepEqual(
      parquet.quarantine.sample.map((row) => `${row.file} ${row.recordInFile} ${row.rule}`),
      ['a.parquet 1 id.required', 'b.parquet.gz 1 id.type'],
    );
    assert.deepEqual(parquet.source.files?.[0]?.lacking, ['note']);
    const avro = await ingest([
      { name: 'a.avro', body: avroOf([71, null]) },
      { name: 'b.avro.gz', body: gzipSync(avroOf([72])) },
      { name: 'c.avro', body: avroOf([]) },
    ]);
    assert.deepEqual(avro.records, { in: 3, good: 2, quarantined: 1, duplicates: 0 });
    assert.deepEqual(places(avro.quarantine.sample), ['a.avro:null id.required']);
    const { items } = await node.service.quarantine(avro.batch, {}, producer);
    assert.deepEqual(JSON.parse(items[0]?.raw ?? ''), { id: null, note: null });
  });

  it('say which of them cannot be read', async () => {
    const good = { name: 'a.csv', body: 'id\n41\n' };
    for (const [bad, words] of [
      [{ name: 'b.csv', body: 'id,other\n1,2\n' }, /^b\.csv: the file's columns differ/],
      [{ name: 'b.csv', body: '' }, /^b\.csv: the file is empty/],
      [
        { name: 'b.csv.gz', body: gzipSync('id\n1\n').subarray(0, 15) },
        /^b\.csv\.gz: the gzip file is cut off/,
      ],
    ] as const) {
      const report = await ingest([good, bad]);
      assert.equal(report.state, 'failed');
      assert.match(report.because ?? '', words);
    }
    await assert.rejects(ingest([good, { name: 'b.json', body: '[]' }]), {
      code: 'REQUEST_INVALID',
    });
    await assert.rejects(ingest([good, good]), { code: 'REQUEST_INVALID' });
  });

  it('are held when one has other numbers of records than were announced', async () => {
    const report = await ingest([
      { name: 'a.csv', body: 'id\n51\n', records: 1 },
      { name: 'b.csv', body: 'id\n52\n', records: 2 },
    ]);
    assert.equal(report.state, 'held');
    assert.equal(report.because, 'b.csv has 1 records, but 2 were announced');
    const one = await ingest([{ name: 'a.csv', body: 'id\n53\n', records: 5 }]);
    assert.equal(
      one.because,
      'the file has 1 records, but 5 were announced'.replace('the file', 'a.csv'),
    );
  });

  it('stay one batch when the node starts again', async () => {
    const landed = await node.deps.landings.adopt('bat_x', await adoptable());
    const names = (landed.files ?? []).map((file) => file.name);
    const again = must(await node.deps.landings.reopen(landed.path, names), 'landing');
    assert.deepEqual([again.sha256, again.bytes], [landed.sha256, landed.bytes]);
    await rm(must(landed.files?.[1], 'second file').path);
    assert.equal(await node.deps.landings.reopen(landed.path, names), null);
    await node.deps.landings.remove(landed.path);
  });
});

/** The same three records, the second without a number, in each format that has one. */
const RECORDS = {
  csv: 'id,note\n81,a\n,b\n82,c\n',
  ndjson: '{"id":81,"note":"a"}\n{"note":"b"}\n{"id":82,"note":"c"}\n',
  json: '[{"id":81,"note":"a"},\n{"note":"b"},\n{"id":82,"note":"c"}]',
};
const THREE = `SELECT * FROM (VALUES (81::BIGINT, 'a'), (NULL, 'b'), (82, 'c')) t(id, note)`;

describe('a packed file', () => {
  const packings: Record<string, (bytes: Uint8Array) => Uint8Array> = {
    gz: (bytes) => gzipSync(bytes),
    zst: (bytes) => zstdCompressSync(bytes),
  };
  /** What is the same however a file is packed. */
  const answer = async (name: string, body: string | Uint8Array) => {
    const { state, records, quarantine, verdict, source, batch } = {
      verdict: null,
      ...(await ingest([{ name, body }], null, 'sales.packed')),
    };
    const { items } = await node.service.quarantine(batch, {}, producer);
    const { byRule, sample } = quarantine;
    const shown = sample.map(({ file: _, ...row }) => row);
    const raws = items.map(({ raw }) => raw);
    return { state, records, byRule, shown, raws, verdict, lacking: source.lacking };
  };

  it('gives the answer of the plain one, in every format', async () => {
    node.publish(CONTRACT.replace('id: c\n', 'id: packed\n').replace(/: lines$/gm, ': packed'));
    const plain: Record<string, Uint8Array> = {
      ...Object.fromEntries(
        Object.entries(RECORDS).map(([name, text]) => [name, Buffer.from(text)]),
      ),
      parquet: await parquetOf(THREE),
      avro: avroOf([81, null, 82]),
    };
    let committed = 0;
    for (const [format, bytes] of Object.entries(plain)) {
      const expected = await answer(`a.${format}`, bytes);
      assert.equal(expected.state, 'committed', format);
      assert.deepEqual(expected.records, { in: 3, good: 2, quarantined: 1, duplicates: 0 }, format);
      assert.deepEqual(expected.byRule, { 'id.required': 1 });
      const packed = Object.entries(packings).map(([end, pack]) => [end, pack(bytes)] as const);
      for (const [end, body] of packed) {
        const name = `a.${format}.${end}`;
        assert.deepEqual(await answer(name, body), expected, name);
        // The bytes say that they are packed where the name does not.
        assert.deepEqual(await answer(`a.${format}`, body), expected, `${name} by its bytes`);
      }
      committed += 1 + 2 * packed.length;
    }
    const expected = await answer('a.parquet', must(plain['parquet'], 'a file'));
    for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw']) {
      const body = await parquetOf(THREE, `, COMPRESSION ${codec}`);
      assert.deepEqual(await answer('a.parquet', body), expected, codec);
    }
    committed += 6;
    const rows = await tableRows(node, engine, 'packed');
    const count = (id: number) => rows.filter((row) => Number(row['id']) === id).length;
    assert.deepEqual([rows.length, count(81), count(82)], [2 * committed, committed, committed]);
  });
});

function avroOf(ids: readonly (number | null)[]): Uint8Array {
  const fields = [{ name: 'id', type: ['null', 'long'] }];
  return writeContainer({
    schema: JSON.stringify({ type: 'record', name: 'line', fields }),
    metadata: {},
    records: ids.map((id) => ({ id })),
    deflate: nodeDeflate,
    sync: new Uint8Array(16),
  });
}

async function parquetOf(query: string, options = ''): Promise<Buffer> {
  const path = `${node.root}/made.parquet`;
  await engine.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  return await readFile(path);
}

async function adoptable() {
  const list = await sent(
    [
      { name: 'a.csv', body: 'id\n1\n' },
      { name: 'b.csv', body: 'id\n2\n' },
    ],
    'sales.lines',
  );
  return list.map(({ upload }, i) => ({
    path: `${node.root}/uploads/${upload}`,
    name: `${i}.csv`,
    bytes: 5,
    sha256: sha256(`id\n${i + 1}\n`),
  }));
}
