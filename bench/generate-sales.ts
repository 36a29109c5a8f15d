/**
 * Point-of-sale rows for the benchmarks: the same file for the same number of rows, on every machine.
 *
 * Every row keeps the contract of `bench/sales.odcs.yaml`.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

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
const CHUNK = 1 << 20;

export interface SalesOptions {
  rows: number;
  /** Smallest `line_id` (default 1). */
  from?: number;
}

/** Writes records to `path`; resolves to the number of bytes. */
export async function generateSales(path: string, options: SalesOptions): Promise<number> {
  const { rows, from = 1 } = options;
  const out = createWriteStream(path);
  const next = mulberry32(20_261_122);
  let buffer = HEADER;
  let bytes = 0;
  for (let i = 1; i <= rows; i++) {
    buffer += saleLine(from + i - 1, next);
    if (buffer.length < CHUNK && i < rows) continue;
    bytes += Buffer.byteLength(buffer);
    if (!out.write(buffer)) await once(out, 'drain');
    buffer = '';
  }
  out.end(buffer);
  await once(out, 'finish');
  return bytes + Buffer.byteLength(buffer);
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
