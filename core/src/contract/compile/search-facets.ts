/**
 * Contract to search facets: what it promises as flat facts, so that discovery compares promises and not prose.
 *
 * Not measurements and not access: they change without the contract and are joined by the registry.
 * Invariants: where a contract states a service level several times (per element or driver), the facet is the weakest
 * of them, since a consumer of the whole may rely on no more; a classification outside the known order counts as the
 * highest, so that an unknown word never makes data look less sensitive.
 */
import { formatDuration, parseDuration, slaSeconds } from '../../lib/duration.ts';
import { typeName } from '../data-type.ts';
import type { ContractModel, ContractProperty, SlaProperty } from '../model.ts';
import { pathLabel } from '../nested-path.ts';
import { compileRules, primaryKeyOf } from './ingest-plan.ts';
import { tablesOf } from './tables.ts';

/** Lowest first. A mesh may declare another order. */
export const CLASSIFICATION_ORDER: readonly string[] = [
  'public',
  'internal',
  'confidential',
  'restricted',
];

/** A promised length of time, as ISO 8601 text and in seconds (months count 30 days, years 365). */
export interface DurationFacet {
  duration: string;
  seconds: number;
}

export interface ColumnFacet {
  table: string;
  /** Of a column, or of a place inside one, such as `lines.items.qty`. */
  name: string;
  /** Readable type, such as `decimal(10,2)`. */
  type: string;
  required: boolean;
  classification: string | null;
  businessName: string | null;
  description: string | null;
  synonyms: string[];
  tags: string[];
}

export interface RuleFacet {
  id: string;
  table: string;
  column: string | null;
  dimension: string | null;
  severity: string | null;
}

export interface ContractFacets {
  contract: string;
  version: string;
  title: string;
  domain: string | null;
  product: string | null;
  status: string | null;
  purpose: string | null;
  tags: string[];
  tables: string[];
  granularity: string | null;
  frequency: DurationFacet | null;
  /** `freshness` where stated, else `latency`: ODCS prefers that word for the age of the newest data. */
  freshness: DurationFacet | null;
  latency: DurationFacet | null;
  /** How old the newest batch may be: `freshness` where stated, else `frequency`. Latency says nothing of it. */
  age: DurationFacet | null;
  retention: DurationFacet | null;
  /** 0 to 1. */
  availability: number | null;
  /** ISO dates or timestamps as written. */
  endOfSupport: string | null;
  endOfLife: string | null;
  classification: string | null;
  /** True when a column names a person or carries the tag `personal`. */
  personal: boolean;
  purposes: string[];
  licence: string | null;
  region: string | null;
  /** As the contract writes it; the amount is decimal text. */
  price: ContractModel['price'];
  owners: string[];
  stewards: string[];
  columns: ColumnFacet[];
  rules: RuleFacet[];
}

/** The facets of a contract; `order` is the mesh's order of classifications, lowest first. */
export function compileFacets(
  model: ContractModel,
  order: readonly string[] = CLASSIFICATION_ORDER,
): ContractFacets {
  const properties = model.objects.flatMap((object) => object.properties);
  const latency = weakestDuration(model.sla, 'latency', 'longest');
  const stated = weakestDuration(model.sla, 'freshness', 'longest');
  const frequency = weakestDuration(model.sla, 'frequency', 'longest');
  return {
    contract: model.id,
    version: model.version,
    title: model.name ?? model.product ?? model.id,
    domain: model.domain,
    product: model.product,
    status: model.status,
    purpose: model.description.purpose,
    tags: unique([...model.tags, ...model.objects.flatMap((object) => object.tags)]),
    tables: tablesOf(model).map((t) => t.table),
    granularity:
      model.weft.granularity ??
      model.objects.find((o) => o.granularity !== null)?.granularity ??
      null,
    frequency,
    freshness: stated ?? latency,
    latency,
    age: stated ?? frequency,
    retention: weakestDuration(model.sla, 'retention', 'shortest'),
    availability: availabilityOf(model.sla),
    endOfSupport: slaText(model.sla, 'endofsupport'),
    endOfLife: slaText(model.sla, 'endoflife'),
    classification: highestClassification(properties, order),
    personal: properties
      .flatMap((p) => [p, ...p.nested.map(({ property }) => property)])
      .some((p) => p.subjectKey || p.tags.includes('personal')),
    purposes: unique(model.weft.purposes),
    licence: model.weft.licence,
    region: model.weft.region,
    price: model.price,
    owners: teamOf(model, /owner/i),
    stewards: teamOf(model, /steward/i),
    columns: columnFacets(model),
    rules: ruleFacets(model),
  };
}

/** The highest classification of the properties, and of what is inside them, in `order`, or null when none is classified. */
export function highestClassification(
  properties: readonly ContractProperty[],
  order: readonly string[] = CLASSIFICATION_ORDER,
): string | null {
  let highest = -1;
  const said = properties.flatMap((p) => [p.classification, ...p.nestedClassifications]);
  for (const classification of said) {
    if (classification === null) continue;
    const rank = order.indexOf(classification.toLowerCase());
    highest = Math.max(highest, rank < 0 ? order.length - 1 : rank);
  }
  return highest < 0 ? null : (order[highest] ?? null);
}

/** Length of a service level: `4` with unit `d`, or ISO 8601 text such as `PT15M`; null when it is neither. */
export function slaDuration(sla: SlaProperty): DurationFacet | null {
  const iso = parseDuration(sla.value.trim());
  const amount = Number(sla.value);
  const fromUnit =
    sla.unit === null || sla.value.trim() === '' || !Number.isFinite(amount) || amount < 0
      ? null
      : slaSeconds(amount, sla.unit);
  const seconds = iso ?? fromUnit;
  return seconds === null ? null : { duration: formatDuration(seconds), seconds };
}

function weakestDuration(
  sla: readonly SlaProperty[],
  property: string,
  weakest: 'longest' | 'shortest',
): DurationFacet | null {
  const all = slaOf(sla, property)
    .map(slaDuration)
    .filter((d) => d !== null)
    .sort((a, b) => a.seconds - b.seconds);
  return (weakest === 'longest' ? all.at(-1) : all[0]) ?? null;
}

function availabilityOf(sla: readonly SlaProperty[]): number | null {
  const ratios = slaOf(sla, 'availability').flatMap((item) => {
    const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(item.value.trim());
    if (match === null) return [];
    const value = Number(match[1]);
    const isPercent = match[2] === '%' || /^(%|percent)$/i.test(item.unit ?? '') || value > 1;
    // Why not / 100: 99.9 / 100 is not the number that 0.999 reads as.
    const ratio = isPercent ? Number(`${match[1]}e-2`) : value;
    return ratio <= 1 ? [ratio] : [];
  });
  return ratios.length === 0 ? null : Math.min(...ratios);
}

/** The value of a promise by its canonical name, as the contract writes it. */
export function slaText(sla: readonly SlaProperty[], property: string): string | null {
  return slaOf(sla, property)[0]?.value ?? null;
}

function slaOf(sla: readonly SlaProperty[], property: string): SlaProperty[] {
  return sla.filter((item) => item.property.toLowerCase() === property);
}

function teamOf(model: ContractModel, role: RegExp): string[] {
  return unique(model.team.filter((m) => role.test(m.role ?? '')).map((m) => m.username));
}

function columnFacets(model: ContractModel): ColumnFacet[] {
  return tablesOf(model).flatMap(({ table, object }) =>
    object.properties.flatMap((column) => [
      columnFacet(table, column.name, column),
      ...column.nested.map(({ path, property }) =>
        columnFacet(table, pathLabel(column.name, path), property),
      ),
    ]),
  );
}

function columnFacet(table: string, name: string, property: ContractProperty): ColumnFacet {
  return {
    table,
    name,
    type: typeName(property.type),
    required: property.required || property.primaryKeyPosition !== null,
    classification: property.classification,
    businessName: property.businessName,
    description: property.description,
    synonyms: [...property.synonyms],
    tags: [...property.tags],
  };
}

function ruleFacets(model: ContractModel): RuleFacet[] {
  return tablesOf(model).flatMap(({ table, object }) =>
    compileRules(model, object, primaryKeyOf(object)).map((rule) => ({
      id: rule.id,
      table,
      column: rule.column,
      dimension: rule.dimension,
      severity: rule.severity,
    })),
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
