/**
 * Lossless edits of a document: each gives a new text that differs from the old one in a single range.
 */

import { AssertionError } from '../lib/assert.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { Checked } from '../lib/diagnostic.ts';
import type { ParsedSource } from './document.ts';
import type { DocumentPath } from './document-path.ts';

export function editSet(_s: ParsedSource, _p: DocumentPath, _v: Json): Checked<string> {
  throw new AssertionError('pending');
}
export function editRemove(_s: ParsedSource, _p: DocumentPath): Checked<string> {
  throw new AssertionError('pending');
}
export function editAppend(_s: ParsedSource, _p: DocumentPath, _v: Json): Checked<string> {
  throw new AssertionError('pending');
}
