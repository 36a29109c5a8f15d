/**
 * Rules that ODCS has no metric for: `type: custom` with `engine: weft`, the place that the standard gives to engines.
 *
 * `implementation` names a metric of ours with its arguments and one ODCS operator, under the JSON Schema `rule` of
 * `weft-properties.schema.json`. Not the checking (`quality/`). Invariant: what is read here can be checked on a column of
 * that type, or there is a problem in words.
 */
import type { Json } from '../lib/canonical-json.ts';
import { parseDuration, slaSeconds } from '../lib/duration.ts';
import { textFormat } from './compile/property-checks.ts';
import type { DataType } from './data-type.ts';
import { isPrimitive, typeName } from './data-type.ts';
import type { JsonObject } from './document.ts';
import { isObject, member, textOf } from './json-access.ts';
import { type Check, MEASURES, type Measure, type PlanColumn, type RuleScope } from './plan.ts';
import { typeRowExpression } from './row-expression-types.ts';
import { checkValue, say } from './schema-check.ts';
import schema from './weft-properties.schema.json' with { type: 'json' };

export type RuleColumn = Pick<PlanColumn, 'name' | 'type' | 'defaultTimezone'>;

export interface WeftRule {
  check: Check;
  /** What a threshold number is multiplied with: seconds of its unit for an age, else 1. */
  factor: number;
  unit: 'rows' | 'percent';
}

interface RulePlace {
  column: RuleColumn | null;
  columns: readonly RuleColumn[];
}

type Read<T> = T | { problem: string };

const ruleSchema = { ...schema, ...schema.$defs.rule };

/** The rule that an implementation means. */
export function readWeftRule(implementation: Json, place: RulePlace): Read<WeftRule> {
  if (!isObject(implementation)) {
    return {
      problem: `implementation is ${say(implementation)}, and weft needs its parts by name`,
    };
  }
  const [fault] = checkValue(ruleSchema, implementation);
  if (fault !== undefined) return { problem: fault };
  const metric = textOf(implementation, 'metric') ?? '';
  const check = readCheck(metric, implementation, place);
  if ('problem' in check) return check;
  const wanted = textOf(implementation, 'unit');
  if (check.kind === 'freshness') {
    const factor = wanted === null ? 1 : slaSeconds(1, wanted);
    if (factor === null) return { problem: `${say(wanted)} is no unit of time` };
    return { check, factor, unit: 'rows' };
  }
  const isRatio = check.kind === 'rowCountChange' || metric === 'completeness';
  const isPercent = isRatio || wanted === 'percent';
  const mayHaveUnit = !['measure', 'rowCountChange', 'drift'].includes(check.kind);
  if (wanted !== null && !mayHaveUnit && wanted !== (isRatio ? 'percent' : null)) {
    return { problem: `${metric} has no unit ${say(wanted)}` };
  }
  return { check, factor: 1, unit: isPercent ? 'percent' : 'rows' };
}

function readCheck(metric: string, parts: JsonObject, place: RulePlace): Read<Check> {
  if (metric === 'rowCountChange') {
    return { kind: 'rowCountChange', batches: numberOf(parts, 'batches') ?? 7 };
  }
  if (metric === 'expression') return readExpression(textOf(parts, 'expression'), place);
  const { column } = place;
  if (column === null) return { problem: `${metric} speaks of a property, not of an object` };
  const measure = MEASURES.find((known) => known === metric);
  if (measure !== undefined) return readMeasure(measure, parts, column);
  switch (metric) {
    case 'format':
      return readFormat(textOf(parts, 'format'), column);
    case 'notInFuture':
      return readNotInFuture(textOf(parts, 'tolerance'), column);
    case 'freshness':
      return isMoment(column.type)
        ? { kind: 'freshness', column: column.name }
        : unfit(metric, column);
    default:
      return readDrift(parts, column);
  }
}

function unfit(metric: string, { name, type }: RuleColumn): { problem: string } {
  return { problem: `${metric} cannot be taken of ${name}, a column of ${typeName(type)}` };
}

function readExpression(text: string | null, { columns }: RulePlace): Read<Check> {
  if (text === null) return { problem: 'the metric expression needs an expression' };
  const { problem } = typeRowExpression(text, columns);
  return problem === null
    ? { kind: 'expression', sql: text }
    : { problem: `the expression ${text} ${problem}` };
}

function readMeasure(measure: Measure, parts: JsonObject, column: RuleColumn): Read<Check> {
  const quantile = numberOf(parts, 'quantile');
  if ((measure === 'quantile') !== (quantile !== null)) {
    return { problem: 'the metric quantile, and no other, has a quantile from 0 to 1' };
  }
  const isAny = measure === 'completeness' || (measure === 'distinct' && isPrimitive(column.type));
  if (!isAny && !isNumber(column.type)) return unfit(measure, column);
  return { kind: 'measure', measure, column: column.name, quantile };
}

function readFormat(name: string | null, column: RuleColumn): Read<Check> {
  const format = textFormat(name ?? '');
  if (format === null) return { problem: `${say(name)} is no format that can be checked` };
  return isPrimitive(column.type)
    ? { kind: 'format', column: column.name, format }
    : unfit('format', column);
}

function readNotInFuture(tolerance: string | null, column: RuleColumn): Read<Check> {
  const toleranceSeconds = tolerance === null ? 0 : parseDuration(tolerance);
  if (toleranceSeconds === null) return { problem: `${say(tolerance)} is no ISO 8601 duration` };
  return isMoment(column.type)
    ? { kind: 'notFuture', column: column.name, toleranceSeconds }
    : unfit('notInFuture', column);
}

function readDrift(parts: JsonObject, column: RuleColumn): Read<Check> {
  const method = textOf(parts, 'method') === 'ks' ? 'ks' : 'psi';
  const isOrdered = isNumber(column.type) || isMoment(column.type);
  if (!isPrimitive(column.type) || (method === 'ks' && !isOrdered)) return unfit(method, column);
  return { kind: 'drift', column: column.name, method, bins: numberOf(parts, 'bins') ?? 10 };
}

function numberOf(parts: JsonObject, name: string): number | null {
  const value = member(parts, name);
  return typeof value === 'number' ? value : null;
}

function isNumber({ kind }: DataType): boolean {
  return kind === 'int' || kind === 'long' || kind === 'decimal' || kind === 'double';
}

function isMoment({ kind }: DataType): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamptz';
}

/** The scope that `weftScope` and `weftWindow` give to a rule; null where they say nothing. */
export function readScope(
  values: ReadonlyMap<string, Json>,
  columns: readonly RuleColumn[],
): Read<{ scope: RuleScope | null }> {
  const kind = values.get('weftScope');
  const window = values.get('weftWindow');
  if (window === undefined) {
    if (kind === 'window') return { problem: 'weftScope window needs a weftWindow' };
    if (kind === 'table') return { scope: { kind } };
    return { scope: kind === 'batch' ? { kind } : null };
  }
  if (kind !== undefined && kind !== 'window') {
    return { problem: `weftWindow stands beside weftScope ${say(kind)}` };
  }
  const parts = isObject(window) ? window : {};
  const name = textOf(parts, 'column') ?? '';
  const column = columns.find((c) => c.name === name);
  const seconds = parseDuration(textOf(parts, 'duration') ?? '');
  if (column === undefined || !isMoment(column.type)) {
    return { problem: `weftWindow needs a column of days or moments, and ${say(name)} is none` };
  }
  if (seconds === null || seconds === 0) return { problem: 'weftWindow needs a duration' };
  return { scope: { kind: 'window', column: name, seconds } };
}
