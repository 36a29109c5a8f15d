/**
 * What two regular expressions let pass, as far as that can be told without an engine for them.
 *
 * Not a proof for all expressions: whether one lets pass all that another does is decided for expressions that let
 * everything pass, for plain text with or without anchors, and where only an outer anchor comes or goes.
 * Invariant: `tightened`, `loosened` and `same` are proven, `other` says that each lets a text pass that the other
 * refuses, and whatever is left is `unknown`.
 */
export type PatternVerdict = 'same' | 'tightened' | 'loosened' | 'other' | 'unknown';

/**
 * Patterns are found anywhere in the text, so these refuse none. `^.*$` is not among them: a dot is no line end.
 */
const ANYTHING = new Set([
  '',
  '^',
  '$',
  '.*',
  '^.*',
  '.*$',
  '[\\s\\S]*',
  '^[\\s\\S]*',
  '[\\s\\S]*$',
  '^[\\s\\S]*$',
]);

/** What the change from one pattern to another does to the texts that pass; null is no pattern. */
export function patternVerdict(before: string | null, after: string | null): PatternVerdict {
  const old = before === null || ANYTHING.has(before) ? null : before;
  const now = after === null || ANYTHING.has(after) ? null : after;
  if (old === now) return 'same';
  if (old === null) return 'tightened';
  if (now === null) return 'loosened';
  if (withoutAnchors(old).includes(now)) return 'loosened';
  if (withoutAnchors(now).includes(old)) return 'tightened';
  const [a, b] = [readLiteral(old), readLiteral(now)];
  if (a === null || b === null) return 'unknown';
  if (isWithin(a, b)) return 'loosened';
  return isWithin(b, a) ? 'tightened' : 'other';
}

/** The pattern with one outer anchor or both taken away: each lets pass all that the pattern does. */
function withoutAnchors(pattern: string): string[] {
  const open = pattern.startsWith('^') ? pattern.slice(1) : pattern;
  // Why: after an odd number of backslashes the dollar is a character.
  const isAnchored = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern);
  return isAnchored ? [open, pattern.slice(0, -1), open.slice(0, -1)] : [open];
}

interface Literal {
  isStart: boolean;
  text: string;
  isEnd: boolean;
}

function readLiteral(pattern: string): Literal | null {
  const match = /^(\^?)([\w -]*)(\$?)$/.exec(pattern);
  if (match === null) return null;
  return { isStart: match[1] === '^', text: match[2] ?? '', isEnd: match[3] === '$' };
}

/** True when every text that `inner` lets pass is one that `outer` lets pass. */
function isWithin(inner: Literal, outer: Literal): boolean {
  if ((outer.isStart && !inner.isStart) || (outer.isEnd && !inner.isEnd)) return false;
  if (outer.isStart && outer.isEnd) return inner.text === outer.text;
  if (outer.isStart) return inner.text.startsWith(outer.text);
  return outer.isEnd ? inner.text.endsWith(outer.text) : inner.text.includes(outer.text);
}
