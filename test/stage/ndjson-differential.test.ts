/**
 * The NDJSON reader in WebAssembly against the one in TypeScript (`json-record.ts`, `lexical.ts`), line by line: verdict,
 * values, texts that are not of their type.
 */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { after, test } from 'node:test';
import { JsonRecordReader, tokenFits } from '@weft/core/ingest/json-record';
import { parseLexical } from '@weft/core/ingest/lexical';
import {
  flatColumns,
  LEXICAL_TEXT_BYTES_MAX,
  plannedColumns,
} from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import fc from 'fast-check';
import { type Columns, openBench, planOf, SEED } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 64, partBytes: 500 });
after(() => Promise.all([bench.close(), small.close()]));

const COLUMNS: Columns = {
  id: 'long',
  count: 'int',
  name: 'string',
  'odd "name"\\': 'string',
  amount: { kind: 'decimal', precision: 20, scale: 2 },
  ratio: 'double',
  day: 'date',
  ok: 'boolean',
};
const plan = planOf(
  Object.fromEntries(Object.entries(COLUMNS).map(([, type], i) => [`c${i}`, type])),
);
for (const [i, name] of Object.keys(COLUMNS).entries()) {
  const column = plan.columns[i];
  if (column !== undefined) column.sourceName = name;
}
const planned = must(flatColumns(plannedColumns(plan)), 'flat columns');
const names = planned.map((column) => column.sourceName);

const space = fc.constantFrom('', '', '', ' ', '\t', ' \r');
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('', '\u0000', '"', '\\', '\n', 'é'.repeat(200), '👍', '2026-02-30', '2026-02-28'),
  fc.integer().map(String),
);
const quoted = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '"\\u0041"',
    '"\\ud83d\\udc4d"',
    '"\\ud83d"',
    '"\\udc4d\\ud83d"',
    '"\\ud83dx"',
    '"\\u00e"',
    '"\\x"',
    '"\\/\\b\\f\\n\\r\\t"',
    '"\\uD83D\\uDC4D\\u000a"',
    '"\u007f"',
    '"\t"',
    `"${'x'.repeat(14)}\\n${'y'.repeat(17)}"`,
  ),
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('-0', '01', '1.', '.5', '1e5', '1E+05', '1e', '-', '1.50', '9223372036854775808'),
);
const odd = fc.oneof(
  quoted,
  number,
  fc.constantFrom('nul', 'True', '[]', '{}', '[1,{"a":[null]}]', '[,]'),
  fc.constantFrom(1, 99, 100, 101).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
);
const sound = fc.oneof(
  text.map((content) => JSON.stringify(content.toWellFormed())),
  fc.integer().map(String),
  fc.constantFrom('true', 'false', 'null', '1.5', '-0.25', '"1.50"', '[1]', '{"a":"\\u0041"}'),
);
const value = fc.oneof({ weight: 30, arbitrary: sound }, { weight: 1, arbitrary: odd });
const key = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...names).map((known) => JSON.stringify(known)) },
  { weight: 1, arbitrary: fc.constantFrom('"\\u0069d"', '"other"', '""', '"name', 'id', '"id "') },
);
const field = fc
  .tuple(key, space, space, value, space)
  .map(([of, before, behind, content, end]) => ({
    of,
    all: `${of}${before}:${behind}${content}${end}`,
  }));
const object = fc
  .tuple(space, fc.uniqueArray(field, { maxLength: 8, selector: ({ of }) => of }), space)
  .map(
    ([before, fields, end]) =>
      `${before}{${before}${fields.map(({ all }) => all).join(`,${end}`)}}${end}`,
  );
const whole = fc
  .record({
    id: fc.integer(),
    name: fc.string(),
    ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
  })
  .map((row) => JSON.stringify(row));
const line = fc.oneof(
  { weight: 6, arbitrary: object },
  { weight: 3, arbitrary: whole },
  {
    weight: 1,
    arbitrary: fc.oneof(odd, fc.constantFrom('', ' ', '{', '{}}', '{,}', '{"id":1,}')),
  },
);
/** A line as bytes, some with one byte changed. */
const bytes = fc
  .tuple(line, fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { freq: 1 }))
  .map(([content, change]) => {
    const made = Buffer.from(content);
    if (change !== null && made.length > 0) made[change[0] % made.length] = change[1];
    return Buffer.from(made.filter((byte) => byte !== 10));
  });

interface Expected {
  bad: Map<number, string>;
  wrong: Map<string, string>;
  rows: (string | null)[][];
}

/** What TypeScript makes of the lines. */
function expectedOf(lines: readonly Buffer[]): Expected {
  const reader = new JsonRecordReader(names);
  const expected: Expected = { bad: new Map(), wrong: new Map(), rows: [] };
  for (const [ord, content] of lines.entries()) {
    const fault = isUtf8(content) ? reader.read(content.toString()) : 'bad_encoding';
    if (fault !== null) {
      expected.bad.set(ord, fault);
      continue;
    }
    expected.rows.push(
      planned.map(({ type }, col) => {
        const token = reader.tokens[col] ?? 'null';
        if (token === 'null') return null;
        const raw = reader.texts[col] ?? '';
        const result = tokenFits(type, token) ? parseLexical(type, raw, null) : { ok: false };
        if (result.ok) return raw;
        expected.wrong.set(`${ord} ${col}`, raw);
        return null;
      }),
    );
  }
  return expected;
}

test('lines are read as in TypeScript, wherever pieces end', async () => {
  let faults = 0;
  let wrongs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 12 }), async (drawn) => {
      // Why: a file's first bytes may be a mark, and a lone CR before the line end belongs to it.
      const lines = [Buffer.from('{}'), ...drawn.map((content) => trimCr(content))];
      const file = Buffer.concat(lines.flatMap((content) => [content, Buffer.from('\n')]));
      const expected = expectedOf(lines);
      faults += expected.bad.size;
      wrongs += expected.wrong.size;
      for (const { stage } of [bench, small]) {
        const staged = await stage(file, plan, {
          format: 'ndjson',
          select: 'c0::VARCHAR AS c0, c2, c3, c4 IS NULL AS n4, c5 IS NULL AS n5, c6 IS NULL AS n6',
        });
        const shown = JSON.stringify(file.toString('latin1'));
        assert.deepEqual(
          new Map(staged.bad.map(({ ord, fault }) => [Number(ord), String(fault)])),
          expected.bad,
          shown,
        );
        const wrong = new Map(
          staged.lexical.map(({ ord, col, txt }) => [`${ord} ${col}`, String(txt)]),
        );
        assert.deepEqual([...wrong.keys()].sort(), [...expected.wrong.keys()].sort(), shown);
        for (const [place, txt] of wrong) {
          const full = expected.wrong.get(place) ?? '';
          if (Buffer.byteLength(full) <= LEXICAL_TEXT_BYTES_MAX) assert.equal(txt, full, shown);
          else
            assert.ok(full.startsWith(txt) && Buffer.byteLength(txt) > LEXICAL_TEXT_BYTES_MAX - 4);
        }
        assert.deepEqual(
          staged.rows.map(({ c0, c2, c3, n4, n5, n6 }) => [c0, c2, c3, n4, n5, n6]),
          expected.rows.map((row) => [
            row[0] === null ? null : String(BigInt(row[0] ?? '')),
            row[2],
            row[3],
            ...[4, 5, 6].map((col) => row[col] === null),
          ]),
          shown,
        );
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
  assert.ok(faults > 100 && wrongs > 300, `${faults} faults, ${wrongs} wrong values`);
});

function trimCr(content: Buffer): Buffer {
  return content.at(-1) === 13 ? content.subarray(0, -1) : content;
}
