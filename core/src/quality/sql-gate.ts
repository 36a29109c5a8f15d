/**
 * The gate for SQL that stands in a contract or a repair: set queries and scalar expressions, judged by DuckDB's own syntax tree.
 *
 * Not the gate for consumers' queries (`query/`), and not a sandbox: what passes here still runs in a child process with
 * limits. Everything is an allow-list: node kinds, tables and functions that are not named are refused.
 * Invariant: what runs is the text that DuckDB prints from the judged tree, never the text of the document.
 */
import { quoteText } from '../lib/ident-sql.ts';
import { parseSafeJson } from '../lib/safe-json.ts';

/** The table name under which a contract's SQL sees the rows of the batch. */
export const BATCH_TABLE = 'batch';

export type GateResult = { ok: true } | { ok: false; problem: string };

/** A statement of ours that returns the syntax tree of `sql` as column `ast`. */
export function syntaxTreeSql(sql: string): string {
  return `SELECT json_serialize_sql(${quoteText(sql)}) AS ast`;
}

/** A statement of ours that prints a syntax tree as column `sql`. */
export function printTreeSql(ast: string): string {
  return `SELECT json_deserialize_sql(${quoteText(ast)}::JSON) AS sql`;
}

const BEFORE = 'SELECT (\n';

/** The statement in whose tree a row expression is judged. */
export function expressionStatement(expression: string): string {
  return `${BEFORE}${expression}\n) FROM ${BATCH_TABLE}`;
}

/**
 * Why an expression cannot be read, where that shows only behind its end: the engine's words are then about the statement that
 * we put around it. Null for any other reason. `ast`: of `expressionStatement`.
 */
export function problemAtEnd(ast: string, expression: string): string | null {
  const { error, error_message: message, position } = recordOf(parseSafeJson(ast));
  if (error !== true) return null;
  if (String(message).startsWith('unterminated quoted')) return 'a text in quotes has no end';
  const isBehind = Number(position) >= BEFORE.length + new TextEncoder().encode(expression).length;
  return isBehind
    ? 'it ends where it cannot: a part is missing, or a parenthesis is one too many or too few'
    : null;
}

/** The expression inside the printed form of `expressionStatement`. */
export function printedExpression(printed: string): string | null {
  return /^SELECT ([\s\S]*) FROM batch$/.exec(printed.trim())?.[1] ?? null;
}

/**
 * Judges one scalar expression that repairs texts, over the given columns: no subquery, aggregate, window, table or side
 * effect.
 */
export function judgeRepair(ast: string, columns: readonly string[]): GateResult {
  const node = singleSelect(ast);
  if (typeof node === 'string') return refuse(node);
  const items = listOf(node['select_list']);
  const [item] = items;
  const from = recordOf(node['from_table']);
  const plain =
    items.length === 1 &&
    recordOf(item)['alias'] === '' &&
    from['type'] === 'BASE_TABLE' &&
    from['table_name'] === BATCH_TABLE &&
    listOf(node['modifiers']).length === 0 &&
    listOf(recordOf(node['cte_map'])['map']).length === 0 &&
    listOf(node['group_expressions']).length === 0 &&
    [node['where_clause'], node['having'], node['qualify'], node['sample'], from['sample']].every(
      (part) => part === null,
    );
  if (!plain) return refuse('it is no single expression');
  const judge = new Judge({
    classes: SCALAR_CLASSES,
    functions: REPAIR_FUNCTIONS,
    columns: new Set(columns.map((c) => c.toLowerCase())),
    tables: new Set(),
  });
  return judge.result(item);
}

/** Judges one SELECT over `batch` and the given table names. */
export function judgeQuery(ast: string, tables: readonly string[]): GateResult {
  const node = singleSelect(ast);
  if (typeof node === 'string') return refuse(node);
  const judge = new Judge({
    classes: QUERY_CLASSES,
    functions: new Set([...SCALAR_FUNCTIONS, ...AGGREGATE_FUNCTIONS]),
    columns: null,
    tables: new Set([BATCH_TABLE, ...tables].map((t) => t.toLowerCase())),
  });
  return judge.result(node);
}

function refuse(problem: string): GateResult {
  return { ok: false, problem };
}

type Tree = Record<string, unknown>;

function singleSelect(ast: string): Tree | string {
  const tree = recordOf(parseSafeJson(ast));
  if (tree['error'] !== false) return String(tree['error_message'] ?? 'it cannot be read');
  const statements = listOf(tree['statements']);
  if (statements.length !== 1) return 'it is not one statement';
  const node = recordOf(recordOf(statements[0])['node']);
  return QUERY_NODES.has(String(node['type'])) ? node : 'it is no SELECT';
}

function recordOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Tree)
    : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

interface JudgeOptions {
  classes: ReadonlySet<string>;
  functions: ReadonlySet<string>;
  /** Lower-case column names that may be used, or null for any. */
  columns: ReadonlySet<string> | null;
  tables: ReadonlySet<string>;
}

/** Walks a tree and remembers the first thing that is not allowed. */
class Judge {
  #options: JudgeOptions;
  #tables: Set<string>;
  #problem: string | null = null;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#tables = new Set(options.tables);
  }

  result(root: unknown): GateResult {
    this.#collectNames(root);
    this.#walk(root);
    return this.#problem === null ? { ok: true } : refuse(this.#problem);
  }

  // Why: a name of WITH may stand before or after its definition in the tree, so names are gathered first.
  #collectNames(node: unknown): void {
    if (Array.isArray(node)) for (const part of node) this.#collectNames(part);
    else if (typeof node === 'object' && node !== null) {
      for (const entry of listOf(recordOf(recordOf(node)['cte_map'])['map'])) {
        this.#tables.add(String(recordOf(entry)['key']).toLowerCase());
      }
      for (const part of Object.values(node)) this.#collectNames(part);
    }
  }

  #walk(node: unknown): void {
    if (Array.isArray(node)) for (const part of node) this.#walk(part);
    else if (typeof node === 'object' && node !== null) {
      this.#judge(node as Tree);
      // Why: constants hold values and types, whose members have the names of nodes; nothing else is left out.
      const isConstant = (node as Tree)['class'] === 'CONSTANT';
      for (const [key, part] of Object.entries(node)) {
        if (key !== 'cast_type' && !(isConstant && key === 'value')) this.#walk(part);
      }
    }
  }

  #judge(node: Tree): void {
    const { class: kind, type } = node as { class?: unknown; type?: unknown };
    if (typeof kind === 'string') this.#judgeExpression(kind, node);
    else if (typeof type === 'string' && !PLAIN_TYPES.has(type)) this.#judgeSource(type, node);
  }

  #judgeExpression(kind: string, node: Tree): void {
    if (!this.#options.classes.has(kind)) this.#fail(`${kind.toLowerCase()} is not allowed`);
    if (kind === 'FUNCTION' || kind === 'WINDOW') this.#judgeFunction(node);
    if (kind === 'COLUMN_REF' && this.#options.columns !== null) {
      const names = listOf(node['column_names']).map((n) => String(n).toLowerCase());
      const path = names[0] === BATCH_TABLE && names.length > 1 ? names.slice(1) : names;
      if (!this.#options.columns.has(path[0] ?? '')) this.#fail(`there is no column ${path[0]}`);
    }
  }

  #judgeFunction(node: Tree): void {
    const name = String(node['function_name']).toLowerCase();
    // Why `main`: DuckDB writes it itself where the grammar has words of its own, as in trim(x) and extract(year FROM x).
    const isPlain =
      ['', 'main'].includes(String(node['schema'] ?? '')) && (node['catalog'] ?? '') === '';
    if (!isPlain || !this.#options.functions.has(name)) {
      this.#fail(`the function ${name} is not allowed`);
    }
    if (PADDING.has(name) && !isSmallConstant(listOf(node['children'])[1])) {
      this.#fail(`the length of ${name} must be a number up to ${PADDED_LENGTH_MAX}`);
    }
  }

  #judgeSource(type: string, node: Tree): void {
    if (type !== 'BASE_TABLE') {
      this.#fail(`${type.toLowerCase()} is not allowed`);
      return;
    }
    const name = String(node['table_name']);
    const isPlain = node['schema_name'] === '' && node['catalog_name'] === '';
    if (!isPlain || (node['at_clause'] ?? null) !== null || !this.#tables.has(name.toLowerCase())) {
      this.#fail(`only the table ${BATCH_TABLE} can be read, not ${name}`);
    }
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
  }
}

function isSmallConstant(node: unknown): boolean {
  const value = recordOf(recordOf(node)['value'])['value'];
  return recordOf(node)['class'] === 'CONSTANT' && Number(value) <= PADDED_LENGTH_MAX;
}

const QUERY_NODES = new Set(['SELECT_NODE', 'SET_OPERATION_NODE']);
/** `type` of nodes that are neither expressions nor sources of rows. */
const PLAIN_TYPES = new Set([
  ...QUERY_NODES,
  'JOIN',
  'SUBQUERY',
  'EMPTY',
  'EXPRESSION_LIST',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
]);
const SCALAR_CLASSES: ReadonlySet<string> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'OPERATOR',
]);
const QUERY_CLASSES: ReadonlySet<string> = new Set([
  ...SCALAR_CLASSES,
  'STAR',
  'SUBQUERY',
  'WINDOW',
]);
const SCALAR_FUNCTIONS: ReadonlySet<string> = new Set(
  `+ - * / // % ** ^ || ~~ !~~ ~~* !~~* & | << >> ~
  abs ceil ceiling floor round trunc sign sqrt pow power exp ln log log2 log10 mod greatest least isnan isinf isfinite
  lower upper length strlen trim ltrim rtrim substr substring left right replace concat contains starts_with ends_with
  prefix suffix position strpos instr reverse split_part ascii chr regexp_matches regexp_full_match regexp_extract
  like_escape not_like_escape ilike_escape not_ilike_escape concat_ws
  coalesce nullif ifnull if row list_value list_contains array_contains len
  date_part datepart date_diff datediff date_trunc datetrunc date_add date_sub year month day hour minute second week
  quarter dayofweek isodow dayofyear last_day epoch epoch_ms make_date make_timestamp strftime age to_days to_hours
  to_minutes to_seconds to_months to_years struct_extract map_extract cardinality md5 sha256 hash`.split(
    /\s+/,
  ),
);
/** Why not among the others: a contract says what is right, and need not rewrite anything to say so. */
const REPAIR_FUNCTIONS: ReadonlySet<string> = new Set([
  ...SCALAR_FUNCTIONS,
  ...'regexp_replace translate strip_accents nfc_normalize lpad rpad try_strptime strptime'.split(
    ' ',
  ),
]);
/** Functions whose second argument is a length: only a small constant, since the text is made whatever the limit. */
const PADDING: ReadonlySet<string> = new Set(['lpad', 'rpad']);
const PADDED_LENGTH_MAX = 1000;
const AGGREGATE_FUNCTIONS: ReadonlySet<string> = new Set(
  `count count_star sum avg min max stddev stddev_pop stddev_samp var_pop var_samp variance median quantile_cont
  quantile_disc quantile mode approx_count_distinct bool_and bool_or any_value first last arg_min arg_max count_if
  corr covar_pop covar_samp skewness kurtosis entropy mad
  row_number rank dense_rank lag lead first_value last_value ntile unnest`.split(/\s+/),
);
