/**
 * What an export does not say of its contract: rules for which the target has no words.
 *
 * Not the export. Markdown, HTML and ODCS say everything. Invariant: a rule counts as said only where the target's own text
 * refuses, or can be made to refuse, what the rule refuses; what is doubtful is named as lost.
 */
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { LOSSY_TARGETS } from '../../lib/export-targets.ts';
import { isPrimitive } from '../data-type.ts';
import type { ContractModel, ContractObject, ContractProperty } from '../model.ts';
import { type Check, isSetCheck, type PlanRule, type ValueCheck } from '../plan.ts';
import { compileRules, primaryKeyOf } from './ingest-plan.ts';
import { deriveNestedChecks, derivePropertyChecks } from './property-checks.ts';
import { isKey } from './sql.ts';
import { checkSql } from './sql-checks.ts';
import { tablesOf } from './tables.ts';
import { enumLiterals } from './typescript.ts';

export type LossyTarget = (typeof LOSSY_TARGETS)[number];

export interface ExportLoss {
  object: string;
  /** Id of the rule, as in reports of batches. */
  rule: string;
  column: string | null;
}

/** The rules of the objects that the target does not say, in their order. */
export function lossesOf(
  target: LossyTarget,
  model: ContractModel,
  objects: readonly ContractObject[],
): ExportLoss[] {
  return objects.flatMap((object) =>
    compileRules(model, object, primaryKeyOf(object))
      .filter((rule) => !isSaid(target, { rule, object, model }))
      .map(({ id, column }) => ({ object: object.name, rule: id, column })),
  );
}

interface Place {
  rule: PlanRule;
  object: ContractObject;
  model: ContractModel;
}

function isSaid(target: LossyTarget, { rule, object, model }: Place): boolean {
  const { check } = rule;
  if (check.kind === 'type') return true;
  if (check.kind === 'duplicates') return isKeySaid(target, check.columns, object);
  if (check.kind === 'reference') return target === 'sql:postgres' && isForeignKey(model, check);
  const property = object.properties.find((p) => p.name === columnOf(check));
  if (property === undefined || !isPromised(property, check)) return false;
  if (target === 'json-schema') return isInJsonSchema(property, check);
  if (check.kind === 'required') return isInType(target, check);
  if (isSetCheck(check) || ('within' in check && check.within !== undefined)) return false;
  if (target === 'typescript') return check.kind === 'values' && enumLiterals(property) !== null;
  if (target === 'sql:duckdb') return checkSql(check, property.type, 'duckdb') !== null;
  return target === 'sql:postgres' && checkSql(check, property.type, 'postgres') !== null;
}

function isForeignKey(
  model: ContractModel,
  check: Extract<ValueCheck, { kind: 'reference' }>,
): boolean {
  const target = tablesOf(model).find(({ table }) => table === check.table);
  return check.within === undefined && target !== undefined && isKey(target, check.target);
}

function columnOf(check: Check): string | null {
  return 'column' in check ? check.column : null;
}

/** True for what the column's own options say: exports are made of these. */
function isPromised(property: ContractProperty, check: Check): boolean {
  const own = [
    ...derivePropertyChecks(property, property.primaryKeyPosition !== null),
    ...deriveNestedChecks(property),
  ];
  return own.some((derived) => canonicalJson(derived.check) === canonicalJson(check));
}

function isKeySaid(
  target: LossyTarget,
  columns: readonly string[],
  object: ContractObject,
): boolean {
  const key = primaryKeyOf(object);
  const isPrimary = canonicalJson([...columns].sort()) === canonicalJson([...key].sort());
  if (target === 'iceberg') {
    const parts = object.properties.filter(({ name }) => columns.includes(name));
    return isPrimary && parts.every(({ type }) => isPrimitive(type) && type.kind !== 'double');
  }
  if (target !== 'sql:duckdb' && target !== 'sql:postgres') return false;
  const only = object.properties.find(({ name }) => columns.length === 1 && name === columns[0]);
  return isPrimary || only?.unique === true;
}

const JSON_SCHEMA_KINDS: readonly Check['kind'][] = [
  'required',
  'length',
  'pattern',
  'values',
  'items',
  'uniqueItems',
];

function isInJsonSchema(property: ContractProperty, check: Check): boolean {
  if (JSON_SCHEMA_KINDS.includes(check.kind)) return true;
  if (check.kind === 'format') return !/^(gtin|gln|sscc)/.test(check.format);
  const label = 'within' in check && check.within !== undefined ? check.within : [];
  const place =
    label.length === 0
      ? property
      : property.nested.find(({ path }) => canonicalJson(path) === canonicalJson(label))?.property;
  const kind = place?.type.kind ?? '';
  if (check.kind === 'multipleOf') return kind === 'int';
  // Why not long and decimal: they may stand as text in JSON, of which a schema compares no size.
  return check.kind === 'range' && (kind === 'int' || kind === 'double');
}

/** Columns are required in each of these targets, and fields where nested types can be written; items and values of maps are not. */
function isInType(
  target: LossyTarget,
  { within }: Extract<ValueCheck, { kind: 'required' }>,
): boolean {
  if (within === undefined || within.length === 0) return true;
  const isField = typeof within.at(-1) === 'object';
  return isField && ['avro', 'iceberg', 'typescript'].includes(target);
}
