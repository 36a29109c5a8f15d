/**
 * The audit chain: each entry carries the hash of the one before it, so that nothing in between can change unseen.
 *
 * Not the store of the entries (`server/src/store/audit-log.ts`) and not a proof against an owner who rewrites the whole
 * chain: against that, and against a cut-off end, only a checkpoint helps that was signed and kept elsewhere.
 * Invariants: indexes count from 0 without gaps; the hash covers every other field and the chain's name; personal values
 * stand in an entry only as salted commitments, so that erasing a salt erases the value and leaves the chain whole.
 */
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import type { Crypto } from '../lib/ports.ts';

/** What is to be remembered, before it has a place in the chain. */
export interface AuditDraft {
  /** Id of the subject who did it, or of the process. */
  actor: string;
  /** What was done, such as `agreement.approve`. */
  action: string;
  /** On what: a product, an agreement, a batch. */
  subject: string;
  details: { [key: string]: Json };
}

export interface AuditEntry {
  /** From 0, without gaps. */
  index: number;
  /** RFC 3339 in UTC with milliseconds. */
  at: string;
  actor: string;
  action: string;
  subject: string;
  /** Canonical JSON; the hash covers these characters. */
  details: string;
  /** Hash of the entry before, or the chain's own seed. */
  previous: string;
  hash: string;
}

/** The end of a chain: the index and hash that the next entry continues; index -1 before the first. */
export interface AuditHead {
  index: number;
  hash: string;
}

/** A signed statement: at this time the chain had this entry at this index. */
export interface AuditCheckpoint {
  index: number;
  hash: string;
  at: string;
  keyId: string;
  /** Ed25519 (RFC 8032) over the canonical statement, lower-case hex. */
  signature: string;
}

type Hash = Pick<Crypto, 'sha256'>;

/** The head of a chain without entries. The name keeps two chains of one mesh apart. */
export function emptyHead(crypto: Hash, chain: string): AuditHead {
  return { index: -1, hash: crypto.sha256(`weft.audit.v1\n${chain}`) };
}

/** Continues the chain by the drafts, in their order. `at` is RFC 3339 in UTC with milliseconds. */
export function sealEntries(
  crypto: Hash,
  head: AuditHead,
  drafts: readonly AuditDraft[],
  at: string,
): AuditEntry[] {
  let last = head;
  return drafts.map((draft) => {
    const { actor, action, subject } = draft;
    const content = { actor, action, subject, details: canonicalJson(draft.details), at };
    const unhashed = { ...content, index: last.index + 1, previous: last.hash };
    const entry = { ...unhashed, hash: hashEntry(crypto, unhashed) };
    last = entry;
    return entry;
  });
}

/** The hash that an entry must have. */
export function hashEntry(crypto: Hash, entry: Omit<AuditEntry, 'hash'>): string {
  const { index, at, actor, action, subject, details, previous } = entry;
  return crypto.sha256(canonicalJson({ index, at, actor, action, subject, details, previous }));
}

/**
 * The commitment that stands for a personal value. The salt is at least 16 random bytes, as text: without it, a value of
 * few possibilities could be found by trying them.
 */
export function commit(crypto: Hash, salt: string, value: string): string {
  return crypto.sha256(canonicalJson(['weft.commitment.v1', salt, value]));
}

/** The bytes that a checkpoint's signature is made over. */
export function checkpointStatement(
  chain: string,
  checkpoint: Pick<AuditCheckpoint, 'index' | 'hash' | 'at'>,
): Uint8Array {
  const { index, hash, at } = checkpoint;
  return new TextEncoder().encode(
    canonicalJson({ type: 'weft.audit.checkpoint.v1', chain, index, hash, at }),
  );
}

export type AuditFault =
  | 'AUDIT_ENTRY_CHANGED'
  | 'AUDIT_ENTRY_MISSING'
  | 'AUDIT_ENTRY_OUT_OF_ORDER'
  | 'AUDIT_CHAIN_BROKEN'
  | 'AUDIT_CHAIN_TRUNCATED'
  | 'AUDIT_CHECKPOINT_DIFFERS'
  | 'AUDIT_CHECKPOINT_UNTRUSTED'
  | 'AUDIT_CHAIN_UNPROVEN'
  | 'AUDIT_COMMITMENT_WRONG'
  | 'AUDIT_FILE_UNREADABLE';

/** One fault, at the index where it shows. */
export interface AuditFinding {
  code: AuditFault;
  index: number;
  message: string;
}

/** Reads a chain in order, page by page, and collects what is wrong with it. */
export interface ChainVerifier {
  add(entry: AuditEntry): void;
  /** Everything found, by index. Checkpoints are those kept with the chain and, better, one that was kept elsewhere. */
  finish(): AuditFinding[];
  readonly head: AuditHead;
}

export interface VerifierOptions {
  chain: string;
  checkpoints?: readonly AuditCheckpoint[];
  /** Public key that the checkpoints must be signed by; without it no checkpoint is believed. */
  trustedKey?: string;
  /** True: the last entry must be under a checkpoint, since a chain alone can be written anew by anyone. */
  mustBeProven?: boolean;
}

/** Verifies a whole chain at once; see `createChainVerifier`. */
export function verifyChain(
  crypto: Crypto,
  entries: Iterable<AuditEntry>,
  options: VerifierOptions,
): AuditFinding[] {
  const verifier = createChainVerifier(crypto, options);
  for (const entry of entries) verifier.add(entry);
  return verifier.finish();
}

/**
 * Starts a verification from the chain's first entry. Finds an entry that was changed, removed, moved or put in; a
 * cut-off end and a chain rewritten from some point on show only against a checkpoint.
 */
export function createChainVerifier(crypto: Crypto, options: VerifierOptions): ChainVerifier {
  const findings: AuditFinding[] = [];
  const awaited = new Map<number, AuditCheckpoint[]>();
  for (const checkpoint of options.checkpoints ?? []) {
    if (!isTrusted(crypto, options, checkpoint)) findings.push(untrusted(checkpoint));
    else awaited.set(checkpoint.index, [...(awaited.get(checkpoint.index) ?? []), checkpoint]);
  }
  let head = emptyHead(crypto, options.chain);
  let proven = -1;
  return {
    get head() {
      return head;
    },
    add(entry) {
      findings.push(...checkLink(crypto, head, entry));
      for (const checkpoint of awaited.get(entry.index) ?? []) {
        if (checkpoint.hash !== entry.hash) findings.push(differs(checkpoint));
        else proven = Math.max(proven, entry.index);
      }
      head = { index: Math.max(head.index, entry.index), hash: entry.hash };
    },
    finish() {
      const beyond = [...awaited.values()].flat().filter(({ index }) => index > head.index);
      const found = [...findings, ...beyond.map(truncated)];
      const isProven = proven !== -1 && proven === head.index;
      if (options.mustBeProven === true && found.length === 0 && !isProven)
        found.push(unproven(proven + 1));
      return found.sort((a, b) => a.index - b.index);
    },
  };
}

function checkLink(crypto: Hash, head: AuditHead, entry: AuditEntry): AuditFinding[] {
  const { index } = entry;
  const findings: AuditFinding[] = [];
  const find = (code: AuditFault, message: string): void => {
    findings.push({ code, index, message });
  };
  if (hashEntry(crypto, entry) !== entry.hash)
    find('AUDIT_ENTRY_CHANGED', `entry ${index} does not have the hash of its content`);
  if (index > head.index + 1)
    find('AUDIT_ENTRY_MISSING', `entries ${head.index + 1} to ${index - 1} are missing`);
  else if (index <= head.index)
    find('AUDIT_ENTRY_OUT_OF_ORDER', `entry ${index} stands after entry ${head.index}`);
  else if (entry.previous !== head.hash)
    find('AUDIT_CHAIN_BROKEN', `entry ${index} does not continue the entry before it`);
  return findings;
}

function isTrusted(crypto: Crypto, options: VerifierOptions, checkpoint: AuditCheckpoint): boolean {
  if (options.trustedKey === undefined) return false;
  const signature = decodeHex(checkpoint.signature);
  const statement = checkpointStatement(options.chain, checkpoint);
  return signature !== null && crypto.verify(options.trustedKey, statement, signature);
}

function untrusted(checkpoint: AuditCheckpoint): AuditFinding {
  return {
    code: 'AUDIT_CHECKPOINT_UNTRUSTED',
    index: checkpoint.index,
    message: `the checkpoint at ${checkpoint.index} is not signed by the key that is trusted`,
  };
}

function differs(checkpoint: AuditCheckpoint): AuditFinding {
  return {
    code: 'AUDIT_CHECKPOINT_DIFFERS',
    index: checkpoint.index,
    message: `entry ${checkpoint.index} is not the one that was signed at ${checkpoint.at}`,
  };
}

function truncated(checkpoint: AuditCheckpoint): AuditFinding {
  return {
    code: 'AUDIT_CHAIN_TRUNCATED',
    index: checkpoint.index,
    message: `the chain ends before entry ${checkpoint.index}, which was signed at ${checkpoint.at}`,
  };
}

function unproven(index: number): AuditFinding {
  return {
    code: 'AUDIT_CHAIN_UNPROVEN',
    index,
    message: `no checkpoint under the trusted key covers entry ${index} and what follows it`,
  };
}

/** Lower-case hex. */
export function encodeHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of a hex text, or null when it is none. */
function decodeHex(text: string): Uint8Array | null {
  if (!/^([0-9a-f]{2})*$/.test(text)) return null;
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}
