/**
 * The gate's rules for statements: SELECT, set operations, WITH, and everything that may stand in FROM.
 *
 * Not for expressions (`gate-expression.ts`). Invariants: a table is `domain.table`, `domain."table@major"` or a name of
 * a WITH clause that is in scope at that very place; no catalog, no time travel, no table function but those listed.
 */
import { TABLE_FUNCTIONS } from './functions.ts';
import { checkConstant, expressionRules, markFrame } from './gate-expression.ts';
import {
  asList,
  asObject,
  asText,
  asTexts,
  type FoundTable,
  fold,
  isInScope,
  type Json,
  keySet,
  newFrame,
  onlyKeys,
  refuse,
  type Scope,
  type Walk,
} from './gate-walk.ts';

const { expression, expressions, orders } = expressionRules(walkStatement);

const DOMAIN = /^[a-z][a-z0-9_]{0,62}$/;
const TABLE = /^([a-z][a-z0-9_]{0,62})(?:@(0|[1-9][0-9]{0,8}))?$/;
const WITH_NAME = /^[\p{L}_][\p{L}\p{N}_ ]{0,62}$/u;
/** Schemas and catalogs of the engine; no domain may have such a name. */
const RESERVED_SCHEMAS = keySet('information_schema pg_catalog main temp system memory recurring');
/** Names that the engine finds without a schema. */
const SYSTEM_NAME = /^(?:pg_|duckdb_|sqlite_|pragma_|information_schema)/;

const STATEMENT_KEYS = keySet('node');
const CTE_KEYS = keySet('aliases query materialized key_targets');
const NODE_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  SELECT_NODE: keySet(
    'type modifiers cte_map select_list from_table where_clause group_expressions group_sets aggregate_handling ' +
      'having sample qualify',
  ),
  SET_OPERATION_NODE: keySet('type modifiers cte_map setop_type left right setop_all children'),
  RECURSIVE_CTE_NODE: keySet(
    'type modifiers cte_map cte_name union_all left right aliases key_targets',
  ),
};
const COMMON = 'type alias query_location sample column_name_alias';
const REF_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  EMPTY: keySet(COMMON),
  BASE_TABLE: keySet(`${COMMON} schema_name table_name`),
  SUBQUERY: keySet(`${COMMON} subquery`),
  JOIN: keySet(`${COMMON} left right condition join_type ref_type using_columns delim_flipped`),
  TABLE_FUNCTION: keySet(`${COMMON} function with_ordinality`),
  EXPRESSION_LIST: keySet(`${COMMON} values expected_names expected_types`),
  PIVOT: keySet(`${COMMON} source aggregates unpivot_names pivots groups include_nulls`),
};
const REFUSED_REFS: Readonly<Record<string, string>> = {
  SHOW_REF: 'SHOW, DESCRIBE or SUMMARIZE',
};

/** Walks a whole statement: `{node: …}`. */
export function walkStatement(value: unknown, walk: Walk): void {
  const statement = asObject(value, walk);
  if (statement['named_param_map'] !== undefined) refuse(walk, 'a parameter');
  onlyKeys(statement, STATEMENT_KEYS, walk);
  walkNode(statement['node'], walk);
}

function walkNode(value: unknown, walk: Walk): void {
  const node = asObject(value, walk);
  const type = asText(node['type'], walk);
  const keys = Object.hasOwn(NODE_KEYS, type) ? NODE_KEYS[type] : undefined;
  if (keys === undefined) refuse(walk, `the statement "${type}"`);
  onlyKeys(node, keys, walk);
  const { scope, frame } = walk;
  openScope(node['cte_map'], walk);
  if (type === 'SELECT_NODE') {
    walk.frame = newFrame(frame);
    walkSelect(node, walk);
  } else {
    walkBranches(node, walk);
  }
  walkModifiers(node['modifiers'], walk);
  walk.scope = scope;
  walk.frame = frame;
}

/** Entries see the outer scope and the entries before them; a recursive one sees itself, in its recursive half only. */
function openScope(value: unknown, walk: Walk): void {
  if (value === undefined) return;
  const map = asObject(value, walk);
  onlyKeys(map, MAP_KEYS, walk);
  const scope: Scope = { names: new Set(), outer: walk.scope };
  walk.scope = scope;
  for (const item of asList(map['map'], walk)) {
    const entry = asObject(item, walk);
    onlyKeys(entry, ENTRY_KEYS, walk);
    const name = fold(asText(entry['key'], walk));
    checkWithName(name, walk);
    const cte = asObject(entry['value'], walk);
    onlyKeys(cte, CTE_KEYS, walk);
    expressions(cte['key_targets'], walk);
    walkStatement(cte['query'], walk);
    scope.names.add(name);
  }
}

const MAP_KEYS = keySet('map');
const ENTRY_KEYS = keySet('key value');

function checkWithName(name: string, walk: Walk): void {
  if (!WITH_NAME.test(name)) {
    refuse(walk, `the name "${name}" in WITH`, 'Name it with letters, digits and underscores.');
  }
  if (SYSTEM_NAME.test(name) || RESERVED_SCHEMAS.has(name)) {
    refuse(walk, `the name "${name}" in WITH, which belongs to the engine`, 'Choose another name.');
  }
}

function walkSelect(node: Json, walk: Walk): void {
  if (node['from_table'] !== undefined) walkRef(node['from_table'], walk);
  expressions(node['select_list'], walk);
  for (const key of ['where_clause', 'having', 'qualify']) {
    if (node[key] !== undefined) expression(node[key], walk);
  }
  expressions(node['group_expressions'], walk);
  if (node['sample'] !== undefined) checkSample(node['sample'], walk);
}

function walkBranches(node: Json, walk: Walk): void {
  if (node['left'] !== undefined) walkNode(node['left'], walk);
  for (const child of asList(node['children'], walk)) walkNode(child, walk);
  expressions(node['key_targets'], walk);
  const { scope } = walk;
  if (node['type'] === 'RECURSIVE_CTE_NODE') {
    const own = fold(asText(node['cte_name'], walk));
    checkWithName(own, walk);
    walk.scope = { names: new Set([own]), outer: scope };
  }
  if (node['right'] !== undefined) walkNode(node['right'], walk);
  walk.scope = scope;
}

const MODIFIER_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  ORDER_MODIFIER: keySet('type orders'),
  LIMIT_MODIFIER: keySet('type limit offset'),
  LIMIT_PERCENT_MODIFIER: keySet('type limit offset'),
  DISTINCT_MODIFIER: keySet('type distinct_on_targets'),
};

function walkModifiers(value: unknown, walk: Walk): void {
  for (const item of asList(value, walk)) {
    const modifier = asObject(item, walk);
    const type = asText(modifier['type'], walk);
    const keys = Object.hasOwn(MODIFIER_KEYS, type) ? MODIFIER_KEYS[type] : undefined;
    if (keys === undefined) refuse(walk, `the clause "${type}"`);
    onlyKeys(modifier, keys, walk);
    orders(modifier['orders'], walk);
    expressions(modifier['distinct_on_targets'], walk);
    for (const key of ['limit', 'offset']) {
      if (modifier[key] !== undefined) expression(modifier[key], walk);
    }
  }
}

function walkRef(value: unknown, walk: Walk): void {
  const ref = asObject(value, walk);
  const type = asText(ref['type'], walk);
  const keys = Object.hasOwn(REF_KEYS, type) ? REF_KEYS[type] : undefined;
  if (keys === undefined) refuse(walk, REFUSED_REFS[type] ?? `"${type}" in FROM`);
  if (ref['catalog_name'] !== undefined) refuse(walk, 'a catalog before a table name');
  if (ref['at_clause'] !== undefined) refuse(walk, 'AT (time travel)');
  onlyKeys(ref, keys, walk);
  if (ref['sample'] !== undefined) checkSample(ref['sample'], walk);
  noteAlias(ref, walk);
  switch (type) {
    case 'BASE_TABLE':
      walkTable(ref, walk);
      return;
    case 'SUBQUERY':
      walkStatement(ref['subquery'], walk);
      return;
    case 'JOIN':
      walkJoin(ref, walk);
      return;
    case 'TABLE_FUNCTION':
      walkTableFunction(ref['function'], walk);
      return;
    case 'EXPRESSION_LIST':
      for (const row of asList(ref['values'], walk)) expressions(row, walk);
      return;
    case 'PIVOT':
      walkPivot(ref, walk);
      return;
  }
}

function noteAlias(ref: Json, walk: Walk): void {
  const name = asText(ref['alias'], walk) || asText(ref['table_name'], walk);
  if (name !== '') walk.frame.aliases.add(fold(name));
}

function walkTable(ref: Json, walk: Walk): void {
  const domain = fold(asText(ref['schema_name'], walk));
  const name = fold(asText(ref['table_name'], walk));
  if (domain === '') {
    if (isInScope(walk.scope, name)) return;
    refuse(
      walk,
      `the table "${name}"`,
      'Write products as domain.table, for example sales.orders.',
    );
  }
  const match = TABLE.exec(name);
  if (!DOMAIN.test(domain) || RESERVED_SCHEMAS.has(domain) || match === null) {
    refuse(
      walk,
      `the table "${domain}.${name}"`,
      'Write products as domain.table or domain."table@1".',
    );
  }
  const found = noteTable(domain, match, walk);
  found.aliases.add(fold(asText(ref['alias'], walk) || name));
  // Why: a list of names for columns goes by position, so no column may be missing.
  if (ref['column_name_alias'] !== undefined) found.whole = true;
  walk.frame.tables.push(found);
}

function noteTable(domain: string, match: RegExpExecArray, walk: Walk): FoundTable {
  const key = `${domain}.${match[0]}`;
  const known = walk.tables.get(key);
  if (known !== undefined) return known;
  const found: FoundTable = {
    domain,
    table: match[1] ?? '',
    major: match[2] === undefined ? null : Number(match[2]),
    name: match[0],
    whole: false,
    aliases: new Set(),
  };
  walk.tables.set(key, found);
  return found;
}

function walkJoin(ref: Json, walk: Walk): void {
  walkRef(ref['left'], walk);
  walkRef(ref['right'], walk);
  if (ref['condition'] !== undefined) expression(ref['condition'], walk);
  for (const column of asTexts(ref['using_columns'], walk)) walk.mentioned.add(fold(column));
  const kind = asText(ref['ref_type'], walk);
  if (!JOIN_KINDS.has(kind)) refuse(walk, `the join "${kind}"`);
  if (kind === 'NATURAL') markFrame(walk.frame);
}

const JOIN_KINDS = keySet('REGULAR NATURAL CROSS POSITIONAL ASOF');

function walkTableFunction(value: unknown, walk: Walk): void {
  const call = asObject(value, walk);
  const name = fold(asText(call['function_name'], walk));
  const schema = asText(call['schema'], walk);
  if (
    call['class'] !== 'FUNCTION' ||
    !TABLE_FUNCTIONS.has(name) ||
    (schema !== '' && schema !== 'main')
  ) {
    refuse(
      walk,
      `the table function "${name}"`,
      'Only range, generate_series and unnest may stand in FROM.',
    );
  }
  expression(call, walk);
}

const PIVOT_KEYS = keySet('pivot_expressions unpivot_names entries');
const PIVOT_ENTRY_KEYS = keySet('values star_expr alias');

/** PIVOT groups by every column that it does not name, so it always needs all of them. */
function walkPivot(ref: Json, walk: Walk): void {
  walkRef(ref['source'], walk);
  markFrame(walk.frame);
  expressions(ref['aggregates'], walk);
  for (const item of asList(ref['pivots'], walk)) {
    const pivot = asObject(item, walk);
    onlyKeys(pivot, PIVOT_KEYS, walk);
    expressions(pivot['pivot_expressions'], walk);
    for (const value of asList(pivot['entries'], walk)) {
      const entry = asObject(value, walk);
      onlyKeys(entry, PIVOT_ENTRY_KEYS, walk);
      for (const constant of asList(entry['values'], walk)) checkConstant(constant, walk);
      if (entry['star_expr'] !== undefined) expression(entry['star_expr'], walk);
    }
  }
}

const SAMPLE_KEYS = keySet('sample_size is_percentage method seed');

function checkSample(value: unknown, walk: Walk): void {
  const sample = asObject(value, walk);
  onlyKeys(sample, SAMPLE_KEYS, walk);
  checkConstant(sample['sample_size'], walk);
}
