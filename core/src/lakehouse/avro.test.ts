/** Avro containers: our writer against our reader, and damage that is noticed. The foreign oracles are elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { WeftError } from '../lib/error.ts';
import { readContainer, writeContainer } from './avro.ts';
import { ByteReader, ByteSink } from './avro-codec.ts';

const deflate = { deflate: deflateRawSync, inflate: inflateRawSync };
const sync = Uint8Array.from({ length: 16 }, (_, i) => i * 7);

const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'r',
  fields: [
    { name: 'id', type: 'long', 'field-id': 1 },
    { name: 'name', type: ['null', 'string'], default: null, 'field-id': 2 },
    {
      name: 'sizes',
      type: {
        type: 'array',
        logicalType: 'map',
        items: {
          type: 'record',
          name: 'k3_v4',
          fields: [
            { name: 'key', type: 'int', 'field-id': 3 },
            { name: 'value', type: 'bytes', 'field-id': 4 },
          ],
        },
      },
      'field-id': 5,
    },
    { name: 'last', type: 'double', 'field-id': 6 },
  ],
});

const record = fc.record(
  {
    id: fc.oneof(
      fc.maxSafeInteger(),
      fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 48, 2 ** 49, -(2 ** 49)),
    ),
    name: fc.option(fc.string({ unit: 'binary' })),
    sizes: fc.array(
      fc.record({ key: fc.integer(), value: fc.uint8Array() }, { noNullPrototype: true }),
      { maxLength: 4 },
    ),
    last: fc.double(),
  },
  { noNullPrototype: true },
);

test('records are read as they were written, also when a field between is lazy or skipped', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const bytes = writeContainer({
        schema: SCHEMA,
        metadata: { a: 'é' },
        records,
        deflate,
        sync,
      });
      const plain = readContainer(bytes, deflate);
      assert.deepEqual(plain.records, records);
      assert.equal(plain.metadata.get('a'), 'é');
      assert.equal(plain.metadata.get('avro.schema'), SCHEMA);
      const lazy = readContainer(bytes, deflate, { mode: (id) => (id === 5 ? 'lazy' : 'read') });
      const opened = lazy.records.map((r) => {
        const item = r as { sizes: () => unknown };
        return { ...item, sizes: item.sizes() };
      });
      assert.deepEqual(opened, records);
      const skipped = readContainer(bytes, deflate, { mode: (id) => (id === 5 ? 'skip' : 'read') });
      assert.deepEqual(
        skipped.records,
        records.map(({ sizes: _, ...rest }) => rest),
      );
    }),
  );
});

test('64-bit integers survive, beyond 2^53 as bigint', () => {
  const edges = [5178940967420672123n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n];
  const values = fc.oneof(
    fc.constantFrom(...edges),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  fc.assert(
    fc.property(values, (value) => {
      const sink = new ByteSink();
      sink.long(value);
      const read = new ByteReader(sink.take()).long();
      assert.equal(BigInt(read), value);
      assert.equal(typeof read === 'number', Number.isSafeInteger(Number(value)));
    }),
  );
});

test('many records are written in several blocks', () => {
  const records = Array.from({ length: 3000 }, (_, id) => ({
    id,
    name: 'x'.repeat(500),
    sizes: [],
    last: 0,
  }));
  const bytes = writeContainer({ schema: SCHEMA, metadata: {}, records, deflate, sync });
  assert.deepEqual(readContainer(bytes, deflate).records, records);
});

test('a damaged container throws TABLE_CORRUPT, or reads as the same records, and nothing else', () => {
  const records = [
    { id: 1, name: 'a', sizes: [{ key: 1, value: Uint8Array.of(1, 2) }], last: 0.5 },
  ];
  const bytes = writeContainer({ schema: SCHEMA, metadata: {}, records, deflate, sync });
  const guarded = {
    ...deflate,
    inflate(packed: Uint8Array): Uint8Array {
      try {
        return inflateRawSync(packed);
      } catch (cause) {
        throw new WeftError('TABLE_CORRUPT', 'block', { cause });
      }
    },
  };
  for (let cut = 0; cut < bytes.length; cut++) {
    const end = bytes.slice(0, cut);
    const read = (): unknown[] => readContainer(end, guarded).records;
    // The cut right after the header is a whole, empty container.
    if (bytes.length - cut > 16 && endsAtHeader(end)) assert.deepEqual(read(), []);
    else assert.throws(read, { code: 'TABLE_CORRUPT' }, `cut at ${cut}`);
  }
});

function endsAtHeader(bytes: Uint8Array): boolean {
  return bytes.length > 16 && bytes.slice(-16).every((byte, i) => byte === sync[i]);
}

test('an unknown codec is refused by name', () => {
  const bytes = writeContainer({
    schema: SCHEMA,
    metadata: { 'avro.codec': 'zstandard' },
    records: [],
    deflate,
    sync,
  });
  assert.throws(() => readContainer(bytes, deflate), { code: 'TABLE_UNSUPPORTED' });
});

test('a boolean is one of two bytes, and any other byte is damage', () => {
  assert.equal(new ByteReader(Uint8Array.of(0)).boolean(), false);
  assert.equal(new ByteReader(Uint8Array.of(1)).boolean(), true);
  for (const byte of [2, 127, 255]) {
    assert.throws(() => new ByteReader(Uint8Array.of(byte)).boolean(), { code: 'TABLE_CORRUPT' });
  }
});
