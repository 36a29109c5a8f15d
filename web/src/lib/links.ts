/**
 * Links that come from documents of others: only addresses that a person may follow without harm.
 */
const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** The address as it may stand in an `href`; null for scripts, data and anything that is no address. */
export function safeLink(text: string | null): string | null {
  if (text === null) return null;
  try {
    const url = new URL(text);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
