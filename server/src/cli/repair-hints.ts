/**
 * Which repair can mend a cause: new values for old ones, an expression over a column, new text of the record, or a file.
 *
 * Not the repair. Invariant: what is named here can change a record with that cause; capitals stand for what only a person knows.
 */
import type { RowReason } from '@weft/core/ingest/quarantine-search';
import { isJsonKind } from '@weft/core/lib/report-words';
import { quoted } from './quarantine-target.ts';

type Reason = Pick<RowReason, 'rule' | 'column' | 'message'> & Partial<Pick<RowReason, 'value'>>;

/** Causes of one list that get a hint. */
const HINTS_MAX = 3;
/** Records of these are kept in part, or are no text: an expression over the text has nothing to see. */
const WITHOUT_TEXT = ['structure.too_long', 'structure.bad_encoding'];

/** Commands behind `weft`, without repeats; `target` with the flags that say which rows. */
export function repairHints(target: string, reasons: readonly Reason[]): string[] {
  const narrow = ({ rule }: Reason): string =>
    target.includes(' --rule ') ? target : `${target} --rule ${quoted(rule)}`;
  const hints = new Set(reasons.map((reason) => hintOf(narrow(reason), reason)));
  return [...hints].slice(0, HINTS_MAX);
}

function hintOf(target: string, reason: Reason): string {
  if (WITHOUT_TEXT.includes(reason.rule) && reason.column === null) {
    return `quarantine export ${target} --state open --out open.ndjson   # mend it, then: weft quarantine repair --file open.ndjson`;
  }
  return `quarantine repair ${target} ${changeFor(reason)}`;
}

/** The option that changes what the reason is about. */
function changeFor({ rule, column: place, message, value }: Reason): string {
  if (place === null) {
    return rule.startsWith('structure.')
      ? `--raw ${quoted("replace(raw, 'OLD', 'NEW')")}`
      : `--set ${quoted('COLUMN=EXPRESSION')}`;
  }
  const [column = '', ...inside] = place.replace(/^key of /, '').split(/(?=[.[])/);
  if (inside.length > 0) return `--set ${quoted(`${column}=EXPRESSION OVER ITS JSON`)}`;
  // Why itself: the text is right, and what it is written as in JSON follows from the contract.
  if (isJsonKind(message)) return `--set ${quoted(`${column}=${column}`)}`;
  if (message === 'has no value') return `--map ${quoted(`${column}:=NEW`)}`;
  return isOneForOne(message)
    ? `--map ${quoted(`${column}:${escaped(value ?? 'OLD')}=NEW`)}`
    : `--set ${quoted(`${column}=EXPRESSION`)}`;
}

/** True where few values are wrong in many records, and each stands for a right one. */
function isOneForOne(message: string): boolean {
  return (
    message === 'is none of the allowed values' ||
    message === 'counts as missing' ||
    message.startsWith('does not exist in ')
  );
}

/** As `--map` reads it. Why cut off: a long value is no hint. */
function escaped(value: string): string {
  return /^[^\p{Cc}]{1,60}$/u.test(value) ? value.replaceAll(/[\\=]/g, '\\$&') : 'OLD';
}
