/**
 * Audit chains with their checkpoints, contracts that the node keeps, and every row of the store.
 *
 * Not the meaning of an entry. Invariant: nothing here can be repaired: what these prove is that nobody changed them.
 */
import { type ContractBundle, verifyBundle } from '@weft/core/contract/bundle';
import type { Crypto } from '@weft/core/lib/ports';
import { sql } from 'kysely';
import type { NodeDb } from '../../store/node-batches.ts';
import type { SchemaName } from '../../store/store.ts';
import type { Findings } from './findings.ts';
import type { ProofCounts, ProofPorts } from './proof-ports.ts';

interface LogContext {
  ports: ProofPorts;
  findings: Findings;
  counts: ProofCounts;
}

export async function proveAudit({ ports, findings, counts }: LogContext): Promise<void> {
  for (const log of ports.audits) {
    const report = await log.verify();
    counts.auditEntries += report.entries;
    for (const finding of report.findings) {
      findings.damaged({
        code: finding.code.toLowerCase().replaceAll('_', '-'),
        subject: `audit chain ${report.chain}`,
        detail: `entry ${finding.index}: ${finding.message}`,
        affected: 'the proof of who did what since the last good checkpoint',
        remedy:
          'Compare it with checkpoints that were kept elsewhere, and restore the store from a backup; a changed log is never signed again.',
      });
    }
  }
}

/** Contracts as the node keeps them for when the control plane is away. */
export async function proveContracts(
  { findings, counts }: LogContext,
  { db, crypto, rootKey }: { db: NodeDb; crypto: Crypto; rootKey: string },
): Promise<void> {
  const rows = await db.selectFrom('contracts').select(['product', 'version', 'bundle']).execute();
  for (const { product, version, bundle } of rows) {
    counts.contracts += 1;
    const { value, diagnostics } = verifyBundle(bundle as ContractBundle, { rootKey, crypto });
    if (value !== null) continue;
    findings.damaged({
      code: 'contract-unproven',
      subject: `${product}@${version}`,
      detail: diagnostics[0]?.message ?? 'signature or chain cannot be trusted',
      affected: `batches of ${product} while the control plane is away`,
      remedy:
        'Start the node with the control plane: it fetches the contract again and proves it. The published version is proven by `weft contract verify`.',
    });
  }
}

/** Reads every row of a schema, long values too, so that a damaged page of the store shows now. */
export async function proveStoreRows(
  { ports, findings }: LogContext,
  schema: SchemaName,
): Promise<void> {
  const db = ports.store.schema<{
    [table: string]: Record<string, unknown>;
  }>(schema);
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = ${schema} order by 1`.execute(db);
  for (const { name } of rows) {
    try {
      const table = sql.table(`${schema}.${name}`);
      await sql`select count(md5(t::text)) as n from ${table} as t`.execute(db);
    } catch (error) {
      findings.damaged({
        code: 'store-unreadable',
        subject: `${schema}.${name}`,
        detail: error instanceof Error ? error.message : String(error),
        affected: 'what this table of the store holds',
        remedy: 'Restore the store from a backup; delete nothing.',
      });
    }
  }
}
