/** Counts for comments: `75,000`. Not localised, so that the same sample always gives the same text. */
export function count(n: number): string {
  return String(n).replaceAll(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}
