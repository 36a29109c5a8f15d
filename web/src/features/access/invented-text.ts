/**
 * Text that nobody wrote, of the shape that a contract asks for: its pattern, format and length.
 *
 * Not a generator for any pattern: one reads what people write of codes (characters, classes, groups, repetitions), from end
 * to end. Invariant: what is given fits; where nothing can be told to fit there is none.
 */
import type { LogicalTypeOptions } from '@weft/core/contract/model';

type Draw = () => number;
type Shape = Pick<LogicalTypeOptions, 'minLength' | 'maxLength' | 'pattern' | 'format'>;

/** Null where the contract asks for more than is understood here. */
export function inventText(shape: Shape, draw: Draw): string | null {
  const text = rawText(shape, draw);
  if (text === null) return null;
  const { minLength = null, maxLength = null } = shape;
  const { length } = [...text];
  return length >= (minLength ?? 0) && length <= (maxLength ?? length) ? text : null;
}

function rawText({ pattern, format, minLength, maxLength }: Shape, draw: Draw): string | null {
  if (pattern !== null && pattern !== undefined) return fitting(pattern, draw);
  if (format === 'uuid') return uuidOf(draw);
  if (format === 'email') return `${word(draw, 6).toLowerCase()}@example.org`;
  if (format !== null && format !== undefined) return null;
  const least = minLength ?? 0;
  const usual = 4 + 2 * Math.floor(draw() * 2);
  return word(draw, Math.min(Math.max(least, usual), maxLength ?? Number.POSITIVE_INFINITY));
}

const SYLLABLES = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'so', 'te', 'va', 'zi'];
/** Why a bound: a contract may ask for a text of a million characters. */
const CHARACTERS_MAX = 200;

function word(draw: Draw, length: number): string {
  let text = '';
  while (text.length < Math.min(length, CHARACTERS_MAX)) text += pick(SYLLABLES, draw);
  const cut = text.slice(0, length);
  return cut.charAt(0).toUpperCase() + cut.slice(1);
}

function uuidOf(draw: Draw): string {
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(draw() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function pick<T>(items: readonly T[], draw: Draw): T {
  const item = items[Math.floor(draw() * items.length)];
  if (item === undefined) throw new NotRead();
  return item;
}

class NotRead extends Error {}

function fitting(pattern: string, draw: Draw): string | null {
  try {
    const text = new Writer(pattern, draw).whole();
    return text.length <= CHARACTERS_MAX ? text : null;
  } catch (error) {
    if (error instanceof NotRead) return null;
    throw error;
  }
}

const DIGITS = '0123456789';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const WORD = `${CAPITALS}${CAPITALS.toLowerCase()}${DIGITS}_`;
const CLASSES: Readonly<Record<string, string>> = { d: DIGITS, w: WORD };
/** What means something in a pattern, and is a character only behind a backslash. */
const SIGNS = '^$.|?*+()[]{}';
/** How many more than the least a repetition without an end has, at most. */
const MORE_MAX = 3;
const REPEATS_MAX = 100;
/** Of all repetitions together, those within one another included: what a text may cost. */
const STEPS_MAX = 1_000;
const DEPTH_MAX = 20;

/** Reads a pattern and writes a text that fits it at the same time. */
class Writer {
  readonly #chars: string[];
  readonly #draw: Draw;
  #at = 0;
  #depth = 0;
  #steps = 0;

  constructor(pattern: string, draw: Draw) {
    this.#chars = [...pattern];
    this.#draw = draw;
  }

  whole(): string {
    const isAnchored = this.#take('^');
    const text = this.#choice(isAnchored);
    this.#take('$');
    if (this.#at < this.#chars.length) throw new NotRead();
    return text();
  }

  #choice(isAnchored = false): () => string {
    if (++this.#depth > DEPTH_MAX) throw new NotRead();
    const parts = [this.#list()];
    while (this.#take('|')) parts.push(this.#list());
    this.#depth--;
    // Why: in `^a|b$` the anchors belong to one side each.
    if (isAnchored && parts.length > 1) throw new NotRead();
    return () => pick(parts, this.#draw)();
  }

  #list(): () => string {
    const parts: (() => string)[] = [];
    while (this.#at < this.#chars.length && !'|)$'.includes(this.#peek())) {
      parts.push(this.#repeated(this.#one()));
    }
    return () => parts.map((part) => part()).join('');
  }

  #repeated(part: () => string): () => string {
    const [least, most] = this.#range();
    if (most > REPEATS_MAX) throw new NotRead();
    return () => {
      const count = least + Math.floor(this.#draw() * (most - least + 1));
      return Array.from({ length: count }, () => this.#step(part)).join('');
    };
  }

  #step(part: () => string): string {
    if (++this.#steps > STEPS_MAX) throw new NotRead();
    return part();
  }

  #range(): [number, number] {
    if (this.#take('*')) return [0, MORE_MAX];
    if (this.#take('+')) return [1, 1 + MORE_MAX];
    if (this.#take('?')) return [0, 1];
    if (!this.#take('{')) return [1, 1];
    const [, low = '', comma, high = ''] = /^(\d+)(,?)(\d*)$/.exec(this.#until('}')) ?? [];
    if (low === '') throw new NotRead();
    const least = Number(low);
    if (comma === '') return [least, least];
    return [least, high === '' ? least + MORE_MAX : Number(high)];
  }

  #one(): () => string {
    const char = this.#next();
    if (char === '[') return this.#class();
    if (char === '(') {
      if (this.#take('?') && !this.#take(':')) throw new NotRead();
      const inside = this.#choice();
      if (!this.#take(')')) throw new NotRead();
      return inside;
    }
    if (char === '\\') return this.#oneOf([...this.#escape()]);
    if (char === '.') return this.#oneOf([...CAPITALS]);
    if (SIGNS.includes(char)) throw new NotRead();
    return () => char;
  }

  #class(): () => string {
    const known: string[] = [];
    while (!this.#take(']')) {
      const char = this.#next();
      if (char === '^' && known.length === 0) throw new NotRead();
      if (char === '\\') known.push(...this.#escape());
      else if (this.#peek() === '-' && this.#chars[this.#at + 1] !== ']') {
        this.#next();
        known.push(...between(char, this.#next()));
      } else known.push(char);
    }
    return this.#oneOf(known);
  }

  #escape(): string {
    const char = this.#next();
    const known = CLASSES[char];
    if (known !== undefined) return known;
    if (/[A-Za-z0-9]/.test(char)) throw new NotRead();
    return char;
  }

  #oneOf(known: readonly string[]): () => string {
    return () => pick(known, this.#draw);
  }

  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #next(): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new NotRead();
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #until(end: string): string {
    const from = this.#at;
    while (this.#next() !== end);
    return this.#chars.slice(from, this.#at - 1).join('');
  }
}

const RANGE_MAX = 500;

function between(low: string, high: string): string[] {
  const from = low.codePointAt(0) ?? 0;
  const count = (high.codePointAt(0) ?? 0) - from + 1;
  if (low === '\\' || high === '\\' || count < 1 || count > RANGE_MAX) throw new NotRead();
  return Array.from({ length: count }, (_, at) => String.fromCodePoint(from + at));
}
