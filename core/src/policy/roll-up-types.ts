/**
 * Which roll-ups a table can give, and the columns that come out: one answer for those who write policies and for the
 * projection that carries them out.
 *
 * Not the rolling up (`query/roll-up.ts`). Pure. Invariants: a roll-up without problem can be carried out whatever the
 * values are, with exact sums of integers and decimals; what is not understood is a problem.
 */
import { type DataType, isPrimitive, typeName } from '../contract/data-type.ts';
import {
  DATE_UNITS,
  type RollUp,
  type RollUpDimension,
  type RollUpMeasure,
} from './obligations.ts';

export interface RollUpColumn {
  name: string;
  type: DataType;
}

const FUNCTIONS: readonly RollUpMeasure['function'][] = [
  'count',
  'sum',
  'average',
  'count_distinct',
];
/** Wider decimals could overflow the engine's 38 digits: 10 digits of room are more rows than a table has. */
const SUM_DIGITS_MAX = 28;

/**
 * Null when the roll-up can be made of the columns, else a phrase that says why not. Total, whatever `rollUp` holds.
 * `columns` are those after masks; units are counted by the values of `stored`, which never show.
 */
export function rollUpProblem(
  rollUp: RollUp,
  columns: readonly RollUpColumn[],
  stored: readonly RollUpColumn[] = columns,
): string | null {
  if (!Array.isArray(rollUp?.by) || !Array.isArray(rollUp.measures)) return 'it is incomplete';
  if (rollUp.by.length + rollUp.measures.length === 0)
    return 'it has no dimensions and no measures';
  const types = typesOf(columns);
  const problems = [
    ...rollUp.by.map((dimension) => dimensionProblem(dimension, types)),
    ...rollUp.measures.map((measure) => measureProblem(measure, types)),
    minimumProblem(rollUp.minimum, typesOf(stored)),
    namesProblem(rollUp),
  ];
  return problems.find((problem) => problem !== null) ?? null;
}

/** Dimensions, then measures, as the subject sees them. The roll-up has no problem. */
export function rollUpColumns(rollUp: RollUp, columns: readonly RollUpColumn[]): RollUpColumn[] {
  const types = typesOf(columns);
  const typeOf = (column: string | null): DataType | undefined =>
    column === null ? undefined : types.get(column);
  return [
    ...rollUp.by.map(({ column }) => ({ name: column, type: typeOf(column) ?? LONG })),
    ...rollUp.measures.map((measure) => ({
      name: measure.as,
      type: measureType(measure, typeOf(measure.column)),
    })),
  ];
}

function typesOf(columns: readonly RollUpColumn[]): Map<string, DataType> {
  return new Map(columns.map(({ name, type }) => [name, type]));
}

const LONG: DataType = { kind: 'long' };
const DOUBLE: DataType = { kind: 'double' };

function measureType(measure: RollUpMeasure, type: DataType | undefined): DataType {
  if (measure.function === 'average') return DOUBLE;
  if (measure.function !== 'sum') return LONG;
  if (type?.kind === 'double') return DOUBLE;
  return { kind: 'decimal', precision: 38, scale: type?.kind === 'decimal' ? type.scale : 0 };
}

function dimensionProblem(
  dimension: RollUpDimension,
  types: ReadonlyMap<string, DataType>,
): string | null {
  const type = types.get(dimension?.column);
  if (type === undefined) return `there is no column "${String(dimension?.column)}"`;
  if (!isPrimitive(type))
    return `"${dimension.column}" is ${typeName(type)}, which is no dimension`;
  if (dimension.unit === null) return null;
  const isTime = type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz';
  if (!isTime) return `"${dimension.column}" is ${typeName(type)}, which has no unit of time`;
  return DATE_UNITS.includes(dimension.unit) ? null : 'a unit of time is not known';
}

function measureProblem(
  measure: RollUpMeasure,
  types: ReadonlyMap<string, DataType>,
): string | null {
  if (!FUNCTIONS.includes(measure?.function)) return 'a measure is not known';
  const { column } = measure;
  if (column === null) {
    return measure.function === 'count' ? null : `${measure.function} needs a column`;
  }
  const type = types.get(column);
  if (type === undefined) return `there is no column "${String(column)}"`;
  if (measure.function === 'count') return null;
  if (measure.function === 'count_distinct') {
    return isPrimitive(type) ? null : `"${column}" is ${typeName(type)}, which cannot be counted`;
  }
  if (!['int', 'long', 'double', 'decimal'].includes(type.kind)) {
    return `"${column}" is ${typeName(type)}, which has no ${measure.function}`;
  }
  const isWide = type.kind === 'decimal' && type.precision > SUM_DIGITS_MAX;
  return isWide
    ? `"${column}" has more than ${SUM_DIGITS_MAX} digits: sums of it may not fit`
    : null;
}

function minimumProblem(
  minimum: RollUp['minimum'],
  types: ReadonlyMap<string, DataType>,
): string | null {
  if (!Number.isSafeInteger(minimum?.units) || minimum.units < 1) {
    return 'the least number of units is not a positive whole number';
  }
  const type = types.get(minimum.of);
  if (type === undefined) return `there is no column "${String(minimum.of)}"`;
  return isPrimitive(type) ? null : `"${minimum.of}" is ${typeName(type)}, which is no unit`;
}

function namesProblem({ by, measures }: RollUp): string | null {
  const names = [...by.map((d) => d.column), ...measures.map((m) => m.as)];
  const isName = (name: unknown): boolean =>
    typeof name === 'string' && name !== '' && !name.includes('\0') && name.isWellFormed();
  if (!names.every(isName)) return 'a measure has no name';
  const folded = new Set(names.map((name) => name.toLowerCase()));
  return folded.size === names.length ? null : 'two columns of it have one name';
}
