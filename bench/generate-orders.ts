/**
 * Order lines for the benchmarks: those of the example's online shop, repeated with later lines and invoices until there
 * are enough. The same file for the same number of rows, on every machine.
 *
 * Real text with its quotes, commas and gaps. Not the sales (`generate-sales.ts`), which are made up. Invariant: every row
 * keeps the contract of `orders.odcs.yaml`; `spoil-records.ts` has the faults.
 */
import { fileURLToPath } from 'node:url';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openRaw } from './raw.ts';

const SOURCE = fileURLToPath(
  new URL('../examples/cpg/data/ecommerce/orders-2010-2011.parquet', import.meta.url),
);
const SOURCE_ROWS = 541_909;
/** What an invoice number grows by from one copy to the next; more copies would need a seventh digit. */
const INVOICES = 45_000;
const COPIES_APART = 10;

export interface OrderOptions {
  rows: number;
  /** How the key of a line is written; by default its number. */
  key?: 'number' | 'text';
  /** Rows in an order that says nothing of the key. */
  isShuffled?: boolean;
}

/** Writes `rows` order lines to `path` as CSV with a header. */
export async function generateOrders(path: string, options: OrderOptions): Promise<void> {
  using raw = await openRaw(2, '6GB');
  const target = quoteText(path);
  await raw.run(`COPY (${ordersSql(options)}) TO ${target} (FORMAT csv, HEADER)`);
}

/** Writes the article of every order line, once. */
export async function generateArticles(path: string): Promise<void> {
  using raw = await openRaw(2);
  await raw.run(`COPY (SELECT DISTINCT StockCode AS stock_code FROM read_parquet(${quoteText(SOURCE)})
    ORDER BY stock_code) TO ${quoteText(path)} (FORMAT csv, HEADER)`);
}

function ordersSql({ rows, key = 'number', isShuffled = false }: OrderOptions): string {
  const copies = Math.ceil(rows / SOURCE_ROWS);
  const line = `copy * ${SOURCE_ROWS} + line`;
  const written = key === 'number' ? `(${line})::BIGINT` : `format('L{:012d}', (${line})::BIGINT)`;
  const number = `regexp_extract(InvoiceNo, '[0-9]+')::INTEGER + (copy % ${COPIES_APART}) * ${INVOICES}`;
  return `SELECT ${written} AS line_id,
      regexp_replace(InvoiceNo, '[0-9]+', '') || (${number}) AS invoice_no,
      StockCode AS stock_code, Description AS description, Quantity::INTEGER AS quantity, InvoiceDate AS ordered_at,
      UnitPrice::DOUBLE AS unit_price, CustomerID::INTEGER AS customer_id, Country AS country
    FROM (SELECT *, file_row_number + 1 AS line FROM read_parquet(${quoteText(SOURCE)}, file_row_number = true)),
      range(${copies}) AS copies(copy)
    WHERE ${line} <= ${rows} ORDER BY ${isShuffled ? `hash(${line}), ` : ''}copy, line`;
}
