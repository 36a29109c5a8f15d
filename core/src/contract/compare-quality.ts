/**
 * Quality rules of two versions: a rule removed or loosened breaks consumers, one added or tightened breaks producers.
 *
 * Rules are matched by id; one that has another metric under its old id is an old rule gone and a new one come. Rules in
 * words (`text`, `custom`) only warn. A removed rule whose promise the column itself still keeps (`required`, `unique`,
 * the key) is no change for anybody. What one rule lets pass is judged in `compare-checks.ts`.
 */
import { quoteIdent } from '../lib/ident-sql.ts';
import { acceptsNone, checkVerdict, type RuleVerdict, thresholdVerdict } from './compare-checks.ts';
import type { Change, Side } from './compatibility.ts';
import type { ContractProperty, QualityDeclaration } from './model.ts';
import type { Check } from './plan.ts';
import { allowsNone } from './quality-from-odcs.ts';

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
    if (!old.has(id)) changes.push(addedRule(rule, place));
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

function addedRule(rule: QualityDeclaration, place: QualityPlace): Change {
  const sides: [Side, Side] = rule.check === null ? ['safe', 'warn'] : ['safe', 'break'];
  return change(place, rule, { kind: 'quality.added', sides, message: 'is new' });
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
  // Why: a column without offenders keeps no promise that there are some.
  if (rule.must === null || !acceptsNone(rule.must)) return false;
  if (rule.check.kind === 'required')
    return property.required || property.primaryKeyPosition !== null;
  return rule.check.kind === 'duplicates' && property.unique;
}

/** What a verdict about one rule does to each side. */
const SIDES: Readonly<Record<Exclude<RuleVerdict, 'same'>, [Side, Side]>> = {
  tightened: ['safe', 'break'],
  loosened: ['break', 'safe'],
  other: ['break', 'break'],
  unknown: ['break', 'break'],
};

function compareRule(
  before: QualityDeclaration,
  after: QualityDeclaration,
  place: QualityPlace,
): Change[] {
  const changes: Change[] = [];
  const add = (kind: string, sides: [Side, Side], message: string): void => {
    changes.push(change(place, after, { kind, sides, message }));
  };
  if (before.check !== null && after.check !== null) {
    changes.push(...compareRun(before, after, place));
  } else if (before.check !== null) {
    add('quality.loosened', SIDES.loosened, 'is only words now');
  } else if (after.check !== null) {
    add('quality.tightened', SIDES.tightened, 'was only words and is checked now');
  }
  const said = (rule: QualityDeclaration): string =>
    JSON.stringify([rule.name, rule.description, rule.dimension, rule.severity, rule.schedule]);
  if (said(before) !== said(after)) add('documentation.changed', ['safe', 'safe'], 'words changed');
  return changes;
}

/** A rule that is carried out in both versions. */
function compareRun(
  before: QualityDeclaration,
  after: QualityDeclaration,
  place: QualityPlace,
): Change[] {
  const { check: old, must: wanted } = before;
  const { check: now, must: wants } = after;
  if (old === null || now === null || wanted === null || wants === null) return [];
  const verdict = checkVerdict(old, now, wanted);
  if (verdict === null) return [removedRule(before, place), addedRule(after, place)];
  const changes: Change[] = [];
  const add = (kind: string, sides: [Side, Side], message: string): void => {
    changes.push(change(place, after, { kind, sides, message }));
  };
  // Why: check and threshold are two steps, and a side is safe only when both are.
  if (verdict !== 'same') {
    // Why: a producer sees what a query gives for the data at hand, a consumer has nothing but the promise.
    const isQuery = now.kind === 'sql';
    add(kindOf(verdict), isQuery ? ['break', 'warn'] : SIDES[verdict], messageOf(verdict, 'check'));
  }
  const limit = thresholdVerdict(wanted, wants);
  if (limit !== 'same') add(kindOf(limit), SIDES[limit], messageOf(limit, 'threshold'));
  if (JSON.stringify(before.scope ?? null) !== JSON.stringify(after.scope ?? null)) {
    // Why both: a promise about a table says nothing of each batch, nor the reverse.
    add('quality.changed', SIDES.other, 'looks at other rows now (scope)');
  }
  const consequence = consequenceSides(before, after);
  if (consequence !== null) {
    const message = `what it did (${before.consequence}) is now ${after.consequence}`;
    add('quality.consequence_changed', consequence, message);
  }
  return changes;
}

function kindOf(verdict: Exclude<RuleVerdict, 'same'>): string {
  return `quality.${verdict === 'tightened' || verdict === 'loosened' ? verdict : 'changed'}`;
}

function messageOf(verdict: Exclude<RuleVerdict, 'same'>, part: 'check' | 'threshold'): string {
  if (verdict === 'tightened') return `is stricter now (${part})`;
  if (verdict === 'loosened') return `is laxer now (${part})`;
  const message = `has another ${part} now`;
  return verdict === 'unknown' ? `${message}, and the two cannot be compared` : message;
}

function consequenceSides(
  before: QualityDeclaration,
  after: QualityDeclaration,
): [Side, Side] | null {
  const [old, now] = [before.consequence, after.consequence];
  if (old === now) return null;
  if (now === 'warn') return ['break', 'safe'];
  if (old === 'warn') return ['safe', 'break'];
  const [wanted, wants] = [before.must, after.must];
  // Why: by default rows go to quarantine where none may offend, and the threshold's own verdict says what that does.
  if (wanted !== null && wants !== null && allowsNone(wanted) !== allowsNone(wants)) {
    return ['warn', 'warn'];
  }
  // Why: a batch that was whole or absent may now lack rows; one that lost rows may now not come at all.
  return now === 'quarantine' ? ['break', 'safe'] : ['warn', 'break'];
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
