/**
 * Governed queries beside raw DuckDB on the very data files of the table: point, range, aggregate, top ten.
 *
 * Ours is the query service: parse, gate, decision, sandbox, JSON document, two audit entries in the store. Raw is the same
 * process model without any of it: a view over the data files in a child process that is open already, its rows made
 * JSON and sent over a pipe. Warm: processes stand ready, and the projection is there. Cold: the first query of a service
 * that has none, beside a child that is started for it. The hidden rows and columns of a policy are measured apart.
 * Invariant: both sides give the same number of rows, or there is no figure.
 */
import { join } from 'node:path';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { planScan } from '@weft/core/lakehouse/scan';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { createIdSource } from '@weft/core/lib/id';
import { decideTable } from '@weft/core/policy/decide';
import type { AccessDecider } from '@weft/core/query/ports';
import { openKeyring } from '../server/src/adapters/keyring.ts';
import {
  createQueryProcesses,
  type QueryProcesses,
  sealedUser,
} from '../server/src/adapters/query-process.ts';
import { createArrowExporter } from '../server/src/adapters/result-arrow.ts';
import { createParquetExporter } from '../server/src/adapters/result-parquet.ts';
import { systemClock, systemRandom } from '../server/src/adapters/runtime-ports.ts';
import { createQueryService, type QueryService } from '../server/src/services/query-service.ts';
import { createTableReader, rememberMetadata } from '../server/src/services/table-reader.ts';
import { openProjections } from '../test/support/projections.ts';
import { openRules } from '../test/support/rules.ts';
import { openDataset } from './datasets.ts';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { openInput } from './inputs.ts';
import { cpusOf, describePairs, median, runPairs, wallsOf } from './measure.ts';
import { type BenchNode, openAudit, openBenchNode, owner, THREADS } from './node.ts';
import { openRawChild, type RawChild } from './raw-child.ts';

const GIB = 1024 ** 3;
export const PRODUCT = 'bench.sales';

export interface BenchQuery {
  name: string;
  sql(rows: number): string;
}

export const QUERIES: readonly BenchQuery[] = [
  {
    name: 'point',
    sql: (rows) =>
      `SELECT line_id, store_id, product_code, sales_value FROM bench.sales WHERE line_id = ${Math.floor(rows / 2)}`,
  },
  {
    name: 'range',
    sql: () => `SELECT line_id, sold_at, product_code, quantity, sales_value FROM bench.sales
      WHERE sold_at >= TIMESTAMP '2025-01-01 12:00:00' AND sold_at < TIMESTAMP '2025-01-01 13:00:00'`,
  },
  {
    name: 'aggregate',
    sql: () => `SELECT store_id, count(*) AS n, sum(sales_value) AS revenue FROM bench.sales
      GROUP BY store_id ORDER BY store_id`,
  },
  {
    name: 'join',
    sql: () => `SELECT s.store_id, count(*) AS n FROM bench.sales s JOIN (
      SELECT product_code FROM bench.sales GROUP BY product_code ORDER BY sum(quantity) DESC, product_code LIMIT 100
    ) best ON s.product_code = best.product_code GROUP BY s.store_id ORDER BY s.store_id`,
  },
  {
    name: 'top ten',
    sql: () => `SELECT product_code, sum(quantity) AS units FROM bench.sales
      GROUP BY product_code ORDER BY units DESC, product_code LIMIT 10`,
  },
];

export async function measureQueries(options: IngestOptions): Promise<Figure[]> {
  await using node = await openBenchNode(['sales']);
  options.say('loading the table …');
  await node.ingest(await openInput({ dataset: 'sales', kind: 'parquet', rows: options.rows }));
  const metadata = must(await node.table(PRODUCT), 'table after its first batch');
  const files = (await planScan(node.lakehouse, metadata)).map((file) => pathOfUri(file.path));
  const columns = currentColumns(metadata);
  const figures: Figure[] = [];
  for (const query of QUERIES) {
    options.say(`query ${query.name} …`);
    const sql = query.sql(options.rows);
    figures.push(...(await measureWarm({ node, options, files, columns, name: query.name, sql })));
    figures.push(await measureCold({ node, options, files, columns, name: query.name, sql }));
  }
  return figures;
}

export interface QueryCase {
  node: BenchNode;
  options: IngestOptions;
  files: readonly string[];
  columns: readonly BoundColumn[];
  name: string;
  sql: string;
  /** What is permitted; all of it when nothing is said. */
  decide?: AccessDecider;
}

export async function measureWarm(input: QueryCase): Promise<Figure[]> {
  const { node, options, name, sql } = input;
  using raw = await openRawTable(input);
  const engine = openEngine(node);
  try {
    const service = await openService(input, engine);
    const expected = await raw.query(sql);
    const first: number[] = [];
    const pairs = await runPairs(
      {
        baseline: { run: () => raw.query(sql) },
        ours: {
          before: () => engine.warm(),
          run: async () => first.push(await runQuery(service, sql, expected)),
        },
      },
      { ...options, runs: 3 * options.runs },
    );
    const [wall, rawWall] = [median(wallsOf(pairs.ours)), median(wallsOf(pairs.baseline))];
    const [cpu, rawCpu] = [median(cpusOf(pairs.ours)), median(cpusOf(pairs.baseline))];
    return [
      figure({
        name: `query ${name}, warm`,
        value: wall * 1_000,
        unit: 'ms',
        baseline: rawWall * 1_000,
        ratio: wall / rawWall,
        aim: atMost(1.1),
        note: describePairs(pairs),
      }),
      figure({
        name: `query ${name}, warm: first row`,
        value: median(first) * 1_000,
        unit: 'ms',
        ...(name === 'point' ? { aim: atMost(15, ' ms') } : {}),
      }),
      figure({
        name: `query ${name}, warm: CPU`,
        value: cpu * 1_000,
        unit: 'ms',
        baseline: rawCpu * 1_000,
      }),
    ];
  } finally {
    await engine.close();
  }
}

/** A service without processes against a child that is started for the query. */
async function measureCold(input: QueryCase): Promise<Figure> {
  const { node, options, name, sql } = input;
  using counting = await openRawTable(input);
  const expected = await counting.query(sql);
  let engine = openEngine(node);
  try {
    const pairs = await runPairs(
      {
        baseline: {
          run: async () => {
            using raw = await openRawTable(input);
            await raw.query(sql);
          },
        },
        ours: {
          before: async () => {
            await engine.close();
            engine = openEngine(node);
          },
          run: async () => runQuery(await openService(input, engine), sql, expected),
        },
      },
      options,
    );
    const [wall, rawWall] = [median(wallsOf(pairs.ours)), median(wallsOf(pairs.baseline))];
    return figure({
      name: `query ${name}, cold`,
      value: wall * 1_000,
      unit: 'ms',
      baseline: rawWall * 1_000,
      ratio: wall / rawWall,
      aim: atMost(3),
      note: describePairs(pairs),
    });
  } finally {
    await engine.close();
  }
}

async function openRawTable({ node, files, columns }: QueryCase): Promise<RawChild> {
  const directory = join(node.root, 'raw');
  return openRawChild({ directory, threads: THREADS, user: sealedUser(), files, columns });
}

/** With the settings of `server/src/compose-node.ts`. */
function openEngine(node: BenchNode): QueryProcesses {
  return createQueryProcesses({
    directory: join(node.root, 'query'),
    memory: '1GB',
    threads: THREADS,
    addressSpaceBytes: 6 * GIB,
    user: sealedUser(),
    searchPath: '/usr/bin:/bin:/usr/local/bin',
    logger: { info() {}, warn() {}, error() {} },
    idleSeconds: 60,
    spare: true,
    sessions: 2,
  });
}

async function openService(
  { node, columns, decide }: QueryCase,
  engine: QueryProcesses,
): Promise<QueryService> {
  const audit = openAudit(node.root, node.store);
  return createQueryService({
    decide: decide ?? ownerDecider(columns),
    standing: { refusal: () => null, since: () => null, onChange: () => () => undefined },
    tables: createTableReader({
      lakehouse: node.lakehouse,
      pointerOf: () => node.pointer(PRODUCT),
      metadata: rememberMetadata(),
    }),
    projections: (await openProjections(node.root)).files,
    engine,
    exporters: {
      parquet: createParquetExporter({ directory: join(node.root, 'spill'), memory: '1GB' }),
      arrow: createArrowExporter(),
    },
    audit: {
      async record({ event, query, subject, ...details }) {
        const plain = JSON.parse(JSON.stringify(details));
        await audit.append({
          actor: subject,
          action: `query.${event}`,
          subject: query,
          details: plain,
        });
      },
    },
    crypto: openKeyring(join(node.root, 'keys')),
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    clock: systemClock,
    logger: { info() {}, warn() {}, error() {} },
    limits: { seconds: 60, rows: 1_000_000, bytes: GIB },
    admission: { running: 2, perSubject: 4, waiting: 32, waitSeconds: 30 },
  });
}

/** The real decision for a subject that owns the domain: everything is permitted. */
export function ownerDecider(columns: readonly BoundColumn[]): AccessDecider {
  const { contract } = openDataset('sales');
  return {
    async decide({ subject, purpose, tables }) {
      return tables.map(({ domain, table }) =>
        decideTable({
          subject: typeof subject === 'string' ? { id: subject } : subject,
          purpose,
          table: { domain, table, major: 1 },
          product: PRODUCT,
          contract: contract.ref,
          granularity: null,
          columns: columns.map(({ name, type }) => ({ name, type, classification: null })),
          agreements: [],
          policy: null,
          mesh: null,
          rules: openRules(columns),
          now: systemClock.now(),
          ownerDomains: typeof subject === 'string' ? [] : subject.domains,
        }),
      );
    },
  };
}

/** Runs a query and reads its answer to the end; returns the seconds until the first bytes. */
async function runQuery(service: QueryService, sql: string, expected: number): Promise<number> {
  const start = performance.now();
  const { body } = await service.submit({
    subject: owner,
    purpose: 'measurement',
    sql,
    format: 'json',
    limits: {},
    signal: new AbortController().signal,
  });
  const first = (performance.now() - start) / 1_000;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  // Why its end alone: what raw rows say is not read either.
  const end = Buffer.concat(chunks.slice(-2)).toString('utf8');
  const count = /\],"rowCount":(\d+),/.exec(end)?.[1];
  if (Number(count) !== expected) throw new Error(`${count} rows, not ${expected}`);
  return first;
}
