/**
 * Predicates as Iceberg expressions: the JSON of the REST catalog's `Predicate`, as Iceberg's clients read it.
 *
 * Of the two forms that the specification has, this is the one with `term` and `value`, which every client reads. Fields of
 * structs go by dotted name. A long list is not said either: such an expression travels with each scan. Whether a struct, a list or a map is NULL cannot be said: readers end such a scan with an
 * error or, in Java, find every struct NULL of which they read no field.
 *
 * Iceberg leaves open what a comparison says of NULL (its own evaluator puts NULL first, engines that translate the
 * expression make it unknown) and of NaN and the two zeros. Invariant: nothing here depends on it; see
 * `predicate-normal.ts`, and there is no `not`.
 * Source: Iceberg REST catalog OpenAPI, `Predicate`; spec/iceberg/format/spec.md, "JSON single-value serialization".
 */
import { unreachable } from './assert.ts';
import { type Predicate, predicatePaths } from './predicate.ts';
import {
  type NormalPredicate,
  normalizePredicate,
  type PlainConstant,
} from './predicate-normal.ts';

/**
 * The expression as JSON text (its numbers have 64 bits, which `JSON.parse` would round), or null where Iceberg cannot
 * say it. `isSimple` tells of each path whether it leads to a value without inner fields.
 */
export function predicateToIceberg(
  predicate: Predicate,
  isSimple: (path: string) => boolean,
): string | null {
  if (!predicatePaths(predicate).every(isSimple)) return null;
  const normal = normalizePredicate(predicate);
  return longestList(normal) > LIST_MAX ? null : toJson(normal);
}

/** Values of one list that an expression may have. */
const LIST_MAX = 1_000;

function longestList(predicate: NormalPredicate): number {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.args.reduce((longest, arg) => Math.max(longest, longestList(arg)), 0);
    case 'in':
    case 'notIn':
      return predicate.values.length;
    default:
      return 0;
  }
}

const COMPARISON = {
  eq: 'eq',
  ne: 'not-eq',
  lt: 'lt',
  le: 'lt-eq',
  gt: 'gt',
  ge: 'gt-eq',
} as const;

const UNARY = {
  isNull: 'is-null',
  notNull: 'not-null',
  isNaN: 'is-nan',
  notNaN: 'not-nan',
} as const;

function toJson(predicate: NormalPredicate): string {
  switch (predicate.kind) {
    case 'always':
      return String(predicate.value);
    case 'and':
    case 'or':
      return balanced(predicate.kind, predicate.args.map(toJson));
    case 'isNull':
    case 'notNull':
    case 'isNaN':
    case 'notNaN':
      return node(UNARY[predicate.kind], predicate.column);
    case 'compare':
      return node(COMPARISON[predicate.op], predicate.column, {
        value: literal(predicate.value),
      });
    case 'in':
    case 'notIn':
      return node(predicate.kind === 'in' ? 'in' : 'not-in', predicate.column, {
        values: `[${predicate.values.map(literal).join(',')}]`,
      });
    case 'prefix':
    case 'notPrefix':
      return node(
        predicate.kind === 'prefix' ? 'starts-with' : 'not-starts-with',
        predicate.column,
        {
          value: JSON.stringify(predicate.value),
        },
      );
    default:
      return unreachable(predicate);
  }
}

/** Members of `more` are JSON already. */
function node(type: string, column: string, more: Readonly<Record<string, string>> = {}): string {
  const members = { type: JSON.stringify(type), term: JSON.stringify(column), ...more };
  return `{${Object.entries(members)
    .map(([name, json]) => `"${name}":${json}`)
    .join(',')}}`;
}

/** `and` and `or` have two sides; readers go down the tree by recursion, so it must not become deep. */
function balanced(type: 'and' | 'or', parts: readonly string[]): string {
  const [only = String(type === 'and')] = parts;
  if (parts.length < 2) return only;
  const middle = Math.ceil(parts.length / 2);
  const left = balanced(type, parts.slice(0, middle));
  const right = balanced(type, parts.slice(middle));
  return `{"type":"${type}","left":${left},"right":${right}}`;
}

function literal(constant: PlainConstant): string {
  switch (constant.type) {
    case 'boolean':
      return String(constant.value);
    case 'int':
    case 'long':
      return constant.value;
    case 'double':
      return decimalPoint(String(constant.value));
    case 'decimal':
    case 'date':
    case 'string':
      return JSON.stringify(constant.value);
    case 'timestamp':
      return JSON.stringify(constant.value.replace(/Z$/, ''));
    case 'timestamptz':
      return JSON.stringify(constant.value.replace(/Z$/, '+00:00'));
    default:
      return unreachable(constant);
  }
}

/** Why: readers tell doubles from whole numbers by the point or the exponent. */
function decimalPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}
