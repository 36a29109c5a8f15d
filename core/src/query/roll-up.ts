/**
 * Roll-ups as DuckDB SQL: the cells of a table (dimensions, measures) without those of too few units.
 *
 * Not which roll-up (`policy/decide.ts`) and not which fits (`policy/roll-up-types.ts`: who calls has asked it). It reads
 * rows after filter and masks, with the stored unit beside them.
 * Invariants: a cell shows dimensions and measures alone, and no count of its units; every cell has at least as many
 * distinct units as the minimum, NULL being none, and so has every value that it tells of a column; cells stand in the
 * order of what they show.
 */
import { duckdbType, isPrimitive } from '../contract/data-type.ts';
import { primitiveText } from '../lakehouse/schema.ts';
import type { BoundColumn } from '../lakehouse/types.ts';
import { assert } from '../lib/assert.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { RollUp, RollUpMeasure } from '../policy/obligations.ts';
import { rollUpColumns } from '../policy/roll-up-types.ts';
import { truncateTimeSql } from './masks.ts';

/** Name under which the rows that are rolled up have the stored unit. */
export const UNIT = '_weft_unit';

/** The columns of the cells, bound to field ids of their own. */
export function boundRollUpColumns(rollUp: RollUp, columns: readonly BoundColumn[]): BoundColumn[] {
  return rollUpColumns(rollUp, columns).map(({ name, type }, i) => {
    assert(isPrimitive(type), 'cells hold simple values');
    const field = { id: i + 1, name, required: false, type: primitiveText(type) };
    return { id: name, name, type, required: false, doc: null, fieldId: i + 1, field };
  });
}

/** The stored columns that a roll-up reads, each once. */
export function rollUpSources(rollUp: RollUp): string[] {
  const measured = rollUp.measures.flatMap(({ column }) => column ?? []);
  return [...new Set([...rollUp.by.map(({ column }) => column), ...measured])];
}

/** A SELECT of all cells. `rows` is a relation with the columns and `UNIT`. */
export function rollUpSql(rollUp: RollUp, columns: readonly BoundColumn[], rows: string): string {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const shown = boundRollUpColumns(rollUp, columns);
  const keys = rollUp.by.map(({ column, unit }) => {
    const value = `r.${quoteIdent(column)}`;
    const type = types.get(column);
    return unit === null || type === undefined ? value : truncateTimeSql(unit, type, value);
  });
  const values = [
    ...keys,
    ...rollUp.measures.map((measure) => measureSql(measure, rollUp, columns)),
  ];
  const list = shown.map(
    ({ name, type }, i) => `CAST(${values[i]} AS ${duckdbType(type)}) AS ${quoteIdent(name)}`,
  );
  const groups = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const { units } = rollUp.minimum;
  return `SELECT ${list.join(', ')} FROM ${rows} AS r${groups} HAVING count(DISTINCT r.${quoteIdent(UNIT)}) >= ${units}`;
}

function measureSql(
  measure: RollUpMeasure,
  { minimum }: RollUp,
  columns: readonly BoundColumn[],
): string {
  const column = columns.find(({ name }) => name === measure.column);
  if (column === undefined) return 'count(*)';
  const value = `r.${quoteIdent(column.name)}`;
  // Why: the sum of a cell in which only one unit has a value is that unit's value.
  const units = `count(DISTINCT r.${quoteIdent(UNIT)}) FILTER (WHERE ${value} IS NOT NULL)`;
  return `CASE WHEN ${units} >= ${minimum.units} THEN ${aggregateSql(measure, value)} END`;
}

function aggregateSql(measure: RollUpMeasure, value: string): string {
  switch (measure.function) {
    case 'count':
      return `count(${value})`;
    case 'sum':
      return `sum(${value})`;
    case 'average':
      // Why by its text: the engine's own cast of a decimal to a double is not always the nearest one.
      return `(CAST(CAST(sum(${value}) AS VARCHAR) AS DOUBLE) / count(${value}))`;
    case 'count_distinct':
      return `count(DISTINCT ${value})`;
  }
}
