/**
 * Which field of the form a fault of a draft belongs to, by the place in the document that the mesh names.
 *
 * Not every fault has one: what the form does not show is told by its line alone.
 */
import { parsePath } from '@weft/core/contract/document-path';
import { type Document, isMap } from 'yaml';
import type { ProblemPart } from '../../../api/problem.ts';
import { type CheckName, checksFor } from './drafted-checks.ts';

export type TermField =
  | 'title'
  | 'owner'
  | 'purpose'
  | 'table'
  | 'granularity'
  | 'frequency'
  | 'latency'
  | 'retention'
  | 'purposes'
  | 'badShare'
  | 'duplicateScope'
  | 'delimiter'
  | 'encoding'
  | 'version'
  | 'status';
export type ColumnField = 'name' | 'type' | 'classification' | 'description' | CheckName;

/** A field of the product, or of the column at a place. */
export type Field = { column: null; field: TermField } | { column: number; field: ColumnField };

export type TermFaults = Partial<Record<TermField, string>>;
export type ColumnFaults = Partial<Record<ColumnField, string>>;

/** What is told at the fields; of two faults of one field both. */
export interface FieldFaults {
  terms: TermFaults;
  /** By the place of the column. */
  columns: ReadonlyMap<number, ColumnFaults>;
}

/** The id of a field in the page. */
export const fieldId = (column: number | null, field: TermField | ColumnField): string =>
  column === null ? `draft-${field}` : `draft-column-${column}-${field}`;

export function faultsByField(
  document: Document | null,
  faults: readonly ProblemPart[],
): FieldFaults {
  const terms: TermFaults = {};
  const columns = new Map<number, ColumnFaults>();
  for (const fault of faults) {
    const found = document === null ? null : fieldOf(document, fault);
    if (found === null) continue;
    if (found.column === null) terms[found.field] = both(terms[found.field], fault.message);
    else {
      const own = columns.get(found.column) ?? {};
      own[found.field] = both(own[found.field], fault.message);
      columns.set(found.column, own);
    }
  }
  return { terms, columns };
}

const both = (before: string | undefined, message: string): string =>
  before === undefined ? message : `${before}. ${message}`;

type Steps = readonly (string | number)[];

/** Only a place that is the field's own: what stands beside it is told by its line. */
export function fieldOf(document: Document, { code, path }: ProblemPart): Field | null {
  const steps = path === undefined ? null : parsePath(path);
  if (steps === null) return null;
  const [top, at, part, column, ...inner] = steps;
  if (top === 'schema' && at === 0 && part === 'properties' && typeof column === 'number') {
    const field = columnField(document, { code, column, inner });
    return field === null ? null : { column, field };
  }
  const field = termField(document, code, steps);
  return field === null ? null : { column: null, field };
}

/** By the whole path; of what may be missing whole by that, too. */
const TERMS: ReadonlyMap<string, TermField> = new Map([
  ['name', 'title'],
  ['version', 'version'],
  ['status', 'status'],
  ['description', 'purpose'],
  ['description.purpose', 'purpose'],
  ['team', 'owner'],
  ['team.members', 'owner'],
  ['team.members.0', 'owner'],
  ['team.members.0.username', 'owner'],
  ['schema.0.description', 'table'],
  ['schema.0.dataGranularityDescription', 'granularity'],
]);
const LEVELS = ['frequency', 'latency', 'retention'] as const;
const MISSING_LEVELS: Readonly<Record<string, TermField>> = {
  REQUIRED_FREQUENCY: 'frequency',
  REQUIRED_LIFECYCLE: 'retention',
};
const CUSTOM: Readonly<Record<string, TermField>> = {
  weftGranularity: 'granularity',
  weftPurposes: 'purposes',
  weftBadShareMax: 'badShare',
  weftDuplicateScope: 'duplicateScope',
};
const OF_CSV: Readonly<Record<string, TermField>> = {
  delimiter: 'delimiter',
  encoding: 'encoding',
};

function termField(document: Document, code: string | undefined, steps: Steps): TermField | null {
  const [top, at, part, ...inner] = steps;
  if (top === 'slaProperties') {
    if (at === undefined) return MISSING_LEVELS[code ?? ''] ?? null;
    const said = document.getIn([top, at, 'property']);
    const level = LEVELS.find((one) => one === said);
    const isOwn = part === undefined || part === 'value' || part === 'unit';
    return isOwn ? (level ?? null) : null;
  }
  if (top !== 'customProperties') return TERMS.get(steps.join('.')) ?? null;
  const isOwn = part === undefined || part === 'value';
  if (at === undefined || !isOwn) return null;
  const said = String(document.getIn([top, at, 'property']));
  if (said === 'weftCsv') return inner.length === 1 ? (OF_CSV[String(inner[0])] ?? null) : null;
  return CUSTOM[said] ?? null;
}

const OF_COLUMN: Readonly<Record<string, ColumnField>> = {
  name: 'name',
  physicalName: 'name',
  logicalType: 'type',
  physicalType: 'type',
  classification: 'classification',
  description: 'description',
};
const WHOLE_COLUMN: Readonly<Record<string, ColumnField>> = {
  REQUIRED_DATA_TYPE: 'type',
  TYPE_UNKNOWN: 'type',
  REQUIRED_CLASSIFICATION: 'classification',
};

interface ColumnPlace {
  code: string | undefined;
  column: number;
  inner: readonly (string | number)[];
}

function columnField(document: Document, { code, column, inner }: ColumnPlace): ColumnField | null {
  const [key, part, ...deeper] = inner;
  const path = ['schema', 0, 'properties', column];
  if (key === undefined) return WHOLE_COLUMN[code ?? ''] ?? 'name';
  const shown = checksFor(String(document.getIn([...path, 'logicalType'])));
  if (key === 'logicalTypeOptions') {
    return deeper.length === 0 ? (shown.find((check) => check === part) ?? null) : null;
  }
  if (key === 'quality' && part !== undefined) {
    if (deeper.length > 0 && deeper[0] !== 'arguments') return null;
    const rule = document.getIn([...path, key, part]);
    const check = !isMap(rule)
      ? null
      : rule.hasIn(['arguments', 'pattern'])
        ? 'pattern'
        : rule.hasIn(['arguments', 'validValues'])
          ? 'values'
          : null;
    return shown.find((one) => one === check) ?? null;
  }
  return part === undefined ? (OF_COLUMN[String(key)] ?? null) : null;
}
