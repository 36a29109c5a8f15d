/**
 * Errors of the engine over rows, told in words that no cell value can be in.
 *
 * Not for a consumer's query (`query/engine-error.ts` has his words). Invariant: what parser, binder and catalog say, and
 * what storage says, is about names, texts of ours or of a contract, and files; every other kind of error arises while
 * rows are read, may quote one, and is replaced by a sentence that depends on the kind alone.
 */
import { WeftError } from './error.ts';

const WITHOUT_VALUES = new Set(['Parser', 'Binder', 'Catalog', 'IO', 'Permission']);

const LOST_KINDS = new Set(['INTERNAL', 'FATAL']);
const INVALIDATED = 'database has been invalidated';

const SENTENCES: Readonly<Record<string, string>> = {
  Conversion: 'a value could not be converted to another type',
  'Out of Range': 'a value went beyond the range of its type',
  'Invalid Input': 'a function was given a value that it cannot take',
  'Mismatch Type': 'types do not fit each other',
  'Not implemented': 'the engine does not support it',
  'Out of Memory': 'it needs more memory than it may use',
};

/** One line about `error` for reports that people without access to rows read. */
export function engineFault(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const kind = engineErrorKind(text);
  if (error instanceof WeftError || kind === '' || WITHOUT_VALUES.has(kind)) {
    return text.split('\n')[0] ?? text;
  }
  return SENTENCES[kind] ?? 'the engine could not carry it out';
}

/**
 * True when the engine may not be used again after what it said: after an error in its own inside DuckDB refuses everything that it
 * is asked, whoever asks.
 */
export function isLostText(message: string): boolean {
  return LOST_KINDS.has(engineErrorKind(message)) || message.includes(INVALIDATED);
}

/** `Conversion` of `Conversion Error: …`; empty when the text has no such head. */
export function engineErrorKind(message: string): string {
  return /^([A-Za-z ]{2,30}?) Error: /.exec(message)?.[1] ?? '';
}
