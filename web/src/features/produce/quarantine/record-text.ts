/**
 * The text of a record around the value that was refused, so that a line that is cut at its end shows it.
 *
 * Not a reader of formats: the value is looked for between what separates values in CSV and JSON.
 */

export interface SplitRecord {
  /** What stands before the value, cut at its beginning where it is long. */
  before: string;
  /** Empty where the text has none of the values as they are. */
  value: string;
  after: string;
}

/** Characters before the value that stay in sight. */
const BEFORE_SHOWN = 16;
const BEFORE_MAX = 24;

export function splitAtValue(raw: string, values: readonly (string | null)[]): SplitRecord {
  for (const value of values) {
    if (value === null || value === '') continue;
    const at = placeOf(raw, value);
    if (at === -1) continue;
    const before = raw.slice(0, at);
    return {
      before: before.length > BEFORE_MAX ? `…${before.slice(-BEFORE_SHOWN)}` : before,
      value,
      after: raw.slice(at + value.length),
    };
  }
  return { before: raw, value: '', after: '' };
}

const SEPARATORS = ' \t"\',;|:{}[]';

/** Where the value stands by itself, else where its characters do; -1 where they do not. */
function placeOf(raw: string, value: string): number {
  const first = raw.indexOf(value);
  for (let at = first; at !== -1; at = raw.indexOf(value, at + 1)) {
    if (isEdge(raw[at - 1]) && isEdge(raw[at + value.length])) return at;
  }
  return first;
}

const isEdge = (character: string | undefined): boolean =>
  character === undefined || SEPARATORS.includes(character);
