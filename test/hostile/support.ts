/**
 * A small mesh of two domains for tests of queries: tables written through the real lakehouse, with a canary in every
 * cell that a consumer must not see.
 *
 * `sales.orders`: rows of region DE are permitted, those of FR and of no region are not; the column `email` is hidden.
 * `stores.stores` is permitted whole. The canary `topsecret` stands in `sec` of hidden rows, in `email` of all rows and
 * in a file outside of the warehouse.
 */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbType } from '@weft/core/contract/data-type';
import { stageAppend } from '@weft/core/lakehouse/commit';
import { dataFileFromCopy } from '@weft/core/lakehouse/copy-stats';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { planRead } from '@weft/core/lakehouse/scan';
import { copyOptions } from '@weft/core/lakehouse/sql';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import type { DataFile, TableColumn, TableMetadata } from '@weft/core/lakehouse/types';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { type AccessDecision, type DecisionColumn, decideTable } from '@weft/core/policy/decide';
import type { AccessDecider, TableSource } from '@weft/core/query/ports';
import type { Agreement, ProductPolicy, Subject } from '@weft/core/registry/types';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import '../../server/src/adapters/duckdb-text.ts';
import { createLocalObjectStore } from '../../server/src/adapters/object-store-local.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import { openRules } from '../support/rules.ts';

export const CANARY = 'topsecret';

export interface Corpus {
  refused: Statement[];
  contained: Statement[];
  legitimate: Statement[];
}

export interface Statement {
  id: string;
  sql: string;
}

export interface QueryFixture {
  directory: string;
  warehouse: string;
  lakehouse: LakehousePorts;
  tables: TableSource;
  /** Agreements and policy that the decider reads at every query. */
  agreements: Agreement[];
  policies: Map<string, ProductPolicy>;
  decide: AccessDecider;
  analyst: Subject;
  corpus: Corpus;
  /** Rows given as SQL are written as one file each and appended. */
  writeTable(
    name: string,
    columns: readonly WarehouseColumn[],
    parts: readonly string[],
  ): Promise<void>;
  /** Digest of every name and byte in the warehouse. */
  treeHash(): string;
  remove(): void;
}

export type WarehouseColumn = Pick<DecisionColumn, 'name' | 'type' | 'classification'>;

const TEXT = { kind: 'string' } as const;
const ORDERS: WarehouseColumn[] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: TEXT, classification: null },
  { name: 'store', type: { kind: 'int' }, classification: null },
  { name: 'day', type: { kind: 'date' }, classification: null },
  { name: 'amount', type: { kind: 'decimal', precision: 10, scale: 2 }, classification: null },
  { name: 'sec', type: TEXT, classification: null },
  { name: 'email', type: TEXT, classification: 'restricted' },
];
const STORES: WarehouseColumn[] = [
  { name: 'store', type: { kind: 'int' }, classification: null },
  { name: 'city', type: TEXT, classification: null },
];

const ROWS = (region: string, secret: string, from: number): string => `
  SELECT r.i + ${from} AS id, ${region} AS region, (r.i % 3)::INTEGER AS store,
    DATE '2026-01-01' + (r.i % 9)::INTEGER AS day, (r.i % 17 + 0.25)::DECIMAL(10, 2) AS amount,
    ${secret} AS sec, '${CANARY}-mail-' || r.i AS email
  FROM range(200) r(i)`;

const ORDER_PARTS = [
  ROWS("'DE'", "'open-' || r.i", 0),
  ROWS(
    "CASE r.i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' END",
    `CASE r.i % 3 WHEN 0 THEN 'open' ELSE '${CANARY}-' || r.i END`,
    200,
  ),
  ROWS("'FR'", `'${CANARY}-' || r.i`, 400),
];
const STORE_PARTS = [
  "SELECT r.i::INTEGER AS store, ['Berlin', 'Bonn', 'Celle'][r.i + 1] AS city FROM range(3) r(i)",
];

/** Builds the fixture in a new temporary directory. */
export async function openQueryFixture(): Promise<QueryFixture> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-query-'));
  const warehouse = path.join(directory, 'warehouse');
  fs.mkdirSync(warehouse);
  const secret = path.join(directory, 'secret.txt');
  fs.writeFileSync(secret, `${CANARY}-file\n`);
  const lakehouse: LakehousePorts = {
    objects: createLocalObjectStore({ root: warehouse }),
    deflate: nodeDeflate,
    clock: systemClock,
    random: systemRandom,
  };
  const loaded = new Map<string, TableMetadata>();
  const shapes = new Map<string, readonly WarehouseColumn[]>();
  const agreements = [
    agreementOn('sales.orders', 'agr_orders'),
    agreementOn('stores.stores', 'agr_stores'),
  ];
  const policies = new Map([['sales.orders', ordersPolicy()]]);
  const writeTable: QueryFixture['writeTable'] = async (name, columns, parts) => {
    const [domain = '', table = ''] = name.split('.');
    shapes.set(name, columns);
    const written = { lakehouse, warehouse, domain, table, columns, parts };
    loaded.set(name, await writeIceberg(written));
  };
  await writeTable('sales.orders', ORDERS, ORDER_PARTS);
  await writeTable('stores.stores', STORES, STORE_PARTS);
  openToAll(directory);
  return {
    directory,
    warehouse,
    lakehouse,
    agreements,
    policies,
    analyst: { id: 'ana', name: 'Ana', roles: ['consumer'], domains: [], attributes: {} },
    corpus: readCorpus({ warehouse, secret }),
    tables: {
      load: async (table) => loaded.get(`${table.domain}.${table.table}`) ?? null,
      files: (metadata, filter) => planRead(lakehouse, metadata, { filter }),
    },
    decide: createDecider({ shapes, agreements, policies }),
    writeTable,
    treeHash: () => hashTree(warehouse),
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}

/** The decisions of the control plane, made here. */
function createDecider(facts: {
  shapes: ReadonlyMap<string, readonly WarehouseColumn[]>;
  agreements: readonly Agreement[];
  policies: ReadonlyMap<string, ProductPolicy>;
}): AccessDecider {
  return {
    decide: async ({ subject, purpose, tables }) =>
      tables.map((table): AccessDecision => {
        const product = `${table.domain}.${table.table}`;
        return decideTable({
          subject: typeof subject === 'string' ? { id: subject } : subject,
          purpose,
          table: { ...table, major: table.major ?? 1 },
          product,
          contract: { id: `urn:${product}`, version: '1.0.0', hash: 'a'.repeat(64) },
          granularity: null,
          columns: facts.shapes.get(product) ?? [],
          agreements: facts.agreements,
          policy: facts.policies.get(product) ?? null,
          mesh: null,
          rules: openRules(facts.shapes.get(product) ?? []),
          now: Date.now(),
          ownerDomains: typeof subject === 'string' ? [] : subject.domains,
        });
      }),
  };
}

function agreementOn(product: string, agreement: string): Agreement {
  return {
    agreement,
    product,
    major: 1,
    subject: 'ana',
    purpose: 'forecasting',
    columns: null,
    filter: null,
    masks: {},
    granularity: null,
    until: null,
    asked: null,
    state: 'active',
    why: null,
    requestedAt: '2026-01-01T00:00:00Z',
    decidedBy: 'otto',
    decidedAt: '2026-01-01T00:00:00Z',
    because: null,
    version: 1,
  };
}

function ordersPolicy(): ProductPolicy {
  return {
    product: 'sales.orders',
    version: 7,
    rowFilter: "region = 'DE'",
    hiddenClassifications: ['restricted'],
    autoApprovePurposes: [],
    cedar: null,
    subjectAttributes: [],
    sets: {},
    updatedBy: 'otto',
    updatedAt: '2026-01-01T00:00:00Z',
  };
}

async function writeIceberg(options: {
  lakehouse: LakehousePorts;
  warehouse: string;
  domain: string;
  table: string;
  columns: readonly WarehouseColumn[];
  parts: readonly string[];
}): Promise<TableMetadata> {
  const { domain, table, columns, parts } = options;
  const directory = path.join(options.warehouse, domain, `${table}_1`);
  fs.mkdirSync(path.join(directory, 'data'), { recursive: true });
  const shape: TableColumn[] = columns.map(({ name, type }) => ({
    id: name,
    name,
    type,
    required: false,
    doc: null,
  }));
  const metadata = createTable({
    uuid: '00000000-0000-4000-8000-000000000001',
    location: `file://${directory}`,
    columns: shape,
    properties: {},
    now: Date.now(),
  });
  const bound = currentColumns(metadata);
  const casts = bound.map((column) => {
    const name = quoteIdent(column.name);
    return `CAST(${name} AS ${duckdbType(column.type)}) AS ${name}`;
  });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const files: DataFile[] = [];
  for (const [i, part] of parts.entries()) {
    const target = path.join(directory, 'data', `part-${i}.parquet`);
    const copy = `COPY (SELECT ${casts.join(', ')} FROM (${part})) TO '${target}' (${copyOptions(bound)})`;
    const result = await connection.runAndReadAll(copy);
    for (const row of result.getRowObjectsJson()) files.push(dataFileFromCopy(row, bound));
  }
  connection.closeSync();
  instance.closeSync();
  const staged = await stageAppend(options.lakehouse, {
    base: metadata,
    files,
    summary: {},
    baseLocation: null,
  });
  return staged.metadata;
}

/** The corpus with its places filled in. */
function readCorpus(places: { warehouse: string; secret: string }): Corpus {
  const text = fs.readFileSync(new URL('./queries.json', import.meta.url), 'utf8');
  const file = path.join(places.warehouse, 'sales', 'orders_1', 'data', 'part-2.parquet');
  const fill = (statement: Statement): Statement => ({
    id: statement.id,
    sql: statement.sql
      .replaceAll('{warehouse}', places.warehouse)
      .replaceAll('{file}', file)
      .replaceAll('{secret}', places.secret),
  });
  const corpus = JSON.parse(text) as Corpus;
  return {
    refused: corpus.refused.map(fill),
    contained: corpus.contained.map(fill),
    legitimate: corpus.legitimate.map(fill),
  };
}

/** Lets every user read the fixture, so that it is the engine's own seal that a test meets and not the file modes. */
function openToAll(directory: string): void {
  fs.chmodSync(directory, 0o755);
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(directory, name);
    fs.chmodSync(file, fs.statSync(file).isDirectory() ? 0o755 : 0o644);
  }
}

function hashTree(root: string): string {
  const hash = createHash('sha256');
  const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const file = path.join(root, name);
    hash.update(`${name}\0`);
    if (fs.statSync(file).isFile()) hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}
