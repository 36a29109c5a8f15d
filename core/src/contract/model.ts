/**
 * The contract as the rest of Weft sees it: one ODCS document read, defaults applied, types decided.
 *
 * Not the document itself: that stays byte for byte in `document.ts`, and only it is hashed and published.
 * Invariant: a model is built only from a document that its official JSON Schema accepts (`read.ts`).
 */
import type { DataType } from './data-type.ts';
import type { NestedPath } from './nested-path.ts';
import type { Check, Consequence, RuleScope, Threshold } from './plan.ts';

export interface ContractModel {
  /** ODCS `id`, stable over versions. */
  id: string;
  version: string;
  apiVersion: string;
  name: string | null;
  status: string | null;
  /** Weft domain, `^[a-z][a-z0-9_]{0,62}$`. */
  domain: string | null;
  /** Weft product name inside the domain (ODCS `dataProduct`). */
  product: string | null;
  tenant: string | null;
  tags: string[];
  description: { purpose: string | null; limitations: string | null; usage: string | null };
  objects: ContractObject[];
  sla: SlaProperty[];
  servers: { server: string; type: string; environment: string | null; format: string | null }[];
  roles: { role: string; access: string | null }[];
  team: { username: string; role: string | null }[];
  support: { channel: string; url: string | null }[];
  price: { amount: string | null; currency: string | null; unit: string | null } | null;
  weft: WeftContractSettings;
}

/** Our custom properties at the top of a contract; the JSON Schema is `weft-properties.ts`. */
export interface WeftContractSettings {
  /** What one row is, as `dimension × level` pairs, for example `store × day`. */
  granularity: string | null;
  compatibility: 'consumer-safe' | 'producer-safe' | 'replay-safe' | 'none';
  purposes: string[];
  lawfulBasis: string | null;
  licence: string | null;
  region: string | null;
  /** Share of bad records (0 to 1) above which the whole batch is held; null for no limit. */
  badShareMax: number | null;
  /** How many misses of a promise a period (ISO 8601, fixed length) may have; null where nothing is said of it. */
  missesAllowed: { count: number; period: string } | null;
  /** How long an earlier version of a table is kept after it was current; null: as the node keeps it. */
  historySeconds: number | null;
  /** Where a duplicate key is looked for. */
  duplicateScope: 'batch' | 'table';
  deletionAction: 'delete' | 'anonymise' | 'keep';
  /** How a CSV of this product looks; defaults are RFC 4180 with a header line. */
  csv: {
    delimiter: string;
    quote: string;
    encoding: 'utf-8' | 'latin-1' | 'windows-1252' | 'utf-16';
    header: boolean;
    nullText: string;
  };
}

export interface ContractObject {
  /** Stable id, the anchor of a table's identity over renames. */
  id: string;
  name: string;
  physicalName: string | null;
  physicalType: string | null;
  businessName: string | null;
  description: string | null;
  granularity: string | null;
  tags: string[];
  /** `weftSortOrder`: how the rows of a file are sorted; column names. */
  sortOrder: { column: string; direction: 'asc' | 'desc' }[];
  properties: ContractProperty[];
  quality: QualityDeclaration[];
}

export interface ContractProperty {
  /** Stable id (`id`, else the name); field ids of tables follow it. */
  id: string;
  /** Column name in Weft. */
  name: string;
  /** Name in the producer's files (`physicalName`, else the name). */
  sourceName: string;
  type: DataType;
  logicalType: string;
  physicalType: string | null;
  required: boolean;
  unique: boolean;
  /** Position in the primary key from 1, or null. */
  primaryKeyPosition: number | null;
  /** Position in the partition key from 1, or null. */
  partitionKeyPosition: number | null;
  /** `weftPartitionTransform`, or null for the default of the type. */
  partitionTransform: string | null;
  classification: string | null;
  /** Classifications of the fields inside a struct, a list or a map, at any depth. */
  nestedClassifications: string[];
  criticalDataElement: boolean;
  businessName: string | null;
  description: string | null;
  synonyms: string[];
  tags: string[];
  examples: string[];
  /** Allowed values as text (ODCS 3.2 `enum`), or null. */
  enumValues: string[] | null;
  options: LogicalTypeOptions;
  /** What the contract says of the places inside a struct, a list or a map, at any depth, outer ones first. */
  nested: NestedProperty[];
  references: { object: string; column: string }[];
  /** `weftReferences`: domains whose contracts may refer to this column, beside its own, whatever policies hide. */
  openTo: 'any' | string[];
  quality: QualityDeclaration[];
  deprecated: boolean;
  /** `weftSubjectKey`: this column names the person that a row is about. */
  subjectKey: boolean;
}

/** A place inside a nested property; `property.name` is that of a struct's member, and empty for items, keys and values. */
export interface NestedProperty {
  path: NestedPath;
  property: ContractProperty;
}

/** ODCS `logicalTypeOptions`; bounds keep their text so that decimals stay exact. */
export interface LogicalTypeOptions {
  minLength: number | null;
  maxLength: number | null;
  pattern: string | null;
  format: string | null;
  minimum: string | null;
  maximum: string | null;
  exclusiveMinimum: string | null;
  exclusiveMaximum: string | null;
  multipleOf: string | null;
  minItems: number | null;
  maxItems: number | null;
  uniqueItems: boolean;
  timezone: boolean | null;
  defaultTimezone: string | null;
}

/** One `quality[]` entry, already reduced to the closed form of `plan.ts`; `check` is null for `text` and `custom`. */
export interface QualityDeclaration {
  id: string;
  name: string | null;
  description: string | null;
  dimension: string | null;
  severity: string | null;
  check: Check | null;
  must: Threshold | null;
  consequence: Consequence;
  /** See PlanRule. */
  scope?: RuleScope;
  schedule?: string;
}

export interface SlaProperty {
  id: string | null;
  /** Lower-case canonical name: `fy` and the like are resolved. */
  property: string;
  value: string;
  unit: string | null;
  element: string | null;
  driver: string | null;
  schedule: string | null;
}
