/**
 * A contract as text and as a form at once: each field of the form is a place in the YAML document, and writing there keeps
 * the comments and whatever else stands in it.
 *
 * Not a check: the mesh checks. What the form cannot read it leaves alone.
 */
import { plainDecimal } from '@weft/core/lib/decimal-text';
import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { type CheckChange, type Checks, checksOf, putBound, putRuled } from './drafted-checks.ts';
import { type CsvForm, csvOf } from './drafted-csv.ts';
import {
  decimalFor,
  dropOldLimits,
  examplesOf,
  type KeyFacts,
  type Limit,
  limitsOf,
} from './drafted-limits.ts';
import { AS_WRITTEN } from './drafted-numbers.ts';
import { type Inside, insideOf, isPersonal, protects, putPersonal } from './drafted-privacy.ts';
import { hasExamples, hasSampledList, takeOutValues } from './drafted-values.ts';

export const TYPES = [
  'string',
  'integer',
  'number',
  'boolean',
  'date',
  'timestamp',
  'time',
  'object',
  'array',
] as const;
export const CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const;
/** What a contract says of itself (ODCS `status`), as far as a new one goes. */
export const STATUSES = ['draft', 'proposed', 'active'] as const;
/** Where a key and what is unique hold (`weftDuplicateScope`); the first where a contract says nothing. */
export const SCOPES = ['batch', 'table'] as const;
export const UNITS = ['min', 'h', 'd', 'm', 'y'] as const;

/** The widest physical type of each; a change of the type means that what was inferred holds no more. */
const PHYSICAL: Record<string, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DECIMAL(38, 10)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
};

export interface ColumnForm {
  name: string;
  /** What the file calls it, where it calls it otherwise. */
  source: string;
  type: string;
  isRequired: boolean;
  isUnique: boolean;
  classification: string;
  /** Null where the tags are none that the form can change. */
  isPersonal: boolean | null;
  inside: Inside;
  /** Whether its list of values is that of a sample. */
  isListSampled: boolean;
  /** Its own, or of what is inside. */
  hasExamples: boolean;
  description: string;
  /** What else the contract says of its values, for who reads. */
  limits: readonly Limit[];
  /** The limits that the form changes. */
  checks: Checks;
  examples: readonly string[];
}

/** What can be changed in a column. */
export type ColumnChange = Partial<
  Omit<
    ColumnForm,
    'source' | 'inside' | 'isListSampled' | 'hasExamples' | 'limits' | 'checks' | 'examples'
  >
> & {
  /** What a sample shows, where the type is another: exact numbers get room for these. */
  shown?: readonly (string | null)[];
  check?: CheckChange;
  /** Of a version that follows another: its list of values is a promise, and no longer what a sample happened to have. */
  keepsList?: boolean;
};

export interface Period {
  value: string;
  unit: string;
}

export interface ContractForm {
  title: string;
  version: string;
  status: string;
  purpose: string;
  table: string;
  granularity: string;
  owner: string;
  frequency: Period;
  latency: Period;
  retention: Period;
  purposes: string;
  /** Where a key and what is unique hold; one of `SCOPES` where the contract is right. */
  duplicateScope: string;
  /** Percent of bad records above which a batch is held; null where the text alone says it. */
  badShare: string | null;
  /** Null where the text alone says it. */
  csv: CsvForm | null;
  columns: ColumnForm[];
}

export type Path = readonly (string | number)[];

const TABLE: Path = ['schema', 0];
const COLUMNS: Path = [...TABLE, 'properties'];

/** Why kept: the text of a form is read when it is shown, and once more when it is changed. */
let lastRead: { text: string; document: Document | null } | null = null;

/** The document of a text, or null where it is no YAML mapping at all; not to be changed but by `editDraft`. */
export function parseDraft(text: string): Document | null {
  if (lastRead?.text !== text) lastRead = { text, document: readText(text) };
  return lastRead.document;
}

function readText(text: string): Document | null {
  // Why big integers: a number is written back with every digit that it has.
  const document = parseDocument(text, {
    ...AS_WRITTEN,
    keepSourceTokens: false,
    intAsBigInt: true,
  });
  return document.errors.length === 0 && isMap(document.contents) ? document : null;
}

/** Whether one place of the text stands for several: a change of it would go to all of them, or be lost. */
export function hasAnchors(document: Document): boolean {
  let isFound = false;
  visit(document, (_, node) => {
    isFound ||= isAlias(node) || (isNode(node) && node.anchor !== undefined);
    return isFound ? visit.BREAK : undefined;
  });
  return isFound;
}

/** What a text says that has no form: each alias is what it refers to. Null where one refers to nothing. */
export function readFacts(document: Document): ContractForm | null {
  if (!hasAnchors(document)) return readForm(document);
  try {
    return readForm(new Document(document.toJS(), { aliasDuplicateObjects: false }));
  } catch {
    return null;
  }
}

export function readForm(document: Document): ContractForm {
  const text = (path: Path): string => textOf(document.getIn(path));
  const columns = document.getIn(COLUMNS, true);
  const count = isSeq(columns) ? columns.items.length : 0;
  const scope = scopeOf(document);
  const key: KeyFacts = { columns: keyColumns(document, count), scope };
  return {
    title: text(['name']),
    version: text(['version']),
    status: text(['status']),
    purpose: text(['description', 'purpose']),
    table: text([...TABLE, 'description']),
    granularity: text(['customProperties', indexOf(document, 'weftGranularity'), 'value']),
    owner: text(['team', 'members', 0, 'username']),
    frequency: periodOf(document, 'frequency'),
    latency: periodOf(document, 'latency'),
    retention: periodOf(document, 'retention'),
    purposes: listOf(
      document.getIn(['customProperties', indexOf(document, 'weftPurposes'), 'value']),
    ),
    duplicateScope: scope,
    badShare: badShareOf(document),
    csv: csvOf(document),
    columns: Array.from({ length: count }, (_, at) => columnOf(document, at, key)),
  };
}

function keyColumns(document: Document, count: number): number {
  const isKey = (_: unknown, at: number) => document.getIn([...COLUMNS, at, 'primaryKey']) === true;
  return Array.from({ length: count }, isKey).filter(Boolean).length;
}

function columnOf(document: Document, at: number, key: KeyFacts): ColumnForm {
  const get = (name: string): unknown => document.getIn([...COLUMNS, at, name]);
  return {
    name: textOf(get('name')),
    source: textOf(get('physicalName')),
    type: textOf(get('logicalType')),
    isRequired: get('required') === true,
    isUnique: get('unique') === true,
    classification: textOf(get('classification')),
    isPersonal: isPersonal(document, [...COLUMNS, at]),
    inside: insideOf(document, [...COLUMNS, at]),
    isListSampled: hasSampledList(document, [...COLUMNS, at]),
    hasExamples: hasExamples(document, [...COLUMNS, at]),
    description: textOf(get('description')),
    limits: limitsOf(document, [...COLUMNS, at], key),
    checks: checksOf(document, [...COLUMNS, at]),
    examples: examplesOf(document, [...COLUMNS, at]),
  };
}

function textOf(value: unknown): string {
  return ['string', 'number', 'bigint'].includes(typeof value) ? String(value) : '';
}

function listOf(value: unknown): string {
  return isSeq(value)
    ? value.items.map((item) => textOf(isScalar(item) ? item.value : item)).join(', ')
    : textOf(value);
}

function periodOf(document: Document, property: string): Period {
  const at = placeOf(document, 'slaProperties', property);
  const path = ['slaProperties', at];
  return {
    value: textOf(document.getIn([...path, 'value'])),
    unit: textOf(document.getIn([...path, 'unit'])),
  };
}

const BAD_SHARE = 'weftBadShareMax';
const HUNDRED = 2;

/** The share as percent; a text that is no number stays as it is. */
function badShareOf(document: Document): string | null {
  const path = ['customProperties', indexOf(document, BAD_SHARE), 'value'];
  if (!document.hasIn(path)) return '';
  const node = document.getIn(path, true);
  if (!isScalar(node) || node.anchor !== undefined) return null;
  const { value, source } = node;
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  return plainDecimal(`${source ?? value}e${HUNDRED}`);
}

const SCOPE = 'weftDuplicateScope';

function scopeOf(document: Document): string {
  const said = textOf(document.getIn(['customProperties', indexOf(document, SCOPE), 'value']));
  return said === '' ? SCOPES[0] : said;
}

/** What is usual is not written down. */
export function putScope(document: Document, scope: string): void {
  putCustom(document, SCOPE, scope === SCOPES[0] ? '' : scope);
  const list = document.get('customProperties', true);
  if (isSeq(list) && list.items.length === 0) document.delete('customProperties');
}

export function putBadShare(document: Document, percent: string): void {
  const share = plainDecimal(`${percent}e-${HUNDRED}`);
  const value = share === null ? percent : Number(share);
  const path = ['customProperties', indexOf(document, BAD_SHARE)];
  if (percent === '') {
    if (document.hasIn(path)) document.deleteIn(path);
  } else if (document.hasIn(path)) {
    document.setIn([...path, 'value'], value);
    const node = document.getIn([...path, 'value'], true);
    if (isScalar(node) && share !== null) node.source = share;
  } else insert(document, 'customProperties', { property: BAD_SHARE, value });
}

/** Where a named entry of a list stands; one past its end where it does not. */
function placeOf(document: Document, list: string, property: string): number {
  const entries = document.get(list, true);
  if (!isSeq(entries)) return 0;
  const found = entries.items.findIndex(
    (entry) => isMap(entry) && (entry as YAMLMap).get('property') === property,
  );
  return found === -1 ? entries.items.length : found;
}

const indexOf = (document: Document, property: string): number =>
  placeOf(document, 'customProperties', property);

/** One change of the form in the text; the text itself where it cannot be read, or has no form. */
export function editDraft(
  text: string,
  edit: (document: Document) => void,
  filled: readonly string[] = [],
): string {
  const document = parseDraft(text);
  // Why forgotten: it is changed now, and says no more what the text says.
  lastRead = null;
  if (document === null || hasAnchors(document)) return text;
  edit(document);
  return withoutHints(document.toString({ lineWidth: 0, flowCollectionPadding: false }), filled);
}

/** Puts a value where one stands, and keeps its comment; nothing takes the place away. */
export function put(document: Document, path: Path, value: string | number | boolean): void {
  if (value === '' || value === false) document.deleteIn(path);
  else document.setIn(path, value);
}

export function putPeriod(document: Document, property: string, { value, unit }: Period): void {
  const path = ['slaProperties', placeOf(document, 'slaProperties', property)];
  if (value === '') {
    if (document.hasIn(path)) document.deleteIn(path);
    return;
  }
  const number = Number(value);
  const entry = {
    property,
    value: Number.isFinite(number) ? number : value,
    unit: unit === '' ? 'd' : unit,
  };
  if (!document.hasIn(path)) {
    insert(document, 'slaProperties', entry);
    return;
  }
  put(document, [...path, 'value'], entry.value);
  put(document, [...path, 'unit'], entry.unit);
}

export function putCustom(
  document: Document,
  property: string,
  value: string | readonly string[],
): void {
  const path = ['customProperties', indexOf(document, property)];
  if (value.length === 0) {
    if (document.hasIn(path)) document.deleteIn(path);
  } else if (document.hasIn(path)) document.setIn([...path, 'value'], document.createNode(value));
  else insert(document, 'customProperties', { property, value });
}

function insert(document: Document, list: string, entry: object): void {
  if (document.has(list)) document.addIn([list], document.createNode(entry));
  else document.set(list, document.createNode([entry]));
}

export function putColumn(document: Document, at: number, change: ColumnChange): void {
  const path = (name: string): Path => [...COLUMNS, at, name];
  if (change.name !== undefined && change.name !== '') {
    const before = textOf(document.getIn(path('name')));
    // Why: the file still calls it by its old name.
    if (!document.hasIn(path('physicalName'))) document.setIn(path('physicalName'), before);
    put(document, path('name'), change.name);
  }
  if (change.type !== undefined) {
    // Why a new node: its comment tells what the old type was inferred from.
    document.setIn(path('logicalType'), document.createNode(change.type));
    dropOldLimits(document, [...COLUMNS, at], change.type);
    const shown = change.type === 'number' ? decimalFor(change.shown ?? []) : null;
    put(document, path('physicalType'), shown ?? PHYSICAL[change.type] ?? '');
  }
  // Why written out: a column that need not have a value says so.
  if (change.isRequired !== undefined) document.setIn(path('required'), change.isRequired);
  if (change.isUnique !== undefined) put(document, path('unique'), change.isUnique);
  if (change.classification !== undefined)
    put(document, path('classification'), change.classification);
  if (typeof change.isPersonal === 'boolean')
    putPersonal(document, [...COLUMNS, at], change.isPersonal);
  if (protects(change)) takeOutValues(document, [...COLUMNS, at], change.keepsList);
  if (change.description !== undefined) put(document, path('description'), change.description);
  const { bound, ruled } = change.check ?? {};
  if (bound !== undefined) putBound(document, [...COLUMNS, at], bound.name, bound.value);
  if (ruled !== undefined) putRuled(document, [...COLUMNS, at], ruled.name, ruled.value);
}

/** Without the lines that asked for what is filled in now: of the document, or within it where a name begins with a space. */
function withoutHints(text: string, filled: readonly string[]): string {
  if (filled.length === 0) return text;
  const hints = filled.map((name) => {
    const indent = name.startsWith(' ') ? ' +' : '';
    return new RegExp(`^${indent}# COMPLETE (- \\{property: )?${name.trim()}\\b`);
  });
  const isHint = (line: string): boolean => hints.some((hint) => hint.test(line));
  return text
    .split('\n')
    .filter((line) => !isHint(line))
    .join('\n');
}

/** "a, b" as a list of names. */
export function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The known choices and what stands there, so that nothing is changed by being shown. */
export function withOwn(choices: readonly string[], own: string): string[] {
  return choices.includes(own) ? [...choices] : [own, ...choices];
}
