/**
 * Whether what a sample shows of a column can be of the type that the draft gives it.
 *
 * Not a check of the sample: it is looked at by the few values that are shown, and told only where none of them fits.
 */
import { type LexicalForm, lexicalForm } from '@weft/core/contract/infer/lexical';
import type { Evidence } from './new-product.ts';

const FORMS = {
  integer: ['integer'],
  number: ['integer', 'decimal', 'exponent'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['timestamp', 'timestamptz'],
  time: ['time'],
} as const satisfies Readonly<Record<string, readonly LexicalForm[]>>;

export type CheckedType = keyof typeof FORMS;

const isChecked = (type: string): type is CheckedType => Object.hasOwn(FORMS, type);

export interface Misfit {
  type: CheckedType;
  /** One that is none of the type. */
  such: string;
  /** Whether these are all values that the sample has. */
  isWhole: boolean;
}

/** Null where one of them can be of the type, or nothing is known. */
export function misfitOf(type: string, evidence: Evidence | null | undefined): Misfit | null {
  if (!isChecked(type) || !evidence) return null;
  const { min, max, examples, distinct } = evidence;
  // Why not those: what is behind the cut is not known.
  const shown = new Set(
    [min, max, ...examples].filter((text) => text !== null && !text.endsWith('…')),
  );
  const [such] = shown;
  const forms: readonly LexicalForm[] = FORMS[type];
  if (such === undefined || such === null) return null;
  if ([...shown].some((text) => text !== null && forms.includes(lexicalForm(text)))) return null;
  return { type, such, isWhole: shown.size >= distinct };
}
