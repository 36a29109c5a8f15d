/**
 * Random predicates over the columns of `predicate-rows.ts`, what the reference evaluator says of them, and the shrinking
 * of one that an engine sees in another way.
 */
import {
  type Constant,
  cellAt,
  evaluatePredicate,
  type KeyList,
  type Predicate,
  predicatePaths,
} from '@weft/core/lib/predicate';
import {
  type CasePlace,
  type CaseRow,
  makeConstant,
  pick,
  type Random,
  showCell,
} from './predicate-rows.ts';

const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;

/** A predicate of at most `depth` levels. */
export function makePredicate(random: Random, places: readonly CasePlace[], depth = 3): Predicate {
  const draw = random();
  if (depth === 0 || draw < 0.35) return makeLeaf(random, pick(random, places));
  if (draw < 0.5) return { op: 'not', arg: makePredicate(random, places, depth - 1) };
  if (draw < 0.53) return { op: pick(random, ['true', 'false'] as const) };
  const args = Array.from({ length: Math.floor(random() * 4) }, () =>
    makePredicate(random, places, depth - 1),
  );
  return { op: pick(random, ['and', 'or'] as const), args };
}

function makeLeaf(random: Random, { path: column, type }: CasePlace): Predicate {
  const constant = makeConstant(type, random);
  const draw = random();
  if (constant === null || draw < 0.08) {
    const op = constant === null ? pick(random, ['eq', 'ne'] as const) : pick(random, COMPARISONS);
    return { op, column, value: { type: 'null' } };
  }
  if (type.kind === 'string' && draw < 0.3) {
    const value = pick(random, [...constantText(constant)]) ?? '';
    return { op: 'prefix', column, value: random() < 0.5 ? value : constantText(constant) };
  }
  if (draw < 0.45) return { op: 'in', column, values: makeList(random, type) };
  if (draw < 0.52) return { op: 'inSet', column, set: 'keys', list: makeKeys(random, type) };
  return { op: pick(random, COMPARISONS), column, value: constant };
}

function constantText(constant: Constant): string {
  return constant.type === 'string' ? constant.value : '';
}

/** From none to more than engines keep as a list. */
function makeList(random: Random, type: CasePlace['type']): Constant[] {
  const length = random() < 0.15 ? 40 : Math.floor(random() * 5);
  return Array.from({ length }, () => {
    return random() < 0.1 ? { type: 'null' } : (makeConstant(type, random) ?? { type: 'null' });
  });
}

/** A list as a node binds it: values alone, from none to a few, seldom many. */
function makeKeys(random: Random, type: CasePlace['type']): KeyList {
  const length = random() < 0.03 ? 40 : Math.floor(random() * 5);
  const keys = Array.from({ length }, () => makeConstant(type, random));
  return { version: 'v', keys: keys.filter((key) => key !== null) };
}

/** One character for each row: `1` where the predicate is true. */
export function verdicts(predicate: Predicate, rows: readonly CaseRow[]): string {
  return rows
    .map((row) => (evaluatePredicate(predicate, (path) => cellAt(row, path)) ? '1' : '0'))
    .join('');
}

/** Numbers of the rows for which the predicate is true. */
export function matching(predicate: Predicate, rows: readonly CaseRow[]): number[] {
  return [...verdicts(predicate, rows)].flatMap((verdict, i) => (verdict === '1' ? [i] : []));
}

/** The smallest predicate near this one that still fails; `failing` gives those of many that do. */
export async function shrinkPredicate(
  predicate: Predicate,
  failing: (candidates: readonly Predicate[]) => Promise<readonly Predicate[]>,
): Promise<Predicate> {
  const candidates = smaller(predicate);
  const [first] = candidates.length === 0 ? [] : await failing(candidates);
  return first === undefined ? predicate : shrinkPredicate(first, failing);
}

function smaller(predicate: Predicate): Predicate[] {
  switch (predicate.op) {
    case 'not':
      return [
        predicate.arg,
        ...smaller(predicate.arg).map((arg): Predicate => ({ op: 'not', arg })),
      ];
    case 'and':
    case 'or': {
      const { op, args } = predicate;
      const without = args.map((_, i): Predicate => ({ op, args: args.toSpliced(i, 1) }));
      const inside = args.flatMap((arg, i) =>
        smaller(arg).map((less): Predicate => ({ op, args: args.with(i, less) })),
      );
      return [...args, ...without, ...inside];
    }
    case 'in':
      return predicate.values.map((_, i) => ({
        ...predicate,
        values: predicate.values.toSpliced(i, 1),
      }));
    case 'inSet': {
      const { list } = predicate;
      return (list?.keys ?? []).map((_, i) => ({
        ...predicate,
        list: { version: 'v', keys: list?.keys.toSpliced(i, 1) ?? [] },
      }));
    }
    default:
      return [];
  }
}

/** What a person needs to see of a failure. */
export function describeFailure(
  predicate: Predicate,
  text: string,
  row: { id: number; cells: CaseRow; expected: boolean; got: string },
): string {
  const cells = predicatePaths(predicate).map(
    (path) => `${path} = ${showCell(cellAt(row.cells, path))}`,
  );
  return [
    `row ${row.id} is ${row.expected}, and the engine says ${row.got}`,
    `row: ${cells.join(', ')}`,
    `predicate: ${JSON.stringify(predicate)}`,
    `engine: ${text}`,
  ].join('\n');
}
