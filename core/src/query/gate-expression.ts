/**
 * The gate's rules for expressions: an allow-list of classes, operators, functions, casts and keys.
 *
 * Not for FROM and WITH (`gate-relation.ts`). Invariant: every value of every key is either walked or known to be a
 * plain flag; an unknown class, type or key refuses the query.
 */
import { CAST_TYPES, EXPRESSION_FUNCTIONS } from './functions.ts';
import {
  asList,
  asObject,
  asText,
  asTexts,
  fold,
  type Json,
  keySet,
  onlyKeys,
  refuse,
  type Walk,
} from './gate-walk.ts';

/** Walks the query of a subquery expression; given by `gate-relation.ts`, which needs this file in turn. */
export type WalkStatement = (statement: unknown, walk: Walk) => void;

const COMMON = 'class type alias query_location';

const TYPES: Readonly<Record<string, ReadonlySet<string>>> = {
  CONSTANT: keySet('VALUE_CONSTANT'),
  COLUMN_REF: keySet('COLUMN_REF'),
  FUNCTION: keySet('FUNCTION'),
  WINDOW: keySet(
    'WINDOW_AGGREGATE WINDOW_RANK WINDOW_RANK_DENSE WINDOW_NTILE WINDOW_PERCENT_RANK WINDOW_CUME_DIST ' +
      'WINDOW_ROW_NUMBER WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_LAG WINDOW_NTH_VALUE WINDOW_FILL',
  ),
  COMPARISON: keySet(
    'COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO ' +
      'COMPARE_GREATERTHANOREQUALTO COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM',
  ),
  CONJUNCTION: keySet('CONJUNCTION_AND CONJUNCTION_OR'),
  OPERATOR: keySet(
    'OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_NULLIF OPERATOR_UNPACK ' +
      'OPERATOR_TRY COMPARE_IN COMPARE_NOT_IN ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR ARROW ' +
      'GROUPING_FUNCTION',
  ),
  CASE: keySet('CASE_EXPR'),
  CAST: keySet('OPERATOR_CAST'),
  BETWEEN: keySet('COMPARE_BETWEEN COMPARE_NOT_BETWEEN'),
  SUBQUERY: keySet('SUBQUERY'),
  LAMBDA: keySet('LAMBDA'),
  STAR: keySet('STAR'),
  COLLATE: keySet('COLLATE'),
  POSITIONAL_REFERENCE: keySet('POSITIONAL_REFERENCE'),
};

const KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  CONSTANT: keySet(`${COMMON} value`),
  COLUMN_REF: keySet(`${COMMON} column_names`),
  FUNCTION: keySet(
    `${COMMON} function_name schema children filter order_bys distinct is_operator export_state`,
  ),
  WINDOW: keySet(
    `${COMMON} function_name schema children partitions orders start end start_expr end_expr offset_expr ` +
      'default_expr ignore_nulls filter_expr exclude_clause distinct arg_orders',
  ),
  COMPARISON: keySet(`${COMMON} left right`),
  CONJUNCTION: keySet(`${COMMON} children`),
  OPERATOR: keySet(`${COMMON} children`),
  CASE: keySet(`${COMMON} case_checks else_expr`),
  CAST: keySet(`${COMMON} child cast_type try_cast`),
  BETWEEN: keySet(`${COMMON} input lower upper`),
  SUBQUERY: keySet(`${COMMON} subquery_type subquery child comparison_type`),
  LAMBDA: keySet(`${COMMON} lhs expr`),
  STAR: keySet(
    `${COMMON} relation_name exclude_list qualified_exclude_list replace_list rename_list columns expr unpacked`,
  ),
  COLLATE: keySet(`${COMMON} child collation`),
  POSITIONAL_REFERENCE: keySet(`${COMMON} index`),
};

const SINGLE = [
  'filter',
  'start_expr',
  'end_expr',
  'offset_expr',
  'default_expr',
  'filter_expr',
  'left',
  'right',
];
const SINGLE_MORE = ['else_expr', 'child', 'input', 'lower', 'upper', 'lhs', 'expr'];
const SEVERAL = ['children', 'partitions'];
const ORDERED = ['orders', 'arg_orders'];

const TYPE_INFO = keySet(
  'type alias width scale child_type child_types size name user_type_modifiers collation query_location schema catalog',
);
/** Schemas that a function may be written with; a column is one too when it stands before a dot: `name.upper()`. */
const SYSTEM_SCHEMAS = keySet('pg_catalog information_schema system temp');

export interface ExpressionRules {
  expression(value: unknown, walk: Walk): void;
  expressions(value: unknown, walk: Walk): void;
  orders(value: unknown, walk: Walk): void;
}

/** The rules, with the walk of subqueries tied in. */
export function expressionRules(statement: WalkStatement): ExpressionRules {
  const expressions = (value: unknown, walk: Walk): void => {
    for (const item of asList(value, walk)) expression(item, walk);
  };

  const orders = (value: unknown, walk: Walk): void => {
    for (const item of asList(value, walk)) {
      const order = asObject(item, walk);
      onlyKeys(order, ORDER_KEYS, walk);
      expression(order['expression'], walk);
    }
  };

  function expression(value: unknown, walk: Walk): void {
    const node = asObject(value, walk);
    const name = asText(node['class'], walk);
    const keys = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (keys === undefined) refuse(walk, nameOfClass(name));
    if (TYPES[name]?.has(asText(node['type'], walk)) !== true) {
      refuse(walk, `the expression "${asText(node['type'], walk)}"`);
    }
    onlyKeys(node, keys, walk);
    checkOwn(name, node, walk);
    for (const key of [...SINGLE, ...SINGLE_MORE]) {
      if (node[key] !== undefined) expression(node[key], walk);
    }
    for (const key of SEVERAL) expressions(node[key], walk);
    for (const key of ORDERED) orders(node[key], walk);
    if (node['order_bys'] !== undefined) {
      const modifier = asObject(node['order_bys'], walk);
      onlyKeys(modifier, MODIFIER_KEYS, walk);
      orders(modifier['orders'], walk);
    }
    walkCases(node, walk);
    if (name === 'SUBQUERY') statement(node['subquery'], walk);
  }

  function walkCases(node: Json, walk: Walk): void {
    for (const item of asList(node['case_checks'], walk)) {
      const check = asObject(item, walk);
      onlyKeys(check, CASE_KEYS, walk);
      expression(check['when_expr'], walk);
      expression(check['then_expr'], walk);
    }
    for (const item of asList(node['replace_list'], walk)) {
      const entry = asObject(item, walk);
      onlyKeys(entry, ENTRY_KEYS, walk);
      expression(entry['value'], walk);
    }
  }

  return { expression, expressions, orders };
}

const ORDER_KEYS = keySet('type null_order expression');
const MODIFIER_KEYS = keySet('type orders');
const CASE_KEYS = keySet('when_expr then_expr');
const ENTRY_KEYS = keySet('key value');

function nameOfClass(name: string): string {
  return name === 'PARAMETER' ? 'a parameter' : `the expression class "${name}"`;
}

function checkOwn(name: string, node: Json, walk: Walk): void {
  switch (name) {
    case 'COLUMN_REF':
      noteColumn(asTexts(node['column_names'], walk).map(fold), walk);
      return;
    case 'FUNCTION':
    case 'WINDOW':
      checkFunction(node, walk);
      return;
    case 'CAST':
      checkType(node['cast_type'], walk);
      return;
    case 'STAR':
      markStar(node, walk);
      return;
    case 'POSITIONAL_REFERENCE':
      markFrame(walk.frame);
      return;
    case 'CONSTANT':
      checkConstant(node['value'], walk);
      return;
  }
}

function noteColumn(parts: readonly string[], walk: Walk): void {
  for (const part of parts) walk.mentioned.add(part);
  const last = parts.at(-1);
  if (last !== undefined) walk.values.add(last);
}

function checkFunction(node: Json, walk: Walk): void {
  const name = fold(asText(node['function_name'], walk));
  const schema = fold(asText(node['schema'], walk));
  if (!EXPRESSION_FUNCTIONS.has(name)) {
    refuse(
      walk,
      `the function "${name}"`,
      'See docs/query.md for the functions that a query may call.',
    );
  }
  if (SYSTEM_SCHEMAS.has(schema)) refuse(walk, `the schema "${schema}"`);
  // Why: in `name.upper()` the column stands where a schema would.
  if (schema !== '' && schema !== 'main') noteColumn([schema], walk);
  if (node['export_state'] === true) refuse(walk, 'EXPORT_STATE');
}

/** Literals have no parts that the engine looks up, but their types have. */
export function checkConstant(value: unknown, walk: Walk): void {
  const constant = asObject(value, walk);
  checkType(constant['type'], walk);
}

function checkType(value: unknown, walk: Walk): void {
  const type = asObject(value, walk);
  onlyKeys(type, TYPE_KEYS, walk);
  const id = fold(asText(type['id'], walk));
  const info = type['type_info'] === undefined ? null : asObject(type['type_info'], walk);
  if (info !== null) onlyKeys(info, TYPE_INFO, walk);
  if (id === 'unbound') {
    const name = fold(asText(info?.['name'], walk));
    if (!CAST_TYPES.has(name) || info?.['schema'] !== undefined) refuse(walk, `the type "${name}"`);
    return;
  }
  if (!NESTED.has(id) && !CAST_TYPES.has(id)) refuse(walk, `the type "${id}"`);
  if (info?.['alias'] !== undefined) refuse(walk, `the type "${asText(info['alias'], walk)}"`);
  if (info?.['child_type'] !== undefined) checkType(info['child_type'], walk);
  for (const child of asList(info?.['child_types'], walk)) {
    checkType(asObject(child, walk)['second'], walk);
  }
}

const TYPE_KEYS = keySet('id type_info');
const NESTED = keySet('list struct map array integer_literal string_literal');

// Why: a star that is qualified by a name outside its own FROM could mean a table of an outer query.
function markStar(node: Json, walk: Walk): void {
  const relation = fold(asText(node['relation_name'], walk));
  markFrame(walk.frame);
  if (relation === '' || walk.frame.aliases.has(relation)) return;
  for (let frame = walk.frame.outer; frame !== null; frame = frame.outer) markFrame(frame);
}

/** Every table of this FROM is needed with all its columns. */
export function markFrame(frame: Walk['frame']): void {
  for (const table of frame.tables) table.whole = true;
}
