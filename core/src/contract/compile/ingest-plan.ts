/**
 * Contract to ingest plan: every promise about a column, the key, the references and the declared quality rules.
 *
 * Not the checking itself (`quality/`, `ingest/`). Pure and deterministic: one model gives one plan.
 * Invariants: rule ids are unique; a declaration that repeats a derived promise replaces it under its own id and never
 * makes it weaker; primary key columns are required, since a key without a value names nothing.
 */
import { canonicalJson } from '../../lib/canonical-json.ts';
import { WeftError } from '../../lib/error.ts';
import type {
  ContractModel,
  ContractObject,
  ContractProperty,
  QualityDeclaration,
} from '../model.ts';
import { type NestedPath, pathLabel } from '../nested-path.ts';
import type { Check, Consequence, IngestPlan, PlanColumn, PlanRule } from '../plan.ts';
import { NONE } from '../plan.ts';
import { allowsNone } from '../quality-from-odcs.ts';
import { deriveNestedChecks, derivePropertyChecks } from './property-checks.ts';
import { tableOf, tablesOf } from './tables.ts';

export interface IngestPlanOptions {
  /** Hash of the published bytes, 64 hex digits. */
  hash: string;
  /** Object id, object name or table name; the first object when left out. */
  object?: string;
}

/**
 * The plan of one object. Throws WeftError NOT_FOUND for an unknown object and CONTRACT_INCOMPLETE without domain or
 * product (a published contract has both).
 */
export function compileIngestPlan(model: ContractModel, options: IngestPlanOptions): IngestPlan {
  const { table, object } = tableOf(model, options.object);
  if (model.domain === null || model.product === null) {
    throw new WeftError('CONTRACT_INCOMPLETE', `contract ${model.id} names no domain or product`);
  }
  const primaryKey = primaryKeyOf(object);
  return {
    contract: { id: model.id, version: model.version, hash: options.hash },
    domain: model.domain,
    product: model.product,
    table,
    objectId: object.id,
    columns: object.properties.map((property) => ({
      id: property.id,
      name: property.name,
      sourceName: property.sourceName,
      type: property.type,
      required: property.required || property.primaryKeyPosition !== null,
      defaultTimezone: property.options.defaultTimezone,
      ...nestedZonesOf(property),
      classification: property.classification,
    })),
    rules: compileRules(model, object, primaryKey),
    primaryKey,
    duplicateScope: model.weft.duplicateScope,
    badShareMax: model.weft.badShareMax,
    csv: { ...model.weft.csv },
  };
}

function nestedZonesOf({ name, nested }: ContractProperty): Pick<PlanColumn, 'nestedZones'> {
  const zones = nested.flatMap(({ path, property }) => {
    const zone = property.options.defaultTimezone;
    return zone === null ? [] : [[pathLabel(name, path), zone] as const];
  });
  return zones.length === 0 ? {} : { nestedZones: Object.fromEntries(zones) };
}

/** Column names of the primary key in key order. */
export function primaryKeyOf(object: ContractObject): string[] {
  return object.properties
    .filter((p) => p.primaryKeyPosition !== null)
    .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0))
    .map((p) => p.name);
}

/** All rules of an object in stable order: by column, then the key, then what the contract declares. */
export function compileRules(
  model: ContractModel,
  object: ContractObject,
  primaryKey: readonly string[],
): PlanRule[] {
  const derived = [
    ...object.properties.flatMap((property) => deriveRules(model, property, primaryKey)),
    ...(primaryKey.length === 0 ? [] : [primaryKeyRule(primaryKey)]),
  ];
  const declared = [
    ...object.properties.flatMap((p) =>
      [...p.quality, ...p.nested.flatMap(({ property }) => property.quality)].map((q) =>
        declaredRule(q, p.name),
      ),
    ),
    ...object.quality.map((q) => declaredRule(q, null)),
  ].filter((rule) => rule !== null);
  return mergeRules(derived, declared);
}

/** The dimension (ODCS names) of a check that declares none. */
export function defaultDimension(check: Check): string {
  switch (check.kind) {
    case 'required':
    case 'missing':
    case 'rowCount':
    case 'rowCountChange':
      return 'completeness';
    case 'measure':
      return check.measure === 'completeness' ? 'completeness' : 'accuracy';
    case 'freshness':
      return 'timeliness';
    case 'drift':
      return 'consistency';
    case 'duplicates':
      return 'uniqueness';
    case 'reference':
    case 'expression':
      return 'consistency';
    case 'notFuture':
      return 'timeliness';
    case 'sql':
      return 'accuracy';
    default:
      return 'conformity';
  }
}

function deriveRules(
  model: ContractModel,
  property: ContractProperty,
  primaryKey: readonly string[],
): PlanRule[] {
  const isKey = property.primaryKeyPosition !== null;
  const checks = [...derivePropertyChecks(property, isKey), ...deriveNestedChecks(property)];
  const rules = checks.map(({ name, check }) =>
    derivedRule(`${property.name}.${name}`, property.name, check),
  );
  // Why: a key of one column promises the same as `unique`, and one promise is one rule.
  if (property.unique && !(isKey && primaryKey.length === 1)) {
    const check: Check = { kind: 'duplicates', columns: [property.name] };
    rules.push(derivedRule(`${property.name}.unique`, property.name, check));
  }
  const places = [{ path: [], property }, ...property.nested];
  for (const { path, property: place } of places) {
    rules.push(...referenceRules(model, { column: property.name, path, place }));
  }
  return rules;
}

function referenceRules(
  model: ContractModel,
  options: { column: string; path: NestedPath; place: ContractProperty },
): PlanRule[] {
  const { column, path, place } = options;
  return place.references.map((reference, i) => {
    const check: Check = {
      kind: 'reference',
      column,
      ...(path.length === 0 ? {} : { within: path }),
      table: referencedTable(model, reference.object),
      target: reference.column,
    };
    const suffix = i === 0 ? '' : `_${i + 1}`;
    return derivedRule(`${pathLabel(column, path)}.reference${suffix}`, column, check);
  });
}

/** The table that a reference means: an object of the same contract, else a table of that name. */
function referencedTable(model: ContractModel, name: string): string {
  const own = tablesOf(model).find((t) => t.object.id === name || t.object.name === name);
  return own?.table ?? name;
}

function primaryKeyRule(columns: readonly string[]): PlanRule {
  const only = columns.length === 1 ? (columns[0] ?? null) : null;
  return derivedRule('primary_key', only, { kind: 'duplicates', columns: [...columns] });
}

function derivedRule(id: string, column: string | null, check: Check): PlanRule {
  return {
    id,
    name: null,
    column,
    dimension: defaultDimension(check),
    severity: null,
    consequence: 'quarantine',
    check,
    must: NONE,
  };
}

function declaredRule(declaration: QualityDeclaration, column: string | null): PlanRule | null {
  if (declaration.check === null || declaration.must === null) return null;
  return {
    id: declaration.id,
    name: declaration.name,
    column: column ?? checkColumn(declaration.check),
    dimension: declaration.dimension ?? defaultDimension(declaration.check),
    severity: declaration.severity,
    consequence: declaration.consequence,
    check: declaration.check,
    must: declaration.must,
    ...(declaration.scope === undefined ? {} : { scope: declaration.scope }),
    ...(declaration.schedule === undefined ? {} : { schedule: declaration.schedule }),
  };
}

function checkColumn(check: Check): string | null {
  if ('column' in check) return check.column;
  if (check.kind === 'duplicates' && check.columns.length === 1) return check.columns[0] ?? null;
  return null;
}

/** Puts declarations over the derived promises that they repeat, and makes ids unique. */
function mergeRules(derived: PlanRule[], declared: PlanRule[]): PlanRule[] {
  const rules = [...derived];
  const byPromise = new Map(rules.map((rule, i) => [promiseKey(rule), i]));
  for (const rule of declared) {
    const key = promiseKey(rule);
    const at = byPromise.get(key);
    const old = at === undefined ? undefined : rules[at];
    if (at === undefined || old === undefined) {
      byPromise.set(key, rules.length);
      rules.push(rule);
    } else if (at < derived.length && old.id === derived[at]?.id) {
      rules[at] = { ...rule, consequence: stricter(rule.consequence, old.consequence) };
    } else {
      // Why: each declaration is asked for by its own id in reports and searches, so both stay.
      rules.push(rule);
    }
  }
  return withUniqueIds(rules);
}

/** Equal for two rules that promise the same; the order of values and of key columns does not matter. */
function promiseKey(rule: PlanRule): string {
  const { check } = rule;
  const normal =
    check.kind === 'values' || check.kind === 'missing'
      ? { ...check, values: [...new Set(check.values)].sort() }
      : check.kind === 'duplicates'
        ? { ...check, columns: [...check.columns].sort() }
        : check;
  // Why the scope: what holds of the table is another promise than what holds of each batch.
  const scope = { ...rule.scope };
  return canonicalJson([normal, allowsNone(rule.must) ? 'none' : rule.must, scope]);
}

function stricter(a: Consequence, b: Consequence): Consequence {
  const order: Consequence[] = ['warn', 'quarantine', 'hold', 'reject'];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

function withUniqueIds(rules: PlanRule[]): PlanRule[] {
  const taken = new Set<string>();
  return rules.map((rule) => {
    let id = rule.id;
    for (let n = 2; taken.has(id); n++) id = `${rule.id}_${n}`;
    taken.add(id);
    return id === rule.id ? rule : { ...rule, id };
  });
}
