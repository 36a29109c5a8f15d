/**
 * A repair as somebody writes it on the page, and as the API takes it; which kind can mend which cause.
 *
 * Not the repair: the node does it, and says beforehand what it would do.
 */
import type { Cause, Preview, Repair, Replay } from '../types.ts';

/** As they are; new values for old ones; an expression over the columns; new text of the record. */
export const REPAIR_KINDS = ['same', 'map', 'set', 'raw'] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number];

export interface Pair {
  from: string;
  to: string;
}

export interface RepairDraft {
  kind: RepairKind;
  column: string;
  pairs: readonly Pair[];
  expression: string;
}

/** Top-level column of a place inside of it: `lines[].qty` is in `lines`. */
export function columnOf(place: string | null): string | null {
  return place?.replace(/^key of /, '').split(/[.[]/)[0] ?? null;
}

/** The kinds that can change a record with this cause, the likeliest first. */
export function kindsFor({
  rule,
  column,
  message,
}: Pick<Cause, 'rule' | 'column' | 'message'>): RepairKind[] {
  if (column === null) return rule.startsWith('structure.') ? ['raw'] : ['same', 'set'];
  if (message.startsWith('does not exist in ')) return ['same', 'map', 'set'];
  // Why no map inside of nested columns: their values are no values of the record.
  if (columnOf(column) !== column) return ['set', 'raw'];
  const isOneForOne =
    message === 'is none of the allowed values' ||
    message === 'has no value' ||
    message === 'counts as missing';
  return isOneForOne ? ['map', 'set', 'raw'] : ['set', 'map', 'raw'];
}

export function draftFor(cause: Cause, kind: RepairKind): RepairDraft {
  const olds = cause.examples.length > 0 ? cause.examples : [''];
  return {
    kind,
    column: columnOf(cause.column) ?? '',
    pairs: kind === 'map' ? olds.slice(0, 5).map((from) => ({ from, to: '' })) : [],
    expression: '',
  };
}

/** What the API takes; null while the draft says nothing yet. `undefined` sends records as they are. */
export function repairOf(draft: RepairDraft): Repair | undefined | null {
  const { kind, column, pairs, expression } = draft;
  if (kind === 'same') return undefined;
  if (kind === 'raw') return expression.trim() === '' ? null : { raw: expression };
  if (column === '') return null;
  if (kind === 'set')
    return expression.trim() === '' ? null : { columns: { [column]: { sql: expression } } };
  const changed = pairs.filter(({ from, to }) => from !== to && to !== '');
  if (changed.length === 0) return null;
  return {
    columns: { [column]: { map: Object.fromEntries(changed.map(({ from, to }) => [from, to])) } },
  };
}

export interface Effect {
  passes: number;
  stays: number;
  duplicates: number;
  leftAsIs: number;
}

/** What becomes of the rows, of a preview or of what was done. */
export function effectOf({
  good,
  quarantined,
  duplicates,
  skipped,
}: Pick<Preview | Replay, 'good' | 'quarantined' | 'duplicates' | 'skipped'>): Effect {
  const leftAsIs = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return { passes: good, stays: quarantined, duplicates, leftAsIs };
}

/** Whether sending has a use: a row comes into the table, or is told to be there already. */
export function isOfUse({ passes, duplicates }: Effect): boolean {
  return passes + duplicates > 0;
}

/** What is known of each row that a preview shows: it names numbers, and no row by itself. */
export function outcomeOf({ passes, stays }: Effect): 'pass' | 'stay' | 'unknown' {
  if (stays === 0) return 'pass';
  return passes === 0 ? 'stay' : 'unknown';
}

/** Two parts of one piece of work that was done in rounds. */
export function addEffects(a: Effect, b: Effect): Effect {
  return {
    passes: a.passes + b.passes,
    stays: a.stays + b.stays,
    duplicates: a.duplicates + b.duplicates,
    leftAsIs: a.leftAsIs + b.leftAsIs,
  };
}

/** A preview and the one that goes on where it ended. */
export function addPreviews(a: Preview, b: Preview): Preview {
  const byRule = { ...a.byRule };
  for (const [rule, count] of Object.entries(b.byRule)) byRule[rule] = (byRule[rule] ?? 0) + count;
  const skipped = { ...a.skipped };
  for (const why of Object.keys(skipped) as (keyof typeof skipped)[]) {
    skipped[why] += b.skipped[why];
  }
  return {
    ...b,
    records: a.records + b.records,
    good: a.good + b.good,
    quarantined: a.quarantined + b.quarantined,
    duplicates: a.duplicates + b.duplicates,
    byRule,
    skipped,
    skippedSample: [...a.skippedSample, ...b.skippedSample],
    sample: [...a.sample, ...b.sample],
    batches: [...a.batches, ...b.batches],
  };
}

/** Asks on until every batch was looked at; `onPart` sees what is known so far. */
export async function previewAll(
  ask: (round: { after: string | undefined; samples: number }) => Promise<Preview>,
  { samples, onPart }: { samples: number; onPart: (preview: Preview) => void },
): Promise<Preview> {
  let all = await ask({ after: undefined, samples });
  while (all.next !== null) {
    onPart(all);
    const left = Math.max(0, samples - all.sample.length);
    all = addPreviews(all, await ask({ after: all.next, samples: left }));
  }
  return all;
}
