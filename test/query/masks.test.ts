/**
 * Masks on values of every type, ordinary, random and extreme: what DuckDB makes of them is what a second implementation
 * says, NULL stays NULL, and nothing throws.
 *
 * The oracle knows values as text and shares nothing with the SQL; hashes are those of node:crypto (RFC 2104).
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type DataType, duckdbType, typeName } from '@weft/core/contract/data-type';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import type { Constant } from '@weft/core/lib/predicate';
import { maskFits, maskProblems } from '@weft/core/policy/mask-types';
import type { DateUnit, Mask, PlaceMask } from '@weft/core/policy/obligations';
import { FORGET_KEY_SQL, maskColumns, maskedSelect, setKeySql } from '@weft/core/query/masks';
import fc from 'fast-check';
import { createMaskKeys } from '../../server/src/services/mask-keys.ts';
import { deriveTestKey } from '../support/projections.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_603);
const AGREEMENT = 'agr_1';
const KEY = deriveTestKey('masks', `weft mask hash ${AGREEMENT}`);

let connection: DuckDBConnection;
before(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const sql of setKeySql(createMaskKeys({ deriveKey: deriveTestKey }).keyOf(AGREEMENT))) {
    await connection.run(sql);
  }
});
after(() => connection.closeSync());

function shownColumns(type: DataType, masks: PlaceMask[]) {
  const columns = [{ id: 'v', name: 'v', type, required: false, doc: null }];
  const options = { uuid: 'u', location: 'file:///t', columns, properties: {}, now: 1 };
  return maskColumns(currentColumns(createTable(options)), masks);
}

/** The masked values as text; `values` are SQL expressions. */
async function masked(
  type: DataType,
  masks: PlaceMask[],
  values: readonly string[],
): Promise<(string | null)[]> {
  assert.deepEqual(maskProblems([{ name: 'v', type }], masks), []);
  const shown = must(shownColumns(type, masks)[0], 'a column');
  const rows = values.map((value, i) => `(${i}, CAST(${value} AS ${duckdbType(type)}))`);
  const stored = `(SELECT * FROM (VALUES ${rows.join(', ')}) r(i, v))`;
  const result = await connection.runAndReadAll(
    `SELECT CAST(v AS VARCHAR), typeof(v) FROM (${maskedSelect([shown], stored, ['i'])}) ORDER BY i`,
  );
  const engineType = duckdbType(shown.column.type).replace(
    'TIMESTAMPTZ',
    'TIMESTAMP WITH TIME ZONE',
  );
  const plain = (text: string): string => text.replace(/[" ]/g, '');
  assert.equal(plain(String(result.getRows()[0]?.[1])), plain(engineType));
  return result.getRows().map(([text]) => (text === null ? null : String(text)));
}

type Oracle = (text: string) => string | null;

/** Compares over the values of the type; the oracle gets each as the text that it was written as. */
async function compare(type: DataType, mask: Mask, oracle: Oracle): Promise<void> {
  assert.equal(maskFits(mask, type), null);
  const values = valuesOf(type);
  const shown = await masked(type, [{ place: 'v', mask }], ['NULL', ...values.map(quoteText)]);
  const isFixed = mask.kind === 'fixed';
  if (!isFixed) assert.equal(shown[0], null, 'NULL stays NULL');
  for (const [i, value] of values.entries()) {
    assert.equal(
      shown[i + 1],
      oracle(value),
      `${typeName(type)} ${JSON.stringify(mask)}: ${value}`,
    );
  }
}

const decimal = (precision: number, scale: number): DataType => ({
  kind: 'decimal',
  precision,
  scale,
});
const INT = { kind: 'int' } as const;
const LONG = { kind: 'long' } as const;
const DOUBLE = { kind: 'double' } as const;
const STRING = { kind: 'string' } as const;
const DATE = { kind: 'date' } as const;
const TYPES: DataType[] = [
  { kind: 'boolean' },
  INT,
  LONG,
  DOUBLE,
  STRING,
  DATE,
  { kind: 'time' },
  { kind: 'timestamp' },
  { kind: 'timestamptz' },
  decimal(5, 2),
  decimal(38, 0),
  decimal(38, 10),
];

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 150, seed });
const two = (value: number, length = 2): string => String(value).padStart(length, '0');
const RARE_TIMES = [
  '0001-01-01',
  '9999-12-31',
  '1969-12-31',
  '2024-12-30',
  '2025-01-05',
  '2000-02-29',
];

/** Values as texts that the engine reads without loss. */
function valuesOf(type: DataType): string[] {
  switch (type.kind) {
    case 'boolean':
      return ['true', 'false'];
    case 'int':
      return integers(2n ** 31n);
    case 'long':
      return integers(2n ** 63n);
    case 'decimal':
      return decimals(type.precision, type.scale);
    case 'double':
      return doubles();
    case 'string':
      return texts();
    case 'date':
      return [
        ...RARE_TIMES,
        ...days(),
        'infinity',
        '-infinity',
        '5877642-06-25 (BC)',
        '5000000-01-01',
      ];
    case 'time':
      return ['00:00:00', '23:59:59.999999', '08:30:00.5', '24:00:00'];
    case 'timestamp':
    case 'timestamptz':
      return [...RARE_TIMES.map((day) => `${day} 00:00:00`), ...times(), 'infinity', '-infinity'];
    default:
      return [];
  }
}

function integers(end: bigint): string[] {
  const fixed = [-end, -end + 1n, -11n, -10n, -1n, 0n, 1n, 9n, 10n, end - 1n];
  return [...fixed, ...sample(fc.bigInt({ min: -end, max: end - 1n }))].map(String);
}

function decimals(precision: number, scale: number): string[] {
  const max = 10n ** BigInt(precision) - 1n;
  const fixed = [-max, -max + 1n, -1n, 0n, 1n, max];
  return [...fixed, ...sample(fc.bigInt({ min: -max, max }))].map((n) => pointed(n, scale));
}

function pointed(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  return (
    (unscaled < 0n ? '-' : '') + digits.slice(0, cut) + (scale > 0 ? `.${digits.slice(cut)}` : '')
  );
}

function doubles(): string[] {
  const fixed = [0, -0, 1, -1, 0.1, 5e-324, -5e-324, 1e308, -1e308, 1e15, 1e16, 1e21, 1e-5, 123.5];
  const finite = [...fixed, ...sample(fc.double({ noNaN: true, noDefaultInfinity: true }))];
  const plain = finite.map((x) => (Object.is(x, -0) ? '-0.0' : String(x)));
  return [...plain, 'NaN', 'Infinity', '-Infinity'];
}

function texts(): string[] {
  const rare = [
    '',
    'a',
    'ab',
    'abc',
    "it's",
    'ä',
    'a\u0308b',
    '\u{1F600}\u{1F601}x',
    '\uffff',
    '%_',
    '  ',
  ];
  const random = sample(fc.string({ unit: 'binary', maxLength: 12 })).filter((t) =>
    t.isWellFormed(),
  );
  return [...rare, ...random.map((text) => text.replaceAll('\0', '0'))];
}

function days(): string[] {
  const day = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 364 }));
  return sample(day).map(([year, n]) => isoDay(utc(year, 0, 1 + n)));
}

function times(): string[] {
  const micros = sample(fc.integer({ min: 0, max: 86_399_999_999 }));
  return days().map((day, i) => {
    const at = micros[i] ?? 0;
    const [hour, minute, second] = [at / 3_600e6, (at / 60e6) % 60, (at / 1e6) % 60].map(
      Math.floor,
    );
    return `${day} ${two(hour ?? 0)}:${two(minute ?? 0)}:${two(second ?? 0)}.${two(at % 1_000_000, 6)}`;
  });
}

function utc(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

function isoDay(date: Date): string {
  return `${two(date.getUTCFullYear(), 4)}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** The engine's text of a double, made from ECMAScript's shortest digits. */
function doubleText(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  const [mantissa = '', power = '0'] = Math.abs(x).toExponential().split('e');
  const exponent = Number(power);
  const digits = mantissa.replace('.', '');
  const sign = x < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${two(Math.abs(exponent))}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, '0');
  return `${sign}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1) || '0'}`;
}

function canonicalText(type: DataType, text: string): string {
  const isTimestamp = type.kind === 'timestamp' || type.kind === 'timestamptz';
  if (type.kind === 'double') return doubleText(Number(text) === 0 ? 0 : Number(text));
  if (type.kind === 'time') return text.padEnd(9, '.').padEnd(15, '0');
  if (!isTimestamp || text.includes('infinity')) return text;
  const [whole, micros = ''] = text.split('.');
  return `${whole?.replace(' ', 'T')}.${micros.padEnd(6, '0')}Z`;
}

for (const type of TYPES) {
  test(`hash of ${typeName(type)} is the HMAC-SHA-256 of its canonical text`, async () => {
    await compare(type, { kind: 'hash' }, (text) =>
      createHmac('sha256', KEY).update(canonicalText(type, text)).digest('hex'),
    );
  });
}

test('null and fixed are the same for all rows', async () => {
  for (const type of TYPES) await compare(type, { kind: 'null' }, () => null);
  const constants: [DataType, Constant, string][] = [
    [STRING, { type: 'string', value: "it's" }, "it's"],
    [INT, { type: 'int', value: '-7' }, '-7'],
    [LONG, { type: 'int', value: '7' }, '7'],
    [decimal(5, 2), { type: 'decimal', value: '1.50' }, '1.50'],
    [DOUBLE, { type: 'double', value: 0.5 }, '0.5'],
    [{ kind: 'boolean' }, { type: 'boolean', value: true }, 'true'],
    [DATE, { type: 'date', value: '2026-01-31' }, '2026-01-31'],
  ];
  for (const [type, value, text] of constants) {
    await compare(type, { kind: 'fixed', value }, () => text);
    const shown = await masked(type, [{ place: 'v', mask: { kind: 'fixed', value } }], ['NULL']);
    assert.deepEqual(shown, [text], 'NULL is not told apart');
  }
});

function floorTo(value: bigint, step: bigint): bigint {
  const rest = ((value % step) + step) % step;
  return value - rest;
}

test('truncated numbers are exact multiples at or below the value, in the range of the type', async () => {
  const unscaled = (text: string): bigint => BigInt(text.replace('.', ''));
  const cases: [DataType, string, bigint, number, bigint][] = [
    [INT, '10', 10n, 0, -(2n ** 31n)],
    [INT, '2147483647', 2147483647n, 0, -(2n ** 31n)],
    [LONG, '10', 10n, 0, -(2n ** 63n)],
    [LONG, '1e18', 10n ** 18n, 0, -(2n ** 63n)],
    [LONG, '7', 7n, 0, -(2n ** 63n)],
    [decimal(5, 2), '0.5', 50n, 2, -99_999n],
    [decimal(5, 2), '100', 10_000n, 2, -99_999n],
    [decimal(38, 0), '1000', 1_000n, 0, -(10n ** 38n) + 1n],
    [decimal(38, 10), '0.25', 2_500_000_000n, 10, -(10n ** 38n) + 1n],
  ];
  for (const [type, step, size, scale, least] of cases) {
    await compare(type, { kind: 'truncate', step }, (text) => {
      const floor = floorTo(unscaled(text), size);
      return pointed(floor < least ? least : floor, scale);
    });
  }
  for (const step of ['10', '0.5', '0.001', '1e-300', '1e300']) {
    const size = Number(step);
    await compare(DOUBLE, { kind: 'truncate', step }, (text) =>
      doubleText(Math.floor(Number(text) / size) * size + 0),
    );
  }
});

test('truncated dates and times begin their unit; weeks begin on Monday', async () => {
  const start = (text: string, unit: DateUnit): string => {
    const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
    const weekday = (utc(year, month - 1, day).getUTCDay() + 6) % 7;
    const starts: Record<DateUnit, Date> = {
      day: utc(year, month - 1, day),
      week: utc(year, month - 1, day - weekday),
      month: utc(year, month - 1, 1),
      quarter: utc(year, Math.floor((month - 1) / 3) * 3, 1),
      year: utc(year, 0, 1),
    };
    return isoDay(starts[unit]);
  };
  for (const unit of ['day', 'week', 'month', 'quarter', 'year'] as const) {
    const mask: Mask = { kind: 'truncate', unit };
    const none = (text: string): boolean => !/^\d{4}-\d\d-\d\d( [\d:.]+)?$/.test(text);
    if (unit !== 'day')
      await compare(DATE, mask, (text) => (none(text) ? null : start(text, unit)));
    for (const [kind, zone] of [
      ['timestamp', ''],
      ['timestamptz', '+00'],
    ] as const) {
      await compare({ kind }, mask, (text) =>
        none(text) ? null : `${start(text, unit)} 00:00:00${zone}`,
      );
    }
  }
});

test('buckets are half-open intervals with the bounds as they were written', async () => {
  const label = (bounds: string[], below: number): string => {
    const [from, to] = [bounds[below - 1], bounds[below]];
    return `${from === undefined ? '(-∞' : `[${from}`}, ${to ?? '∞'})`;
  };
  const count = (bounds: string[], isBelow: (bound: string) => boolean): string =>
    label(bounds, bounds.filter((bound) => !isBelow(bound)).length);
  const ten = ['-10', '0', '10'];
  for (const type of [INT, LONG]) {
    await compare(type, { kind: 'bucket', bounds: ten }, (text) =>
      count(ten, (bound) => BigInt(text) < BigInt(bound)),
    );
  }
  const cents = ['-0.01', '0.00', '500'];
  await compare(decimal(5, 2), { kind: 'bucket', bounds: cents }, (text) =>
    count(cents, (bound) => Number(text) < Number(bound)),
  );
  await compare(DOUBLE, { kind: 'bucket', bounds: ['0', '0.1', '1e10'] }, (text) =>
    count(['0', '0.1', '1e10'], (bound) => Number(text) < Number(bound)),
  );
  const letters = ['a', 'b', 'ä'];
  await compare(STRING, { kind: 'bucket', bounds: letters }, (text) =>
    count(letters, (bound) => Buffer.compare(Buffer.from(text), Buffer.from(bound)) < 0),
  );
});

test('parts of texts are counted in code points, and a short text shows nothing', async () => {
  for (const characters of [1, 2, 4]) {
    await compare(STRING, { kind: 'part', show: 'first', characters }, (text) => {
      const points = [...text];
      return points.length <= characters ? '…' : `${points.slice(0, characters).join('')}…`;
    });
    await compare(STRING, { kind: 'part', show: 'last', characters }, (text) => {
      const points = [...text];
      return points.length <= characters ? '…' : `…${points.slice(-characters).join('')}`;
    });
  }
});

const field = (name: string, type: DataType) => ({ id: name, name, type, required: false });
const NESTED: DataType = {
  kind: 'struct',
  fields: [
    field('zip', STRING),
    field('geo', { kind: 'struct', fields: [field('lat', DOUBLE)] }),
    field('lines', {
      kind: 'list',
      element: {
        kind: 'struct',
        fields: [
          field('sku', STRING),
          field('price', decimal(9, 2)),
          field('tags', { kind: 'list', element: STRING }),
        ],
      },
    }),
    field('attributes', { kind: 'map', key: STRING, value: STRING }),
  ],
};
const NESTED_VALUE = `{'zip': '12345', 'geo': {'lat': 52.5}, 'lines': [{'sku': 'a1', 'price': 12.34, 'tags': ['red', NULL]}, NULL,
  {'sku': NULL, 'price': NULL, 'tags': NULL}], 'attributes': MAP {'color': 'red', 'size': NULL}}`;

test('places inside structs, lists and maps are masked and hidden ones are not in the type', async () => {
  const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
  const [shown, none, ...more] = await masked(
    NESTED,
    [
      { place: 'v.zip', mask: { kind: 'part', show: 'first', characters: 2 } },
      { place: 'v.geo', mask: { kind: 'hide' } },
      { place: 'v.lines.items.price', mask: { kind: 'truncate', step: '10' } },
      { place: 'v.lines.items.tags.items', mask: { kind: 'hash' } },
      { place: 'v.attributes.key', mask: { kind: 'hash' } },
      { place: 'v.attributes.value', mask: { kind: 'part', show: 'last', characters: 1 } },
    ],
    [NESTED_VALUE, 'NULL', "{'zip': NULL, 'geo': NULL, 'lines': [], 'attributes': MAP {}}"],
  );
  assert.equal(
    shown,
    `{'zip': 12…, 'lines': [{'sku': a1, 'price': 10.00, 'tags': [${hmac('red')}, NULL]}, NULL, {'sku': NULL, 'price': NULL, 'tags': NULL}], 'attributes': {${hmac('color')}=…d, ${hmac('size')}=NULL}}`,
  );
  assert.equal(none, null);
  assert.deepEqual(more, ["{'zip': NULL, 'lines': [], 'attributes': {}}"]);
});

test('what is hidden whole leaves nothing, a struct without fields included', async () => {
  const hide = (place: string): PlaceMask => ({ place, mask: { kind: 'hide' } });
  assert.deepEqual(shownColumns(NESTED, [hide('v')]), []);
  const geo: DataType = { kind: 'struct', fields: [field('lat', DOUBLE)] };
  assert.deepEqual(shownColumns(geo, [hide('v.lat')]), []);
  assert.deepEqual(shownColumns({ kind: 'list', element: geo }, [hide('v.items.lat')]), []);
  const shown = await masked(
    NESTED,
    ['geo', 'lines', 'attributes'].map((name) => hide(`v.${name}`)),
    [NESTED_VALUE],
  );
  assert.deepEqual(shown, ["{'zip': 12345}"]);
});

test('without the key nothing is hashed', async () => {
  const other = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const sql of setKeySql(createMaskKeys({ deriveKey: deriveTestKey }).keyOf('agr_2')))
    await other.run(sql);
  const [shown] = shownColumns(STRING, [{ place: 'v', mask: { kind: 'hash' } }]);
  const read = `SELECT ${shown?.sql?.("'x'")} AS m`;
  const foreign = (await other.runAndReadAll(read)).getRows()[0]?.[0];
  const own = (await connection.runAndReadAll(read)).getRows()[0]?.[0];
  assert.notEqual(foreign, own, 'each agreement has a key of its own');
  for (const sql of FORGET_KEY_SQL) await other.run(sql);
  assert.equal((await other.runAndReadAll(read)).getRows()[0]?.[0], null);
  other.closeSync();
});
