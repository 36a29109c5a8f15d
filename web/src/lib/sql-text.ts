/**
 * Looks at the text of a query without understanding it: words, quotes, comments, and what a SELECT calls its columns.
 *
 * Not a parser: the engine is. What is found here only marks places and cells; nothing depends on it for protection.
 */

export interface SqlToken {
  kind: 'word' | 'quoted' | 'other';
  /** As written; of a quoted name without its quotes. */
  text: string;
  from: number;
  to: number;
}

const PATTERN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|\s+|[\s\S]/gu;

/** Words, quoted names and signs; without spaces, comments and texts in quotes. */
export function tokensOf(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const found of sql.matchAll(PATTERN)) {
    const [text] = found;
    const place = { from: found.index, to: found.index + text.length };
    if (/^(?:--|\/\*|'|\s)/.test(text)) continue;
    if (text.startsWith('"')) {
      const name = text.replace(/^"|"$/g, '').replaceAll('""', '"');
      tokens.push({ kind: 'quoted', text: name, ...place });
    } else tokens.push({ kind: /^[\p{L}_]/u.test(text) ? 'word' : 'other', text, ...place });
  }
  return tokens;
}

/** Whether there is anything to run: comments and ends of statements alone are nothing. */
export const hasStatement = (sql: string): boolean =>
  tokensOf(sql).some(({ kind, text }) => kind !== 'other' || text !== ';');

const isName = ({ kind }: SqlToken): boolean => kind !== 'other';
const isSign = (token: SqlToken | undefined, sign: string): boolean =>
  token?.kind === 'other' && token.text === sign;
const isWord = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word;

/** Functions of a column that show nothing of its values. */
const COUNTS = new Set(['count', 'approx_count_distinct', 'count_if']);

/**
 * Names of columns of the answer that come of the given ones, with where they come from: by their names, and by what is
 * called something else on the way, through subqueries and WITH too. Counts of a column are not the column.
 */
export function columnsFrom(sql: string, names: readonly string[]): Map<string, string> {
  const origins = new Map(names.map((name) => [name.toLowerCase(), name]));
  const items = selectItems(tokensOf(sql));
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const { alias, body } of items) {
      const origin = originOf(body, origins);
      if (origin === null || origins.has(alias)) continue;
      origins.set(alias, origin);
      isGrowing = true;
    }
  }
  return origins;
}

interface SelectItem {
  alias: string;
  body: SqlToken[];
}

/** What is called something by AS, anywhere in the text. */
function selectItems(tokens: readonly SqlToken[]): SelectItem[] {
  return tokens.flatMap((token, at) => {
    const name = tokens[at + 1];
    if (!isWord(token, 'as') || name === undefined || !isName(name)) return [];
    return [{ alias: name.text.toLowerCase(), body: expressionBefore(tokens, at) }];
  });
}

/** Back from a place to the comma, bracket or word that starts the expression. */
function expressionBefore(tokens: readonly SqlToken[], end: number): SqlToken[] {
  let depth = 0;
  let at = end - 1;
  for (; at >= 0; at--) {
    const token = tokens[at];
    if (isSign(token, ')') || isSign(token, ']')) depth++;
    else if (isSign(token, '(') || isSign(token, '[')) {
      if (depth === 0) break;
      depth--;
    } else if (
      depth === 0 &&
      (isSign(token, ',') || isWord(token, 'select') || isWord(token, 'distinct'))
    )
      break;
  }
  return tokens.slice(at + 1, end);
}

function originOf(body: readonly SqlToken[], origins: ReadonlyMap<string, string>): string | null {
  for (let at = 0; at < body.length; at++) {
    const token = body[at];
    if (token === undefined || !isName(token)) continue;
    if (COUNTS.has(token.text.toLowerCase()) && isSign(body[at + 1], '(')) {
      at = closingOf(body, at + 1);
      continue;
    }
    const origin = origins.get(token.text.toLowerCase());
    if (origin !== undefined) return origin;
  }
  return null;
}

function closingOf(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isSign(tokens[at], '(')) depth++;
    else if (isSign(tokens[at], ')') && --depth === 0) return at;
  }
  return tokens.length;
}

export interface TextPlace {
  line: number;
  column: number;
}

export function placeAt(sql: string, offset: number): TextPlace {
  const before = sql.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where a name stands outside of texts and comments; the first place. */
export function placeOfName(sql: string, name: string): TextPlace | null {
  const wanted = name.toLowerCase();
  const found = tokensOf(sql).find((token) => isName(token) && token.text.toLowerCase() === wanted);
  return found === undefined ? null : placeAt(sql, found.from);
}

/** A name as it has to be written in SQL. */
export const quoteName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** The same query in the order of one of its columns. */
export function orderedBy(sql: string, column: string, isDescending: boolean): string {
  const inner = sql.trim().replace(/;\s*$/, '');
  // Why on lines of their own: the last line may be a comment.
  const direction = isDescending ? 'DESC' : 'ASC';
  return `SELECT * FROM (\n${inner}\n) AS result ORDER BY "${column.replaceAll('"', '""')}" ${direction} NULLS LAST`;
}
