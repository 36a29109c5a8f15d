/** Whether two values that were read from text say the same: plain data, in the same order of fields. */
export const isAlike = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
