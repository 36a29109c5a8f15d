/**
 * The text form of PostgreSQL's `tsquery`, read: what the store made of the words of a search.
 *
 * Not what the words match (`search-words.ts`) and not the making: stems and stop words are the store's affair. Source:
 * PostgreSQL documentation 8.11.2. Invariant: what is not read whole (phrases, weights) is null and never half a query.
 */

export type WordsQuery =
  | { kind: 'and' | 'or'; left: WordsQuery; right: WordsQuery }
  | { kind: 'not'; arg: WordsQuery }
  | WordsOperand;

export interface WordsOperand {
  kind: 'word';
  lexeme: string;
  /** Whether every lexeme that begins so is meant. */
  prefix: boolean;
}

const TOKEN = /\s*(?:'((?:[^'\\]|''|\\.)*)'(:\*)?(?=[\s)]|$)|([&|!()]))/suy;

/** The query of a text; null for one with phrases or weights, and for the empty one. */
export function readWordsQuery(text: string): WordsQuery | null {
  const tokens = tokensOf(text);
  if (tokens === null || tokens.length === 0) return null;
  const reader = new Reader(tokens);
  const query = reader.either();
  return reader.isAtEnd ? query : null;
}

type Token = WordsOperand | '&' | '|' | '!' | '(' | ')';

function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, word, prefix, sign] = match;
    tokens.push(
      word === undefined
        ? (sign as Exclude<Token, WordsOperand>)
        : {
            kind: 'word',
            lexeme: word.replace(/''|\\(.)/gsu, (_, c) => c ?? "'"),
            prefix: prefix !== undefined,
          },
    );
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** `!` binds closest, then `&`, then `|`. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(): WordsQuery | null {
    return this.#chain('|', 'or', () => this.#chain('&', 'and', () => this.#single()));
  }

  #chain(sign: '&' | '|', kind: 'and' | 'or', part: () => WordsQuery | null): WordsQuery | null {
    let left = part();
    while (left !== null && this.#take(sign)) {
      const right = part();
      left = right === null ? null : { kind, left, right };
    }
    return left;
  }

  #single(): WordsQuery | null {
    if (this.#take('!')) {
      const arg = this.#single();
      return arg === null ? null : { kind: 'not', arg };
    }
    if (this.#take('(')) {
      const inner = this.either();
      return this.#take(')') ? inner : null;
    }
    const token = this.#tokens[this.#at];
    if (typeof token !== 'object') return null;
    this.#at += 1;
    return token;
  }

  #take(sign: Token): boolean {
    if (this.#tokens[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }
}
