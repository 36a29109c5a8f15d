/**
 * A set of a policy as a form, and the form as the set that the policy declares.
 *
 * Keys are written one a line, so that a key may hold a comma. A field of a set that this form does not know comes through a
 * change unharmed, and a set that the form could not give back as it is has none.
 */
import { SET_KEY_TYPES, SET_NAME, type SetKeyType } from '@weft/core/lib/set-declaration';
import { type Kept, useKept } from '../../../components/use-kept.ts';
import type { PolicyContent } from '../policy-queries.ts';
import { words } from '../words-sets.ts';

export type Sets = PolicyContent['sets'];
export type DeclaredSet = Sets[string];

/** Read from a product, written down for everybody, or written down for each reader. */
export const SET_KINDS = ['read', 'everybody', 'each'] as const;
export type SetKind = (typeof SET_KINDS)[number];

export interface ReaderKeys {
  reader: string;
  /** One a line. */
  keys: string;
}

export interface SetForm {
  name: string;
  kind: SetKind;
  /** Type of the keys. */
  type: SetKeyType;
  from: string;
  key: string;
  subject: string;
  where: string;
  purpose: string;
  /** Of everybody, one a line. */
  keys: string;
  readers: ReaderKeys[];
}

export const BLANK_SET: SetForm = {
  ...{ name: '', kind: 'read', type: 'string' },
  ...{ from: '', key: '', subject: '', where: '', purpose: '' },
  keys: '',
  readers: [{ reader: '', keys: '' }],
};

/** Null for a set that a form would change by being opened alone: a key with a space at its end, or with a line of its own. */
export function faithfulForm(name: string, set: DeclaredSet): SetForm | null {
  const form = formOf(name, set);
  const back = declarationOf(form, set);
  return sameJson(back, { ...BLANK_DECLARATION, ...set }) ? form : null;
}

const BLANK_DECLARATION = declarationOf(BLANK_SET);

/** Whatever the order of fields. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).map(([name, part]) => [name, ordered(part)] as const);
  return fields.sort(([a], [b]) => (a < b ? -1 : 1));
}

function formOf(name: string, set: DeclaredSet): SetForm {
  const text = (field: string): string => (typeof set[field] === 'string' ? set[field] : '');
  const values = set['values'] ?? null;
  const read = {
    ...{ from: text('from'), key: text('key'), subject: text('subject') },
    ...{ where: text('where'), purpose: text('purpose') },
  };
  const type = SET_KEY_TYPES.find((one) => one === set['keys']) ?? 'string';
  const whole = { ...BLANK_SET, ...read, name, type };
  if (values === null) return whole;
  if (Array.isArray(values)) return { ...whole, kind: 'everybody', keys: toLines(values) };
  const readers = Object.entries(values as Record<string, string[]>).map(([reader, keys]) => ({
    reader,
    keys: toLines(keys),
  }));
  return { ...whole, kind: 'each', readers: readers.length === 0 ? BLANK_SET.readers : readers };
}

/** As the policy declares it, over what it was. */
export function declarationOf(form: SetForm, before: DeclaredSet = {}): DeclaredSet {
  const { kind, type } = form;
  const text = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  const none = { from: null, key: null, subject: null, where: null, purpose: null };
  if (kind !== 'read') return { ...before, ...none, keys: type, values: writtenKeys(form) };
  const { from, key, subject, where, purpose } = form;
  return {
    ...before,
    ...{ keys: type, from: text(from), key: text(key), subject: text(subject) },
    ...{ where: text(where), purpose: text(purpose), values: null },
  };
}

function writtenKeys({ kind, keys, readers }: SetForm): string[] | Record<string, string[]> {
  if (kind === 'everybody') return toKeys(keys);
  // Why a null prototype: a reader may be called "__proto__".
  const all: Record<string, string[]> = Object.create(null);
  for (const { reader, keys: own } of readers) all[reader.trim()] = toKeys(own);
  return all;
}

const toLines = (keys: readonly string[]): string => keys.join('\n');

const toKeys = (lines: string): string[] => [
  ...new Set(lines.split('\n').flatMap((line) => line.trim() || [])),
];

/** What is still to be said, as a sentence; null when the form is whole. */
export function missingIn(form: SetForm, others: readonly string[]): string | null {
  const { name, kind, from, key, purpose, readers } = form;
  if (!SET_NAME.test(name)) return words.nameSet;
  if (others.includes(name)) return words.isTaken(name);
  if (kind === 'read') {
    if (from.trim() === '') return words.sayFrom;
    if (key.trim() === '') return words.sayKey;
    return purpose.trim() === '' ? words.sayPurpose : null;
  }
  if (kind === 'everybody') return toKeys(form.keys).length === 0 ? words.writeKeys : null;
  const ids = readers.map(({ reader }) => reader.trim());
  if (ids.length === 0 || ids.some((id) => id === '' || id === '__proto__'))
    return words.nameReader;
  return new Set(ids).size === ids.length ? null : words.readerTwice;
}

export interface OpenSet {
  /** What the set was called when it was opened; null for a new one. */
  begun: string | null;
  form: SetForm;
}

/** The set that is open as a form: kept in the tab of who writes it, until it is used or left. */
export const useOpenSet = (product: string): Kept<OpenSet> => useKept(`set:${product}`, isOpenSet);

function isOpenSet(value: unknown): value is OpenSet {
  if (typeof value !== 'object' || value === null) return false;
  const { begun, form } = value as Partial<OpenSet>;
  return (begun === null || typeof begun === 'string') && isForm(form);
}

function isForm(value: unknown): value is SetForm {
  if (typeof value !== 'object' || value === null) return false;
  const form = value as Partial<SetForm>;
  const texts = ['name', 'from', 'key', 'subject', 'where', 'purpose', 'keys'] as const;
  return (
    texts.every((field) => typeof form[field] === 'string') &&
    SET_KINDS.some((kind) => kind === form.kind) &&
    SET_KEY_TYPES.some((type) => type === form.type) &&
    Array.isArray(form.readers)
  );
}
