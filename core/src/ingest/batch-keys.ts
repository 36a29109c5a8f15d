/**
 * The keys of a plan whose repeats are taken out of a batch: by a rule, or because the plan names a primary key.
 *
 * Not their SQL (`key-sql.ts`). Keys that are only counted (a warning, a held batch) are set rules and not here.
 */
import { isPrimitive } from '../contract/data-type.ts';
import type { IngestPlan, PlanRule } from '../contract/plan.ts';

export interface BatchKey {
  /** Id of the rule that names the key, for reasons. */
  id: string;
  rule: PlanRule | null;
  columns: string[];
}

/** The plan's own key first, unless a rule names the same columns. */
export function batchKeys(plan: IngestPlan): BatchKey[] {
  const keys = plan.rules.flatMap((rule): BatchKey[] => {
    const { id, check, consequence } = rule;
    if (check.kind !== 'duplicates' || consequence !== 'quarantine') return [];
    const isKnown = check.columns.every((name) => plan.columns.some((c) => c.name === name));
    return isKnown ? [{ id, rule, columns: check.columns }] : [];
  });
  const { primaryKey } = plan;
  // Why: a key that the plan names is a key, also when a rule about it was loosened to a warning.
  const isCovered = duplicatesOf(plan).some(
    (columns) =>
      columns.length === primaryKey.length && columns.every((c) => primaryKey.includes(c)),
  );
  if (primaryKey.length === 0 || isCovered) return keys;
  return [{ id: 'primary_key', rule: null, columns: primaryKey }, ...keys];
}

function duplicatesOf(plan: IngestPlan): string[][] {
  return plan.rules.flatMap(({ check }) => (check.kind === 'duplicates' ? [check.columns] : []));
}

/** The key whose possible repeats readers mark: the first one of columns without inner fields; null when there is none. */
export function markedKey(plan: IngestPlan): BatchKey | null {
  const isFlat = (name: string): boolean =>
    plan.columns.some((column) => column.name === name && isPrimitive(column.type));
  return batchKeys(plan).find(({ columns }) => columns.every(isFlat)) ?? null;
}
