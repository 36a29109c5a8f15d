/**
 * Marks on records whose key may have come before, against a set of the keys that came: none is left out, and few are
 * mistaken.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LEX_SEEN } from '@weft/core/ingest/stage-layout';
import fc from 'fast-check';
import { type Columns, openBench, planOf, SEED, type Staged } from './support.ts';

const bench = await openBench({ pieceBytes: 120, partBytes: 700 });
const large = await openBench();
after(() => Promise.all([bench.close(), large.close()]));

const isMarked = ({ _lex }: Record<string, unknown>): boolean =>
  (BigInt(String(_lex)) & LEX_SEEN) !== 0n;

/** Values of a type as texts, some of them equal in value and not in text. */
const TEXTS: Record<string, readonly string[]> = {
  int: ['1', '2', '3', '-2147483648', '2147483647', '9'],
  long: ['1', '2', '-9223372036854775808', '9223372036854775807', '4', '5'],
  double: ['0', '0.0', '1', '1.0', '1e0', '2', '1e300'],
  d2: ['1', '1.0', '1.00', '2.5', '2.50', '-7'],
  d30: ['1', '1.0', '100000000000000000000.5', '100000000000000000000.50', '2'],
  date: ['2026-01-01', '2026-01-02', '1970-01-01'],
  timestamp: ['2026-01-01 00:00:00', '2026-01-01T00:00:00.0', '2026-01-01 00:00:01'],
  timestamptz: ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:01Z'],
  time: ['10:00:00', '10:00:00.0', '10:00:01'],
  boolean: ['true', 'false'],
  string: ['', 'a', 'aaaaaaaa', 'aaaaaaaab', 'ü', 'A', 'a '],
};
const TYPES: Columns = {
  ...Object.fromEntries(Object.keys(TEXTS).map((kind) => [kind, kind])),
  d2: { kind: 'decimal', precision: 10, scale: 2 },
  d30: { kind: 'decimal', precision: 30, scale: 2 },
} as Columns;

/** Marked exactly where the engine finds the key in an earlier record: equality is the engine's own. */
async function assertMarks(found: Staged, key: readonly string[]): Promise<void> {
  const earlier = new Set<string>();
  for (const row of found.rows) {
    const values = key.map((name) => row[name]);
    const text = JSON.stringify(values.map((value) => (Object.is(value, -0) ? 0 : value)));
    const isKey = !values.includes(null);
    assert.equal(isMarked(row), isKey && earlier.has(text), `${text} in record ${row['_ord']}`);
    if (isKey) earlier.add(text);
  }
  const marked = found.rows.filter(isMarked).length;
  assert.equal(
    found.parts.reduce((sum, part) => sum + part.seen, 0),
    marked,
  );
}

for (const format of ['csv', 'ndjson'] as const) {
  test(`${format}: each repeated key is marked, by value, over pieces and parts`, async () => {
    const kind = fc.constantFrom(...Object.keys(TEXTS));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(kind, { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }), { maxLength: 40 }),
        async (key, records) => {
          const rows = records.map((choices) =>
            key.map((name, i) => TEXTS[name]?.[choices[i] ?? 0] ?? 'no value'),
          );
          const columns = Object.fromEntries(key.map((name) => [name, TYPES[name]])) as Columns;
          const plan = planOf(columns, { primaryKey: key });
          const isBare = (name: string) => ['int', 'long', 'double', 'boolean'].includes(name);
          const json = (name: string, text: string) =>
            isBare(name) && text !== 'no value' ? text : JSON.stringify(text);
          const text =
            format === 'csv'
              ? `${key.join(',')}\n${rows.map((row) => row.map((t) => (t === '' ? '""' : t)).join(',')).join('\n')}\n`
              : rows
                  .map(
                    (row) =>
                      `{${key.map((n, i) => `"${n}":${json(n, row[i] ?? '')}`).join(',')}}\n`,
                  )
                  .join('');
          if (rows.length === 0) return;
          const found = await bench.stage(text, plan, { format });
          assert.equal(found.summary.keysMarked, true);
          await assertMarks(found, key);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });
}

test('keys of one file are not those of the next', async () => {
  const plan = planOf({ id: 'int' }, { primaryKey: ['id'] });
  for (let i = 0; i < 2; i++) {
    const { rows } = await bench.stage('id\n1\n2\n1\n', plan);
    assert.deepEqual(rows.map(isMarked), [false, false, true]);
  }
});

test('few of many different keys are marked by mistake, and the other repeats are all found', async () => {
  const count = 200_000;
  const keys = Array.from({ length: count }, (_, i) => `K${(i * 7_919) % 1_000_003}`);
  const far = Array.from({ length: count }, (_, i) => String(BigInt(i) * 46_116_860_184_271n));
  for (const [type, all] of [
    ['string', keys],
    ['long', far],
  ] as const) {
    const plan = planOf({ id: type }, { primaryKey: ['id'] });
    const text = `id\n${[...all, ...all.slice(0, 1_000)].join('\n')}\n`;
    const found = await large.stage(text, plan, { select: '_ord, _lex' });
    const marked = found.rows.filter(isMarked).map((row) => Number(row['_ord']));
    assert.equal(marked.filter((ord) => ord >= count).length, 1_000);
    assert.ok(marked.length < 1_000 + count / 500, `${type}: ${marked.length - 1_000} mistakes`);
  }
});

test('a key that the file lacks marks nothing', async () => {
  const plan = planOf({ id: 'int', other: 'int' }, { primaryKey: ['other'] });
  const { rows, summary } = await bench.stage('id\n1\n1\n', plan);
  assert.deepEqual(rows.map(isMarked), [false, false]);
  assert.equal(summary.keysMarked, true);
});
