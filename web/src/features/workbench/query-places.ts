/**
 * Where in the text of a query a problem lies, from whatever the problem says of it.
 */
import type { ProblemDocument } from '../../api/problem.ts';
import type { EditorDiagnostic } from '../../components/editor/Editor.tsx';
import { placeOfName } from '../../lib/sql-text.ts';

export function placesOf(problem: ProblemDocument, sql: string): EditorDiagnostic[] {
  const { errors = [], remedy } = problem;
  const message = headOf(problem.detail);
  const told = errors.flatMap(({ line, column, message: text }) =>
    line === undefined
      ? []
      : [{ line, ...(column === undefined ? {} : { column }), message: text }],
  );
  if (told.length > 0) return told;
  const place = caretPlace(problem.detail, sql) ?? namedPlace(problem.detail, sql);
  return place === null ? [] : [{ ...place, message, ...(remedy === undefined ? {} : { remedy }) }];
}

/** What the engine says before it draws the place. */
export const headOf = (detail: string): string =>
  (detail.split(/\n\s*LINE \d+:/)[0] ?? detail).trim();

/** The engine quotes a line, which it may have cut at both ends, and puts a caret under the place. */
function caretPlace(detail: string, sql: string): { line: number; column: number } | null {
  const found = /\nLINE (\d+): (.*)\n( *)\^/.exec(detail);
  if (found === null) return null;
  const [, number = '1', quoted = '', spaces = ''] = found;
  const line = Number(number);
  const at = spaces.length - `LINE ${number}: `.length;
  const isCut = quoted.startsWith('...');
  const shown = quoted.replace(/^\.\.\./, '').replace(/\.\.\.$/, '');
  const text = sql.split('\n')[line - 1] ?? '';
  const start = isCut ? text.indexOf(shown) - 3 : 0;
  return { line, column: Math.max(1, start + at + 1) };
}

/** A column or product that the problem names. */
function namedPlace(detail: string, sql: string): { line: number; column: number } | null {
  const column = /column "([^"]+)"/i.exec(detail)?.[1];
  if (column !== undefined) return placeOfName(sql, column);
  const product = /\b[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*)/.exec(detail)?.[1];
  return product === undefined ? null : placeOfName(sql, product);
}
