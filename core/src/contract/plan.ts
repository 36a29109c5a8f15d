/**
 * The ingest plan: what a contract means for a batch, as data. Compiled by `compile/ingest-plan.ts`, carried out by
 * `quality/` and `ingest/`.
 *
 * Invariant: a plan names everything that is checked; whoever carries it out adds no rule and drops none.
 */
import type { DataType } from './data-type.ts';
import type { NestedPath } from './nested-path.ts';

/** `contractId@version#hash` in parts; the hash is 64 hex digits over the canonical form of the published bytes. */
export interface ContractRef {
  id: string;
  version: string;
  hash: string;
}

export interface IngestPlan {
  contract: ContractRef;
  domain: string;
  product: string;
  /** Table name in the domain, and the object's stable id. */
  table: string;
  objectId: string;
  /** Table columns in order. */
  columns: PlanColumn[];
  rules: PlanRule[];
  /** Column names of the primary key, in order; empty when there is none. */
  primaryKey: string[];
  duplicateScope: 'batch' | 'table';
  /** 0 to 1, or null: see `weftBadShareMax`. */
  badShareMax: number | null;
  csv: CsvDialect;
}

export type CsvEncoding = 'utf-8' | 'latin-1' | 'windows-1252' | 'utf-16';

export interface CsvDialect {
  delimiter: string;
  quote: string;
  encoding: CsvEncoding;
  header: boolean;
  /** Unquoted text that means NULL, besides nothing at all. */
  nullText: string;
}

export interface PlanColumn {
  /** Stable id of the property; the table maps it to a field id. */
  id: string;
  name: string;
  sourceName: string;
  type: DataType;
  required: boolean;
  /** IANA zone for `timestamptz` text without an offset, or null: then the offset is required. */
  defaultTimezone: string | null;
  /** The same for places inside a nested column, by the path's label; places that are not named have none. */
  nestedZones?: Record<string, string>;
  classification: string | null;
}

/**
 * What happens to a batch with offenders: they go to quarantine, they are only marked, or the whole batch is held until
 * somebody decides, or refused.
 */
export type Consequence = 'quarantine' | 'warn' | 'hold' | 'reject';

/**
 * Which rows a rule about several rows looks at: the good ones of the batch, those and all rows of the table, or of these
 * the ones whose moment in `column` is not older than the window.
 */
export type RuleScope =
  | { kind: 'batch' }
  | { kind: 'table' }
  | { kind: 'window'; column: string; seconds: number };

export interface PlanRule {
  /** Unique in the plan, stable over versions: `column.check` or the contract's own rule id. */
  id: string;
  name: string | null;
  /** The column that the rule speaks of, or null for a rule of the table. */
  column: string | null;
  dimension: string | null;
  severity: string | null;
  consequence: Consequence;
  check: Check;
  must: Threshold;
  /** Left out: the batch. */
  scope?: RuleScope;
  /** Cron expression by which the rule is checked on the committed table besides; left out: with each batch alone. */
  schedule?: string;
}

/**
 * A row check says which rows offend; a set check gives one value for the batch. `value` of the rule is the number (or
 * percentage) of offenders, or the set check's own value, and `must` is tested on it.
 */
export type Check = RowCheck | SetCheck;

export type RowCheck =
  | { kind: 'type'; column: string }
  | ValueCheck
  /** A truth value over the columns of one row, in the language of `row-expression.ts`. */
  | { kind: 'expression'; sql: string };

/**
 * A check of one value. With `within` it looks at every value at that place inside the column, and a row offends when one
 * of them does; a place whose surroundings are NULL has none.
 */
export type ValueCheck = { column: string; within?: NestedPath } & (
  | { kind: 'required' }
  | { kind: 'missing'; values: string[] }
  | { kind: 'range'; min: Bound | null; max: Bound | null }
  | { kind: 'length'; min: number | null; max: number | null }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'values'; values: string[] }
  | { kind: 'format'; format: TextFormat }
  | { kind: 'multipleOf'; divisor: string }
  | { kind: 'reference'; table: string; target: string }
  /** The day or moment is not after the check's own time by more than the tolerance. */
  | { kind: 'notFuture'; toleranceSeconds: number }
  /** How many items a list has, or entries a map. */
  | { kind: 'items'; min: number | null; max: number | null }
  /** No item of a list stands twice; NULL is one. */
  | { kind: 'uniqueItems' }
);

export interface Bound {
  /** Literal in the column's own lexical form. */
  value: string;
  inclusive: boolean;
}

export const TEXT_FORMATS = [
  'email',
  'uuid',
  'uri',
  'url',
  'hostname',
  'ipv4',
  'ipv6',
  'gtin',
  'gtin8',
  'gtin12',
  'gtin13',
  'gtin14',
  'gln',
  'sscc',
  'country',
  'currency',
  'date',
] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

export type SetCheck =
  | { kind: 'rowCount' }
  /** Rows beyond the first of each key; NULL keys do not count. */
  | { kind: 'duplicates'; columns: string[] }
  /** One number over the values of a column; NULL is no value. */
  | { kind: 'measure'; measure: Measure; column: string; quantile: number | null }
  /** The change of the row count against the mean of so many committed batches before, in percent. */
  | { kind: 'rowCountChange'; batches: number }
  /** Seconds from the newest moment of a column to the time of the check. */
  | { kind: 'freshness'; column: string }
  /** How far the values of a column lie from those that the table has: see `quality/drift-sql.ts`. */
  | { kind: 'drift'; column: string; method: 'psi' | 'ks'; bins: number }
  /** One SELECT over the table `batch` (or the product's own table name) that gives one number. */
  | { kind: 'sql'; query: string };

export const MEASURES = [
  'completeness',
  'distinct',
  'minimum',
  'maximum',
  'mean',
  'standardDeviation',
  'quantile',
  'sum',
] as const;
export type Measure = (typeof MEASURES)[number];

const SET_KINDS: ReadonlySet<string> = new Set<SetCheck['kind']>([
  'rowCount',
  'duplicates',
  'measure',
  'rowCountChange',
  'freshness',
  'drift',
  'sql',
]);

/** True for a check of many rows at once. */
export function isSetCheck(check: Check): check is SetCheck {
  return SET_KINDS.has(check.kind);
}

/** True for a check whose value is a number of its own and no count of offenders. */
export function hasOwnValue(check: Check): boolean {
  return isSetCheck(check) && check.kind !== 'duplicates';
}

export type ThresholdOp =
  | 'mustBe'
  | 'mustNotBe'
  | 'mustBeGreaterThan'
  | 'mustBeGreaterOrEqualTo'
  | 'mustBeLessThan'
  | 'mustBeLessOrEqualTo'
  | 'mustBeBetween'
  | 'mustNotBeBetween';

/** ODCS operator with its one or two numbers; `mustBeBetween` is closed at both ends. */
export interface Threshold {
  op: ThresholdOp;
  values: number[];
  unit: 'rows' | 'percent';
}

/** No offender at all: the threshold of every promise about each row. */
export const NONE: Threshold = { op: 'mustBe', values: [0], unit: 'rows' };
