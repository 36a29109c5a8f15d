/**
 * What to search for instead, where words with a slip of the hand in them find nothing.
 *
 * Not the nearness (`server/src/store/near-words.ts`). Invariant: what is offered finds something, under the same conditions.
 */
import type { ProductFacts } from '@weft/core/registry/facts';
import type { SearchQuery } from '../store/control-search.ts';
import type { ProductSearch } from '../store/control-search-reader.ts';
import { nearestOf } from '../store/near-words.ts';

const TRIED_MAX = 4;
const OFFERED_MAX = 3;
/** Of how many products the words are looked at, to tell them as they stand there and not as stems. */
const READ = 5;

/** More words than these are a text and no search: what is near to each of them costs. */
const WORDS_MAX = 6;

const WORD = /[\p{L}\p{N}]+/gu;

/** Texts in the place of the query's own, best first. */
export async function nearSearches(search: ProductSearch, query: SearchQuery): Promise<string[]> {
  const near = new Map<string, string[]>();
  for (const word of (query.text.match(WORD) ?? []).slice(0, WORDS_MAX)) {
    const found = search.nearWords(word.toLowerCase());
    if (found.length > 0) near.set(word, found);
  }
  const offered = new Set<string>();
  const count = Math.max(0, ...[...near.values()].map((words) => words.length));
  for (let at = 0; at < Math.min(count, TRIED_MAX) && offered.size < OFFERED_MAX; at++) {
    const chosen = new Map([...near].map(([word, words]) => [word, words[at] ?? words[0] ?? word]));
    const text = replaced(query.text, chosen);
    const { rows } = await search.search({ ...query, text, facets: [], limit: READ });
    const known = rows.flatMap(({ facts }) => wordsOf(facts));
    const told = new Map(
      [...chosen].map(([word, lexeme]) => [word, asWritten(word, lexeme, known)]),
    );
    if (rows.length > 0) offered.add(replaced(query.text, told));
  }
  return [...offered];
}

function replaced(text: string, by: ReadonlyMap<string, string>): string {
  return text.trim().replace(WORD, (word) => by.get(word) ?? word);
}

/** The whole word that a lexeme stands for: the index has stems, which nobody writes. */
function asWritten(word: string, lexeme: string, known: readonly string[]): string {
  if (known.includes(lexeme)) return lexeme;
  return nearestOf(word.toLowerCase(), known)[0] ?? lexeme;
}

function wordsOf(facts: ProductFacts): string[] {
  const { product, title, description, tables, columns, terms, tags } = facts;
  const texts = [
    product,
    title,
    description,
    ...tables,
    ...Object.keys(columns),
    ...terms,
    ...tags,
  ];
  return texts.join(' ').toLowerCase().match(WORD) ?? [];
}
