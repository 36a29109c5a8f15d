/**
 * Reads a contract: text to document to model, with everything that is wrong in it.
 *
 * Not what a mesh demands beyond the standard (`required.ts`), so that a contract of another tool can be read, shown
 * and completed. Invariant: a value is returned exactly when no diagnostic has severity `error`.
 */
import { type Checked, type Diagnostic, hasErrors } from '../lib/diagnostic.ts';
import { buildModel } from './build-model.ts';
import { createDiagnoser } from './diagnose.ts';
import { type ContractDocument, type DocumentFormat, readDocument } from './document.ts';
import type { ContractModel } from './model.ts';
import { checkProse } from './prose-check.ts';
import { checkOdcsSchema } from './schema-check.ts';
import { checkWeftProperties } from './weft-properties.ts';

export interface ReadContractOptions {
  file?: string | undefined;
  format?: DocumentFormat | undefined;
}

export interface Contract {
  document: ContractDocument;
  model: ContractModel;
}

/** Reads an ODCS 3.x contract in YAML or JSON. Diagnostics stand in the order of the text. */
export function readContract(text: string, options: ReadContractOptions = {}): Checked<Contract> {
  const read = readDocument(text, options);
  if (read.value === null) return { value: null, diagnostics: read.diagnostics };
  const document = read.value;
  const diagnoser = createDiagnoser(document);
  if (!checkOdcsSchema(document, diagnoser)) {
    return { value: null, diagnostics: inOrder(diagnoser.diagnostics) };
  }
  checkProse(document, diagnoser);
  checkWeftProperties(document, diagnoser);
  const model = buildModel(document, diagnoser);
  const diagnostics = inOrder(diagnoser.diagnostics);
  return { value: hasErrors(diagnostics) ? null : { document, model }, diagnostics };
}

function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
