/**
 * Nested columns of NDJSON and JSON: random values of random types, what a line is, limits of contracts.
 *
 * Values are read back by DuckDB, which reads the levels that we wrote; lines are compared with the reader in WebAssembly.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { isWeftError } from '@weft/core/lib/error';
import fc from 'fast-check';
import { type Columns, openBench, planOf, SEED } from './support.ts';

const bench = await openBench();
const small = await openBench({ pieceBytes: 64, partBytes: 300 });
const medium = await openBench({ pieceBytes: 300_000, partBytes: 700_000 });
after(() => Promise.all([bench.close(), small.close(), medium.close()]));

const leaf: fc.Arbitrary<DataType> = fc.constantFrom(
  { kind: 'int' },
  { kind: 'string' },
  { kind: 'boolean' },
);
const { type: someType } = fc.letrec<{ type: DataType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('type').map((element): DataType => ({ kind: 'list', element })),
    fc.array(tie('type'), { minLength: 1, maxLength: 3 }).map(
      (types): DataType => ({
        kind: 'struct',
        fields: types.map((type, i) => ({
          id: `f${i}`,
          name: i === 1 ? 'a "b" \\c' : `f${i}`,
          type,
          required: false,
        })),
      }),
    ),
    tie('type').map((value): DataType => ({ kind: 'map', key: { kind: 'string' }, value })),
  ),
}));
const key = fc.constantFrom('a', 'b', '"q"', 'é', '😀', '', '\\');

/** A value of the type as JSON has it, members that are NULL left out or not. */
function jsonOf(type: DataType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'int':
      return fc.option(fc.integer());
    case 'boolean':
      return fc.option(fc.boolean());
    case 'struct': {
      const members = Object.fromEntries(type.fields.map((f) => [f.name, jsonOf(f.type)]));
      return fc.option(fc.record(members, { requiredKeys: [] }));
    }
    case 'list':
      return fc.option(fc.array(jsonOf(type.element), { maxLength: 4 }));
    case 'map':
      return fc.option(fc.dictionary(key, jsonOf(type.value), { maxKeys: 3 }));
    default:
      return fc.option(fc.string({ unit: 'grapheme', maxLength: 6 }));
  }
}

/** The value with its missing members as NULL, and the entries of maps in order. */
function wholeOf(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'struct':
      return type.fields.map((f) => wholeOf(f.type, (value as Record<string, unknown>)[f.name]));
    case 'list':
      return (value as unknown[]).map((item) => wholeOf(type.element, item));
    case 'map':
      return Object.entries(value)
        .map(([name, inner]) => [name, wholeOf(type.value, inner)])
        .sort();
    default:
      return value;
  }
}

const someRows = someType
  .filter(({ kind }) => kind === 'list' || kind === 'struct' || kind === 'map')
  .chain((type) =>
    fc.record({
      type: fc.constant(type),
      values: fc.array(jsonOf(type), { minLength: 1, maxLength: 12 }),
    }),
  );

test('values of any type are read back as they were written, wherever pieces end', async () => {
  let staged = 0;
  await fc.assert(
    fc.asyncProperty(someRows, fc.boolean(), async ({ type, values }, spaced) => {
      const plan = planOf({ id: 'int', v: type });
      const lines = values.map((v, id) => JSON.stringify({ id, v }, null, spaced ? 1 : 0));
      const text = spaced
        ? `[${lines.join(',')}]`
        : `${lines.map((line) => line.replaceAll('\n', ' ')).join('\n')}\n`;
      for (const { stage } of [bench, small]) {
        const { rows, lexical, bad } = await stage(text, plan, {
          format: spaced ? 'json' : 'ndjson',
          select: 'CAST(to_json(v) AS VARCHAR) AS v',
        });
        assert.deepEqual([lexical, bad], [[], []]);
        assert.deepEqual(
          rows.map(({ v }) => wholeOf(type, v === null ? null : JSON.parse(String(v)))),
          values.map((value) => wholeOf(type, value)),
        );
        staged += rows.length;
      }
    }),
    { seed: SEED, numRuns: 60 },
  );
  assert.ok(staged > 300, `${staged} records`);
});

test('a line is what it is for the reader of flat contracts', async () => {
  const long = `"${'x'.repeat(1 << 20)}"`;
  const files = [
    '{"id":1}\n\n{"id":2}\r\n {} \n[1]\n{"id":1,"id":2}\nnull\n{"no":1}\r\n{"id":"x"}',
    `{"id":1}\r\n{"id":2}\r`,
    `\ufeff{"id":1}\n{"s":${long}}\r\n{"id":3}\n{"s":${long}`,
    `{"id":1,"s":${long},"s":[`,
    '{"s":"\\u00e9\\ud83d"}\n{"s":"\xe9"}\n{"s":"\\q"}\n',
    '\n',
  ];
  const columns: Columns = { id: 'long', s: 'string' };
  const flat = planOf(columns, { primaryKey: ['id'] });
  const nested = planOf(
    { ...columns, more: { kind: 'list', element: { kind: 'int' } } },
    { primaryKey: ['id'] },
  );
  for (const file of files) {
    for (const { stage } of [bench, file.length > 1000 ? medium : small]) {
      const bytes = file.includes('\xe9') ? Buffer.from(file, 'latin1') : Buffer.from(file);
      const options = { format: 'ndjson', select: 'id, s, _ord, _line, _lex' } as const;
      const [one, other] = [await stage(bytes, flat, options), await stage(bytes, nested, options)];
      assert.deepEqual(other.rows, one.rows, file.slice(0, 80));
      assert.deepEqual(other.lexical, one.lexical);
      assert.deepEqual(other.bad, one.bad, file.slice(0, 80));
      assert.equal(other.summary.framed, one.summary.framed);
      assert.equal(other.summary.keyAscending, one.summary.keyAscending);
    }
  }
});

test('a file of bad lines is cut into parts that can be kept', async () => {
  const plan = planOf({ v: { kind: 'list', element: { kind: 'int' } } });
  const { parts, summary } = await bench.stage('[]\n'.repeat(420_000), plan, { format: 'ndjson' });
  assert.equal(summary.framed, 420_000);
  assert.ok(parts.length >= 2 && parts.every((part) => part.bad <= 400_000), `${parts.length}`);
});

test('what a value has wrong is listed to a limit, and marks its record once', async () => {
  const plan = planOf({ v: { kind: 'list', element: { kind: 'int' } } });
  const { parts, lexical, rows } = await bench.stage(
    `{"v":[${'true,'.repeat(999)}1]}\n{"v":[1]}\n`,
    plan,
    { format: 'ndjson', select: '_ord, _lex, len(v) AS n' },
  );
  assert.equal(lexical.length, 20);
  assert.equal(parts[0]?.lexical, 1);
  assert.deepEqual(rows, [
    { _ord: 0, _lex: 1, n: 1000 },
    { _ord: 1, _lex: 0, n: 1 },
  ]);
});

test('contracts that are too wide or too deep are refused by name', async () => {
  const deep = (levels: number): DataType =>
    levels === 0 ? { kind: 'int' } : { kind: 'list', element: deep(levels - 1) };
  const wide: DataType = {
    kind: 'struct',
    fields: Array.from({ length: 1_000 }, (_, i) => ({
      id: `f${i}`,
      name: `f${i}`,
      type: { kind: 'int' },
      required: false,
    })),
  };
  const refused = async (columns: Columns): Promise<string> => {
    try {
      await bench.stage('{}', planOf(columns), { format: 'ndjson' });
    } catch (error) {
      assert.ok(isWeftError(error, 'BATCH_UNREADABLE'));
      return error.message;
    }
    return 'taken';
  };
  assert.equal(await refused({ v: deep(16) }), 'taken');
  assert.match(await refused({ v: deep(17) }), /`v` is nested more than 16 levels deep/);
  assert.match(await refused({ v: wide }), /1001 columns with those inside nested ones/);
  const keyed: DataType = { kind: 'map', key: deep(1), value: { kind: 'int' } };
  assert.match(await refused({ v: keyed }), /`v` has a map whose keys have inner fields/);
});
