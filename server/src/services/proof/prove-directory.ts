/**
 * The whole proof of a data directory, in the order in which one part needs another, and then the repairs.
 *
 * Not the opening of store, keys and files (`compose-proof.ts`). Invariant: everything is looked at before anything is
 * changed, and without `repair` nothing is changed at all.
 */
import type { Crypto } from '@weft/core/lib/ports';
import { sql } from 'kysely';
import type { ControlTables } from '../../store/control-tables.ts';
import { readFileProofs } from '../../store/file-proofs.ts';
import type { NodeDb } from '../../store/node-batches.ts';
import type { NodeTables } from '../../store/node-tables.ts';
import type { SchemaName } from '../../store/store.ts';
import { Findings, type ProofFinding } from './findings.ts';
import { noCounts, type ProofCounts, type ProofPorts } from './proof-ports.ts';
import { proveBatches } from './prove-batches.ts';
import { proveAudit, proveContracts, proveStoreRows } from './prove-log.ts';
import { provePolicies } from './prove-policies.ts';
import { proveSequences } from './prove-sequences.ts';
import { proveStrays } from './prove-strays.ts';
import { proveTables } from './prove-tables.ts';

export interface DirectoryProof {
  /** True when nothing is wrong any more: notes are no fault. */
  ok: boolean;
  findings: ProofFinding[];
  checked: Partial<ProofCounts>;
}

export interface ProofRequest {
  schemas: readonly SchemaName[];
  crypto: Crypto;
  /** Null when this directory knows no mesh. */
  rootKey: string | null;
  /** Raw public key of a key of this directory; null when it has none of that name. */
  publicKey(keyId: string): string | null;
  repair: boolean;
}

export async function proveDirectory(
  ports: ProofPorts,
  request: ProofRequest,
): Promise<DirectoryProof> {
  const findings = new Findings();
  const counts = noCounts();
  const context = { ports, findings, counts };
  await orSay(findings, 'the store', async () => {
    for (const schema of request.schemas) await proveStoreRows(context, schema);
  });
  await orSay(findings, 'the audit log', () => proveAudit(context));
  if (request.schemas.includes('control')) {
    const { crypto, publicKey } = request;
    const db = ports.store.schema<ControlTables>('control');
    const proof = { db, findings, counts, crypto, publicKey };
    await orSay(findings, 'the policies', () => provePolicies(proof));
  }
  if (request.schemas.includes('node'))
    await orSay(findings, 'the node', () => proveNode(ports, { findings, counts, ...request }));
  if (request.repair) await findings.repair();
  const list = findings.list();
  const ok = list.every(({ state }) => state === 'note' || state === 'repaired');
  return { ok, findings: list, checked: counts };
}

/** Why: what is broken in a way that nobody foresaw must be told like the rest, and must stop every sweep. */
async function orSay(findings: Findings, subject: string, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    findings.damaged({
      code: 'proof-broke-off',
      subject,
      detail: error instanceof Error ? error.message : String(error),
      affected: 'what could not be looked at any more',
      remedy: 'Restore the store from a backup; delete nothing.',
    });
  }
}

async function proveNode(
  ports: ProofPorts,
  options: Pick<ProofRequest, 'crypto' | 'rootKey'> & { findings: Findings; counts: ProofCounts },
): Promise<void> {
  const { findings, counts, crypto, rootKey } = options;
  const db: NodeDb = ports.store.schema<NodeTables>('node');
  const context = { ports, db, findings, counts, proofs: await readFileProofs(db) };
  if (rootKey !== null) await proveContracts(context, { db, crypto, rootKey });
  const tables = await proveTables(context);
  const batches = await proveBatches(context);
  await proveSequences(context, tables);
  await proveStrays(context, { tables, batches });
}

/** The schemas that a store has. */
export async function schemasOf(ports: Pick<ProofPorts, 'store'>): Promise<SchemaName[]> {
  const { rows } = await sql<{ name: SchemaName }>`
    select nspname as name from pg_namespace where nspname in ('control', 'node') order by 1`.execute(
    ports.store.schema('node'),
  );
  return rows.map(({ name }) => name);
}
