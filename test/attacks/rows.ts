/**
 * The rows of two worlds that differ in nothing but what is hidden.
 *
 * The *secret* world has rows that no policy of the suite shows, and in the cells that policies mask or hide values that
 * are marked; in the *clean* world those rows never were, and those cells never held another value than the clean one.
 * Not the tables (`worlds.ts`) and not the policies (`policies.ts`).
 * Invariants: under each mask of the suite both worlds show the same; the order of the rows follows what is masked, and is
 * another one in each world; open rows are those that every policy shows.
 */
import type { WarehouseColumn } from '../hostile/support.ts';

export type WorldName = 'secret' | 'clean';

/** What must never come out: texts, numbers and dates that only hidden rows and masked cells hold. */
export const CANARIES = [
  'weft-canary',
  '731058600',
  '7.310586e',
  '53127',
  '1777-07',
  '1977-07',
] as const;

const TEXT = { kind: 'string' } as const;
const member = (name: string) => ({ id: name, name, type: TEXT, required: false });

/** What attackers reach for: visible columns whose values in hidden rows are marked. */
export const OPEN_COLUMNS: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'brand', type: TEXT, classification: null },
  { name: 'grade', type: TEXT, classification: null },
  { name: 'units', type: { kind: 'int' }, classification: null },
  { name: 'price', type: { kind: 'decimal', precision: 10, scale: 2 }, classification: null },
  { name: 'day', type: { kind: 'date' }, classification: null },
  { name: 'at', type: { kind: 'timestamptz' }, classification: null },
  { name: 'open', type: { kind: 'boolean' }, classification: null },
  { name: 'sec', type: TEXT, classification: null },
  { name: 'moment', type: TEXT, classification: null },
  { name: 'doc', type: TEXT, classification: null },
  { name: 'code', type: TEXT, classification: null },
  { name: 'num', type: { kind: 'long' }, classification: null },
  { name: 'real', type: { kind: 'double' }, classification: null },
  { name: 'labels', type: { kind: 'list', element: TEXT }, classification: null },
];
/** What policies mask or hide, in open rows too. */
export const GUARDED_COLUMNS: WarehouseColumn[] = [
  { name: 'household', type: TEXT, classification: 'restricted' },
  { name: 'mail', type: TEXT, classification: 'restricted' },
  { name: 'note', type: TEXT, classification: 'restricted' },
  { name: 'pay', type: { kind: 'int' }, classification: 'restricted' },
  { name: 'born', type: { kind: 'date' }, classification: 'restricted' },
  { name: 'badge', type: TEXT, classification: 'restricted' },
  { name: 'cell', type: TEXT, classification: 'restricted' },
  {
    name: 'score',
    type: { kind: 'decimal', precision: 10, scale: 2 },
    classification: 'restricted',
  },
  {
    name: 'home',
    type: { kind: 'struct', fields: [member('zip'), member('street')] },
    classification: 'restricted',
  },
];
export const COLUMNS = [...OPEN_COLUMNS, ...GUARDED_COLUMNS];
/** Masks of every kind, under which both worlds show the same. */
export const MASKS =
  'household: hash; mail: null; note: last 4; pay: bucket 40000000 60000000; born: truncate year; ' +
  "badge: fixed 'n/a'; score: truncate 10; home.street: hide; cell: null";
/** The same, but for a column that is marked in the rows of one region alone, and masked in those. */
export const CELL_MASKS = MASKS.replace('cell: null', "cell: hide unless region = 'DE'");

/** Open rows with these numbers, as a SELECT of all columns in their order, put in the order of what is masked. */
export function openRows(world: WorldName, from: number, count: number): string {
  return `SELECT ${items(openValues(world))} FROM range(${from}, ${from + count}) r(i) ORDER BY ${GUARDED_ORDER}`;
}

/** Rows that no policy shows. Their regions have too few households for a cell. */
export function hiddenRows(from: number, count: number): string {
  return `SELECT ${items(hiddenValues())} FROM range(${from}, ${from + count}) r(i)`;
}

/** Rows that policies would show, but which were deleted. */
export function deletedRows(from: number, count: number): string {
  const conditions = ['region', 'brand', 'grade', 'units', 'price', 'day', 'at', 'open'];
  const shown = Object.fromEntries(
    Object.entries(openValues('secret')).filter(([name]) => conditions.includes(name)),
  );
  return `SELECT ${items({ ...hiddenValues(), ...shown })} FROM range(${from}, ${from + count}) r(i)`;
}

const GUARDED_ORDER = 'pay, id';

type Values = Readonly<Record<string, string>>;

function items(values: Values): string {
  return COLUMNS.map(({ name }) => `${values[name]} AS ${name}`).join(', ');
}

function openValues(world: WorldName): Values {
  return {
    id: 'r.i',
    region: "['DE', 'AT'][1 + r.i % 2]",
    brand: "'open-' || (r.i % 3)",
    grade: "'a'",
    units: '(r.i % 5)::INTEGER',
    price: '(r.i % 90)::DECIMAL(10, 2)',
    day: "DATE '2026-01-05' + (r.i % 6)::INTEGER",
    at: "TIMESTAMPTZ '2026-01-05 10:00:00+00' + to_hours(r.i::INTEGER)",
    open: 'true',
    sec: "'1010'",
    moment: "'2026-01-05 10:00:00'",
    doc: `'{"a": 1}'`,
    code: "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
    num: '1 + r.i % 4',
    real: '0.5',
    labels: "['7', '8']",
    ...guardedValues(world),
  };
}

/** Equal households, for hashes tell equal from unequal; in both worlds marked, for they may not come out either. */
function guardedValues(world: WorldName): Values {
  const household = "'weft-canary-' || (r.i % 8)";
  if (world === 'secret') {
    return {
      household,
      mail: "'weft-canary-' || r.i || '@mail'",
      note: "'weft-canary-' || r.i || '-tail'",
      pay: '(53127000 + (r.i * 7) % 31)::INTEGER',
      born: "DATE '1977-07-07' + (r.i % 20)::INTEGER",
      badge: "'weft-canary-' || r.i",
      cell: "['plain', 'weft-canary-' || r.i][1 + r.i % 2]",
      score: '57.31',
      home: "{'zip': '1', 'street': 'weft-canary-' || r.i}",
    };
  }
  return {
    household,
    mail: 'NULL',
    note: "'a longer tail'",
    pay: '(41000000 + (r.i * 11) % 29)::INTEGER',
    born: "DATE '1977-01-01' + (r.i % 9)::INTEGER",
    badge: "'b' || (r.i % 2)",
    cell: "['plain', 'c' || r.i][1 + r.i % 2]",
    score: '50.5',
    home: "{'zip': '1', 'street': 's' || r.i}",
  };
}

function hiddenValues(): Values {
  // Why brackets: what is no regular expression and no path makes more functions fail.
  const marked = "'weft-canary-' || r.i || '[(%'";
  return {
    id: '900 + r.i',
    region: "['FR', NULL][1 + r.i % 2]",
    brand: "'weft-canary-brand'",
    grade: 'NULL',
    units: '(-1 - r.i % 5)::INTEGER',
    price: '7310586.00',
    day: "DATE '1777-07-07' + (r.i % 6)::INTEGER",
    at: "TIMESTAMPTZ '1777-07-07 10:00:00+00'",
    open: 'false',
    sec: marked,
    moment: marked,
    doc: marked,
    code: marked,
    num: '7310586000000000000 + r.i',
    real: '7.310586e200',
    labels: `[${marked}]`,
    household: "'weft-canary-h' || (r.i % 2)",
    mail: marked,
    note: marked,
    pay: '(53127900 + r.i)::INTEGER',
    born: "DATE '1777-07-07'",
    badge: marked,
    cell: marked,
    score: '7310586.00',
    home: `{'zip': 'weft-canary', 'street': ${marked}}`,
  };
}
