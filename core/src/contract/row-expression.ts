/**
 * The language of row expressions, `shipped_on >= ordered_on and qty * price = total`: text to a syntax tree.
 *
 * A small part of SQL, so that anybody can read it, and closed, so that every back end says the same of every row. Grammar:
 * `or := and {OR and}` · `and := not {AND not}` · `not := NOT not | test` ·
 * `test := sum [op sum | [NOT] IN (literal {, literal}) | [NOT] BETWEEN sum AND sum | IS [NOT] NULL]`, op one of
 * `= <> != < <= > >=` · `sum := product {(+|-) product}` · `product := factor {* factor}` ·
 * `factor := - factor | ( or ) | length(sum) | abs(sum) | column | number | 'text' | TRUE | FALSE`.
 *
 * Not types: `row-expression-types.ts` gives them. Keywords and columns are read without regard to case. A NULL makes a
 * test unknown, as in SQL, and a row offends only when the expression is false, as in an SQL CHECK.
 */

export type ArithmeticOp = '+' | '-' | '*';
export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** `at` counts characters from 0. */
export type ExpressionNode =
  | { kind: 'and' | 'or'; args: ExpressionNode[]; at: number }
  | { kind: 'not'; arg: ExpressionNode; at: number }
  | {
      kind: 'compare';
      op: CompareOp;
      left: ExpressionNode;
      right: ExpressionNode;
      at: number;
    }
  | { kind: 'isNull'; arg: ExpressionNode; at: number }
  | { kind: ArithmeticOp; left: ExpressionNode; right: ExpressionNode; at: number }
  | { kind: 'negate' | 'length' | 'abs'; arg: ExpressionNode; at: number }
  | { kind: 'column'; name: string; at: number }
  | { kind: 'number' | 'text'; text: string; at: number }
  | { kind: 'boolean'; value: boolean; at: number };

export type ParsedExpression =
  | { node: ExpressionNode; problem: null }
  | { node: null; problem: string };

interface Token {
  kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol' | 'end';
  text: string;
  at: number;
}

const LENGTH_MAX = 10_000;
/** Nodes above one another; no tree of a person is so deep, and whoever walks one uses the stack. */
const DEPTH_MAX = 100;
const TOKEN =
  /\s+|(?<word>[A-Za-z_][A-Za-z0-9_]*)|"(?<quoted>(?:[^"]|"")+)"|'(?<text>(?:[^']|'')*)'|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol><=|>=|<>|!=|[=<>()+\-*,])/y;
const KEYWORDS = new Set('and or not in is null between true false'.split(' '));

const TOO_DEEP = 'is nested too deeply';

class Problem extends Error {}

/** The tree of an expression, or what is wrong with it. Never throws. */
export function parseRowExpression(text: string): ParsedExpression {
  try {
    return { node: new Parser(tokenize(text)).whole(), problem: null };
  } catch (error) {
    if (error instanceof Problem) return { node: null, problem: error.message };
    throw error;
  }
}

function tokenize(source: string): Token[] {
  if (source.length > LENGTH_MAX) throw new Problem(`is longer than ${LENGTH_MAX} characters`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) throw new Problem(`cannot be read at character ${at + 1}`);
    const { word, quoted, text, number, symbol } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word.toLowerCase(), at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: unquoted(quoted, '"'), at });
    else if (text !== undefined) tokens.push({ kind: 'text', text: unquoted(text, "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at });
    at = TOKEN.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function unquoted(text: string, quote: string): string {
  return text.replaceAll(quote + quote, quote);
}

const COMPARE: Readonly<Record<string, CompareOp>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): ExpressionNode {
    const node = this.#or();
    if (this.#peek().kind !== 'end') throw this.#unexpected('the end');
    return node;
  }

  #or(): ExpressionNode {
    return this.#chain('or', () => this.#and());
  }

  #and(): ExpressionNode {
    return this.#chain('and', () => this.#not());
  }

  #chain(kind: 'and' | 'or', part: () => ExpressionNode): ExpressionNode {
    const { at } = this.#peek();
    const args = [part()];
    while (this.#take('word', kind) !== null) args.push(part());
    const [only] = args;
    return only !== undefined && args.length === 1 ? only : { kind, args, at };
  }

  #not(): ExpressionNode {
    const at = this.#take('word', 'not');
    if (at === null) return this.#test();
    return { kind: 'not', arg: this.#below(() => this.#not()), at };
  }

  #test(): ExpressionNode {
    const left = this.#sum();
    const { text, at } = this.#peek();
    const op = this.#peek().kind === 'symbol' ? COMPARE[text] : undefined;
    if (op !== undefined) {
      this.#next++;
      return { kind: 'compare', op, left, right: this.#sum(), at };
    }
    if (this.#take('word', 'is') !== null) {
      const negated = this.#take('word', 'not');
      this.#expect('word', 'null');
      return negated === null
        ? { kind: 'isNull', arg: left, at }
        : { kind: 'not', arg: { kind: 'isNull', arg: left, at }, at };
    }
    const negated = this.#take('word', 'not');
    const node = this.#listed(left);
    if (node === null) {
      if (negated !== null) throw this.#unexpected('IN or BETWEEN');
      return left;
    }
    return negated === null ? node : { kind: 'not', arg: node, at: negated };
  }

  /** `IN` and `BETWEEN` as what they are short for; null when neither comes. */
  #listed(left: ExpressionNode): ExpressionNode | null {
    const between = this.#take('word', 'between');
    if (between !== null) {
      const at = between;
      const low: ExpressionNode = { kind: 'compare', op: '>=', left, right: this.#sum(), at };
      this.#expect('word', 'and');
      const high: ExpressionNode = { kind: 'compare', op: '<=', left, right: this.#sum(), at };
      return { kind: 'and', args: [low, high], at };
    }
    const at = this.#take('word', 'in');
    if (at === null) return null;
    this.#expect('symbol', '(');
    const args: ExpressionNode[] = [];
    do args.push({ kind: 'compare', op: '=', left, right: this.#factor(), at });
    while (this.#take('symbol', ',') !== null);
    this.#expect('symbol', ')');
    return { kind: 'or', args, at };
  }

  #sum(): ExpressionNode {
    return this.#arithmetic(['+', '-'], () => this.#product());
  }

  #product(): ExpressionNode {
    return this.#arithmetic(['*'], () => this.#factor());
  }

  #arithmetic(kinds: readonly ArithmeticOp[], part: () => ExpressionNode): ExpressionNode {
    let node = part();
    for (let parts = 1; ; parts++) {
      const { kind, text, at } = this.#peek();
      const op = kind === 'symbol' ? kinds.find((known) => known === text) : undefined;
      if (op === undefined) return node;
      if (parts > DEPTH_MAX) throw new Problem(TOO_DEEP);
      this.#next++;
      node = { kind: op, left: node, right: part(), at };
    }
  }

  #factor(): ExpressionNode {
    const token = this.#peek();
    this.#next++;
    const { kind, text, at } = token;
    if (kind === 'number' || kind === 'text') return { kind, text, at };
    if (kind === 'quoted') return { kind: 'column', name: text, at };
    if (kind === 'symbol' && text === '-') {
      return { kind: 'negate', arg: this.#below(() => this.#factor()), at };
    }
    if (kind === 'symbol' && text === '(') return this.#inside();
    if (kind === 'word' && (text === 'true' || text === 'false')) {
      return { kind: 'boolean', value: text === 'true', at };
    }
    if (kind !== 'word' || KEYWORDS.has(text)) {
      this.#next--;
      throw this.#unexpected('a column or a value');
    }
    if (this.#take('symbol', '(') === null) return { kind: 'column', name: text, at };
    if (text !== 'length' && text !== 'abs') {
      throw new Problem(`names the function ${text}, and there are only length and abs`);
    }
    return { kind: text, arg: this.#inside(), at };
  }

  /** What stands before a closing parenthesis. */
  #inside(): ExpressionNode {
    const node = this.#below(() => this.#or());
    this.#expect('symbol', ')');
    return node;
  }

  #below(part: () => ExpressionNode): ExpressionNode {
    this.#depth++;
    if (this.#depth > DEPTH_MAX) throw new Problem(TOO_DEEP);
    const node = part();
    this.#depth--;
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(kind: Token['kind'], text: string): number | null {
    const token = this.#peek();
    if (token.kind !== kind || token.text !== text) return null;
    this.#next++;
    return token.at;
  }

  #expect(kind: Token['kind'], text: string): void {
    if (this.#take(kind, text) === null) throw this.#unexpected(text.toUpperCase());
  }

  #unexpected(wanted: string): Problem {
    const { kind, text, at } = this.#peek();
    const found = kind === 'end' ? 'it ends' : `there is ${text}`;
    return new Problem(`has ${wanted} expected at character ${at + 1}, where ${found}`);
  }
}
