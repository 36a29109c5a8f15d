/**
 * The words of search documents in memory: which documents have a lexeme, and how much it counts there.
 *
 * Not the making of lexemes, which are those of the store's `tsvector`, read in its text form. Invariants: it matches what
 * the store's `@@` matches, and ranks as the store's `ts_rank` does for a query whose outermost operator is not "and": the
 * share of a lexeme in a rank depends on the weights of its positions alone, so a document keeps that share and no
 * position. Both are compared with the store on random queries.
 */
import { must } from '@weft/core/lib/assert';
import { nearestOf } from './near-words.ts';
import { Postings } from './search-postings.ts';
import type { WordsOperand, WordsQuery } from './search-words-query.ts';

/** A posting is a document's place and, in the lower bits, the number of its share. */
const SHARE_BITS = 12;
const SHARES_MAX = 2 ** SHARE_BITS;
/** How many places there can be. */
export const PLACES_MAX = 2 ** (32 - SHARE_BITS);

/** Lexemes that are not sorted in yet; a search for a prefix looks at each of them. */
const UNSORTED_MAX = 1_000;

export class SearchWords {
  readonly #postings = new Postings();
  readonly #listOf = new Map<string, number>();
  readonly #shares: number[] = [];
  readonly #shareOf = new Map<number, number>();
  /** Lexemes in the order of their code units, and those that came since. */
  #sorted: string[] = [];
  #unsorted: string[] = [];

  /** Adds the words of a new document, whose place is below `PLACES_MAX`: the text form of its `tsvector`. */
  add(document: number, vector: string): void {
    readVector(vector, (lexeme, share) => {
      const posting = document * SHARES_MAX + this.#keepShare(share);
      const list = this.#listOf.get(lexeme);
      if (list !== undefined) {
        this.#postings.add(list, posting);
        return;
      }
      const own = ownText(lexeme);
      this.#listOf.set(own, this.#postings.create(posting));
      this.#unsorted.push(own);
    });
  }

  /** Marks the documents below `size` that fit with 1. */
  match(query: WordsQuery, size: number): Uint8Array {
    if (query.kind === 'word') {
      const found = new Uint8Array(size);
      this.#each(query, (document) => {
        found[document] = 1;
      });
      return found;
    }
    if (query.kind === 'not') return this.match(query.arg, size).map((hit) => 1 - hit);
    const left = this.match(query.left, size);
    const right = this.match(query.right, size);
    if (query.kind === 'and') return left.map((hit, i) => hit & (right[i] ?? 0));
    return left.map((hit, i) => hit | (right[i] ?? 0));
  }

  /** The rank of each document below `size`. */
  rank(query: WordsQuery, size: number): Float32Array {
    const ranks = new Float32Array(size);
    const operands = operandsOf(query);
    for (const operand of operands) {
      this.#each(operand, (document, share) => {
        ranks[document] = (ranks[document] ?? 0) + share;
      });
    }
    return ranks.map((rank) => rank / operands.length);
  }

  /** Lexemes that are near to a word, best first; none where one begins with it. */
  near(word: string): string[] {
    return this.#beginningWith(word).length > 0 ? [] : nearestOf(word, this.#listOf.keys());
  }

  #each(operand: WordsOperand, use: (document: number, share: number) => void): void {
    for (const lexeme of operand.prefix ? this.#beginningWith(operand.lexeme) : [operand.lexeme]) {
      const list = this.#listOf.get(lexeme);
      if (list === undefined) continue;
      this.#postings.each(list, (posting) => {
        use(posting >>> SHARE_BITS, this.#shares[posting % SHARES_MAX] ?? 0);
      });
    }
  }

  #beginningWith(prefix: string): string[] {
    if (this.#unsorted.length > UNSORTED_MAX) this.sort();
    const found: string[] = [];
    for (let i = lowerBound(this.#sorted, prefix); i < this.#sorted.length; i++) {
      const lexeme = this.#sorted[i] ?? '';
      if (!lexeme.startsWith(prefix)) break;
      found.push(lexeme);
    }
    const more = this.#unsorted.filter((lexeme) => lexeme.startsWith(prefix));
    return more.length === 0 ? found : [...found, ...more].sort();
  }

  /** Sorts in what was added. */
  sort(): void {
    this.#sorted = [...this.#sorted, ...this.#unsorted].sort();
    this.#unsorted = [];
  }

  /** The number of a share. Why the nearest one when there are too many: the rank differs little, and what matches does not. */
  #keepShare(share: number): number {
    const known = this.#shareOf.get(share);
    if (known !== undefined) return known;
    const code =
      this.#shares.length < SHARES_MAX ? this.#shares.push(share) - 1 : this.#nearest(share);
    this.#shareOf.set(share, code);
    return code;
  }

  #nearest(share: number): number {
    let best = 0;
    const distance = (code: number): number => Math.abs((this.#shares[code] ?? 0) - share);
    for (let code = 1; code < this.#shares.length; code++) {
      if (distance(code) < distance(best)) best = code;
    }
    return best;
  }
}

/** Why: a part of a text keeps the whole text in memory. */
function ownText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function lowerBound(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What a rank is summed over, as `ts_rank` does: each text once, in the order of bytes; of two with one text the one that
 * stands further right in the query.
 */
function operandsOf(query: WordsQuery): WordsOperand[] {
  const found = new Map<string, WordsOperand>();
  const visit = (part: WordsQuery): void => {
    if (part.kind === 'word') {
      if (!found.has(part.lexeme)) found.set(part.lexeme, part);
    } else if (part.kind === 'not') visit(part.arg);
    else {
      visit(part.right);
      visit(part.left);
    }
  };
  visit(query);
  return [...found.values()].sort((a, b) =>
    Buffer.compare(Buffer.from(a.lexeme), Buffer.from(b.lexeme)),
  );
}

/** The weights of `ts_rank` by the letter of a position; none is D. As floats of four bytes, which is what it reckons in. */
const WEIGHTS: Readonly<Record<string, number>> = {
  A: 1,
  B: Math.fround(0.4),
  C: Math.fround(0.2),
};
const WEIGHT_D = Math.fround(0.1);
/** The limit of the sum of 1/n², as PostgreSQL writes it. */
const LIMIT = 1.64493406685;

const QUOTE = 39;
const BACKSLASH = 92;
const COMMA = 44;

/** The lexemes of a `tsvector` and the share of each in a rank. */
export function readVector(text: string, use: (lexeme: string, share: number) => void): void {
  let at = 0;
  while (at < text.length) {
    const end = endOfLexeme(text, at);
    const lexeme = plainLexeme(text.slice(at + 1, end));
    const stop = endOfPositions(text, end + 1);
    use(lexeme, shareOf(text, end + 2, stop));
    at = stop + 1;
  }
}

function plainLexeme(raw: string): string {
  if (!raw.includes("'") && !raw.includes('\\')) return raw;
  return raw.replace(/''|\\(.)/gsu, (_, character: string | undefined) => character ?? "'");
}

function endOfLexeme(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 2;
    else if (code === QUOTE && text.charCodeAt(at + 1) === QUOTE) at += 2;
    else if (code === QUOTE) return at;
    else at += 1;
    must(at < text.length ? at : undefined, 'a lexeme ends with its quote');
  }
}

function endOfPositions(text: string, start: number): number {
  const end = text.indexOf(' ', start);
  return end < 0 ? text.length : end;
}

/** The share of a lexeme: its weights over the squares of their ranks, the highest as if it came first. */
function shareOf(text: string, start: number, end: number): number {
  let [sum, highest, highestAt, count] = [0, -1, 0, 0];
  for (let at = start; at < end; at++) {
    // What counts is the last character of a position: a digit, or the letter of its weight.
    if (at + 1 < end && text.charCodeAt(at + 1) !== COMMA) continue;
    const weight = WEIGHTS[text[at] ?? ''] ?? WEIGHT_D;
    count += 1;
    sum = Math.fround(sum + Math.fround(weight / count ** 2));
    if (weight > highest) [highest, highestAt] = [weight, count];
    at += 1;
  }
  const first = Math.fround(highest / highestAt ** 2);
  return Math.fround(Math.fround(highest + sum) - first) / LIMIT;
}
