/**
 * What is different between two decisions on the same question, and whether whom they are about gains or loses by it.
 *
 * Texts are for people, in the language in which policies are written: `bucket 100 250`, `first 3`. Invariant: what differs is a
 * change, also where two texts would be the same.
 */
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { mapSets, type Predicate } from '@weft/core/lib/predicate';
import { plainPredicate } from '@weft/core/lib/predicate-plain';
import { constantText, predicateText } from '@weft/core/lib/predicate-text';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { Mask, PlainMask } from '@weft/core/policy/obligations';
import { seenOf } from './access-explain.ts';

export type Effect = 'gains' | 'loses' | 'changes' | 'same';

/** One thing that would be different. Null: not there, or none. */
export interface PlannedChange {
  kind: 'access' | 'column' | 'mask' | 'rows' | 'set' | 'granularity' | 'row limit' | 'export';
  /** Column or place that it is about. */
  of: string | null;
  before: string | null;
  after: string | null;
  /** Of rows: about how many; null where that is not known. */
  about: { before: number | null; after: number | null } | null;
}

/** A change and where it leads: to more, to less, or to something else. */
type Turn = { change: PlannedChange; to: 'more' | 'less' | 'other' };

export interface Compare {
  /** The reader whom they are about. */
  subject: string;
  before: AccessDecision;
  after: AccessDecision;
}

export interface Compared {
  effect: Effect;
  /** A phrase each. */
  what: string[];
  changes: PlannedChange[];
}

export function compareDecisions({ subject, before: now, after: then }: Compare): Compared {
  if (now.decision === 'deny' && then.decision === 'deny') return told([]);
  if (now.decision === 'deny') return told([turn('access', 'more', { before: now.reason })]);
  if (then.decision === 'deny') return told([turn('access', 'less', { after: then.reason })]);
  const columns = columnTurns(now, then);
  // Why no list: that nothing is left is told as what it is.
  if (then.columns.length === 0 && now.columns.length > 0)
    return told([turn('access', 'less', { after: 'No column is left.' })]);
  const names = columns.map(({ change }) => change.of);
  return told([
    ...columns,
    // Why not of columns that come or go: the mask of what is not there is no difference.
    ...maskTurns(now, then).filter(({ change }) => !names.includes(columnOf(change.of))),
    ...rowTurns(now.rowFilter, then.rowFilter),
    ...setTurns(subject, now, then),
    ...textTurn('granularity', rollUpText(now.rollUp), rollUpText(then.rollUp)),
    ...limitTurn(now.rowLimit, then.rowLimit),
    ...exportTurn(now.mayExport, then.mayExport),
  ]);
}

function told(turns: readonly Turn[]): Compared {
  const changes = turns.map(({ change }) => change);
  return { effect: effectOf(turns), what: changes.map(phraseOf), changes };
}

function effectOf(turns: readonly Turn[]): Effect {
  if (turns.length === 0) return 'same';
  if (turns.every(({ to }) => to === 'more')) return 'gains';
  return turns.every(({ to }) => to === 'less') ? 'loses' : 'changes';
}

function turn(
  kind: PlannedChange['kind'],
  to: Turn['to'],
  facts: Partial<Omit<PlannedChange, 'kind'>>,
): Turn {
  return { to, change: { kind, of: null, before: null, after: null, about: null, ...facts } };
}

function textTurn(kind: PlannedChange['kind'], before: string, after: string): Turn[] {
  return before === after ? [] : [turn(kind, 'other', { before, after })];
}

function phraseOf({ kind, of, before, after }: PlannedChange): string {
  if (kind === 'access') return after === null ? 'access' : `access: ${after}`;
  if (kind === 'column') return `${after === null ? '-' : '+'} ${of}`;
  return `${of === null ? kind : `${kind} of ${of}`}: ${before} → ${after}`;
}

function columnOf(place: string | null): string {
  return place?.split('.')[0] ?? '';
}

function columnTurns(now: AccessDecision, then: AccessDecision): Turn[] {
  const namesOf = (decision: AccessDecision) => seenOf(decision).columns.map(({ name }) => name);
  const [before, after] = [namesOf(now), namesOf(then)];
  const gained = after.filter((name) => !before.includes(name));
  const lost = before.filter((name) => !after.includes(name));
  return [
    ...gained.map((of) => turn('column', 'more', { of, after: shownAs(then, of) })),
    ...lost.map((of) => turn('column', 'less', { of, before: shownAs(now, of) })),
  ];
}

/** How a column is shown that is there: its mask, or as it is. */
function shownAs({ masks }: AccessDecision, column: string): string {
  const own = masks.find(({ place }) => place === column);
  return own === undefined ? 'shown' : maskText(own.mask);
}

function maskTurns(now: AccessDecision, then: AccessDecision): Turn[] {
  const texts = (decision: AccessDecision): Map<string, string> =>
    new Map(decision.masks.map(({ place, mask }) => [place, maskText(mask)]));
  const [before, after] = [texts(now), texts(then)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((of) => {
    const [was, is] = [before.get(of) ?? 'none', after.get(of) ?? 'none'];
    return was === is ? [] : [turn('mask', 'other', { of, before: was, after: is })];
  });
}

/** As an annotation has it. */
function maskText(mask: Mask): string {
  if (mask.kind !== 'cells') return plainMaskText(mask);
  const cases = mask.cases.map(
    (one) => `${plainMaskText(one.mask)} where ${predicateText(one.where)}`,
  );
  const rest = mask.otherwise === null ? [] : [plainMaskText(mask.otherwise)];
  return [...cases, ...rest].join(', else ');
}

function plainMaskText(mask: PlainMask): string {
  switch (mask.kind) {
    case 'fixed':
      return `fixed ${constantText(mask.value)}`;
    case 'truncate':
      return `truncate ${'unit' in mask ? mask.unit : mask.step}`;
    case 'bucket':
      return `bucket ${mask.bounds.join(' ')}`;
    case 'part':
      return `${mask.show} ${mask.characters}`;
    default:
      return mask.kind;
  }
}

function rowTurns(was: Predicate, is: Predicate): Turn[] {
  const textOf = (rows: Predicate): string => (rows.op === 'true' ? 'all' : predicateText(rows));
  const [before, after] = [textOf(was), textOf(is)];
  // Why not by their texts: those leave out what is long.
  if (textOfPart(plainPredicate(was)) === textOfPart(plainPredicate(is))) return [];
  const [isLess, isMore] = [isNarrower(is, was), isNarrower(was, is)];
  // Why both: they ask for the same, one of them twice or in another order.
  if (isLess && isMore) return [];
  const to = isLess ? 'less' : isMore ? 'more' : 'other';
  return [turn('rows', to, { before, after })];
}

/** Whether a row of one is certainly one of the other: it asks for all that the other asks for, and for more. */
function isNarrower(one: Predicate, other: Predicate): boolean {
  if (one.op === 'false') return true;
  const asked = new Set(partsOf(one).map(textOfPart));
  return partsOf(other).every((part) => asked.has(textOfPart(part)));
}

function partsOf(rows: Predicate): readonly Predicate[] {
  const plain = plainPredicate(rows);
  if (plain.op === 'true') return [];
  return plain.op === 'and' ? plain.args : [plain];
}

/** Why without lists: what is in a set is a change of the set. */
function textOfPart(part: Predicate): string {
  const bare = mapSets(part, (node) => ({ ...node, list: null }));
  return canonicalJson(bare as unknown as Json);
}

/** Sets are named by conditions, so another list behind the same name is another set of rows. */
function setTurns(subject: string, now: AccessDecision, then: AccessDecision): Turn[] {
  const named = ({ sets }: AccessDecision) => new Map(sets.map((set) => [set.name, set]));
  const [before, after] = [named(now), named(then)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((of) => {
    const [was, is] = [before.get(of), after.get(of)].map((set) => listOf(subject, set));
    if (was === undefined || is === undefined || was.same === is.same) return [];
    return [turn('set', 'other', { of, before: setText(was, is), after: setText(is, was) })];
  });
}

/** What a set is for one reader. */
interface OwnList {
  /** Two with the same are the same for him. */
  same: string;
  /** Where it is read from; null for one that is written down. */
  source: string | null;
  /** His keys, of one that is written down; null where there is no such set. */
  keys: readonly string[] | null;
}

function listOf(subject: string, set: AccessDecision['sets'][number] | undefined): OwnList {
  if (set === undefined) return { same: 'none', source: null, keys: null };
  const { from, key, subject: whose, where, purpose, values, keys: type } = set.declaration;
  if (values !== null) {
    const own = Array.isArray(values)
      ? values
      : (Object.entries(values).find(isOf(subject))?.[1] ?? []);
    return { same: canonicalJson([type, ...[...own].sort()]), source: null, keys: own };
  }
  const each = whose === null ? '' : ` of each ${whose}`;
  const source = `${key}${each} from ${from}${where === null ? '' : ` where ${where}`} for ${purpose}, read as ${set.owner}`;
  return { same: source, source, keys: null };
}

const isOf =
  (subject: string) =>
  ([name]: [string, unknown]): boolean =>
    name === subject;

const KEYS_SHOWN = 10;

/** How many keys, and which of them the other list does not have. */
function setText({ source, keys }: OwnList, other: OwnList): string {
  if (source !== null) return source;
  if (keys === null) return 'none';
  const own = keys.filter((key) => other.keys?.includes(key) !== true);
  const named = own.slice(0, KEYS_SHOWN).join(', ');
  const more = own.length > KEYS_SHOWN ? ` and ${own.length - KEYS_SHOWN} more` : '';
  const count = keys.length === 1 ? '1 value' : `${keys.length} values`;
  return own.length === 0 ? count : `${count}, with ${named}${more}`;
}

/** A roll-up as its annotation reads: `region, sold_at by week; count; at least 10 id`. */
function rollUpText(rollUp: AccessDecision['rollUp']): string {
  if (rollUp === null) return 'none';
  const { by, measures, minimum } = rollUp;
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const measured = measures.map(({ function: name, column }) =>
    [name, ...(column === null ? [] : [column])].join(' '),
  );
  return [dimensions.join(', '), ...measured, `at least ${minimum.units} ${minimum.of}`].join('; ');
}

function limitTurn(was: number | null, is: number | null): Turn[] {
  if (was === is) return [];
  const to = (is ?? Number.POSITIVE_INFINITY) > (was ?? Number.POSITIVE_INFINITY) ? 'more' : 'less';
  return [turn('row limit', to, { before: String(was), after: String(is) })];
}

function exportTurn(was: boolean, is: boolean): Turn[] {
  return was === is
    ? []
    : [turn('export', is ? 'more' : 'less', { before: String(was), after: String(is) })];
}
