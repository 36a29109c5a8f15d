/**
 * Bounds and counts that DuckDB reports for a file, against the rows of the file: they enclose every value, and pruning
 * by them never loses a row. DuckDB itself is the oracle for which rows match.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { duckdbType, isPrimitive } from '@weft/core/contract/data-type';
import { decodeBound, parseCell } from '@weft/core/lakehouse/bounds';
import { compilePruner } from '@weft/core/lakehouse/prune';
import { createTable, currentColumns, currentSchema } from '@weft/core/lakehouse/table';
import type { DataFile } from '@weft/core/lakehouse/types';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import { compareText, type Predicate } from '@weft/core/lib/predicate';
import { predicateToDuckdb } from '@weft/core/lib/predicate-sql';
import fc from 'fast-check';
import { openTestEngine } from '../support/engine.ts';
import { ALL_TYPES, column, writeFile } from './support.ts';

const engine = await openTestEngine();
const directory = fs.mkdtempSync(join(os.tmpdir(), 'weft-stats-'));
after(() => {
  engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const metadata = createTable({
  uuid: 'u',
  location: 'file:///t',
  columns: ALL_TYPES,
  properties: {},
  now: 1,
});
const columns = currentColumns(metadata);

/** Literals per kind, with the values at which statistics usually go wrong. */
const VALUES: Record<string, string[]> = {
  long: ['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993'],
  int: ['0', '2147483647', '-2147483648'],
  double: ['0', '-0.0', '0.1', '1e300', '-1e-300', 'nan', 'inf', '-inf', '5e-324'],
  boolean: ['true', 'false'],
  date: [
    '1970-01-01',
    '1969-12-31',
    '9999-12-31',
    '0001-01-01',
    '0006-01-02 (BC)',
    '12024-05-06',
    'infinity',
  ],
  time: ['00:00:00', '23:59:59.999999', '12:00:00.5'],
  timestamp: [
    '1970-01-01 00:00:00',
    '1969-12-31 23:59:59.999999',
    '2024-02-29 01:02:03.000004',
    '0044-03-15 (BC) 00:00:00',
    '-infinity',
  ],
  timestamptz: [
    '1970-01-01 00:00:00+00',
    '2024-02-29 01:02:03.000004+05:30',
    '10000-01-01 00:00:00+00',
  ],
  string: [
    '',
    'a',
    'a'.repeat(16),
    'a'.repeat(17),
    'é'.repeat(200),
    'x'.repeat(300),
    '\u{10ffff}'.repeat(20),
    '\uffff\uffff',
    '😀'.repeat(70),
    "it's",
  ],
};

function literals(index: number): fc.Arbitrary<string> {
  const type = columns[index]?.type;
  assert.ok(type !== undefined);
  if (type.kind === 'decimal') {
    const digits = 10n ** BigInt(type.precision) - 1n;
    return fc.bigInt({ min: -digits, max: digits }).map((n) => {
      const text = String(n < 0n ? -n : n).padStart(type.scale + 1, '0');
      return `${n < 0n ? '-' : ''}${text.slice(0, -type.scale)}.${text.slice(-type.scale)}`;
    });
  }
  return fc.constantFrom(...(VALUES[type.kind] ?? ['']));
}

const primitive = columns.map((c, i) => ({ c, i })).filter(({ c }) => isPrimitive(c.type));
const cells = fc.tuple(
  ...primitive.map(({ i }) => fc.array(fc.option(literals(i)), { minLength: 3, maxLength: 3 })),
);

async function writeRows(values: (string | null)[][], name: string): Promise<DataFile> {
  const rows = [0, 1, 2].map((r) =>
    columns
      .map((c) => {
        const at = primitive.findIndex((p) => p.c === c);
        const text = values[at]?.[r] ?? null;
        const sql = text === null ? 'NULL' : quoteText(text);
        return `CAST(${sql} AS ${duckdbType(c.type)}) AS ${quoteIdent(c.name)}`;
      })
      .join(', '),
  );
  const select = rows.map((row) => `SELECT ${row}`).join(' UNION ALL ');
  return writeFile(engine, { select, columns, file: join(directory, `${name}.parquet`) });
}

test('bounds enclose every value and counts are right, for every type', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(cells, async (values) => {
      const file = await writeRows(values, `b${run++ % 4}`);
      assert.equal(file.records, 3);
      primitive.forEach(({ c }, p) => {
        if (!isPrimitive(c.type)) return;
        const texts = (values[p] ?? []).filter((v) => v !== null);
        assert.equal(file.nullCounts.get(c.fieldId), 3 - texts.length, c.name);
        assert.equal(file.valueCounts.get(c.fieldId), 3, c.name);
        const lower = file.lowerBounds.get(c.fieldId);
        const upper = file.upperBounds.get(c.fieldId);
        for (const text of texts) {
          const cell = parseCell(c.type, text);
          if (cell === null) continue;
          if (lower !== undefined)
            assert.ok(order(decodeBound(c.type, lower), cell) <= 0, `${c.name} ${text}`);
          if (upper !== undefined)
            assert.ok(order(decodeBound(c.type, upper), cell) >= 0, `${c.name} ${text}`);
        }
        const exact = texts.map(
          (text) =>
            c.type.kind === 'string' || (isPrimitive(c.type) && parseCell(c.type, text) !== null),
        );
        const plainText =
          c.type.kind !== 'string' ||
          texts.every((text) => Buffer.byteLength(text) <= 256 && !text.startsWith('\u{10ffff}'));
        if (exact.length > 0 && exact.every(Boolean) && plainText) {
          assert.ok(
            lower !== undefined && upper !== undefined,
            `${c.name} has bounds for ${texts.join()}`,
          );
        }
      });
    }),
    { numRuns: 60 },
  );
});

function order(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return (a as number) === (b as number) ? 0 : (a as number) < (b as number) ? -1 : 1;
}

test('NaN: no count is claimed when there is one, zero when there is none', async () => {
  const share = columns.find((c) => c.name === 'share');
  assert.ok(share !== undefined);
  const write = async (select: string): Promise<DataFile> =>
    writeFile(engine, { select, columns: [share], file: join(directory, 'nan.parquet') });
  const some = await write(`SELECT unnest([1.5::DOUBLE, 'nan'::DOUBLE]) AS share`);
  assert.equal(some.nanCounts.has(share.fieldId), false);
  assert.equal(some.upperBounds.has(share.fieldId), true);
  const above: Predicate = { op: 'gt', column: 'share', value: { type: 'double', value: 2 } };
  const keeps = (file: DataFile): boolean => prunes(file, above);
  assert.equal(keeps(some), true);
  const none = await write(`SELECT 1.5::DOUBLE AS share`);
  assert.equal(none.nanCounts.get(share.fieldId), 0);
  assert.equal(keeps(none), false);
  const all = await write(`SELECT 'nan'::DOUBLE AS share`);
  assert.deepEqual([all.lowerBounds.size, all.upperBounds.size, keeps(all)], [0, 0, true]);
});

function prunes(file: DataFile, predicate: Predicate): boolean {
  return compilePruner(
    predicate,
    currentSchema(metadata),
  )({
    records: file.records,
    stats: {
      valueCounts: () => file.valueCounts,
      nullCounts: () => file.nullCounts,
      nanCounts: () => file.nanCounts,
      lowerBounds: () => file.lowerBounds,
      upperBounds: () => file.upperBounds,
    },
  });
}

const comparison: fc.Arbitrary<Predicate> = fc.constantFrom(...primitive).chain(({ c, i }) => {
  const kind = c.type.kind;
  if (kind === 'time')
    return fc.constant<Predicate>({ op: 'eq', column: c.name, value: { type: 'null' } });
  return fc.record({
    op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
    column: fc.constant(c.name),
    value: literals(i).map((text) => {
      if (kind === 'boolean') return { type: kind, value: text === 'true' } as const;
      if (kind === 'double')
        return {
          type: kind,
          value:
            parseCell({ kind }, text) === null ? Number.NaN : Number(parseCell({ kind }, text)),
        } as const;
      return { type: kind as 'string', value: text };
    }),
  });
});

test('DuckDB finds no matching row in a file that pruning drops', async () => {
  let dropped = 0;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      cells,
      fc.array(comparison, { minLength: 12, maxLength: 12 }),
      async (values, predicates) => {
        const name = `p${run++ % 4}`;
        const file = await writeRows(values, name);
        const checks = predicates.filter((p) => !prunes(file, p)).map(predicateToDuckdb);
        dropped += checks.length;
        if (checks.length === 0) return;
        const [row] = await engine.rows(
          `SELECT count(*) AS n FROM read_parquet(${quoteText(join(directory, `${name}.parquet`))}) WHERE ${checks.join(' OR ')}`,
        );
        assert.equal(Number(row?.['n']), 0, checks.join(' OR '));
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(dropped > 50, `pruning did prune: ${dropped}`);
});

test('names with quotes, commas and equals signs keep their statistics; nested ones keep theirs', async () => {
  const strange = [
    column('a"b, c={d}', { kind: 'long' }),
    column('s.t', {
      kind: 'struct',
      fields: [{ id: 'x.y', name: 'x.y', type: { kind: 'long' }, required: false }],
    }),
  ];
  const bound = currentColumns(
    createTable({ uuid: 'u', location: 'file:///t', columns: strange, properties: {}, now: 1 }),
  );
  const select = `SELECT 7 AS "a""b, c={d}", {'x.y': 8} AS "s.t"`;
  const file = await writeFile(engine, {
    select,
    columns: bound,
    file: join(directory, 'strange.parquet'),
  });
  assert.deepEqual(
    [...file.lowerBounds].map(([id, b]) => [id, decodeBound({ kind: 'long' }, b)]).sort(),
    [
      [1, 7n],
      [3, 8n],
    ],
  );
});
