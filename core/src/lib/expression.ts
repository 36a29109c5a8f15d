/**
 * The expression language of `--where`, standing searches and row filters: text to a syntax tree.
 *
 * Grammar: `or := and {"or" and}` · `and := not {"and" not}` · `not := "not" not | "(" or ")" | test` ·
 * `test := field (op value | ["not"] "in" "(" value {"," value} ")" | "like" value | "has" value | "is" ["not"]
 * ("unknown" | "null"))`, op one of `= != < <= > >=`. A field is `name{.name}` with at most one `(argument)` per part,
 * such as `promise.rule(RULE_ID)` or `column(email).type`. Keywords are case-insensitive.
 *
 * Not here: what a field means and of which type it is (`registry/search-fields.ts`, `policy/row-filter.ts`).
 */
import type { ErrorPlace } from './error.ts';

export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A literal as written; `text` is without quotes, `quoted` tells a string from a word such as `P1D` or `1%`. */
export interface ExpressionValue {
  text: string;
  quoted: boolean;
  at: number;
}

/** `promise.rule(unique_id)` is `{path: ['promise', 'rule'], argument: 'unique_id', …}`. */
export interface ExpressionField {
  path: string[];
  /** Text in parentheses after the part number `argumentOf` (from 0), if any. */
  argument: string | null;
  argumentOf: number;
  at: number;
  source: string;
}

export type Expression =
  | { kind: 'and' | 'or'; args: Expression[] }
  | { kind: 'not'; arg: Expression }
  | { kind: 'compare'; field: ExpressionField; op: CompareOp; value: ExpressionValue }
  | { kind: 'in'; field: ExpressionField; values: ExpressionValue[] }
  | { kind: 'like' | 'has'; field: ExpressionField; value: ExpressionValue }
  | { kind: 'is'; field: ExpressionField; what: 'unknown' | 'null'; negated: boolean };

export interface ExpressionResult {
  value: Expression | null;
  /** The first thing that is wrong; `column` counts from 1. */
  error: ErrorPlace | null;
}

interface Token {
  kind: 'word' | 'text' | 'symbol' | 'end';
  text: string;
  at: number;
}

const SYMBOLS = ['<=', '>=', '!=', '=', '<', '>', '(', ')', ',', '.'];
const WORD = /[A-Za-z0-9_%+\-:@#/*]/;
const LENGTH_MAX = 10_000;
const DEPTH_MAX = 64;

class Problem extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Parses one expression; never throws. */
export function parseExpression(source: string): ExpressionResult {
  try {
    if (source.length > LENGTH_MAX)
      throw new Problem(`longer than ${LENGTH_MAX} characters`, LENGTH_MAX);
    const parser = new Parser(tokenize(source), source);
    return { value: parser.whole(), error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      value: null,
      error: { code: 'EXPRESSION_INVALID', message: error.message, line: 1, column: error.at + 1 },
    };
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    if (/\s/.test(char)) {
      at++;
    } else if (char === "'" || char === '"') {
      const token = readQuoted(source, at);
      tokens.push(token.token);
      at = token.end;
    } else {
      const token = readPlain(source, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return tokens;
}

function readQuoted(source: string, start: number): { token: Token; end: number } {
  const quote = source.charAt(start);
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    if (source.charAt(at) !== quote) text += source.charAt(at);
    else if (source.charAt(at + 1) === quote) text += source.charAt(at++);
    else return { token: { kind: 'text', text, at: start }, end: at + 1 };
  }
  throw new Problem('the quote is never closed', start);
}

function readPlain(source: string, at: number): Token {
  let end = at;
  while (end < source.length && wordGoesOn(source, at, end)) end++;
  if (end > at) return { kind: 'word', text: source.slice(at, end), at };
  const symbol = SYMBOLS.find((s) => source.startsWith(s, at));
  if (symbol === undefined) throw new Problem(`unexpected character "${source.charAt(at)}"`, at);
  return { kind: 'symbol', text: symbol, at };
}

// Why: a dot belongs to a number (1.5, 1.2.0) but separates the parts of a field.
function wordGoesOn(source: string, start: number, at: number): boolean {
  const char = source.charAt(at);
  if (WORD.test(char)) return true;
  return (
    char === '.' && /[-+0-9@]/.test(source.charAt(start)) && /[0-9]/.test(source.charAt(at + 1))
  );
}

class Parser {
  #tokens: Token[];
  #source: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  whole(): Expression {
    const expression = this.#or();
    const { kind, text, at } = this.#peek();
    if (kind === 'end') return expression;
    throw new Problem(this.#decimalComma() ?? `"${text}" does not belong here`, at);
  }

  /** Somebody wrote a number as he does elsewhere. */
  #decimalComma(): string | null {
    const [before, comma, after] = [-1, 0, 1].map(
      (step) => this.#tokens[this.#at + step]?.text ?? '',
    );
    if (comma !== ',' || !/^[-+]?\d+$/.test(before ?? '') || !/^\d/.test(after ?? '')) return null;
    const whole = /^\d{3}$/.test(after ?? '') ? `${before}${after} or ` : '';
    return `a number has a point and no commas: ${whole}${before}.${after}`;
  }

  #or(): Expression {
    const args = [this.#and()];
    while (this.#takeKeyword('or')) args.push(this.#and());
    return args.length === 1 && args[0] !== undefined ? args[0] : { kind: 'or', args };
  }

  #and(): Expression {
    const args = [this.#not()];
    while (this.#takeKeyword('and')) args.push(this.#not());
    return args.length === 1 && args[0] !== undefined ? args[0] : { kind: 'and', args };
  }

  #not(): Expression {
    if (++this.#depth > DEPTH_MAX) throw new Problem('nested too deeply', this.#peek().at);
    try {
      if (this.#takeKeyword('not')) return { kind: 'not', arg: this.#not() };
      if (!this.#takeSymbol('(')) return this.#test();
      const inner = this.#or();
      this.#expectSymbol(')');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #test(): Expression {
    const field = this.#field();
    if (this.#takeKeyword('is')) return this.#isTest(field);
    if (this.#takeKeyword('not')) {
      this.#expectKeyword('in');
      return { kind: 'not', arg: { kind: 'in', field, values: this.#list() } };
    }
    if (this.#takeKeyword('in')) return { kind: 'in', field, values: this.#list() };
    if (this.#takeKeyword('like')) return { kind: 'like', field, value: this.#value() };
    if (this.#takeKeyword('has')) return { kind: 'has', field, value: this.#value() };
    const op = this.#next();
    if (op.kind !== 'symbol' || !['=', '!=', '<', '<=', '>', '>='].includes(op.text)) {
      throw new Problem('expected one of = != < <= > >= in like has is', op.at);
    }
    return { kind: 'compare', field, op: op.text as CompareOp, value: this.#value() };
  }

  #isTest(field: ExpressionField): Expression {
    const negated = this.#takeKeyword('not');
    const token = this.#next();
    const what = token.text.toLowerCase();
    if (token.kind !== 'word' || (what !== 'unknown' && what !== 'null')) {
      throw new Problem('expected "unknown" or "null"', token.at);
    }
    return { kind: 'is', field, what, negated };
  }

  #field(): ExpressionField {
    const first = this.#next();
    if (first.kind !== 'word') throw new Problem('expected a field', first.at);
    const path = [first.text];
    let argument = this.#argument();
    let argumentOf = argument === null ? -1 : 0;
    while (this.#takeSymbol('.')) {
      const part = this.#next();
      if (part.kind !== 'word') throw new Problem('expected a name after the dot', part.at);
      path.push(part.text);
      const next = this.#argument();
      if (next !== null && argument !== null)
        throw new Problem('only one argument is possible', part.at);
      if (next !== null) argumentOf = path.length - 1;
      argument = next ?? argument;
    }
    const end = this.#tokens[this.#at - 1];
    const source = this.#source.slice(
      first.at,
      end === undefined ? first.at : end.at + end.text.length,
    );
    return { path, argument, argumentOf, at: first.at, source };
  }

  #argument(): string | null {
    if (!this.#takeSymbol('(')) return null;
    const token = this.#next();
    if (token.kind !== 'word' && token.kind !== 'text')
      throw new Problem('expected a name in parentheses', token.at);
    let text = token.text;
    while (this.#takeSymbol('.')) text += `.${this.#next().text}`;
    this.#expectSymbol(')');
    return text;
  }

  #list(): ExpressionValue[] {
    this.#expectSymbol('(');
    const values = [this.#value()];
    while (this.#takeSymbol(',')) values.push(this.#value());
    this.#expectSymbol(')');
    return values;
  }

  #value(): ExpressionValue {
    const token = this.#next();
    if (token.kind !== 'word' && token.kind !== 'text')
      throw new Problem('expected a value', token.at);
    return { text: token.text, quoted: token.kind === 'text', at: token.at };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: this.#source.length };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #takeKeyword(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #takeSymbol(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expectSymbol(text: string): void {
    if (!this.#takeSymbol(text)) throw new Problem(`expected "${text}"`, this.#peek().at);
  }

  #expectKeyword(word: string): void {
    if (!this.#takeKeyword(word)) throw new Problem(`expected "${word}"`, this.#peek().at);
  }
}
