/**
 * Findings of a proof for people: one entry for each, and one for all that a batch left lying about.
 *
 * Not the document: --json gives every file. Invariant: what is wrong is never drawn together; each finding is counted in
 * exactly one entry.
 */
import type { FindingState, ProofFinding } from '../services/proof/findings.ts';
import { countOf } from './output.ts';

export interface FindingEntry {
  state: FindingState;
  /** The first line without its mark, and those below it. */
  head: string;
  lines: string[];
}

export function findingEntries(findings: readonly ProofFinding[]): FindingEntry[] {
  const groups = new Map<string, ProofFinding[]>();
  for (const [i, finding] of findings.entries()) {
    const batch = isLeft(finding) ? batchOf(finding) : null;
    const key = batch === null ? String(i) : `${batch} ${finding.state}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map(entryOf);
}

/** True for what a batch that was broken off leaves: files that nothing names, and itself. */
function isLeft({ code, state }: ProofFinding): boolean {
  if (state !== 'note' && state !== 'repaired') return false;
  return code.startsWith('stray-') || code.startsWith('batch-');
}

function batchOf({ subject }: ProofFinding): string | null {
  return /bat_[0-9A-Z]{26}/.exec(subject)?.[0] ?? null;
}

function entryOf(group: readonly ProofFinding[]): FindingEntry {
  const about = group.find(({ code }) => code.startsWith('batch-'));
  const strays = group.filter((finding) => finding !== about);
  const [first] = about === undefined ? strays : [about, ...strays];
  if (first === undefined) return { state: 'note', head: '', lines: [] };
  const { code, state, subject, detail, affected, remedy } = first;
  const own = [detail, `affected: ${affected}`, remedy];
  if (group.length === 1) return { state, head: `${code} (${state}): ${subject}`, lines: own };
  const files = `${countOf(strays.length, 'file')} that nothing names: ${byCode(strays)}`;
  const what = strays[0]?.remedy ?? '';
  return about === undefined
    ? { state, head: `left by ${batchOf(first)} (${state}): ${files}`, lines: [what] }
    : { state, head: `${code} (${state}): ${subject}`, lines: [...own, `with ${files}`, what] };
}

function byCode(strays: readonly ProofFinding[]): string {
  const counts = new Map<string, number>();
  for (const { code } of strays) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}
