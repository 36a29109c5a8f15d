/**
 * A node's ingest with the services of its quarantine, and a product to break rules of.
 */

import type { SqlEngine } from '@weft/core/ingest/ports';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import type { BatchReport } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import { currentColumns } from '@weft/core/lakehouse/table';
import type { Subject } from '@weft/core/registry/types';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import type { IngestService } from '../../server/src/services/ingest-service.ts';
import {
  createQuarantine,
  type QuarantineDecisions,
  type RepairRequest,
} from '../../server/src/services/quarantine-decide.ts';
import type { Asking, QuarantineReads } from '../../server/src/services/quarantine-service.ts';
import { openTestEngine } from './engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from './ingest.ts';

export interface TestQuarantine {
  reads: QuarantineReads;
  decisions: QuarantineDecisions;
}

/** Somebody who waits for his answer to the end, or until `signal` aborts. */
export function asking(subject: Subject, signal = new AbortController().signal): Asking {
  return { subject, signal };
}

export function quarantineOf(deps: IngestDeps, ingest: IngestService): TestQuarantine {
  return createQuarantine(deps, ingest);
}

export interface QuarantineBench extends AsyncDisposable {
  node: TestIngest;
  engine: SqlEngine;
  quarantine: TestQuarantine;
}

/** A node, an engine of the test's own, and the quarantine of the node. */
export async function openQuarantineBench(): Promise<QuarantineBench> {
  const node = await openTestIngest();
  const engine = await openTestEngine();
  return {
    node,
    engine,
    quarantine: quarantineOf(node.deps, node.service),
    async [Symbol.asyncDispose]() {
      engine.close();
      await node[Symbol.asyncDispose]();
    },
  };
}

/** `sales.PRODUCT`: a whole number as key, a word in small letters, a price that may be missing. */
export function salesContract(
  product: string,
  options: { version?: string; more?: string; custom?: string } = {},
): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: ${options.version ?? '1.0.0'}
status: active
domain: sales
dataProduct: ${product}
schema:
  - name: ${product}
    properties:
      - { name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1 }
      - { name: sku, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[a-z]+$' } }
      - { name: price, logicalType: number, physicalType: 'decimal(10,2)' }
${options.more ?? ''}
${options.custom ?? ''}`;
}

export function ask(
  product: string,
  options: Partial<RepairRequest> & { rule?: RepairRule } = {},
): RepairRequest {
  return {
    where: { product: `sales.${product}`, ...options.where },
    rule: options.rule ?? { columns: {}, raw: null },
    fixes: options.fixes ?? null,
    because: options.because ?? null,
  };
}

export async function send(
  node: TestIngest,
  product: string,
  body: string | Uint8Array,
  options: { name?: string; subject?: Subject } = {},
): Promise<BatchReport> {
  return await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(body),
    key: null,
    format: null,
    name: options.name ?? 'rows.csv',
    subject: options.subject ?? producer,
  });
}

/** Rows of a table as a reader that knows nothing of quarantines sees them. */
export async function tableRows(
  node: TestIngest,
  engine: SqlEngine,
  product: string,
): Promise<Record<string, unknown>[]> {
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', product)
    .executeTakeFirstOrThrow();
  const metadata = await loadTable(node.deps.lakehouse, table.metadata_location ?? '');
  const files = await planScan(node.deps.lakehouse, metadata);
  const relation = readParquetSql(
    files.map((file) => file.path),
    currentColumns(metadata),
  );
  return await engine.rows(`SELECT * FROM ${relation} ORDER BY ALL`);
}
