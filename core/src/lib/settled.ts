/**
 * Waiting for work that is done side by side.
 */

/**
 * As `Promise.all`, but it rejects, only when all have come to their ends: nothing works on
 * behind whoever clears up after the error.
 */
export async function allEnded<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
