/**
 * Expressions of Cedar, as far as the forms of the app can say them. Anything else is null: it stays text.
 */
import { type Token, unquote } from '../../../lib/cedar-text.ts';

export type Expression =
  | { op: '&&' | '||'; args: Expression[] }
  | { op: '!'; arg: Expression }
  | { op: 'compare'; sign: string; left: Expression; right: Expression }
  | { op: 'has'; left: Expression; names: string[] }
  | { op: 'like'; left: Expression; pattern: string }
  | { op: 'path'; root: string; names: string[] }
  | { op: 'call'; target: Expression; method: string; args: Expression[] }
  | { op: 'function'; name: string; argument: string }
  | { op: 'set'; items: Expression[] }
  | { op: 'text'; value: string }
  | { op: 'number'; value: string }
  | { op: 'truth'; value: 'true' | 'false' };

const ROOTS = new Set(['principal', 'resource', 'context']);
const FUNCTIONS = new Set(['decimal', 'datetime']);
const SIGNS = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** The expression that the tokens are, whole; null for one that the forms do not know. */
export function readExpression(tokens: readonly Token[]): Expression | null {
  const reader = new Reader(tokens);
  try {
    const found = reader.chain('||');
    return reader.isAtEnd() ? found : null;
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}

/** Carries a reader out of an expression that it does not know. */
class NotKnown extends Error {}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  chain(op: '||' | '&&'): Expression {
    const next = (): Expression => (op === '||' ? this.chain('&&') : this.#relation());
    const args = [next()];
    while (this.#takes(op)) args.push(next());
    const [only] = args;
    return args.length === 1 && only !== undefined ? only : { op, args };
  }

  #relation(): Expression {
    const left = this.#unary();
    const sign = this.#peek()?.raw ?? '';
    if (SIGNS.has(sign)) {
      this.#at++;
      return { op: 'compare', sign, left, right: this.#unary() };
    }
    if (this.#takes('has')) return { op: 'has', left, names: this.#hasNames() };
    if (this.#takes('like')) return { op: 'like', left, pattern: this.#take('text').raw };
    return left;
  }

  #hasNames(): string[] {
    if (this.#peek()?.kind === 'text') return [this.#text()];
    const names = [this.#take('word').raw];
    while (this.#takes('.')) names.push(this.#take('word').raw);
    return names;
  }

  #unary(): Expression {
    if (this.#takes('!')) return { op: '!', arg: this.#unary() };
    if (this.#takes('-')) return { op: 'number', value: `-${this.#take('number').raw}` };
    return this.#member();
  }

  #member(): Expression {
    let found = this.#primary();
    for (;;) {
      if (this.#takes('.')) found = this.#access(found, this.#take('word').raw);
      else if (this.#takes('[')) {
        found = pathOf(found, this.#text());
        this.#need(']');
      } else return found;
    }
  }

  #access(target: Expression, name: string): Expression {
    if (!this.#takes('(')) return pathOf(target, name);
    return { op: 'call', target, method: name, args: this.#list(')') };
  }

  #primary(): Expression {
    if (this.#takes('(')) {
      const inside = this.chain('||');
      this.#need(')');
      return inside;
    }
    if (this.#takes('[')) return { op: 'set', items: this.#list(']') };
    const token = this.#peek();
    if (token?.kind === 'text') return { op: 'text', value: this.#text() };
    if (token?.kind === 'number') return { op: 'number', value: this.#take('number').raw };
    return this.#word(this.#take('word').raw);
  }

  #word(word: string): Expression {
    if (word === 'true' || word === 'false') return { op: 'truth', value: word };
    if (ROOTS.has(word)) return { op: 'path', root: word, names: [] };
    if (!FUNCTIONS.has(word)) throw new NotKnown();
    this.#need('(');
    const argument = this.#text();
    this.#need(')');
    return { op: 'function', name: word, argument };
  }

  #list(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#takes(end)) {
      if (items.length > 0) this.#need(',');
      items.push(this.chain('||'));
    }
    return items;
  }

  #text(): string {
    const text = unquote(this.#take('text').raw);
    if (text === null) throw new NotKnown();
    return text;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #takes(raw: string): boolean {
    if (this.#peek()?.raw !== raw) return false;
    this.#at++;
    return true;
  }

  #need(raw: string): void {
    if (!this.#takes(raw)) throw new NotKnown();
  }

  #take(kind: Token['kind']): Token {
    const token = this.#peek();
    if (token?.kind !== kind) throw new NotKnown();
    this.#at++;
    return token;
  }
}

function pathOf(target: Expression, name: string): Expression {
  if (target.op !== 'path') throw new NotKnown();
  return { ...target, names: [...target.names, name] };
}
