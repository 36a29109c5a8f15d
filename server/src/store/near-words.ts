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

const WORD_MAX = 64;
const FAR = 99;
/** Rows of the table below; kept, since a word is compared with all that there are. */
let [before, last, row] = [1, 2, 3].map(() => new Uint8Array(WORD_MAX + 2)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** The number of slips that make one word the other; null for more than `most`. Only what lies near the diagonal is reckoned. */
export function slipsBetween(word: string, other: string, most: number): number | null {
  const [n, m] = [word.length, other.length];
  if (Math.abs(n - m) > most || Math.max(n, m) > WORD_MAX) return null;
  for (let j = 0; j <= m; j++) last[j] = j;
  for (let i = 1; i <= n; i++) {
    const [from, to] = [Math.max(1, i - most), Math.min(m, i + most)];
    row[from - 1] = from === 1 ? i : FAR;
    row[to + 1] = FAR;
    let least = row[from - 1] ?? FAR;
    for (let j = from; j <= to; j++) {
      const slips = slipsAt(word, other, i, j);
      row[j] = slips;
      if (slips < least) least = slips;
    }
    if (least > most) return null;
    [before, last, row] = [last, row, before];
  }
  const slips = last[m] ?? FAR;
  return slips <= most ? slips : null;
}

function slipsAt(word: string, other: string, i: number, j: number): number {
  const isSame = word.charCodeAt(i - 1) === other.charCodeAt(j - 1);
  const kept = (last[j - 1] ?? FAR) + (isSame ? 0 : 1);
  const least = Math.min(kept, (last[j] ?? FAR) + 1, (row[j - 1] ?? FAR) + 1);
  const isSwapped =
    i > 1 &&
    j > 1 &&
    word.charCodeAt(i - 1) === other.charCodeAt(j - 2) &&
    word.charCodeAt(i - 2) === other.charCodeAt(j - 1);
  return isSwapped ? Math.min(least, (before[j - 2] ?? FAR) + 1) : least;
}
