/**
 * Quality rules of two versions: a rule removed or loosened breaks consumers, one added or tightened breaks producers.
 *
 * Rules are matched by id. Rules in words (`text`, `custom`) only warn. A removed rule whose promise the column itself
 * still keeps (`required`, `unique`, the key) is no change for anybody.
 */
import { quoteIdent } from '../lib/ident-sql.ts';
import type { Change, Side } from './compatibility.ts';
import { intervalsOf, judgeSets } from './intervals.ts';
import type { ContractProperty, QualityDeclaration } from './model.ts';
import type { Check, Consequence } from './plan.ts';

export interface QualityPlace {
  path: string;
  /** The column of the rules after the change, or null for an object's rules. */
  property: ContractProperty | null;
  /** New names of renamed columns: a rule that follows its column has not changed. */
  renames: ReadonlyMap<string, string>;
}

/** Changes of the rules of one element. */
export function compareQuality(
  before: readonly QualityDeclaration[],
  after: readonly QualityDeclaration[],
  place: QualityPlace,
): Change[] {
  const old = new Map(before.map((rule) => [rule.id, followRenames(rule, place.renames)]));
  const now = new Map(after.map((rule) => [rule.id, rule]));
  const changes: Change[] = [];
  for (const [id, rule] of old) {
    const next = now.get(id);
    if (next === undefined) changes.push(removedRule(rule, place));
    else changes.push(...compareRule(rule, next, place));
  }
  for (const [id, rule] of now) {
    if (old.has(id)) continue;
    const sides: [Side, Side] = rule.check === null ? ['safe', 'warn'] : ['safe', 'break'];
    changes.push(change(place, rule, { kind: 'quality.added', sides, message: 'is new' }));
  }
  return changes;
}

function followRenames(
  rule: QualityDeclaration,
  renames: ReadonlyMap<string, string>,
): QualityDeclaration {
  const { check } = rule;
  if (check === null || renames.size === 0) return rule;
  const named = (column: string): string => renames.get(column) ?? column;
  const followed = (): Check => {
    if (check.kind === 'duplicates') return { ...check, columns: check.columns.map(named) };
    if (check.kind === 'sql') {
      let { query } = check;
      for (const [from, to] of renames) query = query.replaceAll(quoteIdent(from), quoteIdent(to));
      return { ...check, query };
    }
    return 'column' in check ? { ...check, column: named(check.column) } : check;
  };
  return { ...rule, check: followed() };
}

function removedRule(rule: QualityDeclaration, place: QualityPlace): Change {
  if (rule.check === null) {
    return change(place, rule, {
      kind: 'quality.removed',
      sides: ['warn', 'safe'],
      message: 'is gone',
    });
  }
  if (isStillPromised(rule, place.property)) {
    const message = 'is gone, the column still promises it';
    return change(place, rule, {
      kind: 'quality.redundant_removed',
      sides: ['safe', 'safe'],
      message,
    });
  }
  return change(place, rule, {
    kind: 'quality.removed',
    sides: ['break', 'safe'],
    message: 'is gone',
  });
}

function isStillPromised(rule: QualityDeclaration, property: ContractProperty | null): boolean {
  if (property === null || rule.check === null) return false;
  if (rule.check.kind === 'required')
    return property.required || property.primaryKeyPosition !== null;
  return rule.check.kind === 'duplicates' && property.unique;
}

function compareRule(
  before: QualityDeclaration,
  after: QualityDeclaration,
  place: QualityPlace,
): Change[] {
  const changes: Change[] = [];
  const add = (kind: string, sides: [Side, Side], message: string): void => {
    changes.push(change(place, after, { kind, sides, message }));
  };
  if (JSON.stringify(before.check) !== JSON.stringify(after.check)) {
    const verdict = checkVerdict(before, after);
    add(`quality.${verdict.kind}`, verdict.sides, 'checks something else now');
  } else if (JSON.stringify(before.must) !== JSON.stringify(after.must)) {
    addThreshold(before, after, add);
  }
  const consequence = consequenceSides(before.consequence, after.consequence);
  if (consequence !== null && before.check !== null && after.check !== null) {
    const message = `what it did (${before.consequence}) is now ${after.consequence}`;
    add('quality.consequence_changed', consequence, message);
  }
  const said = (rule: QualityDeclaration): string =>
    JSON.stringify([rule.name, rule.description, rule.dimension, rule.severity]);
  if (said(before) !== said(after)) add('documentation.changed', ['safe', 'safe'], 'words changed');
  return changes;
}

function addThreshold(
  before: QualityDeclaration,
  after: QualityDeclaration,
  add: (kind: string, sides: [Side, Side], message: string) => void,
): void {
  if (before.must === null || after.must === null || before.must.unit !== after.must.unit) {
    add('quality.changed', ['warn', 'warn'], 'has another unit now');
    return;
  }
  const verdict = judgeSets(intervalsOf(before.must), intervalsOf(after.must));
  if (verdict === 'tightened') add('quality.tightened', ['safe', 'break'], 'is stricter now');
  if (verdict === 'loosened') add('quality.loosened', ['break', 'safe'], 'is laxer now');
  if (verdict === 'other') add('quality.changed', ['break', 'break'], 'has another threshold now');
}

function checkVerdict(
  before: QualityDeclaration,
  after: QualityDeclaration,
): { kind: string; sides: [Side, Side] } {
  const [old, now] = [before.check, after.check];
  if (old?.kind === 'values' && now?.kind === 'values') {
    const added = now.values.some((value) => !old.values.includes(value));
    const removed = old.values.some((value) => !now.values.includes(value));
    if (added && removed) return { kind: 'changed', sides: ['break', 'break'] };
    return added
      ? { kind: 'loosened', sides: ['break', 'safe'] }
      : { kind: 'tightened', sides: ['safe', 'break'] };
  }
  if (old !== null && now === null) return { kind: 'loosened', sides: ['break', 'safe'] };
  if (old === null && now !== null) return { kind: 'tightened', sides: ['safe', 'break'] };
  return { kind: 'changed', sides: ['warn', 'warn'] };
}

function consequenceSides(before: Consequence, after: Consequence): [Side, Side] | null {
  if (before === after) return null;
  if (after === 'warn') return ['break', 'safe'];
  return before === 'warn' ? ['safe', 'break'] : ['warn', 'warn'];
}

function change(
  place: QualityPlace,
  rule: QualityDeclaration,
  what: { kind: string; sides: [Side, Side]; message: string },
): Change {
  const path = `${place.path}.quality(${rule.id})`;
  const [consumer, producer] = what.sides;
  return { path, kind: what.kind, consumer, producer, message: `rule ${rule.id} ${what.message}` };
}
