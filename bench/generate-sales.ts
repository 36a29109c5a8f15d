/**
 * Point-of-sale rows for the benchmarks: the same file for the same number of rows, on every machine.
 *
 * Every row keeps the contract of `bench/sales.odcs.yaml`.
 */
import { quoteText } from '@weft/core/lib/ident-sql';
import { openRaw } from './raw.ts';

const HEADER =
  'line_id,store_id,basket_id,product_code,description,quantity,sales_value,sold_at,country\n';
const COUNTRIES = [
  'United Kingdom',
  'Germany',
  'France',
  'EIRE',
  'Spain',
  'Netherlands',
  'Belgium',
  'Portugal',
];
const WORDS = [
  'RED',
  'BLUE',
  'SMALL',
  'LARGE',
  'GLASS',
  'WOODEN',
  'HEART',
  'LANTERN',
  'CUP',
  'BOX',
  'BAG',
  'CANDLE',
];

export interface SalesOptions {
  rows: number;
  /** Smallest `line_id` (default 1). */
  from?: number;
}

/** Writes records to `path`, as fast as DuckDB makes them: other values than `salesText`, of the same kinds. */
export async function generateSales(
  path: string,
  { rows, from = 1, format = 'csv' }: SalesOptions & { format?: 'csv' | 'parquet' },
): Promise<void> {
  using raw = await openRaw(2, '2GB');
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy';
  await raw.run(`COPY (${salesSql(from, from + rows - 1)}) TO ${quoteText(path)} (${options})`);
}

function salesSql(from: number, to: number): string {
  // Why a salt: columns of one row must not follow from each other.
  const draw = (salt: number, bound: number): string => `(hash(id, ${salt}) % ${bound})::BIGINT`;
  const pick = (salt: number, list: readonly string[]): string =>
    `[${list.map(quoteText).join(', ')}][1 + ${draw(salt, list.length)}]`;
  const words = [2, 3, 4].map((salt) => pick(salt, WORDS)).join(` || ' ' || `);
  return `SELECT id AS line_id, (1 + ${draw(1, 300)})::INTEGER AS store_id, 500000 + id // 7 AS basket_id,
      'P' || (10000 + ${draw(5, 4_000)}) AS product_code, ${words} AS description,
      (1 + ${draw(6, 12)})::INTEGER AS quantity, ((25 + ${draw(7, 5_000)}) / 100)::DECIMAL(9,2) AS sales_value,
      TIMESTAMP '2025-01-01 00:00:00' + to_seconds(id) AS sold_at, ${pick(8, COUNTRIES)} AS country
    FROM range(${from}, ${to + 1}) AS ids(id)`;
}

/** A small file as text. */
export function salesText({ rows, from = 1 }: SalesOptions): string {
  const next = mulberry32(20_261_122 + from);
  const lines = Array.from({ length: rows }, (_, i) => saleLine(from + i, next));
  return HEADER + lines.join('');
}

function saleLine(id: number, next: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? '';
  const code = 10_000 + Math.floor(next() * 4_000);
  const description = `${pick(WORDS)} ${pick(WORDS)} ${pick(WORDS)}`;
  const cents = 25 + Math.floor(next() * 5_000);
  const value = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const sold = new Date(Date.UTC(2025, 0, 1) + id * 1_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  const store = 1 + Math.floor(next() * 300);
  const quantity = 1 + Math.floor(next() * 12);
  return `${id},${store},${500_000 + Math.floor(id / 7)},P${code},${description},${quantity},${value},${sold},${pick(COUNTRIES)}\n`;
}

/** A small seeded generator (Mulberry32, Tommy Ettinger, public domain algorithm). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
