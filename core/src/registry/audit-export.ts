/**
 * The export file of an audit log, and its verification without any server: one JSON document a line.
 *
 * Line 1 is the header with the chain's name and its checkpoints, then each entry, then the openings of those personal
 * values that were not erased (when they were asked for). Not a backup. Invariant: the checkpoints stand first, so that
 * a file that was cut off anywhere after them shows it.
 */
import type { Crypto } from '../lib/ports.ts';
import {
  type AuditCheckpoint,
  type AuditEntry,
  type AuditFinding,
  type ChainVerifier,
  commit,
  createChainVerifier,
} from './audit-chain.ts';

const EXPORT_TYPE = 'weft.audit.export.v1';

/** What stands behind a commitment, as long as it was not erased. */
export interface AuditOpening {
  commitment: string;
  person: string;
  salt: string;
  value: string;
}

export function headerLine(chain: string, checkpoints: readonly AuditCheckpoint[]): string {
  return JSON.stringify({ type: EXPORT_TYPE, chain, checkpoints });
}

export function entryLine(entry: AuditEntry): string {
  return JSON.stringify({ entry });
}

export function openingLine(opening: AuditOpening): string {
  return JSON.stringify({ opening });
}

export interface ExportReport {
  chain: string | null;
  entries: number;
  findings: AuditFinding[];
}

/**
 * Verifies an export file from its lines. `trustedKey` (raw Ed25519 public key, base64url) is the key that the reader
 * pinned, never one from the file; `checkpoints` are those the reader kept from earlier.
 */
export async function verifyExport(
  crypto: Crypto,
  lines: AsyncIterable<string> | Iterable<string>,
  options: { trustedKey?: string; checkpoints?: readonly AuditCheckpoint[] },
): Promise<ExportReport> {
  const extra: AuditFinding[] = [];
  let verifier: ChainVerifier | null = null;
  let chain: string | null = null;
  let entries = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const content = parseLine(line);
    if (content === null) {
      extra.push(unreadable(entries));
    } else if ('type' in content) {
      chain = content.chain;
      const checkpoints = [...content.checkpoints, ...(options.checkpoints ?? [])];
      verifier = createChainVerifier(crypto, { ...options, chain, checkpoints });
    } else if ('entry' in content) {
      entries += 1;
      verifier?.add(content.entry);
    } else if (!opens(crypto, content.opening)) {
      extra.push(wrongOpening(entries));
    }
  }
  if (verifier === null) extra.push(unreadable(0));
  return { chain, entries, findings: [...(verifier?.finish() ?? []), ...extra] };
}

type Line =
  | { type: string; chain: string; checkpoints: AuditCheckpoint[] }
  | { entry: AuditEntry }
  | { opening: AuditOpening };

function parseLine(line: string): Line | null {
  try {
    const content = JSON.parse(line) as Partial<Record<string, unknown>> | null;
    if (content === null || typeof content !== 'object') return null;
    if (content['type'] === EXPORT_TYPE) return isHeader(content) ? (content as Line) : null;
    if (hasTexts(content['entry'], ['at', 'actor', 'action', 'subject', 'details', 'hash']))
      return content as Line;
    return hasTexts(content['opening'], ['commitment', 'salt', 'value']) ? (content as Line) : null;
  } catch {
    return null;
  }
}

function isHeader(content: Partial<Record<string, unknown>>): boolean {
  const { checkpoints } = content;
  return (
    typeof content['chain'] === 'string' &&
    Array.isArray(checkpoints) &&
    checkpoints.every((checkpoint) => hasTexts(checkpoint, ['hash', 'at', 'signature']))
  );
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

function opens(crypto: Crypto, opening: AuditOpening): boolean {
  return commit(crypto, opening.salt, opening.value) === opening.commitment;
}

function wrongOpening(index: number): AuditFinding {
  const message = 'a personal value does not belong to its commitment';
  return { code: 'AUDIT_COMMITMENT_WRONG', index, message };
}

function unreadable(index: number): AuditFinding {
  const message = `a line after entry ${index - 1} is not a line of an audit export`;
  return { code: 'AUDIT_FILE_UNREADABLE', index, message };
}
