/**
 * A contract with its whole history and proof: what `weft contract verify` checks without any server.
 *
 * Not trust by itself: the reader pins the root key of the mesh. Invariants: every version's bytes, hash, signature and
 * link to its predecessor are checked; a key inside the bundle counts only through a certificate of the pinned root.
 * What a bundle alone cannot show is that newer versions were left out; pin the newest statement's hash (`head`) then.
 */
import type { Checked, Diagnostic } from '../lib/diagnostic.ts';
import type { Crypto } from '../lib/ports.ts';
import { DIAGNOSTIC_CATALOG, type DiagnosticCode } from './diagnostic-catalog.ts';
import { type ContractDocument, readDocument } from './document.ts';
import { type DocumentPath, formatPath } from './document-path.ts';
import { type DsseEnvelope, isEnvelope, readStatement, verifyEnvelope } from './dsse.ts';
import {
  CONTRACT_TYPE,
  type ContractStatement,
  contractHash,
  isContractStatement,
  statementHash,
} from './freeze.ts';
import { textOf } from './json-access.ts';
import { type DomainKeyStatement, isKeyValidAt, verifyDomainKey } from './keys.ts';

export interface ContractBundle {
  contractId: string;
  /** In order of publication, first to newest. */
  versions: { source: string; envelope: DsseEnvelope }[];
  /** Certificates of the domain keys that signed them (`keys.ts`). */
  certificates: DsseEnvelope[];
  /** True when the control plane says that the product is retired: unsigned, so it can only take something away. */
  retired?: boolean;
}

export interface VerifyOptions {
  /** Raw Ed25519 public key of the mesh root, base64url, known from elsewhere. */
  rootKey: string;
  crypto: Crypto;
  /** Hash of the newest statement, when the reader knows it. */
  head?: string | undefined;
}

export interface VerifiedContract {
  contractId: string;
  versions: { statement: ContractStatement; document: ContractDocument; keyId: string }[];
  /** Hash of the newest statement. */
  head: string;
}

/** Proves a bundle; the value is null as soon as anything in it is not proven. */
export function verifyBundle(
  bundle: ContractBundle,
  options: VerifyOptions,
): Checked<VerifiedContract> {
  const verifier = new Verifier(bundle, options);
  return verifier.verify();
}

/** Reads a bundle from JSON text; the shape only, nothing is proven. */
export function readBundle(text: string): Checked<ContractBundle> {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('PROOF_ENVELOPE', 'the bundle is not JSON');
  }
  if (!isBundle(value)) {
    return refuse('PROOF_ENVELOPE', 'the bundle needs contractId, versions and certificates');
  }
  return { value, diagnostics: [] };
}

function isBundle(value: unknown): value is ContractBundle {
  if (typeof value !== 'object' || value === null) return false;
  const { contractId, versions, certificates } = value as Partial<ContractBundle>;
  return (
    typeof contractId === 'string' &&
    Array.isArray(versions) &&
    versions.every((v) => typeof v?.source === 'string' && isEnvelope(v?.envelope)) &&
    Array.isArray(certificates) &&
    certificates.every(isEnvelope)
  );
}

class Verifier {
  readonly #bundle: ContractBundle;
  readonly #options: VerifyOptions;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #keys: DomainKeyStatement[] = [];

  constructor(bundle: ContractBundle, options: VerifyOptions) {
    this.#bundle = bundle;
    this.#options = options;
  }

  verify(): Checked<VerifiedContract> {
    const { versions, certificates, contractId } = this.#bundle;
    certificates.forEach((certificate, i) => {
      const key = verifyDomainKey(certificate, this.#options);
      if (key === null)
        this.#report(
          'PROOF_UNTRUSTED_KEY',
          ['certificates', i],
          'not signed by the pinned root key',
        );
      else this.#keys.push(key);
    });
    if (versions.length === 0)
      this.#report('PROOF_CHAIN', ['versions'], 'the bundle has no version');
    let head: string | null = null;
    const seen = new Set<string>();
    const proven: VerifiedContract['versions'] = [];
    versions.forEach((version, i) => {
      const path = ['versions', i];
      const statement = readStatement(version.envelope, CONTRACT_TYPE);
      if (!isContractStatement(statement)) {
        const message = 'the envelope holds no contract statement';
        this.#report('PROOF_ENVELOPE', [...path, 'envelope'], message);
        return;
      }
      this.#verifyLink(statement, { head, seen, path });
      head = statementHash(statement, this.#options.crypto);
      const keyId = this.#verifySignature(version.envelope, statement, path);
      const document = this.#verifySource(version.source, statement, path);
      if (keyId !== null && document !== null) proven.push({ statement, document, keyId });
    });
    const { head: pinned } = this.#options;
    if (pinned !== undefined && pinned !== head) {
      this.#report('PROOF_CHAIN', ['versions'], 'the newest version is not the one that is known');
    }
    if (this.#diagnostics.length > 0 || head === null) {
      return { value: null, diagnostics: this.#diagnostics };
    }
    return { value: { contractId, versions: proven, head }, diagnostics: [] };
  }

  #verifySignature(
    envelope: DsseEnvelope,
    statement: ContractStatement,
    path: DocumentPath,
  ): string | null {
    const named = new Set(envelope.signatures.map((signature) => signature.keyid));
    const keys = this.#keys.filter(
      (key) => named.has(key.keyId) && key.domain === statement.domain,
    );
    const place = [...path, 'envelope'];
    if (keys.length === 0) {
      const message = `no certified key of domain ${statement.domain} signed ${statement.version}`;
      this.#report('PROOF_UNTRUSTED_KEY', place, message);
      return null;
    }
    const { crypto } = this.#options;
    const signer = keys.find((key) => verifyEnvelope(envelope, key.publicKey, crypto));
    if (signer === undefined) {
      this.#report('PROOF_SIGNATURE', place, `the signature of ${statement.version} is not valid`);
      return null;
    }
    if (!isKeyValidAt(signer, statement.publishedAt)) {
      const message = `key ${signer.keyId} was not valid at ${statement.publishedAt}`;
      this.#report('PROOF_UNTRUSTED_KEY', place, message);
      return null;
    }
    return signer.keyId;
  }

  #verifySource(
    source: string,
    statement: ContractStatement,
    path: DocumentPath,
  ): ContractDocument | null {
    const place = [...path, 'source'];
    const { crypto } = this.#options;
    if (crypto.sha256(source) !== statement.sourceSha256) {
      this.#report('PROOF_HASH', place, `the bytes of ${statement.version} are not those signed`);
      return null;
    }
    const document = readDocument(source).value;
    if (document === null || contractHash(document, crypto) !== statement.hash) {
      this.#report('PROOF_HASH', place, `the content of ${statement.version} has another hash`);
      return null;
    }
    const { data } = document;
    const says = [textOf(data, 'id'), textOf(data, 'version')];
    if (says[0] !== statement.contractId || says[1] !== statement.version) {
      this.#report(
        'PROOF_HASH',
        place,
        `the document says ${says[0]}@${says[1]}, the statement does not`,
      );
      return null;
    }
    return document;
  }

  #verifyLink(
    statement: ContractStatement,
    chain: { head: string | null; seen: Set<string>; path: DocumentPath },
  ): void {
    if (statement.contractId !== this.#bundle.contractId) {
      this.#report('PROOF_CHAIN', chain.path, `${statement.contractId} is another contract`);
    }
    if (statement.predecessor !== chain.head) {
      const message = `${statement.version} does not follow the version before it`;
      this.#report('PROOF_CHAIN', chain.path, message);
    }
    if (chain.seen.has(statement.version)) {
      this.#report('PROOF_CHAIN', chain.path, `${statement.version} stands twice`);
    }
    chain.seen.add(statement.version);
  }

  #report(code: DiagnosticCode, path: DocumentPath, message: string): void {
    this.#diagnostics.push(proofDiagnostic(code, message, path));
  }
}

// Why line 1: a bundle is one JSON line; the path names the place.
function proofDiagnostic(code: DiagnosticCode, message: string, path: DocumentPath): Diagnostic {
  const { severity, remedy } = DIAGNOSTIC_CATALOG[code];
  return { code, severity, message, path: formatPath(path), line: 1, column: 1, remedy };
}

function refuse(code: DiagnosticCode, message: string): Checked<never> {
  return { value: null, diagnostics: [proofDiagnostic(code, message, [])] };
}
