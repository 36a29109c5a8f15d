/**
 * The reference evaluator of typed search expressions over one fact sheet: true, false or unknown (null).
 *
 * Not how the store searches, but what its SQL must agree with. Source: three-valued logic of Kleene, as SQL has it: a
 * field that is not known makes its test unknown, and unknown matches neither the expression nor its negation.
 */

import type { CompareOp } from '../lib/expression.ts';
import { compareText } from '../lib/predicate.ts';
import { type ProductFacts, priceKind } from './facts.ts';
import { compareGranularity, parseGranularity } from './granularity.ts';
import type { SearchExpression } from './search-compile.ts';
import {
  DEFAULT_ORDERS,
  type MeshOrders,
  readSemver,
  type SearchField,
  type SearchValue,
} from './search-fields.ts';

export type Truth = boolean | null;

export interface SearchContext {
  orders: MeshOrders;
  /** Milliseconds since the epoch: measured freshness is an age. */
  now: number;
}

/** True when the product is found by the expression. */
export function matchesSearch(
  expression: SearchExpression,
  facts: ProductFacts,
  context: { now: number; orders?: MeshOrders },
): boolean {
  const full = { orders: context.orders ?? DEFAULT_ORDERS, now: context.now };
  return evaluateSearch(expression, facts, full) === true;
}

/** The truth of an expression for one product. */
export function evaluateSearch(
  expression: SearchExpression,
  facts: ProductFacts,
  context: SearchContext,
): Truth {
  switch (expression.kind) {
    case 'and':
      return all(expression.args.map((arg) => evaluateSearch(arg, facts, context)));
    case 'or':
      return negate(all(expression.args.map((arg) => negate(evaluateSearch(arg, facts, context)))));
    case 'not':
      return negate(evaluateSearch(expression.arg, facts, context));
    case 'unknown':
      return (fieldValue(expression.field, facts, context) === null) !== expression.negated;
    default:
      return testTruth(expression, fieldValue(expression.field, facts, context), context.orders);
  }
}

export type SearchTest = Extract<SearchExpression, { kind: 'compare' | 'in' | 'like' | 'has' }>;

/** The truth of one test for a value of its field. */
export function testTruth(
  test: SearchTest,
  value: SearchValue | string[] | null,
  orders: MeshOrders,
): Truth {
  if (value === null) return null;
  const members = test.field.kind === 'list' ? (value as string[]) : [value as SearchValue];
  switch (test.kind) {
    case 'compare': {
      const { field, op } = test;
      if (field.kind !== 'list') return compares(field, members[0] ?? '', op, test.value, orders);
      const found = members.includes(test.value as string);
      return op === '=' ? found : !found;
    }
    case 'in':
      return members.some((member) =>
        test.values.some((literal) => compares(test.field, member, '=', literal, orders)),
      );
    case 'like':
      return members.some((member) => likePattern(test.text).test(String(member)));
    case 'has': {
      if (test.field.kind === 'list') return members.includes(test.text);
      return String(members[0]).toLowerCase().includes(test.text.toLowerCase());
    }
  }
}

/** The value of a field: null when it is not known. Lists are always known, even when empty. */
export function fieldValue(
  field: SearchField,
  facts: ProductFacts,
  context: SearchContext,
): SearchValue | string[] | null {
  const name = field.argument ?? '';
  const { promise, measured } = facts;
  switch (field.key) {
    case 'domain':
    case 'name':
    case 'title':
    case 'status':
    case 'state':
    case 'classification':
    case 'granularity':
    case 'region':
    case 'licence':
    case 'frequency':
      return facts[field.key];
    case 'price':
      return priceKind(facts);
    case 'version':
      return readSemver(facts.version);
    case 'owner':
      return facts.owners;
    case 'tag':
      return facts.tags;
    case 'term':
      return facts.terms;
    case 'purpose':
      return facts.purposes;
    case 'column':
      return Object.keys(facts.columns);
    case 'column()':
    case 'column().type':
      return ownValue(facts.columns, name);
    case 'retention':
    case 'promise.retention':
      return promise.retention;
    case 'promise.freshness':
      return promise.freshness;
    case 'promise.latency':
      return promise.latency;
    case 'promise.availability':
      return promise.availability;
    case 'promise.rule()':
      return promise.rules.includes(name);
    case 'measured.rows':
      return measured.rows;
    case 'measured.bytes':
      return measured.bytes;
    case 'measured.batches':
      return measured.batches;
    case 'measured.consumers':
      return measured.consumers;
    case 'measured.pass_rate':
      return measured.passRate;
    case 'measured.freshness':
      return measured.lastBatch === null
        ? null
        : (context.now - Date.parse(measured.lastBatch)) / 1000;
    case 'measured.nulls()':
      return ownValue(measured.nulls, name);
    case 'measured.distinct()':
      return ownValue(measured.distinct, name);
  }
}

function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function compares(
  field: SearchField,
  value: SearchValue,
  op: CompareOp,
  literal: SearchValue,
  orders: MeshOrders,
): boolean {
  if (field.kind === 'granularity') {
    const a = parseGranularity(String(value), orders.granularity);
    const b = parseGranularity(String(literal), orders.granularity);
    return a !== null && b !== null && compareGranularity(a, op, b);
  }
  if (field.kind === 'classification') {
    const order = orders.classification;
    return holds(order.indexOf(String(value)) - order.indexOf(String(literal)), op);
  }
  return holds(orderOf(value, literal), op);
}

function orderOf(a: SearchValue, b: SearchValue): number {
  if (typeof a === 'string') return compareText(a, String(b));
  if (Array.isArray(a) && Array.isArray(b)) {
    const difference = a.map((n, i) => n - (b[i] ?? 0)).find((d) => d !== 0);
    return difference ?? 0;
  }
  return Number(a) - Number(b);
}

function holds(order: number, op: CompareOp): boolean {
  switch (op) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function negate(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

/** `%` is any text, `_` one character, case does not matter; there is no escape. */
function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, 'isu');
}
