/**
 * Values that one version of a contract allows and the other refuses: what a change of a column means, in one value.
 *
 * Not the verdict on the change (`contract/compatibility.ts`). Values are guessed from what both versions say of the column, and
 * each guess is put to the validators that check records. Invariant: what is told as an example is refused by the very check that
 * changed, in one version, and by nothing at all in the other; where no guess is so, there is no example.
 */
import { matchById, matchColumns } from '../contract/compare-objects.ts';
import { type Change, compareContracts } from '../contract/compatibility.ts';
import { compileIngestPlan } from '../contract/compile/ingest-plan.ts';
import type { ContractModel, ContractObject, ContractProperty } from '../contract/model.ts';
import type { Check, IngestPlan } from '../contract/plan.ts';
import { isWeftError } from '../lib/error.ts';
import { guessesOf } from './counterexample-guesses.ts';
import { createJsonValidator } from './validate-record.ts';

export interface Counterexample {
  /** As JSON writes it. */
  value: string;
  /** The version that takes it; the other one refuses it. */
  allowedBy: 'before' | 'after';
}

export interface TriedChange extends Change {
  /** At most one for each version; left out where none was found. */
  examples?: Counterexample[];
}

/** Which checks of a record a kind of change is about, by the first word of its name. */
const CHECKS: Readonly<Record<string, readonly Check['kind'][]>> = {
  type: ['type'],
  required: ['required'],
  range: ['range'],
  length: ['length'],
  enum: ['values'],
  pattern: ['pattern'],
  format: ['format', 'type'],
  multipleOf: ['multipleOf'],
};

/** Checks that one value of one column decides. */
const ALONE: readonly Check['kind'][] = [...new Set(Object.values(CHECKS).flat()), 'missing'];
const NO_HASH = '0'.repeat(64);

/** `compareContracts`, with what it can show in values. `now` is when records would be checked, RFC 3339. */
export function compareWithExamples(
  before: ContractModel,
  after: ContractModel,
  now: string,
): TriedChange[] {
  const changes = compareContracts(before, after);
  if (before.domain === null || after.domain === null) return changes;
  if (before.product === null || after.product === null) return changes;
  const columns = pairColumns(before, after);
  const sides = { before: plansOf(before), after: plansOf(after), now };
  const tried = new Map<string, Guess[]>();
  return changes.map((change) => {
    const kinds = CHECKS[change.kind.split('.')[0] ?? ''];
    const pair = columns.get(change.path);
    if (kinds === undefined || pair === undefined) return change;
    const guesses = tried.get(change.path) ?? tryGuesses(pair, sides);
    tried.set(change.path, guesses);
    const examples = examplesOf(guesses, { change, kinds });
    return examples.length === 0 ? change : { ...change, examples };
  });
}

interface Column {
  object: ContractObject;
  property: ContractProperty;
}

interface Pair {
  before: Column;
  after: Column;
}

/** Columns that both versions have, by the path that changes name them with. */
function pairColumns(before: ContractModel, after: ContractModel): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const { before: old, after: now } of matchById(before.objects, after.objects)) {
    if (old === null || now === null) continue;
    for (const column of matchColumns(old.properties, now.properties)) {
      if (column.before === null || column.after === null) continue;
      pairs.set(`${now.name}.${column.after.name}`, {
        before: { object: old, property: column.before },
        after: { object: now, property: column.after },
      });
    }
  }
  return pairs;
}

/** A value, and the kinds of the checks that refuse it in each version. */
interface Guess {
  value: string;
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
}

type Plans = (object: string) => IngestPlan;

/** Plans of a model's objects, each compiled once. */
function plansOf(model: ContractModel): Plans {
  const plans = new Map<string, IngestPlan>();
  return (object) => {
    const plan = plans.get(object) ?? compileIngestPlan(model, { hash: NO_HASH, object });
    plans.set(object, plan);
    return plan;
  };
}

function tryGuesses(
  pair: Pair,
  { before, after, now }: { before: Plans; after: Plans; now: string },
): Guess[] {
  try {
    const old = judgeOf(pair.before, before, now);
    const next = judgeOf(pair.after, after, now);
    const guesses = guessesOf(pair.before.property, pair.after.property);
    return guesses.map((value) => ({ value, before: old(value), after: next(value) }));
  } catch (error) {
    // Why none: a draft whose column no batch could be checked against is still compared.
    if (isWeftError(error)) return [];
    throw error;
  }
}

/** Puts a value to the validator of one column alone, so that nothing else of a record decides. */
function judgeOf(
  { object, property }: Column,
  plans: Plans,
  now: string,
): (value: string) => ReadonlySet<string> {
  const plan = planOfColumn(plans(object.id), property);
  const kinds = new Map(plan.rules.map(({ id, check }) => [id, check.kind as string]));
  const validator = createJsonValidator(plan, { now, reference: () => null });
  return (value) => {
    const record = `{${JSON.stringify(property.sourceName)}:${value}}`;
    const { refused } = validator.validate(record);
    return new Set(refused.map(({ rule }) => kinds.get(rule) ?? rule));
  };
}

function planOfColumn(plan: IngestPlan, { name }: ContractProperty): IngestPlan {
  return {
    ...plan,
    columns: plan.columns.filter((column) => column.name === name),
    rules: plan.rules.filter(
      ({ check }) => 'column' in check && check.column === name && ALONE.includes(check.kind),
    ),
    primaryKey: [],
  };
}

function examplesOf(
  guesses: readonly Guess[],
  { change, kinds }: { change: Change; kinds: readonly string[] },
): Counterexample[] {
  // Why by the message: of a list of values each one that came or went is a change of its own.
  const named = /^enum\.value_/.test(change.kind)
    ? guesses.filter(({ value }) => change.message.includes(value))
    : guesses;
  return (['before', 'after'] as const).flatMap((allowedBy) => {
    const other = allowedBy === 'before' ? 'after' : 'before';
    const found = named.find(
      (guess) => guess[allowedBy].size === 0 && kinds.some((kind) => guess[other].has(kind)),
    );
    return found === undefined ? [] : [{ value: found.value, allowedBy }];
  });
}
