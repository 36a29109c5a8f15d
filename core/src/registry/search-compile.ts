/**
 * From a parsed `--where` expression to a typed one: every field resolved, every literal read, every operator allowed.
 *
 * Not the parser and not the evaluation. Invariant: what comes out can be evaluated without any error, by the evaluator
 * and by the store alike.
 */
import type { ErrorPlace } from '../lib/error.ts';
import {
  type CompareOp,
  type Expression,
  type ExpressionField,
  type ExpressionValue,
  parseExpression,
} from '../lib/expression.ts';
import {
  DEFAULT_ORDERS,
  describeKind,
  type FieldKind,
  type MeshOrders,
  readSearchValue,
  resolveField,
  SEARCH_FIELDS,
  type SearchField,
  type SearchValue,
} from './search-fields.ts';

export type SearchExpression =
  | { kind: 'and' | 'or'; args: SearchExpression[] }
  | { kind: 'not'; arg: SearchExpression }
  | { kind: 'compare'; field: SearchField; op: CompareOp; value: SearchValue }
  | { kind: 'in'; field: SearchField; values: SearchValue[] }
  | { kind: 'like' | 'has'; field: SearchField; text: string }
  | { kind: 'unknown'; field: SearchField; negated: boolean };

export interface SearchCompiled {
  value: SearchExpression | null;
  /** The first thing that is wrong, with the column from 1. */
  error: ErrorPlace | null;
}

class Problem extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Parses and types a `--where` text; never throws. */
export function compileSearch(text: string, orders: MeshOrders = DEFAULT_ORDERS): SearchCompiled {
  const parsed = parseExpression(text);
  if (parsed.value === null) return { value: null, error: parsed.error };
  try {
    return { value: typed(parsed.value, orders), error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const place = { message: error.message, line: 1, column: error.at + 1 };
    return { value: null, error: { code: 'EXPRESSION_INVALID', ...place } };
  }
}

function typed(expression: Expression, orders: MeshOrders): SearchExpression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { kind: expression.kind, args: expression.args.map((arg) => typed(arg, orders)) };
    case 'not':
      return { kind: 'not', arg: typed(expression.arg, orders) };
    case 'is':
      return {
        kind: 'unknown',
        field: fieldOf(expression.field),
        negated: expression.negated,
      };
    case 'compare':
      return typedCompare(expression, orders);
    case 'in': {
      const field = fieldOf(expression.field);
      const values = expression.values.map((value) => literalOf(field, value, orders));
      return { kind: 'in', field, values };
    }
    case 'like':
    case 'has': {
      const field = fieldOf(expression.field);
      if (field.kind !== 'text' && field.kind !== 'list') {
        throw new Problem(
          `${expression.kind} needs a text, ${expression.field.source} is none`,
          expression.field.at,
        );
      }
      return { kind: expression.kind, field, text: expression.value.text };
    }
  }
}

const UNORDERED: readonly FieldKind[] = ['list', 'boolean'];

function typedCompare(
  expression: Extract<Expression, { kind: 'compare' }>,
  orders: MeshOrders,
): SearchExpression {
  const field = fieldOf(expression.field);
  const { op } = expression;
  if (UNORDERED.includes(field.kind) && op !== '=' && op !== '!=') {
    throw new Problem(`${expression.field.source} has no order; use = or !=`, expression.field.at);
  }
  return { kind: 'compare', field, op, value: literalOf(field, expression.value, orders) };
}

function fieldOf(source: ExpressionField): SearchField {
  const field = resolveField(source);
  if (field !== null) return field;
  const names = Object.keys(SEARCH_FIELDS).map((key) => key.replace('()', '(NAME)'));
  const near = names.filter((name) => isNear(name, source.source));
  const hint =
    near.length === 0 ? `there are: ${names.join(', ')}` : `did you mean ${near.join(' or ')}?`;
  throw new Problem(`there is no field ${source.source}; ${hint}`, source.at);
}

/** The same beginning, or the same word without what it belongs to: `freshness` is near `promise.freshness`. */
function isNear(name: string, asked: string): boolean {
  const plain = name.replace('(NAME)', '');
  const word = asked.toLowerCase().replace(/\(.*$/, '');
  return plain.split('.').includes(word) || (word.length > 3 && plain.startsWith(word.slice(0, 4)));
}

function literalOf(field: SearchField, value: ExpressionValue, orders: MeshOrders): SearchValue {
  const read = readSearchValue(field.kind, value.text, orders);
  if (read !== null) return read;
  throw new Problem(`"${value.text}" is not ${describeKind(field.kind, orders)}`, value.at);
}
