/**
 * What the file of an answer is called: like the kept query, or what it reads from. Without ending.
 */

const LENGTH_MAX = 80;

export function fileName(kept: string | null, products: readonly string[]): string {
  const [first, ...more] = [...new Set(products)];
  const named = kept ?? (first === undefined ? '' : [first, ...more].join(' and '));
  const safe = named
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    // Why not at its ends: a file that begins with a point is hidden, and one that ends with it is refused by Windows.
    .replace(/^[ .-]+/, '');
  return (
    [...safe]
      .slice(0, LENGTH_MAX)
      .join('')
      .replace(/[ .-]+$/, '') || 'answer'
  );
}
