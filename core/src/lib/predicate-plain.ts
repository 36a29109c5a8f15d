/**
 * The same rows in fewer words: a predicate without what its other parts say anyway, for people to read.
 *
 * Not the normal form, which spells out what engines disagree about (`predicate-normal.ts`), and not for machines.
 * Invariant: for every row the plain form is what the predicate is; each step replaces one part by one that is equal wherever
 * the parts around it hold.
 */
import type { Predicate } from './predicate.ts';

type Columns = ReadonlySet<string>;

const NONE: Columns = new Set();

/** `not (age is not null and age = 'x') and age is not null` becomes `age != 'x' and age is not null`. */
export function plainPredicate(predicate: Predicate): Predicate {
  return plain(predicate, NONE);
}

/** Of rows in which none of `known` is NULL. */
function plain(predicate: Predicate, known: Columns): Predicate {
  switch (predicate.op) {
    case 'not':
      return negated(plain(predicate.arg, known));
    case 'and':
      return every(parts('and', predicate.args), known);
    case 'or':
      return some(parts('or', predicate.args).map((arg) => plain(arg, known)));
    case 'eq':
    case 'ne':
      if (predicate.value.type !== 'null' || !known.has(predicate.column)) return predicate;
      return { op: predicate.op === 'ne' ? 'true' : 'false' };
    default:
      return predicate;
  }
}

function negated(arg: Predicate): Predicate {
  switch (arg.op) {
    case 'true':
      return { op: 'false' };
    case 'false':
      return { op: 'true' };
    case 'not':
      return arg.arg;
    case 'eq':
      return { ...arg, op: 'ne' };
    case 'ne':
      return { ...arg, op: 'eq' };
    default:
      return { op: 'not', arg };
  }
}

function every(args: readonly Predicate[], known: Columns): Predicate {
  let left = [...args];
  for (let i = 0; i < left.length; i++) {
    // Why by those that are left: two parts that say the same must not both go.
    const others = left.filter((_, at) => at !== i).map(neverNull);
    left = left.with(i, plain(left[i] as Predicate, union([known, ...others])));
  }
  if (left.some(({ op }) => op === 'false')) return { op: 'false' };
  return joined(
    'and',
    left.filter(({ op }) => op !== 'true'),
  );
}

function some(args: readonly Predicate[]): Predicate {
  if (args.some(({ op }) => op === 'true')) return { op: 'true' };
  return joined(
    'or',
    args.filter(({ op }) => op !== 'false'),
  );
}

function joined(op: 'and' | 'or', args: Predicate[]): Predicate {
  const [first, second] = args;
  if (first === undefined) return { op: op === 'and' ? 'true' : 'false' };
  return second === undefined ? first : { op, args };
}

/** Arguments of arguments of the same kind, too. */
function parts(op: 'and' | 'or', args: readonly Predicate[]): Predicate[] {
  return args.flatMap((arg) => (arg.op === op ? parts(op, arg.args) : [arg]));
}

/** Columns that are not NULL wherever the predicate holds; some of them at least. */
function neverNull(predicate: Predicate): Columns {
  switch (predicate.op) {
    case 'and':
      return union(predicate.args.map(neverNull));
    case 'or': {
      const [first = NONE, ...rest] = predicate.args.map(neverNull);
      return new Set([...first].filter((column) => rest.every((columns) => columns.has(column))));
    }
    case 'ne':
      return predicate.value.type === 'null' ? new Set([predicate.column]) : NONE;
    case 'eq':
      return predicate.value.type === 'null' ? NONE : new Set([predicate.column]);
    case 'true':
    case 'false':
    case 'not':
      return NONE;
    default:
      return new Set([predicate.column]);
  }
}

function union(all: readonly Columns[]): Columns {
  return new Set(all.flatMap((columns) => [...columns]));
}
