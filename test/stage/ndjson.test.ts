/**
 * NDJSON: exact numbers, strict JSON, and one bad line that costs nothing but itself.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { JsonRecordReader } from '@weft/core/ingest/json-record';
import { isWeftError } from '@weft/core/lib/error';
import fc from 'fast-check';
import { type Columns, openBench, planOf, SEED } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 100, partBytes: 700 });
after(() => Promise.all([bench.close(), small.close()]));

const COLUMNS: Columns = {
  id: 'long',
  name: 'string',
  amount: { kind: 'decimal', precision: 38, scale: 3 },
  ratio: 'double',
  moment: 'timestamp',
  ok: 'boolean',
};
const plan = planOf(COLUMNS, { primaryKey: ['id'] });
const ndjson = { format: 'ndjson' } as const;

test('numbers keep every digit, missing and null are NULL', async () => {
  const text = [
    '{"id":9007199254740993,"amount":12345678901234567890.123,"name":"caf\\u00e9 \\"x\\"\\n","ok":true}',
    '{ "ok" : false , "id" : "9007199254740995", "amount":"1.10","ratio":1.5e3,"name":null}\r',
    '{}',
    '{"id":9223372036854775807,"moment":"2026-01-02T03:04:05.6","name":"\\ud83d\\udc4d👍","ratio":-0.0}',
  ].join('\n');
  const { rows, lexical, bad, summary } = await bench.stage(text, plan, {
    ...ndjson,
    select: 'id, name, amount, ratio, moment::VARCHAR AS moment, ok, _ord, _line, _off, _len, _lex',
  });
  assert.deepEqual(bad, []);
  assert.deepEqual(lexical, []);
  const none = { id: null, name: null, amount: null, ratio: null, moment: null, ok: null };
  const places = text.split('\n').map((line, i, all) => ({
    _ord: i,
    _line: i + 1,
    _off: Buffer.byteLength(all.slice(0, i).join('\n')) + (i === 0 ? 0 : 1),
    _len: Buffer.byteLength(line.replace('\r', '')),
    _lex: 0,
  }));
  assert.deepEqual(rows, [
    {
      ...none,
      id: '9007199254740993',
      amount: '12345678901234567890.123',
      name: 'café "x"\n',
      ok: true,
      ...places[0],
    },
    { ...none, id: '9007199254740995', amount: '1.100', ratio: 1500, ok: false, ...places[1] },
    { ...none, ...places[2] },
    {
      ...none,
      id: '9223372036854775807',
      moment: '2026-01-02 03:04:05.6',
      name: '👍👍',
      ratio: -0,
      ...places[3],
    },
  ]);
  assert.equal(summary.keyAscending, false, 'a record has no key');
});

test('a file of bad records is cut into parts that can be kept', async () => {
  const { parts, summary } = await bench.stage('[]\n'.repeat(1_000_000), plan, ndjson);
  assert.equal(summary.framed, 1_000_000);
  assert.ok(
    parts.length >= 2 && parts.every((part) => part.bad <= 500_000),
    `${parts.length} parts`,
  );
  const wrong = await bench.stage('{"ok":1}\n'.repeat(900_000), plan, ndjson);
  assert.ok(wrong.parts.length >= 2, `${wrong.parts.length} parts`);
});

test('a value of another form is a fault of its column', async () => {
  const text = [
    '{"id":1.0,"name":7,"amount":1e3,"ratio":"1","moment":5,"ok":"true"}',
    '{"id":1.5,"name":{"a":[1,"x"]},"amount":1.0005,"ratio":1e999,"moment":"2026-01-01T00:00:00Z","ok":1}',
    '{"id":true,"name":[],"amount":-0.5,"ratio":0,"moment":"2026-02-30 00:00:00","ok":null}',
  ].join('\n');
  const { rows, lexical, parts } = await bench.stage(text, plan, {
    ...ndjson,
    select: 'amount, ratio',
  });
  assert.deepEqual(rows, [
    { amount: null, ratio: null },
    { amount: null, ratio: null },
    { amount: '-0.500', ratio: 0 },
  ]);
  const fault = (ord: number, texts: string[], columns = [0, 1, 2, 3, 4, 5]) =>
    columns.map((col, i) => ({ ord, col, txt: texts[i] }));
  assert.deepEqual(lexical, [
    ...fault(0, ['1.0', '7', '1e3', '1', '5', 'true']),
    ...fault(1, ['1.5', '{"a":[1,"x"]}', '1.0005', '1e999', '2026-01-01T00:00:00Z', '1']),
    ...fault(2, ['true', '[]', '2026-02-30 00:00:00'], [0, 1, 4]),
  ]);
  assert.equal(parts[0]?.lexical, 3);
});

test('every bad line has its fault and place, the others survive', async () => {
  const huge = `{"id":5,"name":"${'x'.repeat(1 << 20)}"}`;
  const lines: [string, string | null][] = [
    ['{"id":0}', null],
    ['[{"id":1},{"id":2}]', 'not_an_object'],
    ['"text"', 'not_an_object'],
    ['null', 'not_an_object'],
    ['', 'bad_json'],
    ['{"id":1', 'bad_json'],
    ['{"id":01}', 'bad_json'],
    ['{"id":1,}', 'bad_json'],
    ['{"id":+1}', 'bad_json'],
    ['{"id":NaN}', 'bad_json'],
    ["{'id':1}", 'bad_json'],
    ['{"id":1} {"id":2}', 'bad_json'],
    ['{"name":"tab\there"}', 'bad_json'],
    ['{"name":"\\x41"}', 'bad_json'],
    ['{"id":1,"id":2}', 'duplicate_field'],
    ['{"id":1,"\\u0069d":2}', 'duplicate_field'],
    ['{"id":1,"extra":{"deep":[1,2]}}', 'unknown_field'],
    ['{"extra":1,"id":1', 'bad_json'],
    ['{"name":"\\ud800"}', 'bad_encoding'],
    ['{"name":"\xff"}', 'bad_encoding'],
    [`{"name":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'bad_json'],
    [huge, 'too_long'],
    ['{"id":7}', null],
  ];
  const bytes = Buffer.from(lines.map(([line]) => line).join('\n'), 'latin1');
  let off = 0;
  const expected = lines.flatMap(([line, fault], ord) => {
    const place = { ord, line: ord + 1, off, len: line.length, fault };
    off += line.length + 1;
    return fault === null ? [] : [place];
  });
  for (const { stage } of [bench, small]) {
    const { rows, bad, summary } = await stage(bytes, plan, { ...ndjson, select: 'id, _line' });
    assert.deepEqual(bad, expected);
    assert.deepEqual(rows, [
      { id: 0, _line: 1 },
      { id: 7, _line: lines.length },
    ]);
    assert.equal(summary.framed, lines.length);
  }
});

test('the stage does not depend on the pieces', async () => {
  const line = (i: number) =>
    i % 7 === 0
      ? `{"id":${i},"oops":1}`
      : `{"id":${i},"name":"n\u00e4me ${i % 5}","amount":${i}.5}`;
  const text = `\ufeff${Array.from({ length: 300 }, (_, i) => line(i)).join('\r\n')}\n`;
  const select = { ...ndjson, select: 'id, name, amount, _ord, _line, _len' };
  const whole = await bench.stage(text, plan, select);
  const cut = await small.stage(text, plan, select);
  assert.deepEqual(cut.rows, whole.rows);
  assert.deepEqual(cut.bad, whole.bad);
  assert.equal(cut.summary.keyAscending, true);
  assert.ok(cut.parts.length > 5);
});

test('an empty file and UTF-16 are refused', async () => {
  const refused = (error: unknown) => isWeftError(error, 'BATCH_UNREADABLE');
  await assert.rejects(bench.stage('', plan, ndjson), refused);
  await assert.rejects(bench.stage(Buffer.from('\ufeff{}', 'utf16le'), plan, ndjson), refused);
});

test('the record reader accepts what JSON.parse accepts, and nothing else', () => {
  const reader = new JsonRecordReader(['a', 'b']);
  const json = fc.oneof(
    fc.json(),
    fc
      .record({ a: fc.jsonValue(), b: fc.jsonValue() }, { requiredKeys: [] })
      .map((v) => JSON.stringify(v)),
  );
  const changed = fc
    .tuple(json, fc.nat(), fc.constantFrom(...'{}[]",:\\0-.eEtnu \t\u0001'), fc.nat(2))
    .map(([text, at, character, kind]) => {
      const i = at % (text.length + 1);
      return text.slice(0, i) + (kind === 0 ? '' : character) + text.slice(kind === 1 ? i : i + 1);
    });
  fc.assert(
    fc.property(fc.oneof(json, changed), (text) => {
      const parsed = parse(text);
      const fault = reader.read(text);
      assert.equal(fault === 'bad_json', parsed === undefined);
      if (fault !== null) return;
      assert.ok(typeof parsed === 'object' && parsed !== null);
      for (const [i, name] of ['a', 'b'].entries()) {
        const value: unknown = (parsed as Record<string, unknown>)[name] ?? null;
        const token = reader.tokens[i];
        const read =
          token === 'string'
            ? reader.texts[i]
            : JSON.parse(token === 'null' ? 'null' : (reader.texts[i] ?? ''));
        assert.deepEqual(read, value);
      }
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
