/**
 * Days that somebody chose, as moments.
 */

/** The last moment of a day in the reader's own zone. */
export function endOf(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
