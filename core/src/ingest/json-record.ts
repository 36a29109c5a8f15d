/**
 * Reads one JSON record into the raw texts of the columns: no number is ever converted here. A document is read by it; lines
 * of NDJSON are read in WebAssembly (`core/wasm/ndjson.ts`), which is held to it.
 *
 * Not `JSON.parse`: that rounds numbers, drops duplicate fields and accepts any field.
 * Invariant: `read` accepts exactly the texts of RFC 8259, and objects only; a fault leaves no column of the line behind.
 */
import type { PrimitiveType } from '../contract/data-type.ts';
import type { StructuralFault } from './ports.ts';

/** What stands for a column: nothing or `null`, a string (decoded), or the raw text of something else. */
export type Token = 'null' | 'string' | 'number' | 'boolean' | 'nested';

/** True when a JSON value of this form may stand for the type; the text must then be of the lexical type, too. */
export function tokenFits(type: PrimitiveType, token: Token): boolean {
  switch (type.kind) {
    case 'boolean':
      return token === 'boolean';
    case 'int':
    case 'double':
      return token === 'number';
    case 'long':
    case 'decimal':
      // Why: many programs write these as strings, because JSON numbers lose digits in other programs.
      return token === 'number' || token === 'string';
    default:
      return token === 'string';
  }
}

/** The kind of a JSON value by its text. */
export function tokenOfText(text: string): Token {
  if (text.startsWith('"')) return 'string';
  if (text.startsWith('{') || text.startsWith('[')) return 'nested';
  if (text === 'null') return 'null';
  return text === 'true' || text === 'false' ? 'boolean' : 'number';
}

const NESTING_MAX = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Thrown inside this file only. */
class BadJson extends Error {}

export class JsonRecordReader {
  /** Of the line read last, per column; meaningless after a fault. */
  readonly tokens: Token[];
  readonly texts: string[];
  #quoted: string[];
  #index: Map<string, number>;
  /** Number of the line that gave a column its value last. */
  #seen: Int32Array;
  #line = 0;
  #text = '';
  #at = 0;
  #loneSurrogate = false;

  /** `names`: the names of the columns as the lines have them. */
  constructor(names: readonly string[]) {
    this.#quoted = names.map((name) => JSON.stringify(name));
    this.#index = new Map(names.map((name, i) => [name, i]));
    this.#seen = new Int32Array(names.length);
    this.tokens = names.map(() => 'null');
    this.texts = names.map(() => '');
  }

  /** Reads a line without its line end; null when it is a record. */
  read(line: string): StructuralFault | null {
    this.#text = line;
    this.#at = 0;
    this.#line++;
    this.#loneSurrogate = false;
    this.tokens.fill('null');
    try {
      return this.#readLine();
    } catch (error) {
      if (error instanceof BadJson) return 'bad_json';
      throw error;
    }
  }

  #readLine(): StructuralFault | null {
    this.#skipSpace();
    let fault: StructuralFault | null = null;
    if (this.#text[this.#at] === '{') fault = this.#readFields();
    else {
      this.#skipValue(0);
      fault = 'not_an_object';
    }
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new BadJson();
    return fault ?? (this.#loneSurrogate ? 'bad_encoding' : null);
  }

  #readFields(): StructuralFault | null {
    let fault: StructuralFault | null = null;
    let expected = 0;
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return null;
    }
    while (true) {
      const index = this.#readName(expected);
      this.#skipSpace();
      this.#expect(':');
      this.#skipSpace();
      if (index === -1) {
        fault ??= 'unknown_field';
        this.#skipValue(1);
      } else {
        if (this.#seen[index] === this.#line) fault ??= 'duplicate_field';
        this.#seen[index] = this.#line;
        this.#readValue(index);
        expected = index + 1;
      }
      this.#skipSpace();
      if (this.#text[this.#at] === '}') break;
      this.#expect(',');
      this.#skipSpace();
    }
    this.#at++;
    return fault;
  }

  /** Number of the named column, or -1. Most lines have their fields in one order. */
  #readName(expected: number): number {
    const quoted = this.#quoted[expected];
    if (quoted !== undefined && this.#text.startsWith(quoted, this.#at)) {
      this.#at += quoted.length;
      return expected;
    }
    return this.#index.get(this.#readString()) ?? -1;
  }

  #readValue(index: number): void {
    const start = this.#at;
    const first = this.#text.charCodeAt(start);
    if (first === QUOTE) {
      this.tokens[index] = 'string';
      this.texts[index] = this.#readString();
      return;
    }
    this.#skipValue(1);
    const text = this.#text.slice(start, this.#at);
    this.texts[index] = text;
    this.tokens[index] = tokenOfText(text);
  }

  #skipValue(depth: number): void {
    const first = this.#text.charCodeAt(this.#at);
    if (first === QUOTE) this.#readString();
    else if (first === 0x7b || first === 0x5b) this.#skipNested(first === 0x7b, depth + 1);
    else {
      const pattern = first === 0x2d || (first >= 0x30 && first <= 0x39) ? NUMBER : LITERAL;
      pattern.lastIndex = this.#at;
      if (!pattern.test(this.#text)) throw new BadJson();
      this.#at = pattern.lastIndex;
    }
  }

  #skipNested(isObject: boolean, depth: number): void {
    if (depth > NESTING_MAX) throw new BadJson();
    const close = isObject ? '}' : ']';
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    while (true) {
      if (isObject) {
        this.#readString();
        this.#skipSpace();
        this.#expect(':');
        this.#skipSpace();
      }
      this.#skipValue(depth);
      this.#skipSpace();
      if (this.#text[this.#at] === close) break;
      this.#expect(',');
      this.#skipSpace();
    }
    this.#at++;
  }

  #readString(): string {
    this.#expect('"');
    const start = this.#at;
    for (let i = start; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === QUOTE) {
        this.#at = i + 1;
        return this.#text.slice(start, i);
      }
      if (code === BACKSLASH) return this.#readEscaped(start, i);
      if (code < 0x20) throw new BadJson();
    }
    throw new BadJson();
  }

  #readEscaped(start: number, firstEscape: number): string {
    let value = this.#text.slice(start, firstEscape);
    let i = firstEscape;
    while (i < this.#text.length) {
      const code = this.#text.charCodeAt(i);
      if (code === QUOTE) {
        this.#at = i + 1;
        if (!value.isWellFormed()) this.#loneSurrogate = true;
        return value;
      }
      if (code < 0x20) throw new BadJson();
      if (code !== BACKSLASH) {
        value += this.#text[i];
        i++;
        continue;
      }
      const letter = this.#text[i + 1] ?? '';
      if (letter === 'u') {
        const digits = this.#text.slice(i + 2, i + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new BadJson();
        value += String.fromCharCode(Number.parseInt(digits, 16));
        i += 6;
      } else {
        const character = ESCAPES[letter];
        if (character === undefined) throw new BadJson();
        value += character;
        i += 2;
      }
    }
    throw new BadJson();
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw new BadJson();
    this.#at++;
  }

  #skipSpace(): void {
    while (true) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return;
      this.#at++;
    }
  }
}
