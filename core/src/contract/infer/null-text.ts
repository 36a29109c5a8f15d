/**
 * Which text of a CSV stands for no value, such as `NA` or `NULL`.
 *
 * Not a guess about words in text columns: a token counts only where it alone keeps a column from being a number, a
 * date or a truth value. Invariant: at most one token per file, as the contract's CSV settings have it.
 */
import { lexicalForm } from './lexical.ts';
import type { InferSource } from './source.ts';

const TOKENS = ['NULL', 'null', 'NA', 'N/A', 'n/a', '\\N', 'None', 'nan', 'NaN', '-', '?'];
const FILLED_MIN = 2;

/** The token that frees the most columns, or the empty text when none does. */
export function guessNullText(source: InferSource): string {
  const freed = new Map<string, number>();
  source.columns.forEach((_, index) => {
    const token = tokenOfColumn(source, index);
    if (token !== null) freed.set(token, (freed.get(token) ?? 0) + 1);
  });
  const [best] = [...freed].sort(
    (a, b) => b[1] - a[1] || TOKENS.indexOf(a[0]) - TOKENS.indexOf(b[0]),
  );
  return best?.[0] ?? '';
}

/** The one token among values that are otherwise all of a form, or null. */
function tokenOfColumn(source: InferSource, index: number): string | null {
  let token: string | null = null;
  let filled = 0;
  for (const row of source.rows) {
    const value = row[index] ?? null;
    if (value === null) continue;
    if (lexicalForm(value) !== 'text') filled++;
    else if (token === null && TOKENS.includes(value)) token = value;
    else if (value !== token) return null;
  }
  return filled >= FILLED_MIN ? token : null;
}
