/**
 * Diagnostics: what is wrong with a document, with the place and the remedy. They are returned, never thrown.
 *
 * Not for operating errors (`error.ts`). Lines and columns count from 1; `path` is a JSON path such as
 * `$.schema[0].properties[2].required`, resolvable in the document that was read.
 */
export type Severity = 'error' | 'warning' | 'info';

export interface Diagnostic {
  code: string;
  severity: Severity;
  message: string;
  path: string;
  line: number;
  column: number;
  remedy: string;
  file?: string;
}

/** A value read from a document (null when nothing usable could be read) and all that was noticed. */
export interface Checked<T> {
  value: T | null;
  diagnostics: Diagnostic[];
}

/** True when a diagnostic of severity `error` is among them. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}
