/**
 * The export file of audit logs, and its verification without any server: one JSON document a line.
 *
 * Each chain begins with a header with its name and checkpoints, then each entry, then the openings of those personal
 * values that were not erased (when they were asked for). Not a backup. Invariants: the checkpoints stand first, so that
 * a chain that was cut off anywhere after them shows it; the last entry is under a checkpoint, or the file proves nothing;
 * a chain stands in a file once.
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

interface Section {
  chain: string | null;
  verifier: ChainVerifier | null;
  entries: number;
  extra: AuditFinding[];
}

/**
 * Verifies an export file from its lines: one report for each chain, in the file's order; one of chain null for what is
 * no export. `trustedKey` (raw Ed25519 public key, base64url) is the key that the reader pinned, never one from the file.
 * A chain that is not in the file at all has no report: compare the names with those you expect.
 */
export async function verifyExport(
  crypto: Crypto,
  lines: AsyncIterable<string> | Iterable<string>,
  options: { trustedKey?: string },
): Promise<ExportReport[]> {
  const sections: Section[] = [];
  let current: Section = { chain: null, verifier: null, entries: 0, extra: [] };
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const content = parseLine(line);
    if (content !== null && 'type' in content) {
      const { chain, checkpoints } = content;
      const isRepeated = sections.some((section) => section.chain === chain);
      // Why: what stands before the first header belongs to no chain, and its findings must not get lost.
      const isFirst = sections.length === 0;
      const extra = isFirst ? current.extra : [];
      if (isRepeated || (isFirst && current.entries > 0)) extra.push(unreadable(0));
      const verifier = createChainVerifier(crypto, {
        ...options,
        chain,
        checkpoints,
        mustBeProven: true,
      });
      current = { chain, verifier, entries: 0, extra };
      sections.push(current);
    } else {
      readContent(crypto, current, content);
    }
  }
  if (sections.length === 0) {
    current.extra.push(unreadable(0));
    sections.push(current);
  }
  return sections.map(({ chain, verifier, entries, extra }) => {
    return { chain, entries, findings: [...(verifier?.finish() ?? []), ...extra] };
  });
}

function readContent(
  crypto: Crypto,
  section: Section,
  content: Exclude<Line, { type: string }> | null,
): void {
  if (content === null) {
    section.extra.push(unreadable(section.entries));
  } else if ('opening' in content) {
    if (!opens(crypto, content.opening)) section.extra.push(wrongOpening(section.entries));
  } else {
    section.entries += 1;
    section.verifier?.add(content.entry);
  }
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
