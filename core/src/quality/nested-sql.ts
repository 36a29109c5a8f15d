/**
 * Values inside nested columns as DuckDB SQL: whether one of them offends, and where those stand that do.
 *
 * Not the checks (`row-sql.ts`). A place is there when everything around it is: the members of a NULL struct, the items of a
 * NULL list are none. The other back end is `nested-record.ts`; a test holds the two equal.
 * Invariant: a row has an offending place in `placesSql` exactly when `anySql` is TRUE for it; neither can throw.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import { memberSuffix, type NestedPath, type NestedStep, typeAt } from '../contract/nested-path.ts';
import type { PlanColumn, RowCheck, ValueCheck } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { REASON_PLACES_MAX, REASON_VALUE_LENGTH_MAX } from './reasons.ts';

/** A boolean that is never NULL: TRUE when `offends` is, of a value at `path` inside the value `sql`. */
export function anySql(sql: string, path: NestedPath, offends: (value: string) => string): string {
  const [step, ...rest] = path;
  if (step === undefined) return offends(sql);
  const inside = (value: string): string => anySql(value, rest, offends);
  if (typeof step === 'object') return `(${sql} IS NOT NULL AND ${inside(memberSql(sql, step))})`;
  const item = `_weft_v${path.length}`;
  return `coalesce(list_bool_or(list_transform(${itemsSql(sql, step)}, lambda ${item}: ${inside(item)})), FALSE)`;
}

/** The values at `path` as one list; NULL or empty when there are none. */
export function insideSql(sql: string, path: NestedPath): string {
  const [step, ...rest] = path;
  if (step === undefined) return `[${sql}]`;
  if (typeof step === 'object') {
    return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE ${insideSql(memberSql(sql, step), rest)} END)`;
  }
  const items = itemsSql(sql, step);
  if (rest.length === 0) return items;
  const item = `_weft_v${path.length}`;
  return `flatten(list_transform(${items}, lambda ${item}: ${insideSql(item, rest)}))`;
}

function memberSql(sql: string, step: { field: string }): string {
  return `struct_extract(${sql}, ${quoteText(step.field)})`;
}

function itemsSql(sql: string, step: 'items' | 'key' | 'value'): string {
  return step === 'items' ? sql : `map_${step}s(${sql})`;
}

/** How many items a list has, entries a map, members with a value a struct; NULL for NULL. */
export function countSql(sql: string, type: DataType): string {
  if (type.kind === 'list') return `len(${sql})`;
  if (type.kind === 'map') return `cardinality(${sql})`;
  if (type.kind !== 'struct') return 'NULL';
  const present = type.fields.map(
    ({ name }) => `(CASE WHEN ${memberSql(sql, { field: name })} IS NULL THEN 0 ELSE 1 END)`,
  );
  return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE ${present.join(' + ')} END)`;
}

/** TRUE when no item of a list stands twice; NULL for NULL. */
export function uniqueItemsSql(sql: string): string {
  // Why apart: the engine leaves NULL out of the distinct items.
  const values = `list_filter(${sql}, lambda _weft_u: _weft_u IS NOT NULL)`;
  return `(len(list_distinct(${values})) = len(${values}) AND len(${sql}) - len(${values}) <= 1)`;
}

/**
 * A SELECT of `ord`, `place` and `val` (text) of the offending values of each row of `relation`, which has `_ord` and the
 * column. At most `REASON_PLACES_MAX` of one row.
 */
export function placesSql(options: {
  relation: string;
  column: PlanColumn;
  check: ValueCheck;
  offends: (value: string) => string;
}): string {
  const { relation, column, check, offends } = options;
  const { within = [] } = check;
  const name = quoteIdent(column.name);
  let rows = `SELECT _ord AS ord, ${quoteText(column.name)} AS place, ${name} AS v FROM ${relation}`;
  for (const step of within) rows = stepSql(rows, step);
  const type = must(typeAt(column.type, within), 'type of a place');
  return `SELECT ord, place, ${reasonTextSql('v', type, check)} AS val FROM (${rows}) WHERE ${offends('v')}
    QUALIFY row_number() OVER (PARTITION BY ord ORDER BY length(place), place) <= ${REASON_PLACES_MAX}`;
}

/** What a reason shows of a value: its text, of a count the number, of other nested values nothing. */
export function reasonTextSql(
  sql: string,
  type: DataType,
  { kind }: Pick<RowCheck, 'kind'>,
): string {
  if (kind === 'items') return `CAST(${countSql(sql, type)} AS VARCHAR)`;
  if (!isPrimitive(type)) return 'NULL';
  return `left(CAST(${sql} AS VARCHAR), ${REASON_VALUE_LENGTH_MAX})`;
}

/**
 * From rows of `ord`, `place` and the value `v` to those of what is inside of it. `source`: the same step by the names that
 * the value has, where they are others than the places'.
 */
export function stepSql(rows: string, step: NestedStep, source: NestedStep = step): string {
  if (typeof step === 'object') {
    const place = `place || ${quoteText(memberSuffix(step.field))}`;
    const member = memberSql('v', typeof source === 'object' ? source : step);
    return `SELECT ord, ${place} AS place, ${member} AS v FROM (${rows}) WHERE v IS NOT NULL`;
  }
  if (step === 'items') {
    return `SELECT ord, place || '[' || (i - 1) || ']' AS place, v
      FROM (SELECT ord, place, unnest(v) AS v, generate_subscripts(v, 1) AS i FROM (${rows}))`;
  }
  const entry = `place || '[' || CAST(to_json(CAST(e.key AS VARCHAR)) AS VARCHAR) || ']'`;
  return `SELECT ord, ${step === 'key' ? `'key of ' || ${entry}` : entry} AS place, e.${step} AS v
    FROM (SELECT ord, place, unnest(map_entries(v)) AS e FROM (${rows}))`;
}
