/**
 * Whether a predicate fits a table: every path is there, every constant is one of exactly its type, in canonical form.
 *
 * Not the compiler of filter texts (`row-filter.ts`), whose results fit by the way they are made: this is for predicates
 * that come from elsewhere, or that were made for another version of the table. Invariant: what fits needs no cast of a
 * cell and none of a constant that could fail, in any back end.
 */
import { type PathColumn, resolveColumnPath } from '../contract/column-path.ts';
import { type DataType, isPrimitive, typeName } from '../contract/data-type.ts';
import { type Constant, type Predicate, splitPath } from '../lib/predicate.ts';
import { readConstant } from './constant.ts';

/** Why the predicate does not fit the columns, or null when it does. The first thing that is wrong. */
export function filterProblem(
  predicate: Predicate,
  columns: readonly PathColumn[],
): { path: string; problem: string } | null {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return null;
    case 'and':
    case 'or':
      return firstProblem(predicate.args, (arg) => filterProblem(arg, columns));
    case 'not':
      return filterProblem(predicate.arg, columns);
    case 'prefix':
      return constantsProblem(predicate.column, columns, [
        { type: 'string', value: predicate.value },
      ]);
    case 'in':
      return constantsProblem(predicate.column, columns, predicate.values);
    case 'inSet':
      if (predicate.list === null) return { path: predicate.column, problem: 'a set has no list' };
      return constantsProblem(predicate.column, columns, predicate.list.keys);
    default:
      return constantsProblem(predicate.column, columns, [predicate.value]);
  }
}

function firstProblem<T, P>(items: readonly T[], judge: (item: T) => P | null): P | null {
  for (const item of items) {
    const problem = judge(item);
    if (problem !== null) return problem;
  }
  return null;
}

function constantsProblem(
  path: string,
  columns: readonly PathColumn[],
  constants: readonly Constant[],
): { path: string; problem: string } | null {
  const { type, problem } = resolveColumnPath(columns, splitPath(path));
  if (type === null) return { path, problem };
  const misfit = constants.find((constant) => !fitsType(constant, type));
  if (misfit === undefined) return null;
  return { path, problem: `a constant of it is not one of ${typeName(type)}` };
}

function fitsType(constant: Constant, type: DataType): boolean {
  if (constant.type === 'null') return true;
  if (!isPrimitive(type)) return false;
  // Why: an int column may have become long under a contract version that the filter does not know yet.
  const widened = constant.type === 'int' && type.kind === 'long';
  if (constant.type !== type.kind && !widened) return false;
  const text = String(constant.value);
  const read = readConstant(type, { text, quoted: true, at: 0 });
  return read.value !== null && 'value' in read.value && read.value.value === constant.value;
}
