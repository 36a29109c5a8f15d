/**
 * JSON documents: every element of an array, or every value of a sequence, is a record; what is no JSON is refused whole.
 *
 * The oracle is JSON.parse: what it reads is staged, value by value, and what it refuses is refused.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import fc from 'fast-check';
import { type Columns, openBench, planOf, SEED } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 16, partBytes: 90 });
const middle = await openBench({ pieceBytes: 300_000, partBytes: 1 << 20 });
after(() => Promise.all([bench.close(), small.close(), middle.close()]));

const COLUMNS: Columns = { id: 'long', name: 'string', ok: 'boolean' };
const plan = planOf(COLUMNS);
const json = { format: 'json', select: 'id, name, ok' } as const;

const record = fc.record(
  {
    id: fc.option(fc.integer()),
    name: fc.option(fc.oneof(fc.string(), fc.constantFrom('"', '\\', '{[', ']},', 'é\n', '\\"'))),
    ok: fc.option(fc.boolean()),
  },
  { requiredKeys: [] },
);
type Row = { id?: number | null; name?: string | null; ok?: boolean | null };
const asRow = ({ id = null, name = null, ok = null }: Row) => ({ id, name, ok });

/** What the file holds when all its values are records, or null when it is no such file. */
function parse(text: string): Row[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const rows = Array.isArray(value) ? value : [value];
    return rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))
      ? rows
      : null;
  } catch {
    return null;
  }
}

test('arrays and sequences of objects are read as JSON.parse reads them, in any layout and over any piece', async () => {
  const layouts = fc.constantFrom('array', 'pretty', 'lines', 'close');
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 12 }), layouts, async (rows, layout) => {
      fc.pre(layout === 'array' || layout === 'pretty' || rows.length > 0);
      const text =
        layout === 'array'
          ? JSON.stringify(rows)
          : layout === 'pretty'
            ? JSON.stringify(rows, null, '\r\n  ')
            : rows.map((row) => JSON.stringify(row)).join(layout === 'lines' ? '\n\n' : '');
      for (const { stage } of [bench, small]) {
        const { rows: staged, summary, bad } = await stage(text, plan, json);
        assert.deepEqual(staged, rows.map(asRow));
        assert.deepEqual([summary.framed, bad.length], [rows.length, 0]);
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('a document with one byte changed is read as JSON.parse reads it, or refused where that refuses it', async () => {
  const change = fc.record({
    rows: fc.array(record, { minLength: 1, maxLength: 5 }),
    at: fc.nat(),
    byte: fc.constantFrom(...'{}[],:"\\ \n0ax'),
    removes: fc.boolean(),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(change, async ({ rows, at, byte, removes }) => {
      const whole = JSON.stringify(rows);
      const index = at % whole.length;
      const text = `${whole.slice(0, index)}${removes ? '' : byte}${whole.slice(index + 1)}`;
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const outcome = await small.stage(text, plan, json).catch((error: unknown) => {
        assert.ok(isWeftError(error, 'BATCH_UNREADABLE'), String(error));
        return null;
      });
      if (outcome === null) {
        refused++;
        // Why the sequence: `{…}{…}` is one value after the other to us and an error to JSON.parse, never the reverse.
        assert.equal(isJson, false, text);
        return;
      }
      const expected = parse(text);
      if (outcome.bad.length === 0 && outcome.lexical.length === 0 && expected !== null)
        assert.deepEqual(outcome.rows, expected.map(asRow), text);
      else if (!isJson) assert.fail(`taken though no JSON: ${text}`);
    }),
    { seed: SEED, numRuns: 300 },
  );
  assert.ok(refused > 50, `${refused} refused`);
});

test('records stand where they stand in the file', async () => {
  const text =
    '\ufeff[\n {"id": 1,\n  "name": "a"},\n\n {"id": "x"} , {"id":9007199254740993}\n]\n';
  const { rows, lexical } = await bench.stage(text, plan, {
    format: 'json',
    select: 'id, _ord, _line, _off, _len, _lex',
  });
  const bytes = Buffer.from(text);
  const texts = rows.map(({ _off, _len }) =>
    bytes.subarray(Number(_off) + 3, Number(_off) + 3 + Number(_len)).toString(),
  );
  assert.deepEqual(texts, ['{"id": 1,\n  "name": "a"}', '{"id": "x"}', '{"id":9007199254740993}']);
  assert.deepEqual(
    rows.map(({ id, _ord, _line, _lex }) => [id, _ord, _line, _lex]),
    [
      [1, 0, 2, 0],
      [null, 1, 5, 1],
      ['9007199254740993', 2, 5, 0],
    ],
  );
  assert.deepEqual(lexical, [{ ord: 1, col: 0, txt: 'x' }]);
});

test('bad elements cost only themselves', async () => {
  const long = `{"id":3,"name":"${'x'.repeat(1_100_000)}"}`;
  const longer = `{"id":4,"name":"${'y'.repeat(3_000_000)}"}`;
  const text = `[{"id":1},null,[{}],"{",-0.5e1,{"id":2,"id":3},{"no":1},${long},${longer},{"id":5}]`;
  const { rows, bad, summary } = await middle.stage(text, plan, { format: 'json', select: 'id' });
  assert.deepEqual(rows, [{ id: 1 }, { id: 5 }]);
  assert.equal(summary.framed, 10);
  assert.deepEqual(
    bad.map(({ ord }) => ord),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test('what is no JSON is refused with its line', async () => {
  for (const [text, message] of [
    ['[{"id":1},\n]', /line 2: an element of the array is missing/],
    ['[,]', /line 1: an element/],
    ['[{"id":1}\n{"id":2}]', /line 2: a comma or the end of the array is missing/],
    ['[{"id":1}]\n[]', /line 2: more follows/],
    ['[{"id":1}', /line 1: the file ends before its array does/],
    ['[{"id":1},\n{"id":', /line 2: the file ends inside the value/],
    ['[\n{"id":1]\n,{}]', /line 2: the value that begins there is no JSON/],
    ['{"id":1},{"id":2}', /line 1: a comma or a bracket/],
    ['[nope]', /line 1: the value/],
    ['[\u0001]', /line 1: the value/],
    [' \n ', /line 2: it holds no value/],
    ['', /empty/],
  ] as const) {
    for (const { stage } of [bench, small])
      await assert.rejects(
        stage(text, plan, json),
        (error: unknown) => isWeftError(error, 'BATCH_UNREADABLE') && message.test(error.message),
        JSON.stringify(text),
      );
  }
});

test('an empty array is an empty batch', async () => {
  const { summary, parts } = await bench.stage(' [ ] \n', plan, json);
  assert.deepEqual([summary.framed, parts.length], [0, 1]);
});
