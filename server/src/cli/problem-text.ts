/**
 * An error as a person reads it: what went wrong with its code, the places, what to do next.
 *
 * Not the document for programs: that is the problem itself. Invariant: no sentence is said twice, since the detail of a
 * problem often is the message of its only place.
 */
import type { ErrorPlace, ProblemDocument } from '@weft/core/lib/error';
import type { createColors } from 'picocolors';
import { withoutControls } from './table.ts';

type Place = ErrorPlace & { file?: string };
type Colors = ReturnType<typeof createColors>;

export function renderProblem(problem: ProblemDocument, colors: Colors): string {
  const [first = '', ...rest] = linesOf(problem.detail);
  const places = (problem.errors ?? [])
    .map((place) => (place.remedy === problem.remedy ? { ...place, remedy: '' } : place))
    .filter((place) => addsSomething(place, problem.detail));
  const lines = [
    `${colors.red('✗')} ${problem.title}: ${first} [${problem.code}]`,
    ...rest.map((line) => (line === '' ? '' : `  ${line}`)),
    ...places.map((place) => renderPlace(place, problem.detail)),
    ...linesOf(problem.remedy).map((line) => `  ${line}`),
  ];
  if (problem.instance !== undefined && problem.status >= 500)
    lines.push(`  Request ${problem.instance}`);
  return `${lines.join('\n')}\n`;
}

/** Text of the places that an error names, one a line: `file:line:column  message`. */
export function renderPlaces(places: readonly Place[]): string {
  return places.map((place) => renderPlace(place)).join('\n');
}

function renderPlace(place: Place, detail = ''): string {
  const where = [place.file, place.line, place.column]
    .filter((part) => part !== undefined)
    .join(':');
  const path = place.path === undefined || place.path === '' ? '' : ` (${place.path})`;
  const remedy = linesOf(place.remedy ?? '').map((line) => `\n      ${line}`);
  if (detail.includes(place.message) && place.file === undefined)
    return `  at ${where === '' ? path.trim() : `${where}${path}`}${remedy.join('')}`;
  const message = linesOf(place.message).join('\n      ');
  return `  ${where === '' ? '' : `${where}  `}${message}${path}${remedy.join('')}`;
}

function addsSomething(place: Place, detail: string): boolean {
  if (place.remedy !== undefined && place.remedy !== '') return true;
  if (!detail.includes(place.message)) return true;
  return place.line !== undefined && !detail.includes(`line ${place.line}`);
}

/** Lines of a text, safe for a terminal; none for an empty one. */
function linesOf(text: string): string[] {
  return text.trimEnd() === '' ? [] : text.trimEnd().split(/\r?\n/).map(withoutControls);
}
