/**
 * Collects diagnostics with their places: the one way in which the rooms of a contract report what is wrong.
 *
 * Not a judge: severity comes from the catalogue unless the caller lowers it.
 */
import type { Diagnostic, Severity } from '../lib/diagnostic.ts';
import { DIAGNOSTIC_CATALOG, type DiagnosticCode } from './diagnostic-catalog.ts';
import type { ContractDocument } from './document.ts';
import { type DocumentPath, formatPath } from './document-path.ts';

export interface DiagnoseOptions {
  remedy?: string;
  severity?: Severity;
  /** Point at the key that ends the path instead of its value. */
  atKey?: boolean;
}

export interface Diagnoser {
  readonly diagnostics: Diagnostic[];
  add(code: DiagnosticCode, path: DocumentPath, message: string, options?: DiagnoseOptions): void;
}

/** A collector whose places are those of `document`. */
export function createDiagnoser(document: ContractDocument): Diagnoser {
  const diagnostics: Diagnostic[] = [];
  return {
    diagnostics,
    add(code, path, message, options = {}) {
      const entry = DIAGNOSTIC_CATALOG[code];
      const place = options.atKey === true ? document.locateKey(path) : document.locate(path);
      diagnostics.push({
        code,
        severity: options.severity ?? entry.severity,
        message,
        path: formatPath(path),
        ...place,
        remedy: options.remedy ?? entry.remedy,
        ...(document.file === null ? {} : { file: document.file }),
      });
    },
  };
}
