/**
 * What the options of a text column promise and no engine can hold: told before a version is frozen with it.
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
