/**
 * What to do about a problem, for who reads a page: the mesh says it for the command line and for programs, too.
 *
 * Not for what a place knows better itself. A remedy that names a command or a file of the documentation is replaced by what the
 * page has for its code, or left out.
 */
import { REMEDIES } from './words.ts';

/** Commands, their options, files of the documentation, and what only a program can read. */
const FOR_PROGRAMS =
  /`weft |\bweft [a-z]|(^|\s)--[a-z]|\bdocs\/|\/openapi\.json|\/readyz|Retry-After|\bWEFT_|\bHEAD\b|in the configuration|use a subject/;

/** A part behind a colon or semicolon that begins with one of them. */
const CLAUSE = /[:;] (?:`?weft |docs\/|\/[a-z])[^;]*/g;

/** Undefined where nothing can be done in the page. */
export function remedyHere(
  code: string | undefined,
  remedy: string | undefined,
): string | undefined {
  if (remedy === undefined || remedy === '') return undefined;
  if (!FOR_PROGRAMS.test(remedy)) return remedy;
  const cut = remedy.replaceAll(CLAUSE, '');
  return FOR_PROGRAMS.test(cut) ? REMEDIES[code ?? ''] : cut.replace(/[.]?$/, '.');
}
