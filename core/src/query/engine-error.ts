/**
 * Errors of the engine, told so that no cell value can be in them.
 *
 * What parser, binder and catalog say is about the consumer's own text and the names that he may see: it is passed on.
 * Everything that arises while rows are read (conversion, overflow, invalid input) may quote a cell and is replaced by a
 * sentence that depends on the kind of error alone. Not here: who logs the full text.
 */
import { engineErrorKind } from '../lib/engine-fault.ts';
import { WeftError } from '../lib/error.ts';

const ABOUT_THE_TEXT = new Set(['Parser', 'Binder', 'Catalog']);

const SENTENCES: Readonly<Record<string, string>> = {
  Conversion:
    'A value could not be converted to the type that the query asks for; try_cast gives NULL instead.',
  'Out of Range': 'A value went beyond the range of its type.',
  'Invalid Input': 'A function was given a value that it cannot take.',
  'Mismatch Type': 'Types do not fit each other.',
  'Not implemented': 'The engine does not support this.',
  Permission: 'The query needs something that is not allowed here.',
  IO: 'The query needs something that is not allowed here.',
};

/** What the engine said, without anything that could be a value. */
export class EngineProblem extends Error {}

/**
 * The error for the consumer. `message` is the engine's text, such as `Conversion Error: …`; redacted, it is the cause, for
 * the owners of what was asked.
 */
export function consumerError(message: string): WeftError {
  const cause = new EngineProblem(redactError(message));
  const kind = engineErrorKind(message);
  if (kind === 'Out of Memory') {
    return new WeftError('QUERY_LIMIT', 'The query needs more memory than it may use.', { cause });
  }
  if (ABOUT_THE_TEXT.has(kind)) return new WeftError('QUERY_FAILED', tidy(message), { cause });
  if (kind === 'Permission' || kind === 'IO') {
    return new WeftError('QUERY_REFUSED', SENTENCES[kind] ?? '', { cause });
  }
  return new WeftError(
    'QUERY_FAILED',
    SENTENCES[kind] ?? 'The engine could not carry out the query.',
    { cause },
  );
}

/** Kinds of errors whose text is about files, memory and the consumer's text. */
const LOGGED = new Set([...ABOUT_THE_TEXT, 'IO', 'Permission', 'Out of Memory', 'INTERRUPT']);

/**
 * For the log: the kind of the error; its text, without anything in quotes or any digit, only where that is about no value.
 * What comes after an error about values is left out whole: such texts quote cells in any way, also without quotes.
 */
export function redactError(message: string): string {
  return withoutValues(message.slice(0, 2_000))
    .replace(/'(?:[^']|'')*'?|"(?:[^"]|"")*"?/g, '…')
    .replace(/[0-9]+/g, '#')
    .slice(0, 500);
}

/** Up to the name of the first error that is about values, which a text may hold anywhere. */
function withoutValues(text: string): string {
  for (const { 0: head, 1: kind, index } of text.matchAll(HEAD)) {
    if (kind === undefined) return text.slice(0, index);
    if (!LOGGED.has(kind)) return text.slice(0, index + head.length - 2);
  }
  return text;
}

/** The engine's name of an error, or what comes before its text where a process ended by one. */
const HEAD = /\b([A-Z][A-Za-z ]{1,29}?) Error: |exception_message/g;

function tidy(message: string): string {
  return message.length > 1_000 ? `${message.slice(0, 1_000)} …` : message;
}
