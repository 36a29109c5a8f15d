/**
 * Words that another is a slip of the hand away from: letters left out, put in, taken for others, or two that changed places.
 *
 * Not the search. Invariant: a short word has no near ones, since every other short word would be one.
 */

const NEAR_MAX = 4;

/** How many slips a word of this length is forgiven. */
export function slipsOf(word: string): number {
  if (word.length < 3) return 0;
  return word.length < 6 ? 1 : 2;
}

/** The nearest of many words, best first; none that is the word itself. */
export function nearestOf(word: string, others: Iterable<string>): string[] {
  const most = slipsOf(word);
  if (most === 0) return [];
  const found: { other: string; slips: number }[] = [];
  for (const other of others) {
    const slips = other === word ? null : slipsBetween(word, other, most);
    if (slips !== null) found.push({ other, slips });
  }
  // Why the first letter: it is the one that people get right.
  const isOdd = (other: string): number => (other[0] === word[0] ? 0 : 1);
  return found
    .sort((a, b) => a.slips - b.slips || isOdd(a.other) - isOdd(b.other))
    .slice(0, NEAR_MAX)
    .map(({ other }) => other);
}

/** The number of slips that make one word the other; null for more than `most`. */
export function slipsBetween(word: string, other: string, most: number): number | null {
  if (Math.abs(word.length - other.length) > most) return null;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= word.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = word[i - 1] === other[j - 1];
      const kept = (last[j - 1] ?? 0) + (isSame ? 0 : 1);
      let least = Math.min(kept, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    if (Math.min(...row) > most) return null;
    [before, last] = [last, row];
  }
  const slips = last[other.length] ?? 0;
  return slips <= most ? slips : null;
}
