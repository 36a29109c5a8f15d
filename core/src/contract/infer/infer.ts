/**
 * Drafts a contract from a sample: types, keys, bounds, formats, classification and rhythm, each with its evidence.
 *
 * Not a promise: a person completes and reviews it, and what only a person can know is left out and marked.
 * Invariants: the text is valid ODCS 3.1.0; the same sample and options give the same bytes; no clock is read.
 */
import { must } from '../../lib/assert.ts';
import type { Diagnostic } from '../../lib/diagnostic.ts';
import { WeftError } from '../../lib/error.ts';
import { typeName } from '../data-type.ts';
import type { ContractModel } from '../model.ts';
import { suggestName } from '../names.ts';
import type { CsvDialect } from '../plan.ts';
import { readContract } from '../read.ts';
import { type ColumnDraft, draftColumn } from './draft-column.ts';
import type { ForeignForm } from './foreign-form.ts';
import { type FrequencyGuess, guessFrequency } from './frequency.ts';
import { countRepeats, findKey, IDENTIFIER_WEIGHT, isUnique, keyWeight } from './keys.ts';
import { guessNullText, type NullTextGuess } from './null-text.ts';
import { profileColumns, type ValueCounts } from './profile.ts';
import type { InferSource } from './source.ts';
import { type ContractDraft, writeContract } from './write-contract.ts';

export interface InferOptions {
  domain?: string;
  /** Product name; the sample's file name otherwise. */
  product?: string;
  /** Contract id; `domain-product` otherwise. */
  id?: string;
  /** User name of the owner. */
  owner?: string | null;
  /** Time of creation, in milliseconds since the epoch; none is written when left out. */
  now?: number;
}

export interface ColumnEvidence {
  name: string;
  sourceName: string;
  type: string;
  rows: number;
  empty: number;
  distinct: number;
  /** Values that the draft's own type, format or pattern refuses. */
  misfits: number;
  personal: string | null;
  /** Numbers or dates in a form that is text. */
  foreign: ForeignForm | null;
}

export interface InferEvidence {
  rows: number;
  truncated: boolean;
  /** Records that could not be read. */
  faults: number;
  columns: ColumnEvidence[];
  key: string[];
  frequency: string | null;
}

export interface InferredContract {
  text: string;
  evidence: InferEvidence;
  /** The draft as read back, and what reading noticed; null only if reading refuses it. */
  model: ContractModel | null;
  diagnostics: Diagnostic[];
}

/** Drafts a contract. Throws WeftError REQUEST_INVALID for a sample without columns or records. */
export function inferContract(source: InferSource, options: InferOptions = {}): InferredContract {
  if (source.columns.length === 0 || source.rows.length === 0) {
    throw new WeftError('REQUEST_INVALID', 'the sample has no record that could be read', {
      remedy: 'Give a CSV, NDJSON, JSON, Parquet or Avro file with at least one record.',
    });
  }
  const whole = profileColumns(source, '');
  const nullText = source.format === 'csv' ? guessNullText(whole) : null;
  const profiles = nullText === null ? whole : profileColumns(source, nullText.text);
  const names = weftNames(source.columns);
  const columns = profiles.map((profile, i) => draftColumn(must(names[i], 'name'), profile));
  const draft = draftContract(source, columns, { ...options, nullText });
  const text = writeContract(draft);
  const { value, diagnostics } = readContract(text);
  return {
    text,
    evidence: evidenceOf(source, draft),
    model: value?.model ?? null,
    diagnostics,
  };
}

/** Valid and distinct Weft names of the file's columns, in order. */
export function weftNames(columns: readonly string[]): string[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const base = suggestName(column);
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base.slice(0, 63 - `_${n}`.length)}_${n}`;
    taken.add(name);
    return name;
  });
}

function draftContract(
  source: InferSource,
  columns: ColumnDraft[],
  options: InferOptions & { nullText: NullTextGuess | null },
): ContractDraft {
  const product = options.product ?? productName(source.name);
  const key = keyOf(columns);
  return {
    id: options.id ?? [options.domain, product].filter((part) => part !== undefined).join('-'),
    name: title(product),
    domain: options.domain ?? null,
    product,
    owner: options.owner ?? null,
    sample: source.name,
    createdAt: options.now === undefined ? null : new Date(options.now).toISOString(),
    rows: source.rows.length,
    truncated: source.truncated,
    faults: source.faults.length,
    misfits: columns.reduce((sum, column) => sum + misfitRows(column), 0),
    columns,
    key,
    unique: uniqueIdentifiers(columns, key),
    repeats: key.length > 0 ? 0 : countRepeats(columns.map((column) => column.profile)),
    granularity: granularityOf(key.map((i) => must(columns[i], 'key column'))),
    frequency: frequencyOf(columns),
    csv: csvDifference(source.csv),
    nullText: options.nullText,
  };
}

/** Rows whose value the draft refuses. */
function misfitRows({ profile, accepted }: ColumnDraft): number {
  return profile.filled - accepted.filled;
}

function productName(file: string | null): string {
  return suggestName(
    (file ?? 'product').replace(/\.(gz|csv|tsv|txt|json|ndjson|jsonl|parquet)\b/gi, ''),
  );
}

function title(product: string): string {
  const words = product.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function keyOf(columns: readonly ColumnDraft[]): number[] {
  const found = findKey(
    columns.map((column) => ({
      profile: column.profile,
      weight: isProse(column) ? -1 : keyWeight(column.name, isMeasure(column)),
    })),
  );
  return found?.columns ?? [];
}

/** Texts that people write: two of them may be equal tomorrow, whatever the sample says. */
const PROSE_LENGTH = 40;

function isProse({ name, profile, length }: ColumnDraft): boolean {
  const isNamed = keyWeight(name, false) >= IDENTIFIER_WEIGHT;
  return !isNamed && profile.kind !== 'nested' && (length?.max ?? 0) > PROSE_LENGTH;
}

function isMeasure({ type, foreign }: ColumnDraft): boolean {
  if (foreign === 'decimalComma' || foreign === 'thousands') return true;
  const isExactId = type.kind === 'decimal' && type.scale === 0;
  return (
    ['double', 'decimal', 'boolean', 'struct', 'list', 'map'].includes(type.kind) && !isExactId
  );
}

function uniqueIdentifiers(columns: readonly ColumnDraft[], key: readonly number[]): number[] {
  return columns.flatMap((column, i) => {
    const isIdentifier =
      keyWeight(column.name, isMeasure(column)) >= IDENTIFIER_WEIGHT ||
      ['uuid', 'email', 'gtin'].includes(column.format?.value ?? '');
    return isIdentifier && isUnique(column.profile) && !(key.length === 1 && key[0] === i)
      ? [i]
      : [];
  });
}

/** `basket_id` and `product_id` give `basket × product`. */
function granularityOf(key: readonly ColumnDraft[]): ContractDraft['granularity'] {
  if (key.length === 0) return null;
  const levels = key.map(({ name, type }) => {
    if (type.kind === 'date') return 'day';
    if (type.kind === 'timestamp' || type.kind === 'timestamptz') return 'instant';
    return name.replace(/_(id|key|no|nr|num|number|code|uuid)$/, '');
  });
  const distinct = [...new Set(levels)];
  const words = distinct.map((level) => level.replaceAll('_', ' '));
  return {
    level: distinct.join(' × '),
    sentence: `One row per ${words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words[0]}`,
  };
}

/** The rhythm of the temporal column with the most days; birth dates say nothing of deliveries. */
function frequencyOf(columns: readonly ColumnDraft[]): FrequencyGuess | null {
  const temporal = columns.filter(
    ({ type, personal }) =>
      ['date', 'timestamp', 'timestamptz'].includes(type.kind) && personal === null,
  );
  const days = ({ values }: ValueCounts) => new Set(values.map((v) => v.slice(0, 10))).size;
  const best = temporal
    .map((column) => ({ column, days: days(column.accepted) }))
    .sort((a, b) => b.days - a.days || a.column.profile.index - b.column.profile.index)[0];
  if (best === undefined) return null;
  const { sourceName, accepted } = best.column;
  const isOfPersons = columns.some(({ personal }) => personal !== null);
  return guessFrequency({ sourceName, values: accepted.values }, { isOfPersons });
}

function csvDifference(csv: CsvDialect | undefined): Partial<CsvDialect> {
  return {
    ...(csv === undefined || csv.delimiter === ',' ? {} : { delimiter: csv.delimiter }),
    ...(csv === undefined || csv.encoding === 'utf-8' ? {} : { encoding: csv.encoding }),
    ...(csv === undefined || csv.header ? {} : { header: false }),
  };
}

function evidenceOf(source: InferSource, draft: ContractDraft): InferEvidence {
  return {
    rows: source.rows.length,
    truncated: source.truncated,
    faults: source.faults.length,
    columns: draft.columns.map((column) => ({
      name: column.name,
      sourceName: column.sourceName,
      type: typeName(column.type),
      rows: column.profile.rows,
      empty: column.profile.rows - column.profile.filled,
      distinct: column.profile.values.length,
      misfits: misfitRows(column),
      personal: column.personal?.reason ?? null,
      foreign: column.foreign,
    })),
    key: draft.key.map((i) => must(draft.columns[i], 'key column').name),
    frequency: draft.frequency?.evidence ?? null,
  };
}
