/**
 * A typed search expression as one SQL condition over `search_documents`.
 *
 * Not the typing (`core/src/registry/search-compile.ts`). Invariant: the condition is true for exactly the products for
 * which `core/src/registry/search-eval.ts` says true; SQL's own three-valued logic is the one of the evaluator, so an
 * unknown field is NULL here. A test compares the two on random expressions. Every literal is a parameter.
 */
import { unreachable } from '@weft/core/lib/assert';
import type { CompareOp } from '@weft/core/lib/expression';
import { compareGranularity, parseGranularity } from '@weft/core/registry/granularity';
import type { SearchExpression } from '@weft/core/registry/search-compile';
import type { MeshOrders, SearchField, SearchValue } from '@weft/core/registry/search-fields';
import { type RawBuilder, sql } from 'kysely';

export interface SearchSqlContext {
  orders: MeshOrders;
  /** RFC 3339: measured freshness is an age. */
  now: string;
  /** The granularities that stand in the store: a partial order is compared here and not in SQL. */
  granularities: readonly string[];
}

type Condition = RawBuilder<boolean | null>;
type SearchTest = Extract<SearchExpression, { kind: 'compare' | 'in' | 'like' | 'has' }>;

/** The condition of an expression. */
export function searchCondition(
  expression: SearchExpression,
  context: SearchSqlContext,
): Condition {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const parts = expression.args.map((arg) => searchCondition(arg, context));
      const joint = expression.kind === 'and' ? sql` and ` : sql` or `;
      return sql`(${sql.join(parts, joint)})`;
    }
    case 'not':
      return sql`(not ${searchCondition(expression.arg, context)})`;
    case 'unknown':
      return unknownCondition(expression, context);
    default:
      return sql`(${testCondition(expression, context)})`;
  }
}

/** True when the expression speaks of the granularity, so that the known ones must be read first. */
export function usesField(expression: SearchExpression, key: SearchField['key']): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.args.some((arg) => usesField(arg, key));
    case 'not':
      return usesField(expression.arg, key);
    default:
      return expression.field.key === key;
  }
}

function unknownCondition(
  test: Extract<SearchExpression, { kind: 'unknown' }>,
  context: SearchSqlContext,
): Condition {
  const isNull = sql<boolean>`(${fieldSql(test.field, context)} is null)`;
  return test.negated ? sql`(not ${isNull})` : isNull;
}

function testCondition(test: SearchTest, context: SearchSqlContext): Condition {
  const field = fieldSql(test.field, context);
  switch (test.kind) {
    case 'compare':
      return compareCondition(field, test, context);
    case 'in':
      return sql.join(
        test.values.map((value) =>
          compareCondition(field, { field: test.field, op: '=', value }, context),
        ),
        sql` or `,
      ) as Condition;
    case 'like':
      if (test.field.kind !== 'list') return sql`${field} ilike ${test.text} escape ''`;
      return sql`exists (select 1 from unnest(${field}) as member where member ilike ${test.text} escape '')`;
    case 'has':
      if (test.field.kind === 'list') return sql`${field} @> array[${test.text}::text]`;
      return sql`strpos(lower(${field}), lower(${test.text}::text)) > 0`;
  }
}

function compareCondition(
  field: RawBuilder<unknown>,
  test: { field: SearchField; op: CompareOp; value: SearchValue },
  context: SearchSqlContext,
): Condition {
  const { op, value } = test;
  const operator = OPERATORS[op];
  switch (test.field.kind) {
    case 'text':
      // Why without a collation: equal is equal in each of them, and the index has another one.
      if (op === '=') return sql`${field} = ${String(value)}::text`;
      return sql`${field} collate "C" ${operator} ${String(value)}::text collate "C"`;
    case 'list': {
      // Why not = any(): containment is what the index answers.
      const found = sql<boolean>`${field} @> array[${String(value)}::text]`;
      return op === '=' ? found : sql`not (${found})`;
    }
    case 'boolean':
      return sql`${field} ${operator} ${String(value)}::boolean`;
    case 'semver':
      return sql`${field} ${operator} ${value as number[]}::integer[]`;
    case 'number':
    case 'percentage':
    case 'duration':
    case 'size':
      return sql`${field} ${operator} ${Number(value)}::double precision`;
    case 'classification':
    case 'granularity':
      // Why the case: NULL = any of an empty array is false, but an unknown field must stay unknown.
      return sql`case when ${field} is not null then ${field} = any(${matchingNames(test, context)}::text[]) end`;
    default:
      return unreachable(test.field.kind);
  }
}

const OPERATORS: Readonly<Record<CompareOp, RawBuilder<unknown>>> = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

/** The names that hold against the literal, in an order that the database does not know. */
function matchingNames(
  test: { field: SearchField; op: CompareOp; value: SearchValue },
  context: SearchSqlContext,
): string[] {
  const literal = String(test.value);
  if (test.field.kind === 'classification') {
    const order = context.orders.classification;
    return order.filter((_, rank) => holds(rank - order.indexOf(literal), test.op));
  }
  const levels = context.orders.granularity;
  const wanted = parseGranularity(literal, levels);
  return context.granularities.filter((name) => {
    const granularity = parseGranularity(name, levels);
    if (wanted === null || granularity === null) return false;
    return compareGranularity(granularity, test.op, wanted);
  });
}

function holds(order: number, op: CompareOp): boolean {
  if (order === 0) return op === '=' || op === '<=' || op === '>=';
  return op === '!=' || (order < 0 ? op === '<' || op === '<=' : op === '>' || op === '>=');
}

function fieldSql(field: SearchField, context: SearchSqlContext): RawBuilder<unknown> {
  const name = field.argument ?? '';
  switch (field.key) {
    case 'version':
      return sql`version_key`;
    case 'owner':
      return sql`owners`;
    case 'tag':
      return sql`tags`;
    case 'term':
      return sql`terms`;
    case 'purpose':
      return sql`purposes`;
    case 'column':
      return sql`columns`;
    case 'column()':
    case 'column().type':
      return sql`(facts->'columns'->>${name}::text)`;
    case 'promise.retention':
      return sql`retention`;
    case 'promise.rule()':
      return sql`(${name}::text = any(rules))`;
    case 'measured.freshness':
      return sql`extract(epoch from (${context.now}::timestamptz - last_batch))::double precision`;
    case 'measured.nulls()':
      return sql`(facts->'measured'->'nulls'->>${name}::text)::double precision`;
    case 'measured.distinct()':
      return sql`(facts->'measured'->'distinct'->>${name}::text)::double precision`;
    default:
      return sql.ref(field.key.replace('.', '_'));
  }
}
