/**
 * What the options of a text column promise and no engine can hold, and formats of times that no reader takes: told before a version is frozen with it.
 *
 * Not the checks themselves (`compile/property-checks.ts`).
 */
import { FORMAT_PATTERNS } from '../lib/formats.ts';
import { translatePattern } from '../lib/pattern-re2.ts';
import { textFormat } from './compile/property-checks.ts';
import type { Diagnoser } from './diagnose.ts';
import type { DocumentPath } from './document-path.ts';
import { nearestName, say } from './schema-check.ts';

/** Formats of ODCS and JSON Schema that say how a value is to be handled, or are known and not checked. */
const INFORMING = new Set(['password', 'byte', 'binary', 'hostname', 'ipv4', 'ipv6', 'duration']);

/** What readers take, as patterns of the JDK, in which ODCS writes formats of dates and times: of offsets `Z` and hours with minutes. */
const READ_FORMATS = [
  /^[yu]{4}-MM-dd$/,
  /^HH:mm:ss(?:\.S{1,6})?$/,
  /^[yu]{4}-MM-dd(?:'T'|T| )HH:mm:ss(?:\.S{1,6})?(?:'Z'|Z|X{3})?$/,
];

/** Warns of a format of dates or times that no reader takes: every value in it would be refused. */
export function checkTimeFormat(
  format: string | null,
  path: DocumentPath,
  diagnoser: Diagnoser,
): void {
  // Why any of them: in older documents the format says whether a `date` has a time.
  if (format === null || READ_FORMATS.some((read) => read.test(format))) return;
  const message = `values are not read in the format ${say(format)}, so each one in it is refused`;
  diagnoser.add('FORMAT_NOT_READ', [...path, 'format'], message);
}

/** `pattern` is a regular expression of ECMA-262, or null; `path` is that of the options. */
export function checkTextOptions(
  { pattern, format }: { pattern: string | null; format: string | null },
  path: DocumentPath,
  diagnoser: Diagnoser,
): void {
  const problem = pattern === null ? null : translatePattern(pattern).problem;
  if (problem !== null) {
    const message = `the pattern ${problem}, so it cannot be checked and each batch would be held`;
    diagnoser.add('PATTERN_NOT_RUN', [...path, 'pattern'], message);
  }
  if (format === null || textFormat(format) !== null || INFORMING.has(format.toLowerCase())) return;
  const message = `${say(format)} is no format that is checked, so it only informs`;
  const meant = nearestName(format, Object.keys(FORMAT_PATTERNS));
  // Why louder: whoever wrote it meant a promise, and none would be kept.
  const slip = { severity: 'warning', remedy: `Did you mean \`${meant}\`?` } as const;
  diagnoser.add('FORMAT_NOT_RUN', [...path, 'format'], message, meant === null ? {} : slip);
}
