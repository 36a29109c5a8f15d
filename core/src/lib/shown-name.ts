/**
 * Names that people give and others read: of people, domains, saved work. Nothing in one may be unseen, or turn the direction of
 * what stands around it, for then two names look alike, or one hides what it says.
 *
 * Not for ids, which have patterns of their own, and not for texts of contracts and files, which are shown as they came.
 * Invariant: what a script needs to be written stays: joiners between its letters, and emoji of several parts.
 */

/** What is wrong with a name, as the rest of a sentence about it; null when it can be shown. */
export function shownNameFault(name: string): string | null {
  const points = [...name];
  if (MARK.test(points[0] ?? '') && VISIBLE.test(name))
    return 'begins with a mark of a letter that is not there';
  for (let at = 0; at < points.length; at++) {
    const fault = pointFault(points, at);
    if (fault !== null) return fault;
  }
  return VISIBLE.test(name) ? null : 'holds nothing that can be seen';
}

/** A letter, a digit or a sign; the fillers of Hangul and the empty cell of Braille are drawn as nothing. */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

const CONTROL = /^[\p{Cc}\p{Zl}\p{Zp}]$/u;
const TURNING = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/;
/** Beside what Unicode draws as nothing: the empty cell of Braille, marks of notes and objects, and what each font draws as it likes. */
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\p{Co}\u2800\ufff9-\ufffc]$/u;

function pointFault(points: readonly string[], at: number): string | null {
  const point = points[at] ?? '';
  if (CONTROL.test(point)) return `holds a control character (${codeOf(point)})`;
  if (TURNING.test(point)) {
    return `holds a character that turns the direction of text (${codeOf(point)})`;
  }
  if (!UNSEEN.test(point) || isNeeded(points, at)) return null;
  return `holds a character that cannot be seen (${codeOf(point)})`;
}

function codeOf(point: string): string {
  return `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const JOINER = '\u200d';
const NON_JOINER = '\u200c';

/** Whether what stands around it is written with it. */
function isNeeded(points: readonly string[], at: number): boolean {
  const [before = '', point = '', after = ''] = [points[at - 1], points[at], points[at + 1]];
  if (point === JOINER) {
    return (EMOJI_END.test(before) && EMOJI.test(after)) || isJoining(before, after);
  }
  if (point === NON_JOINER) return isJoining(before, after);
  if (/^[\ufe0e\ufe0f]$/.test(point)) {
    return EMOJI.test(before) || HAN.test(before) || (KEY.test(before) && after === KEYCAP);
  }
  if (/^[\ufe00-\ufe0d\u{e0100}-\u{e01ef}]$/u.test(point)) return HAN.test(before);
  if (/^[\u180b-\u180f]$/.test(point)) return MONGOLIAN.test(before);
  return isTagOfFlag(points, at);
}

const EMOJI = /^\p{Extended_Pictographic}$/u;
const EMOJI_END = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u;
const KEY = /^[0-9#*]$/;
const KEYCAP = '\u20e3';
const HAN = /^\p{Script=Han}$/u;
const MONGOLIAN = /^[\p{Script=Mongolian}]$/u;

/** Letters and marks of the scripts in which joiners choose between forms of a letter. */
const JOINING =
  /^(?=[\p{L}\p{M}])[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const MARK = /^\p{M}$/u;

/** At the end of a word only behind a mark, where it keeps a letter from its usual form. */
function isJoining(before: string, after: string): boolean {
  return JOINING.test(before) && (JOINING.test(after) || MARK.test(before));
}

/** England, Scotland and Wales: the flags that are written with tags. */
const FLAGS = ['gbeng', 'gbsct', 'gbwls'].map(
  (region) =>
    `\u{1f3f4}${[...region].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('')}\u{e007f}`,
);
const FLAG_POINTS = 7;

function isTagOfFlag(points: readonly string[], at: number): boolean {
  const start = points.lastIndexOf('\u{1f3f4}', at);
  return (
    start !== -1 &&
    at < start + FLAG_POINTS &&
    FLAGS.includes(points.slice(start, start + FLAG_POINTS).join(''))
  );
}
