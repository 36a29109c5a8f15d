/**
 * How fast a file is staged, beside raw DuckDB on the same file in the same run. `node bench/stage.ts [ROWS] [REPEATS]`
 *
 * Not the whole ingest: no rules, no landing, no hash. "staged + copied" is the stager with DuckDB writing the final Parquet
 * from each part; raw is DuckDB's own typed `read_csv` (or `read_json`) to Parquet.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataType } from '@weft/core/contract/data-type';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { Landing, SourceFormat, SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openDuckdb } from '../server/src/adapters/duckdb-engine.ts';
import { createStager } from '../server/src/adapters/stager.ts';

const rows = Number(process.argv[2] ?? 2_000_000);
const repeats = Number(process.argv[3] ?? 3);

const COLUMNS: Record<string, { type: DataType; sql: string }> = {
  line_id: { type: { kind: 'long' }, sql: 'BIGINT' },
  invoice: { type: { kind: 'string' }, sql: 'VARCHAR' },
  stock_code: { type: { kind: 'string' }, sql: 'VARCHAR' },
  description: { type: { kind: 'string' }, sql: 'VARCHAR' },
  quantity: { type: { kind: 'int' }, sql: 'INTEGER' },
  invoiced: { type: { kind: 'timestamp' }, sql: 'TIMESTAMP' },
  unit_price: { type: { kind: 'double' }, sql: 'DOUBLE' },
  customer: { type: { kind: 'int' }, sql: 'INTEGER' },
  country: { type: { kind: 'string' }, sql: 'VARCHAR' },
};

/** Rows like those of a shop: invoices of about 20 lines, 4,000 articles, few countries. */
const GENERATED = `SELECT i AS line_id, (536365 + i // 20)::VARCHAR AS invoice,
    (10000 + hash(i) % 4000)::VARCHAR || CASE WHEN hash(i, 1) % 5 = 0 THEN 'A' ELSE '' END AS stock_code,
    'ARTICLE ' || (hash(i) % 4000) || ' OF THE ASSORTMENT' AS description,
    (hash(i, 2) % 48)::INTEGER - 2 AS quantity,
    TIMESTAMP '2025-01-01 08:00:00' + INTERVAL 1 MINUTE * (i // 25) AS invoiced,
    round((hash(i, 3) % 5000) / 100, 2) AS unit_price,
    CASE WHEN hash(i // 20) % 4 <> 0 THEN (12000 + hash(i // 20, 4) % 6000)::INTEGER END AS customer,
    list_extract(['United Kingdom', 'Germany', 'France', 'EIRE', 'Spain'], (1 + hash(i // 20, 5) % 5)::INTEGER) AS country
  FROM range(${rows}) t(i)`;

const plan: IngestPlan = {
  contract: { id: 'bench', version: '1.0.0', hash: '' },
  domain: 'bench',
  product: 'orders',
  table: 'orders',
  objectId: 'orders',
  columns: Object.entries(COLUMNS).map(([name, { type }]) => ({
    id: name,
    name,
    sourceName: name,
    type,
    required: false,
    defaultTimezone: null,
    classification: null,
  })),
  rules: [],
  primaryKey: ['line_id'],
  duplicateScope: 'batch',
  badShareMax: null,
  csv: { delimiter: ',', quote: '"', encoding: 'utf-8', header: true, nullText: '' },
};

const directory = mkdtempSync(join(tmpdir(), 'weft-bench-'));
try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const duckdb = await openDuckdb({ memory: '1GB', threads: 2, tempDirectory: directory });
  const engine = await duckdb.connect();
  const stager = createStager({ threads: 1, openEngine: duckdb.connect });
  const types = Object.entries(COLUMNS).map(([name, { sql }]) => `'${name}': '${sql}'`);
  for (const format of ['csv', 'ndjson'] as const) {
    const source = join(directory, `source.${format}`);
    const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT json';
    await engine.run(`COPY (${GENERATED}) TO ${quoteText(source)} (${options})`);
    const reader = format === 'csv' ? 'read_csv' : 'read_json';
    const more = format === 'csv' ? ', header = true, auto_detect = false' : ", format = 'nd'";
    const raw = `${reader}(${quoteText(source)}, columns = {${types.join(', ')}}${more})`;
    const results: Record<string, number[]> = { raw: [], staged: [], 'staged + copied': [] };
    for (let i = 0; i < repeats; i++) {
      results['raw']?.push(await timed(() => copy(engine, `SELECT * FROM ${raw}`, 'raw')));
      results['staged']?.push(await timed(() => stage(source, format, stager, null)));
      results['staged + copied']?.push(await timed(() => stage(source, format, stager, engine)));
    }
    report(format, statSync(source).size, results);
  }
  engine.close();
  duckdb.close();
  await stager.close();
}

async function stage(
  path: string,
  format: SourceFormat,
  stager: ReturnType<typeof createStager>,
  engine: SqlEngine | null,
): Promise<void> {
  const landing: Landing = { path, name: null, bytes: 0, sha256: '', format, compression: 'none' };
  const signal = new AbortController().signal;
  const columns = Object.keys(COLUMNS).join(', ');
  const summary = await stager.stage({ landing, plan, directory, signal }, async (part) => {
    if (part.path === null || part.bad > 0 || part.lexical > 0)
      throw new Error('the file is clean');
    if (engine !== null) {
      const from = `read_parquet(${quoteText(part.path)}) WHERE _lex = 0`;
      await copy(engine, `SELECT ${columns} FROM ${from}`, `good-${part.index}`);
    }
    rmSync(part.path);
  });
  if (summary.framed !== rows) throw new Error(`${summary.framed} records of ${rows}`);
}

function copy(engine: SqlEngine, select: string, name: string): Promise<void> {
  const target = quoteText(join(directory, `${name}.parquet`));
  return engine.run(`COPY (${select}) TO ${target} (FORMAT parquet)`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function report(format: string, bytes: number, results: Record<string, number[]>): void {
  const raw = median(results['raw'] ?? []);
  for (const [name, seconds] of Object.entries(results)) {
    const middle = median(seconds);
    const rate = Math.round(rows / middle).toLocaleString('en');
    const megabytes = Math.round(bytes / middle / 1e6);
    process.stdout.write(
      `${format} ${name.padEnd(16)} ${middle.toFixed(2)} s  ${rate} rows/s  ${megabytes} MB/s  ${(raw / middle).toFixed(2)} of raw\n`,
    );
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
