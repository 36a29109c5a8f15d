/**
 * Cedar text as tokens, statements and texts in quotes: just enough of the language to find policies and keep their bytes.
 *
 * Not a checker: the API is. Source: Cedar 4.5, https://docs.cedarpolicy.com/policies/syntax-grammar.html.
 * Invariant: statements and what lies between them, joined, are the text as it was.
 */

export interface Token {
  kind: 'word' | 'text' | 'number' | 'sign';
  /** As it is written; for a text with its quotes. */
  raw: string;
  start: number;
  end: number;
}

/** One policy of a text. */
export interface Statement {
  tokens: readonly Token[];
  start: number;
  /** Behind its semicolon. */
  end: number;
  /** From 1. */
  line: number;
  hasComment: boolean;
}

const TOKEN =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*)|(?<word>[A-Za-z_]\w*)|(?<text>"(?:[^"\\]|\\[\s\S])*")|(?<number>\d+)|(?<sign>::|==|!=|<=|>=|&&|\|\||[@(){}[\],;:.<>!?=+\-*])/uy;

/** The statements of a text; null when it cannot be taken apart, so that nothing of it is touched. */
export function readStatements(source: string): Statement[] | null {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let hasComment = false;
  for (const token of tokensOf(source)) {
    if (token === null) return null;
    if (token === 'comment') {
      hasComment ||= tokens.length > 0;
      continue;
    }
    if (tokens.length === 0) hasComment = false;
    tokens.push(token);
    if (token.raw !== ';') continue;
    const start = tokens[0]?.start ?? token.start;
    const line = source.slice(0, start).split('\n').length;
    statements.push({ tokens, start, end: token.end, line, hasComment });
    tokens = [];
  }
  return tokens.length === 0 ? statements : null;
}

function* tokensOf(source: string): Generator<Token | 'comment' | null> {
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) {
      yield null;
      return;
    }
    const [kind, raw] = Object.entries(groups).find(([, text]) => text !== undefined) as [
      string,
      string,
    ];
    const start = at;
    at += raw.length;
    if (kind === 'comment') yield 'comment';
    else if (kind !== 'space') yield { kind: kind as Token['kind'], raw, start, end: at };
  }
}

const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  "'": "'",
  '"': '"',
  '\\': '\\',
};

/** What a text in quotes says; null for an escape that is none. A star stays as it is. */
export function unquote(raw: string): string | null {
  return decode(raw.slice(1, -1));
}

function decode(inside: string): string | null {
  let isFine = true;
  const text = inside.replace(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|x([0-7][0-9a-fA-F])|([\s\S]))/g,
    (_, wide, narrow, one) => {
      if (one !== undefined) {
        isFine &&= Object.hasOwn(ESCAPED, one);
        return ESCAPED[one] ?? '';
      }
      const code = Number.parseInt(wide ?? narrow, 16);
      const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      isFine &&= isCharacter;
      return isCharacter ? String.fromCodePoint(code) : '';
    },
  );
  return isFine ? text : null;
}

/** A text in the quotes of Cedar. */
export function quote(text: string): string {
  return `"${encode(text)}"`;
}

function encode(text: string): string {
  return text.replace(/[\\"\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The pattern of `like` for texts that begin so. */
export function quotePrefix(prefix: string): string {
  return `"${encode(prefix).replaceAll('*', '\\*')}*"`;
}

/** The beginning that a pattern asks for; null for any other pattern. */
export function unquotePrefix(raw: string): string | null {
  const inside = raw.slice(1, -1);
  const pieces = inside.match(/\\u\{[^}]*\}|\\[\s\S]|[^\\]/gu) ?? [];
  if (pieces.at(-1) !== '*' || pieces.slice(0, -1).includes('*')) return null;
  return decode(
    pieces
      .slice(0, -1)
      .map((piece) => (piece === '\\*' ? '*' : piece))
      .join(''),
  );
}

const NAME = /^[A-Za-z_]\w*$/;
const RESERVED = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  '__cedar',
]);

/** True for a name that may stand behind a dot. */
export function isPlainName(name: string): boolean {
  return NAME.test(name) && !RESERVED.has(name);
}
