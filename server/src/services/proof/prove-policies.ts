/**
 * The chains of policies, of products and of the mesh: each version is what was signed, and follows the one before it.
 *
 * Not what policies say. Invariant: nothing here can be repaired; a version that is not proven is told, and so is one that is
 * missing between others. That the newest are missing is told by the audit log, which has the hash of each.
 */
import { type DsseEnvelope, readStatement, verifyEnvelope } from '@weft/core/contract/dsse';
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import type { Crypto } from '@weft/core/lib/ports';
import type { Kysely } from 'kysely';
import { meshPolicyOf, policyOf } from '../../store/control-rows.ts';
import type { ControlTables } from '../../store/control-tables.ts';
import { POLICY_PAYLOAD } from '../policies-service.ts';
import type { Findings } from './findings.ts';
import type { ProofCounts } from './proof-ports.ts';

export interface PoliciesProof {
  db: Kysely<ControlTables>;
  findings: Findings;
  counts: ProofCounts;
  crypto: Crypto;
  /** Raw public key of a key of this mesh; null when it has none of that name. */
  publicKey(keyId: string): string | null;
}

interface Version {
  /** Of whom: a product, or the mesh. */
  name: string;
  version: number;
  policy: object;
  hash: string;
  predecessor: string | null;
  envelope: unknown;
}

export async function provePolicies(proof: PoliciesProof): Promise<void> {
  const { db, counts } = proof;
  const ofProducts = await db
    .selectFrom('policies')
    .selectAll()
    .orderBy('product')
    .orderBy('version')
    .execute();
  const ofMesh = await db.selectFrom('mesh_policies').selectAll().orderBy('version').execute();
  const versions: Version[] = [
    ...ofProducts.map((row) => ({ ...row, name: row.product, policy: policyOf(row) })),
    ...ofMesh.map((row) => ({ ...row, name: 'mesh', policy: meshPolicyOf(row) })),
  ];
  counts.policies += versions.length;
  let before: Version | null = null;
  for (const version of versions) {
    const previous: Version | null = before?.name === version.name ? before : null;
    const fault = faultOf(proof, version, previous);
    if (fault !== null) tell(proof, version, fault);
    before = version;
  }
}

/** What is wrong with a version, in words; null when it is proven. */
function faultOf(proof: PoliciesProof, version: Version, previous: Version | null): string | null {
  const expected = previous === null ? 1 : previous.version + 1;
  if (version.version !== expected) return `version ${expected} is missing`;
  if (version.predecessor !== (previous?.hash ?? null))
    return 'it does not follow the version before it';
  const envelope = version.envelope as DsseEnvelope;
  const signed = readStatement(envelope, POLICY_PAYLOAD) as Record<string, Json> | null;
  if (signed === null || proof.crypto.sha256(canonicalJson(signed)) !== version.hash)
    return 'its hash is not that of what was signed';
  if (!isSame(signed, { ...version.policy, predecessor: version.predecessor }))
    return 'other words were signed';
  const isSigned = envelope.signatures.some(({ keyid }) => {
    const key = proof.publicKey(keyid);
    return key !== null && verifyEnvelope(envelope, key, proof.crypto);
  });
  return isSigned ? null : 'its signature is not of this mesh';
}

/** Why parts may be absent: a policy that was signed before there were such parts had nothing of them. */
function isSame(signed: Record<string, Json>, stored: object): boolean {
  return Object.entries(stored as Record<string, Json>).every(([name, value]) =>
    Object.hasOwn(signed, name)
      ? canonicalJson(signed[name] ?? null) === canonicalJson(value)
      : ['null', '[]', '{}'].includes(canonicalJson(value)),
  );
}

function tell({ findings }: PoliciesProof, { name, version }: Version, detail: string): void {
  findings.damaged({
    code: 'policy-unproven',
    subject: `policy of ${name}@${version}`,
    detail,
    affected: name === 'mesh' ? 'who may read any product' : `who may read ${name}`,
    remedy:
      'Compare it with the audit log, which has the hash of each version (weft audit list), apply the right policy again, and restore the store from a backup.',
  });
}
