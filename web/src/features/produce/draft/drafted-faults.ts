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

type Step = string | number | undefined;

export function fieldOf(document: Document, { code, path }: ProblemPart): Field | null {
  const steps = path === undefined ? null : parsePath(path);
  if (steps === null) return null;
  const [top, at, part, column, ...inner] = steps;
  if (top === 'schema') {
    if (at !== 0) return null;
    if (part === 'properties' && typeof column === 'number') {
      const field = columnField(document, { code, column, inner });
      return field === null ? null : { column, field };
    }
  }
  const field = termField(document, { code, top, at, part });
  return field === null ? null : { column: null, field };
}

const TERMS: ReadonlyMap<unknown, TermField> = new Map([
  ['name', 'title'],
  ['version', 'version'],
  ['status', 'status'],
  ['description', 'purpose'],
  ['team', 'owner'],
]);
const OF_TABLE: ReadonlyMap<unknown, TermField> = new Map([
  ['description', 'table'],
  ['dataGranularityDescription', 'granularity'],
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
};

interface TermPlace {
  code: string | undefined;
  top: Step;
  at: Step;
  part: Step;
}

function termField(document: Document, { code, top, at, part }: TermPlace): TermField | null {
  switch (top) {
    case 'schema':
      return OF_TABLE.get(part) ?? null;
    case 'slaProperties': {
      const said = at === undefined ? undefined : document.getIn([top, at, 'property']);
      return LEVELS.find((level) => level === said) ?? MISSING_LEVELS[code ?? ''] ?? null;
    }
    case 'customProperties':
      return at === undefined
        ? null
        : (CUSTOM[String(document.getIn([top, at, 'property']))] ?? null);
    default:
      return TERMS.get(top) ?? null;
  }
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
  const [key, part] = inner;
  const path = ['schema', 0, 'properties', column];
  if (key === undefined) return WHOLE_COLUMN[code ?? ''] ?? 'name';
  const shown = checksFor(String(document.getIn([...path, 'logicalType'])));
  if (key === 'logicalTypeOptions') return shown.find((check) => check === part) ?? null;
  if (key === 'quality' && part !== undefined) {
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
  return OF_COLUMN[String(key)] ?? null;
}
