/**
 * Freezing a contract version: its hash, the statement about it, and the signed envelope that is kept for ever.
 *
 * Not publication (the registry claims names and stores). Source: DESIGN.md, decisions 2 and rules of the model 3-4.
 * Invariants: the hash is over the canonical form of the parsed document, whole; the statement also pins the exact
 * bytes; each statement names the hash of its predecessor's, so that none can be taken out or put in.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Crypto } from '../lib/ports.ts';
import type { ContractDocument } from './document.ts';
import { type DsseEnvelope, signStatement } from './dsse.ts';
import { isObject } from './json-access.ts';

export const CONTRACT_TYPE = 'application/vnd.weft.contract+json';

export interface ContractStatement {
  contractId: string;
  version: string;
  domain: string;
  product: string;
  /** SHA-256 over the canonical JSON of the parsed document; the `#hash` of `contractId@version#hash`. */
  hash: string;
  /** SHA-256 over the published bytes (UTF-8). */
  sourceSha256: string;
  /** `statementHash` of the version published before it, or null for the first. */
  predecessor: string | null;
  /** RFC 3339, UTC. */
  publishedAt: string;
  /** Subject who published it. */
  publishedBy: string;
}

export interface FrozenContract {
  statement: ContractStatement;
  envelope: DsseEnvelope;
  /** What the next version names as its predecessor. */
  statementHash: string;
}

export interface FreezeInput {
  document: ContractDocument;
  contractId: string;
  version: string;
  domain: string;
  product: string;
  /** `statementHash` of the version published before, or null. */
  predecessor: string | null;
  publishedAt: string;
  publishedBy: string;
}

/** SHA-256 of the RFC 8785 form of the document's data: equal for documents that say the same. Lower-case hex. */
export function contractHash(document: ContractDocument, crypto: Crypto): string {
  return crypto.sha256(canonicalJson(document.data));
}

/** SHA-256 of a statement, 64 hex digits. */
export function statementHash(statement: ContractStatement, crypto: Crypto): string {
  return crypto.sha256(canonicalJson(statement));
}

/** Signs a contract version with the domain's key `keyId`. The caller has read and checked the document. */
export function freezeContract(
  input: FreezeInput,
  options: { crypto: Crypto; keyId: string },
): FrozenContract {
  const { document, ...facts } = input;
  const statement: ContractStatement = {
    contractId: facts.contractId,
    version: facts.version,
    domain: facts.domain,
    product: facts.product,
    hash: contractHash(document, options.crypto),
    sourceSha256: options.crypto.sha256(document.toText()),
    predecessor: facts.predecessor,
    publishedAt: facts.publishedAt,
    publishedBy: facts.publishedBy,
  };
  const envelope = signStatement({ ...statement }, { payloadType: CONTRACT_TYPE, ...options });
  return { statement, envelope, statementHash: statementHash(statement, options.crypto) };
}

const TEXT_KEYS = [
  'contractId',
  'version',
  'domain',
  'product',
  'hash',
  'sourceSha256',
  'publishedAt',
  'publishedBy',
];

/** True for a value with exactly the fields of a statement. */
export function isContractStatement(value: unknown): value is ContractStatement {
  if (!isObject(value) || Object.keys(value).length !== TEXT_KEYS.length + 1) return false;
  const predecessor = value['predecessor'];
  return (
    TEXT_KEYS.every((key) => typeof value[key] === 'string') &&
    (predecessor === null || typeof predecessor === 'string')
  );
}
