/**
 * Repairs of records of every format and encoding, from the file that came to the rows of the table.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import { writeContainer } from '@weft/core/lakehouse/avro';
import { quoteText } from '@weft/core/lib/ident-sql';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { bodyOf, producer } from '../support/ingest.ts';
import {
  ask,
  asking,
  openQuarantineBench,
  salesContract,
  send,
  tableRows,
} from '../support/quarantine.ts';

const bench = await openQuarantineBench();
after(() => bench[Symbol.asyncDispose]());
const { node, engine, quarantine } = bench;

const LOWER: RepairRule = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };

describe('a value of another kind of JSON', () => {
  it('is told with both kinds, and written as the contract promises by the same text', async () => {
    node.publish(
      salesContract('kinds').replace(
        '{ name: id, logicalType: integer,',
        '{ name: id, physicalName: "Order Id", logicalType: integer, physicalType: INTEGER,',
      ),
    );
    const lines = [
      '{"Order Id":"2","sku":"a"}',
      '{"Order Id":"x","sku":"b"}',
      '{"Order Id":3,"sku":7}',
    ];
    const parent = await send(node, 'kinds', lines.join('\n'), { name: 'rows.ndjson' });
    const words = {
      text: 'is no integer: JSON has a text in quotes here, where a number is promised',
      number: 'is no string: JSON has a number here, where a text in quotes is promised',
    };
    const expected = [
      ['id', '2', words.text],
      ['id', 'x', words.text],
      ['sku', '7', words.number],
    ];
    const told = ({ column, value, message }: Record<string, unknown>) => [column, value, message];
    const sample = parent.quarantine.sample.map((row) => told({ ...row }));
    assert.deepEqual(
      sample.filter(([column, value]) => column === 'id' || value === '7').slice(0, 3),
      expected,
    );
    const page = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    const shown = page.items.flatMap(({ reasons }) => reasons.map((row) => told({ ...row })));
    for (const each of expected) {
      assert.ok(
        shown.some((row) => JSON.stringify(row) === JSON.stringify(each)),
        `${each}`,
      );
    }
    const rule: RepairRule = { columns: { id: { sql: 'id' } }, raw: null };
    const seen = await quarantine.decisions.preview(ask('kinds', { rule }), asking(producer), 5);
    assert.deepEqual([seen.good, seen.skipped.unchanged, seen.byRule], [1, 1, { 'id.type': 1 }]);
  });
});

describe('records of every format', () => {
  const records = [
    { id: '1', sku: 'a', price: '1.10' },
    { id: '2', sku: 'B "q"; é', price: '12345678.10' },
    { id: '3', sku: 'C', price: '0.30' },
  ];
  const json = records.map(
    ({ id, sku, price }) => `{"sku": ${JSON.stringify(sku)}, "price": ${price},\n "id": ${id}}`,
  );
  const rule: RepairRule = {
    columns: { sku: { sql: "regexp_replace(lower(sku), '[^a-z]', '', 'g')" } },
    raw: null,
  };
  const expected = [
    [1, 'a', '1.10'],
    [2, 'bq', '12345678.10'],
    [3, 'c', '0.30'],
  ];

  it('CSV in another dialect, encoding and order of columns', async () => {
    const custom =
      "customProperties:\n  - { property: weftCsv, value: { delimiter: ';', encoding: latin-1 } }";
    node.publish(salesContract('dialect', { custom }));
    const lines = ['price;sku;id', '1.10;a;1', '12345678.10;"B ""q""; é";2', '0.30;C;3', ''];
    const parent = await send(node, 'dialect', Buffer.from(lines.join('\r\n'), 'latin1'));
    assert.equal(parent.records.quarantined, 2);
    const shown = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    assert.equal(shown.items[0]?.raw, '12345678.10;"B ""q""; é";2');
    const done = await quarantine.decisions.replay(ask('dialect', { rule }), producer);
    assert.equal(done.good, 2);
    const rows = await tableRows(node, engine, 'dialect');
    assert.deepEqual(
      rows.map(({ id, sku, price }) => [id, sku, price]),
      expected,
    );
  });

  for (const [encoding, encode] of [
    ['windows-1252', (text: string) => Buffer.from(text.replaceAll('€', '\u0080'), 'latin1')],
    ['utf-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ] as const) {
    it(`CSV in ${encoding}, with characters that its encoding may not have`, async () => {
      const product = `in_${encoding.replace('-', '_')}`;
      const custom = `customProperties:\n  - { property: weftCsv, value: { encoding: ${encoding} } }`;
      node.publish(salesContract(product, { custom }).replace('[a-z]+', '[a-zäł€]+'));
      const parent = await send(node, product, encode('id,sku,price\n1,ä€,1\n2,Ä€,2\n3,X€,3\n'));
      assert.deepEqual(
        [parent.records.good, parent.records.quarantined],
        [1, 2],
        parent.because ?? '',
      );
      const { items } = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
      assert.deepEqual(
        items.map(({ raw }) => raw),
        ['2,Ä€,2', '3,X€,3'],
      );
      const mend: RepairRule = {
        columns: { sku: { sql: "replace(lower(sku), 'x', 'ł')" } },
        raw: null,
      };
      const seen = await quarantine.decisions.preview(
        ask(product, { rule: mend }),
        asking(producer),
        5,
      );
      assert.deepEqual([seen.good, seen.sample[1]?.after], [2, { sku: 'ł€' }]);
      // One more time through the quarantine: what is kept of a repair is read as it was written.
      const worse: RepairRule = { columns: { sku: { map: { 'X€': 'łX' } } }, raw: null };
      const again = await quarantine.decisions.replay(ask(product, { rule: worse }), producer);
      const child = again.batches[0]?.batch ?? '';
      const kept = await quarantine.reads.rows({ batch: child }, asking(producer));
      assert.deepEqual(
        kept.items.map(({ raw }) => raw),
        ['3,łX,3'],
      );
      const done = await quarantine.decisions.replay(ask(product, { rule: mend }), producer);
      assert.deepEqual([done.good, done.quarantined], [2, 0]);
      const rows = await tableRows(node, engine, product);
      assert.deepEqual(
        rows.map(({ id, sku }) => [id, sku]),
        [
          [1, 'ä€'],
          [2, 'ä€'],
          [3, 'łł'],
        ],
      );
    });
  }

  it('CSV in UTF-16 with half a character, which is mended by its whole text only', async () => {
    const custom = 'customProperties:\n  - { property: weftCsv, value: { encoding: utf-16 } }';
    node.publish(salesContract('halves', { custom }));
    const text = '\ufeffid,sku,price\n1,a,1\n2,\ud83d,2\n';
    const parent = await send(node, 'halves', Buffer.from(text, 'utf16le'));
    const { items } = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    assert.deepEqual(
      items.map(({ raw, reasons }) => [raw, reasons[0]?.rule]),
      [['2,\ufffd,2', 'structure.bad_encoding']],
    );
    const set: RepairRule = { columns: { sku: { sql: "'b'" } }, raw: null };
    const left = await quarantine.decisions.replay(ask('halves', { rule: set }), producer);
    assert.deepEqual([left.records, left.skipped.unreadable], [0, 1]);
    const fixes = bodyOf(`${JSON.stringify({ ref: items[0]?.ref, raw: '2,b,2' })}\n`);
    const done = await quarantine.decisions.replay(ask('halves', { fixes }), producer);
    assert.equal(done.good, 1);
  });

  for (const [format, body] of [
    ['ndjson', json.map((text) => text.replaceAll('\n', '')).join('\n')],
    ['json', `[${json.join(',')}]`],
  ] as const) {
    it(format, async () => {
      const product = `as_${format}`;
      node.publish(salesContract(product));
      const parent = await send(node, product, body, { name: `rows.${format}` });
      assert.equal(parent.records.quarantined, 2, parent.because ?? '');
      const done = await quarantine.decisions.replay(ask(product, { rule }), producer);
      assert.equal(done.good, 2);
      const rows = await tableRows(node, engine, product);
      assert.deepEqual(
        rows.map(({ id, sku, price }) => [id, sku, price]),
        expected,
      );
    });
  }

  it('Parquet, whose records have no text', async () => {
    const path = `${node.root}/rows.parquet`;
    const values = records.map(
      ({ id, sku, price }) => `(${id}::INTEGER, ${quoteText(sku)}, ${price}::DECIMAL(10,2))`,
    );
    await engine.run(
      `COPY (SELECT * FROM (VALUES ${values.join(', ')}) AS v(id, sku, price)) TO ${quoteText(path)} (FORMAT parquet)`,
    );
    node.publish(salesContract('as_parquet'));
    const parent = await send(node, 'as_parquet', await readFile(path), { name: 'rows.parquet' });
    assert.equal(parent.records.quarantined, 2, parent.because ?? '');
    const shown = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    const places = [...parent.quarantine.sample, ...shown.items];
    assert.deepEqual(
      places.map(({ record, line }) => [record, line]),
      [1, 2, 1, 2].map((record) => [record, null]),
    );
    const done = await quarantine.decisions.replay(ask('as_parquet', { rule }), producer);
    assert.equal(done.good, 2);
    const rows = await tableRows(node, engine, 'as_parquet');
    assert.deepEqual(
      rows.map(({ id, sku, price }) => [id, sku, price]),
      expected,
    );
  });

  it('Avro, whose records have no text', async () => {
    const fields = [
      { name: 'sku', type: 'string' },
      { name: 'id', type: 'long' },
      {
        name: 'price',
        type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }],
      },
    ];
    const unscaled = (price: string): Uint8Array => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(BigInt(price.replace('.', '')));
      return bytes;
    };
    const file = writeContainer({
      schema: JSON.stringify({ type: 'record', name: 'row', fields }),
      metadata: {},
      records: records.map(({ id, sku, price }) => ({
        sku,
        id: Number(id),
        price: unscaled(price),
      })),
      deflate: nodeDeflate,
      sync: new Uint8Array(16),
    });
    node.publish(salesContract('as_avro'));
    const parent = await send(node, 'as_avro', file, { name: 'rows.avro' });
    assert.equal(parent.records.quarantined, 2, parent.because ?? '');
    const shown = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    assert.deepEqual(
      [...parent.quarantine.sample, ...shown.items].map(({ record, line }) => [record, line]),
      [1, 2, 1, 2].map((record) => [record, null]),
    );
    assert.deepEqual(
      shown.items.map(({ reasons }) => reasons.map(({ column, value }) => [column, value])),
      [[['sku', 'B "q"; é']], [['sku', 'C']]],
    );
    const seen = await quarantine.decisions.preview(ask('as_avro', { rule }), asking(producer), 5);
    assert.deepEqual(
      [seen.good, seen.sample.map(({ after }) => after)],
      [2, [{ sku: 'bq' }, { sku: 'c' }]],
    );
    const done = await quarantine.decisions.replay(ask('as_avro', { rule }), producer);
    assert.deepEqual([done.good, done.quarantined], [2, 0]);
    const rows = await tableRows(node, engine, 'as_avro');
    assert.deepEqual(
      rows.map(({ id, sku, price }) => [id, sku, price]),
      expected,
    );
  });

  it('a minor version that has a column more', async () => {
    node.publish(salesContract('grows'));
    await send(node, 'grows', 'sku,id,price\nA,1,1\n');
    const more = '      - { name: note, logicalType: string }';
    node.publish(salesContract('grows', { version: '1.1.0', more }));
    const rule: RepairRule = {
      columns: { ...LOWER.columns, note: { sql: "'was ' || sku" } },
      raw: null,
    };
    const seen = await quarantine.decisions.preview(ask('grows', { rule }), asking(producer), 5);
    assert.equal(seen.good, 1);
    const done = await quarantine.decisions.replay(ask('grows', { rule }), producer);
    assert.equal(done.batches[0]?.contract.version, '1.1.0');
    assert.deepEqual(await tableRows(node, engine, 'grows'), [
      { id: 1, sku: 'a', price: '1.00', note: 'was A' },
    ]);
  });
});
