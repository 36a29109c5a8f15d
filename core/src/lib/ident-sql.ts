/**
 * The one place that quotes SQL identifiers and literals. Valid for DuckDB, PostgreSQL and Trino alike.
 *
 * Not a query builder. Invariant: the result is one token, whatever the text; a NUL byte is refused, since some engines
 * end the text there.
 */
import { assert } from './assert.ts';

/** `"name"` with inner quotes doubled. */
export function quoteIdent(name: string): string {
  assert(!name.includes('\0'), 'identifier holds a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'text'` with inner quotes doubled; no backslash escapes, as in standard SQL. */
export function quoteText(text: string): string {
  assert(!text.includes('\0'), 'SQL text holds a NUL character');
  return `'${text.replaceAll("'", "''")}'`;
}

/** `['a', 'b']`, a DuckDB list of texts. */
export function quoteTextList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}
