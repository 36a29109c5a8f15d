/**
 * What stands beside the kind of a mask, as a person types it, and what is wrong with it.
 *
 * Not whether it fits the column: the API says. Invariant: what has no fault here is read by the mesh as it was meant.
 */
import { type MaskForm, UNITS } from '../cedar/obligations.ts';
import { words } from '../words-forms.ts';

export interface MaskChoice {
  value: MaskForm['kind'];
  label: string;
  /** What has to be said beside it; null for nothing. */
  needs: string | null;
  /** An example of that. */
  hint: string;
}

export const MASK_CHOICES: readonly MaskChoice[] = [
  { value: 'hide', label: words.hidden, needs: null, hint: '' },
  { value: 'null', label: words.empty, needs: null, hint: '' },
  { value: 'hash', label: words.standIn, needs: null, hint: '' },
  { value: 'fixed', label: words.alwaysSame, needs: words.value, hint: words.value },
  { value: 'truncate', label: words.inSteps, needs: words.step, hint: words.stepHint },
  { value: 'bucket', label: words.inBands, needs: words.bounds, hint: words.boundsHint },
  { value: 'first', label: words.itsBeginning, needs: words.characters, hint: words.countHint },
  { value: 'last', label: words.itsEnd, needs: words.characters, hint: words.countHint },
];

/** What stands beside the kind, as text. */
export function maskArgument(mask: MaskForm): string {
  switch (mask.kind) {
    case 'fixed':
      return mask.value;
    case 'truncate':
      return mask.to;
    case 'bucket':
      return mask.bounds.join(', ');
    case 'first':
    case 'last':
      return mask.count;
    default:
      return '';
  }
}

export function maskOf(kind: MaskForm['kind'], argument: string): MaskForm {
  switch (kind) {
    case 'fixed':
      return { kind, value: argument };
    case 'truncate':
      return { kind, to: argument };
    case 'bucket':
      return { kind, bounds: argument.split(/[\s,;]+/).filter((bound) => bound !== '') };
    case 'first':
    case 'last':
      return { kind, count: argument };
    default:
      return { kind };
  }
}

/** What is wrong with it, as what to do; null when it can be used. */
export function argumentFault(mask: MaskForm): string | null {
  switch (mask.kind) {
    case 'fixed':
      if (mask.value.trim() === '') return words.writeValue;
      // Why: it parts one mask from the next one in the annotation.
      return mask.value.includes(';') ? words.noSemicolon : null;
    case 'truncate':
      return isStep(mask.to.trim()) ? null : words.writeStep;
    case 'bucket':
      return boundsFault(mask.bounds);
    case 'first':
    case 'last':
      return /^[1-9]\d{0,3}$/.test(mask.count) ? null : words.writeCount;
    default:
      return null;
  }
}

function isStep(text: string): boolean {
  return UNITS.some((unit) => unit === text) || /^(?=.*[1-9])\d{1,15}(?:\.\d{1,10})?$/.test(text);
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,10})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}(?:T\S+)?$/;

function boundsFault(bounds: readonly string[]): string | null {
  if (bounds.length === 0) return words.writeBounds;
  const values = bounds.map(boundOf);
  const odd = bounds.find((_, at) => values[at] === null);
  if (odd !== undefined) return words.noBound(odd);
  const at = values.findIndex((value, here) => here > 0 && !isBelow(values[here - 1], value));
  return at === -1 ? null : words.boundsRise(bounds[at - 1] ?? '', bounds[at] ?? '');
}

type Bound = { kind: 'number' | 'day'; value: number };

function boundOf(text: string): Bound | null {
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) };
  const at = DAY.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : { kind: 'day', value: at };
}

function isBelow(one: Bound | null | undefined, other: Bound | null): boolean {
  return one?.kind === other?.kind && (one?.value ?? 0) < (other?.value ?? 0);
}
