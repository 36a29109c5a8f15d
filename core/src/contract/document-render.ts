/**
 * Values as YAML text, for edits: two spaces per level, plain scalars where every YAML reader agrees on them.
 *
 * Invariant: what is written is read back as the same value by YAML 1.2 and, for scalars, by YAML 1.1 readers too.
 */
import { Scalar } from 'yaml';
import type { Json } from '../lib/canonical-json.ts';

/** Words that some YAML version reads as something else than text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z_][\w ./@+-]*$/;
const SEMVER = /^\d+\.\d+\.\d+$/;

/** A scalar (or empty collection) in the style of the one that it replaces. */
export function scalarText(value: Json, style?: string): string {
  if (typeof value === 'string') return stringText(value, style);
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return '[]';
  return typeof value === 'object' && value !== null ? '{}' : String(value);
}

function stringText(text: string, style?: string): string {
  const isLine = !/[\r\n\t\p{Cc}\u2028\u2029\ufeff]/u.test(text);
  if (style === Scalar.QUOTE_SINGLE && isLine) return `'${text.replaceAll("'", "''")}'`;
  if (style === Scalar.QUOTE_DOUBLE) return quoted(text);
  const isPlain =
    (PLAIN.test(text) && !WORDS.test(text) && !text.endsWith(' ')) || SEMVER.test(text);
  return isPlain ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value inside `{}` or `[]`. */
export function flowText(value: Json, format: 'yaml' | 'json'): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, format)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${flowText(key, format)}: ${flowText(item, format)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return format === 'json' ? JSON.stringify(value) : scalarText(value);
}

/** A list or mapping as indented lines, without a line break at the end. */
export function blockText(value: Json, indent: number, lineBreak: string): string {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      isNested(item)
        ? `${pad}- ${blockText(item, indent + 2, lineBreak).trimStart()}`
        : `${pad}- ${scalarText(item)}`,
    );
    return items.join(lineBreak);
  }
  const lines = Object.entries(value ?? {}).map(([key, item]) =>
    isNested(item)
      ? `${pad}${scalarText(key)}:${lineBreak}${blockText(item, indent + 2, lineBreak)}`
      : `${pad}${scalarText(key)}: ${scalarText(item)}`,
  );
  return lines.join(lineBreak);
}

function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
