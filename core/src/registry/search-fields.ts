/**
 * The fields of `--where` over products: their names, their types and how a literal of each type is read.
 *
 * Not the grammar (`lib/expression.ts`), not the evaluation (`search-eval.ts`), not the SQL (server's `control-search`).
 * Source: the list in docs/expressions.md. Invariant: every literal is read here, once, so that the evaluator and the
 * store compare the very same values.
 */
import { CLASSIFICATION_ORDER } from '../contract/compile/search-facets.ts';
import { parseDuration } from '../lib/duration.ts';
import type { ExpressionField } from '../lib/expression.ts';
import { type GranularityOrder, parseGranularity, TIME_ORDER } from './granularity.ts';

export const FIELD_KINDS = [
  'text',
  'list',
  'number',
  'percentage',
  'duration',
  'size',
  'semver',
  'boolean',
  'classification',
  'granularity',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

interface FieldEntry {
  kind: FieldKind;
  /** Whether the field takes a name in parentheses. */
  argument: boolean;
  help: string;
}

function field(kind: FieldKind, help: string): FieldEntry {
  return { kind, argument: false, help };
}

function fieldOf(kind: FieldKind, help: string): FieldEntry {
  return { kind, argument: true, help };
}

export const SEARCH_FIELDS = {
  domain: field('text', 'domain of the product'),
  name: field('text', 'name inside the domain'),
  title: field('text', 'title of the product'),
  owner: field('list', 'owners of the domain and of the product'),
  tag: field('list', 'tags of product, contract, objects and columns'),
  term: field('list', 'business names and synonyms of columns and of places inside them'),
  status: field('text', 'active or retired'),
  state: field('text', 'kept, close or missed: the worst of what the product promises'),
  version: field('semver', 'newest contract version'),
  purpose: field('list', 'purposes that the contract allows'),
  classification: field('classification', 'highest classification of a column'),
  granularity: field('granularity', 'what one row is; less is finer'),
  frequency: field('duration', 'promised time between batches'),
  retention: field('duration', 'promised history'),
  region: field('text', 'where the data is held'),
  licence: field('text', 'terms of use'),
  price: field('text', 'free or priced, where the contract names a price'),
  column: field('list', 'names of columns, and of places inside them: `has "lines.items.qty"`'),
  'column()': fieldOf('text', 'type of the named column or place'),
  'column().type': fieldOf('text', 'type of the named column or place'),
  'promise.freshness': field(
    'duration',
    'promised age of the newest data: freshness where stated, else latency',
  ),
  'promise.latency': field('duration', 'promised time from event to readable'),
  'promise.availability': field('percentage', 'promised availability'),
  'promise.retention': field('duration', 'promised history'),
  'promise.rule()': fieldOf('boolean', 'whether the contract promises the named quality rule'),
  'measured.rows': field('number', 'rows at the last batch'),
  'measured.bytes': field('size', 'size of the data files'),
  'measured.freshness': field('duration', 'age of the newest batch'),
  'measured.pass_rate': field(
    'percentage',
    'records that are good, at first or repaired, over all that were sent',
  ),
  'measured.nulls()': fieldOf(
    'percentage',
    'share of NULL in the named column, or field of structs (`address.zip`)',
  ),
  'measured.distinct()': fieldOf('number', 'distinct values of the named column'),
  'measured.batches': field('number', 'committed batches'),
  'measured.consumers': field('number', 'subjects with an active agreement'),
} as const satisfies Record<string, FieldEntry>;

export type FieldKey = keyof typeof SEARCH_FIELDS;

/** A field of an expression, resolved. */
export interface SearchField {
  key: FieldKey;
  kind: FieldKind;
  argument: string | null;
}

/** The orders that a mesh declares. */
export interface MeshOrders {
  /** Lowest first. */
  classification: readonly string[];
  granularity: GranularityOrder;
}

export const DEFAULT_ORDERS: MeshOrders = {
  classification: CLASSIFICATION_ORDER,
  granularity: TIME_ORDER,
};

/** The field that is meant, or null when there is none of that name and form. */
export function resolveField(source: ExpressionField): SearchField | null {
  const parts = source.path.map((part, i) =>
    source.argument !== null && source.argumentOf === i
      ? `${part.toLowerCase()}()`
      : part.toLowerCase(),
  );
  const key = parts.join('.');
  if (!Object.hasOwn(SEARCH_FIELDS, key)) return null;
  const entry: FieldEntry = SEARCH_FIELDS[key as FieldKey];
  return { key: key as FieldKey, kind: entry.kind, argument: source.argument };
}

/** A literal, read: numbers for all measures, [major, minor, patch, release] for versions. */
export type SearchValue = string | number | boolean | number[];

/** Reads a literal of a kind; null when it is not one. Percentages are 0 to 1, durations seconds, sizes bytes. */
export function readSearchValue(
  kind: FieldKind,
  text: string,
  orders: MeshOrders,
): SearchValue | null {
  switch (kind) {
    case 'text':
    case 'list':
      return text;
    case 'number':
      return readNumber(text);
    case 'percentage':
      return readPercentage(text);
    case 'duration':
      return parseDuration(text.toUpperCase());
    case 'size':
      return readSize(text);
    case 'semver':
      return readSemver(text);
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : null;
    case 'classification':
      return orders.classification.includes(text.toLowerCase()) ? text.toLowerCase() : null;
    case 'granularity':
      return parseGranularity(text, orders.granularity) === null ? null : text;
  }
}

/** What a literal of the kind looks like, for the message of an error. */
export function describeKind(kind: FieldKind, orders: MeshOrders): string {
  const words: Record<FieldKind, string> = {
    text: 'text',
    list: 'text',
    number: 'a number such as 1000',
    percentage: 'a percentage such as 99.9% or 0.999',
    duration: 'a duration such as PT15M or P1D',
    size: 'a size such as 500MB or 2GiB',
    semver: 'a version such as 1.2.0',
    boolean: 'true or false',
    classification: `one of ${orders.classification.join(', ')}`,
    granularity: 'levels such as "store × day"',
  };
  return words[kind];
}

function readNumber(text: string): number | null {
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function readPercentage(text: string): number | null {
  if (!text.endsWith('%')) {
    // Why not above 1: whoever writes 99.9 means 99.9%, and 9990% would silently match nothing.
    const share = readNumber(text);
    return share === null || share > 1 ? null : share;
  }
  const number = text.slice(0, -1);
  // Why not / 100: 99.9 / 100 is not the number that 0.999 reads as.
  return readNumber(number) === null || /e/i.test(number) ? null : Number(`${number}e-2`);
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function readSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text);
  const factor = SIZE_UNITS[(match?.[2] ?? '-').toLowerCase()];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}

/** [major, minor, patch, release]: `1` is 1.0.0; a pre-release (release 0) is before its release (1). */
export function readSemver(text: string): number[] | null {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?(\+.*)?$/.exec(text);
  if (match === null) return null;
  const numbers = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return [...numbers, match[4] === undefined ? 1 : 0];
}
