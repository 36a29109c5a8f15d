/**
 * Samples from files: formats told apart, limits kept, damage named.
 *
 * The oracle for Parquet is a file that DuckDB wrote.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { inferContract } from '@weft/core/contract/infer/infer';
import { WeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { readSample } from './sample-reader.ts';

describe('readSample', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'weft-sample-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  function file(name: string, content: string | Uint8Array): string {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  }

  it('tells formats by content and name, packed or not', async () => {
    const csv = 'a,b\n1,x\n2,y\n';
    const ndjson = '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n';
    const rows = [
      ['1', 'x'],
      ['2', 'y'],
    ];
    for (const [name, content, format] of [
      ['a.csv', csv, 'csv'],
      ['a.csv.gz', gzipSync(csv), 'csv'],
      ['a.csv.zst', zstdCompressSync(csv), 'csv'],
      ['b.ndjson', ndjson, 'ndjson'],
      ['b.jsonl.gz', gzipSync(ndjson), 'ndjson'],
      ['c.json', `[${ndjson.trim().replaceAll('\n', ',')}]`, 'ndjson'],
      ['d', `\ufeff${ndjson}`, 'ndjson'],
      ['e', csv, 'csv'],
    ] as const) {
      const source = await readSample(file(name, content));
      assert.deepEqual([source.format, source.rows], [format, rows], name);
      assert.equal(source.truncated, false);
    }
  });

  it('stops at the limits of records and of bytes', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},${'x'.repeat(20)}`);
    const path = file('big.csv.gz', gzipSync(`id,text\n${lines.join('\n')}\n`));
    const few = await readSample(path, { recordsMax: 10 });
    assert.deepEqual([few.rows.length, few.truncated], [10, true]);
    const cut = await readSample(path, { bytesMax: 1000 });
    assert.equal(cut.truncated, true);
    assert.ok(cut.rows.length > 20 && cut.rows.length < 45);
    assert.deepEqual(cut.faults, []);
  });

  it('reads Parquet by its own types, and the contract keeps them', async () => {
    const path = join(directory, 'odd [1]* name.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT
      range::BIGINT AS "Order ID", (range * 1.25)::DECIMAL(12, 2) AS price, 'x' || range AS note,
      DATE '2024-01-01' + range::INTEGER AS day, TIMESTAMPTZ '2024-01-01 00:00:00+02' AS seen_at,
      [range, NULL] AS parts, {'city': 'Bern', 'zip': NULLIF(3000, 3000 + range)} AS place, NULL::DOUBLE AS weight
      FROM range(30)) TO ${quoteText(path)} (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    const source = await readSample(path, { recordsMax: 20 });
    assert.deepEqual([source.rows.length, source.truncated], [20, true]);
    const { model, diagnostics } = inferContract(source, { domain: 'sales', product: 'orders' });
    assert.deepEqual(
      diagnostics.filter((d) => d.severity !== 'info'),
      [],
    );
    const types = new Map(model?.objects[0]?.properties.map((p) => [p.name, p]));
    assert.equal(types.get('order_id')?.type.kind, 'long');
    assert.equal(types.get('order_id')?.primaryKeyPosition, 1);
    assert.deepEqual(types.get('price')?.type, { kind: 'decimal', precision: 12, scale: 2 });
    assert.equal(types.get('day')?.type.kind, 'date');
    assert.equal(types.get('seen_at')?.type.kind, 'timestamptz');
    assert.equal(types.get('parts')?.type.kind, 'list');
    assert.equal(types.get('place')?.type.kind, 'struct');
    assert.equal(types.get('weight')?.type.kind, 'double');
    assert.equal(source.rows[0]?.[4], '2023-12-31T22:00:00.000000Z');
  });

  it('refuses what is missing, damaged or of another format', async () => {
    await assert.rejects(readSample(join(directory, 'none.csv')), { code: 'NOT_FOUND' });
    const torn = gzipSync('a,b\n1,2\n').subarray(0, 12);
    await assert.rejects(readSample(file('torn.csv.gz', torn)), { code: 'BATCH_UNREADABLE' });
    const fake = file('fake.parquet', 'PAR1 is not enough');
    await assert.rejects(readSample(fake), { code: 'BATCH_UNREADABLE' });
    await assert.rejects(readSample(directory), { code: 'BATCH_UNREADABLE' });
    await assert.rejects(readSample(file('x.csv', 'a\n1\n'), { format: 'xlsx' }), {
      code: 'USAGE',
    });
    for (const [name, content, message] of [
      [
        'program.csv',
        `import a\n${'f(1, 2)\n'.repeat(41)}${'pass\n'.repeat(5)}`,
        /^program.csv: 41 of 46/,
      ],
      ['packed.csv', zstdCompressSync('a,b\n1,2\n').subarray(1), /no text/],
      ['zeros.ndjson', '\0'.repeat(20), /no text/],
      ['wide.json', Buffer.from('\ufeff{"a":1}\n', 'utf16le'), /UTF-16/],
      ['prose.ndjson', 'once upon\na time\n', /2 of 2 records cannot be read as JSON/],
    ] as const) {
      await assert.rejects(readSample(file(name, content)), (error) => {
        assert.ok(error instanceof WeftError, name);
        assert.deepEqual([error.code, /--format/.test(error.remedy)], ['BATCH_UNREADABLE', true]);
        assert.match(error.message, message);
        return true;
      });
    }
    const gone = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(readSample(file('y.csv', 'a\n1\n'), { signal: gone }), /stopped/);
  });
});
