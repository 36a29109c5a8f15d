/**
 * The counts of a batch over its generations: what was sent, and what became of each record since, repairs included.
 *
 * Pure. Invariant: for a batch that was checked, `in = committed + duplicates + open + discarded + held`: a record that was sent
 * again counts where its newest copy is.
 */
import type { BatchState } from '@weft/core/ingest/report';
import type { FamilyMember } from '../store/node-quarantine.ts';

export interface LineageCounts {
  in: number;
  committed: number;
  duplicates: number;
  /** In quarantine, and nobody decided. */
  open: number;
  discarded: number;
  /** In batches that wait for a decision. */
  held: number;
}

export interface Generation {
  batch: string;
  state: BatchState;
  /** Whose refused records it has; none for the batch that was sent. */
  parents: { batch: string; records: number }[];
  records: { in: number; good: number; quarantined: number; duplicates: number };
  open: number;
  discarded: number;
  started: string;
}

export interface Lineage {
  root: string;
  records: LineageCounts;
  generations: Generation[];
}

/** Families by their roots; each root is among its members. */
export function lineagesOf(members: readonly FamilyMember[]): Map<string, Lineage> {
  const families = new Map<string, FamilyMember[]>();
  for (const member of members) {
    families.set(member.root, [...(families.get(member.root) ?? []), member]);
  }
  return new Map([...families].map(([root, family]) => [root, lineageOf(root, family)]));
}

function lineageOf(root: string, family: readonly FamilyMember[]): Lineage {
  const counts: LineageCounts = {
    in: 0,
    committed: 0,
    duplicates: 0,
    open: 0,
    discarded: 0,
    held: 0,
  };
  for (const { batch, state, records, open, discarded } of family) {
    if (batch === root) counts.in = records.in;
    if (state === 'committed') {
      counts.committed += records.good;
      counts.duplicates += records.duplicates;
      counts.open += open;
      counts.discarded += discarded;
    } else if (state === 'held') counts.held += records.in;
    else if (state === 'discarded' && batch === root) counts.discarded += records.in;
  }
  return { root, records: counts, generations: family.map(toGeneration) };
}

function toGeneration(member: FamilyMember): Generation {
  const { batch, state, parents, records, open, discarded, started } = member;
  const isDecided = state !== 'committed';
  return {
    batch,
    state,
    parents,
    records,
    open: isDecided ? 0 : open,
    discarded,
    started,
  };
}

/** Sums over several batches. */
export function sumCounts(all: readonly LineageCounts[]): LineageCounts {
  const sum = { in: 0, committed: 0, duplicates: 0, open: 0, discarded: 0, held: 0 };
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof LineageCounts)[]) sum[name] += counts[name];
  }
  return sum;
}
