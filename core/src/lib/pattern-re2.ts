/**
 * ECMA-262 regular expressions, as JSON Schema and ODCS write them, in the syntax of RE2, which runs in linear time.
 *
 * Not a regular expression engine. Meaning is that of the `u` flag: one atom is one code point. What RE2 cannot do
 * (look-around, back-references, more than 1,000 repetitions) is refused with words, never approximated.
 * Invariant: a translated pattern matches the same texts as `new RegExp(pattern, 'u')`, by search as by full match.
 */
export type PatternResult =
  | { re2: string; whole: string; problem: null }
  | { re2: null; problem: string };

const REPEAT_MAX = 1_000;
const CODE_POINT_MAX = 0x10ffff;

type Range = readonly [low: number, high: number];

const DIGITS: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

const CATEGORIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Lowercase_Letter: 'Ll',
  Uppercase_Letter: 'Lu',
  Titlecase_Letter: 'Lt',
  Modifier_Letter: 'Lm',
  Other_Letter: 'Lo',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Letter_Number: 'Nl',
  Other_Number: 'No',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Space_Separator: 'Zs',
  Control: 'Cc',
};
const CATEGORY_CODES = new Set(
  'L Ll Lu Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp Cc'.split(
    ' ',
  ),
);
const SCRIPTS = new Set(
  'Latin Greek Cyrillic Arabic Hebrew Han Hiragana Katakana Hangul Thai Devanagari Armenian Georgian'.split(
    ' ',
  ),
);

class Problem extends Error {}

/**
 * RE2 text of an ECMA-262 pattern, or why there is none: `re2` to search with, `whole` to match whole texts with, which says
 * yes for the same texts. Never throws.
 */
export function translatePattern(pattern: string): PatternResult {
  if (!pattern.isWellFormed()) return { re2: null, problem: 'holds half of a surrogate pair' };
  if (!compiles(pattern, 'u') && !compiles(pattern, '')) {
    return { re2: null, problem: 'is no regular expression of ECMA-262' };
  }
  try {
    const re2 = new Translator(pattern).whole();
    return { re2, whole: wholeText(pattern, re2), problem: null };
  } catch (error) {
    if (error instanceof Problem) return { re2: null, problem: error.message };
    throw error;
  }
}

/** A search as a full match: whatever stands before and after is taken in, unless the pattern is anchored there. */
function wholeText(pattern: string, re2: string): string {
  // Why no bars, even inside groups: an anchor of one branch says nothing of the others.
  const isOneBranch = !pattern.includes('|');
  const isFromStart = isOneBranch && pattern.startsWith('^');
  const isToEnd = isOneBranch && re2.endsWith('\\z');
  return `${isFromStart ? '' : '(?s:.*?)'}(?:${re2})${isToEnd ? '' : '(?s:.*)'}`;
}

function compiles(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) !== null;
  } catch {
    return false;
  }
}

class Translator {
  #chars: string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  whole(): string {
    let text = '';
    while (this.#at < this.#chars.length) text += this.#atom();
    return text;
  }

  #atom(): string {
    const char = this.#next();
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#group();
      case '{':
        return this.#repeat();
      case '.':
        return classText(complement(LINE_ENDS));
      case '$':
        return '\\z';
      case '^':
      case '|':
      case ')':
      case '*':
      case '+':
      case '?':
        return char;
      default:
        return literal(codeOf(char));
    }
  }

  #group(): string {
    if (this.#peek() !== '?') return '(';
    this.#at++;
    const kind = this.#next();
    if (kind === ':') return '(?:';
    if (kind === '=' || kind === '!') throw new Problem('uses look-ahead');
    if (kind !== '<') throw new Problem('uses inline flags');
    if (this.#peek() === '=' || this.#peek() === '!') throw new Problem('uses look-behind');
    this.#until('>');
    return '(';
  }

  #repeat(): string {
    const rest = this.#chars.slice(this.#at, this.#at + 24).join('');
    const match = /^(\d+)(,(\d*))?\}/.exec(rest);
    if (match === null) return '\\{';
    if (Math.max(Number(match[1]), Number(match[3] ?? '0')) > REPEAT_MAX) {
      throw new Problem(`repeats more than ${REPEAT_MAX} times`);
    }
    this.#at += match[0].length;
    return `{${match[0]}`;
  }

  #escape(): string {
    const char = this.#peek();
    if (char === 'b' || char === 'B') {
      this.#at++;
      return `\\${char}`;
    }
    const item = this.#escapedItem();
    return typeof item === 'number' ? literal(item) : `[${item}]`;
  }

  /** After a backslash: one code point, or the inner text of a class. */
  #escapedItem(): number | string {
    const char = this.#next();
    const set = shorthand(char);
    if (set !== null) return rangesText(set);
    if (char === 'p' || char === 'P') return this.#property(char);
    if (char === 'k' || /[1-9]/.test(char)) throw new Problem('uses a back-reference');
    if (char === 'x') return this.#hex(2) ?? codeOf(char);
    if (char === 'u') return this.#unicode();
    if (char === 'c' && /[A-Za-z]/.test(this.#peek())) return codeOf(this.#next()) % 32;
    return CONTROLS[char] ?? codeOf(char);
  }

  #property(kind: 'p' | 'P'): string {
    if (this.#peek() !== '{') throw new Problem(`uses \\${kind} without a name`);
    this.#at++;
    const name = this.#until('}');
    const script = /^(?:Script|sc)=(.+)$/.exec(name)?.[1];
    if (script !== undefined && SCRIPTS.has(script)) return `\\${kind}{${script}}`;
    const category = name.replace(/^(?:General_Category|gc)=/, '');
    const code = CATEGORIES[category] ?? category;
    if (!CATEGORY_CODES.has(code)) throw new Problem(`uses the Unicode property ${name}`);
    return `\\${kind}{${code}}`;
  }

  #unicode(): number {
    if (this.#peek() === '{') {
      this.#at++;
      return Number.parseInt(this.#until('}'), 16);
    }
    const high = this.#hex(4);
    if (high === null) return codeOf('u');
    if (high < 0xd800 || high > 0xdfff) return high;
    const rest = this.#chars.slice(this.#at, this.#at + 6).join('');
    const low = Number.parseInt(/^\\u([dD][c-fC-F][0-9a-fA-F]{2})$/.exec(rest)?.[1] ?? '', 16);
    if (high > 0xdbff || Number.isNaN(low)) throw new Problem('holds half of a surrogate pair');
    this.#at += 6;
    return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
  }

  #hex(length: number): number | null {
    const digits = this.#chars.slice(this.#at, this.#at + length).join('');
    if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return null;
    this.#at += length;
    return Number.parseInt(digits, 16);
  }

  #class(): string {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const items: string[] = [];
    while (this.#peek() !== ']') {
      const low = this.#classItem();
      if (typeof low === 'string' || !this.#startsRange()) {
        items.push(typeof low === 'string' ? low : rangesText([[low, low]]));
        continue;
      }
      this.#at++;
      const high = this.#classItem();
      // Why: without the `u` flag a hyphen before a set such as \d stands for itself.
      if (typeof high === 'string') items.push(rangesText([[low, low]]), '\\-', high);
      else items.push(rangesText([[low, high]]));
    }
    this.#at++;
    if (items.length === 0) return classText(negated ? [[0, CODE_POINT_MAX]] : []);
    return `[${negated ? '^' : ''}${items.join('')}]`;
  }

  #startsRange(): boolean {
    return this.#peek() === '-' && (this.#chars[this.#at + 1] ?? ']') !== ']';
  }

  #classItem(): number | string {
    const char = this.#next();
    if (char !== '\\') return codeOf(char);
    if (this.#peek() === 'b') {
      this.#at++;
      return 8;
    }
    return this.#escapedItem();
  }

  #until(end: string): string {
    const stop = this.#chars.indexOf(end, this.#at);
    if (stop < 0) throw new Problem(`lacks "${end}"`);
    const text = this.#chars.slice(this.#at, stop).join('');
    this.#at = stop + 1;
    return text;
  }

  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #next(): string {
    return this.#chars[this.#at++] ?? '';
  }
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };

function shorthand(char: string): readonly Range[] | null {
  switch (char) {
    case 'd':
      return DIGITS;
    case 'D':
      return complement(DIGITS);
    case 'w':
      return WORD;
    case 'W':
      return complement(WORD);
    case 's':
      return SPACE;
    case 'S':
      return complement(SPACE);
    default:
      return null;
  }
}

function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) result.push([from, low - 1]);
    from = high + 1;
  }
  result.push([from, CODE_POINT_MAX]);
  return result;
}

function classText(ranges: readonly Range[]): string {
  return ranges.length === 0 ? `[^\\x{0}-\\x{10FFFF}]` : `[${rangesText(ranges)}]`;
}

function rangesText(ranges: readonly Range[]): string {
  return ranges
    .map(([low, high]) => (low === high ? hexText(low) : `${hexText(low)}-${hexText(high)}`))
    .join('');
}

function literal(code: number): string {
  const char = String.fromCodePoint(code);
  return code > 0x7e || /[A-Za-z0-9_ ]/.test(char) ? char : hexText(code);
}

function hexText(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

function codeOf(char: string): number {
  const code = char.codePointAt(0);
  if (code === undefined) throw new Problem('ends too early');
  return code;
}
