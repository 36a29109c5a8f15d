/**
 * What somebody began in this tab, kept until it is closed or he signs out: a page that is loaded anew finds it again.
 *
 * Not for what is sent or saved, and never for credentials. Invariant: it is kept by who wrote it, so that nobody else who
 * signs in at the same screen is handed it. A browser that keeps nothing is as if nothing had been kept.
 */
const PREFIX = 'weft-kept:';

const keyOf = (subject: string, place: string): string => `${PREFIX}${subject}:${place}`;

/** Undefined where nothing is kept, or nothing that can be read. */
export function recall(subject: string, place: string): unknown {
  try {
    const text = sessionStorage.getItem(keyOf(subject, place));
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined forgets. False where the browser takes no more. */
export function remember(subject: string, place: string, value: unknown): boolean {
  try {
    if (value === undefined) sessionStorage.removeItem(keyOf(subject, place));
    else sessionStorage.setItem(keyOf(subject, place), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Everybody's: whoever signs out leaves nothing behind. */
export function forgetAll(): void {
  try {
    const keys = Array.from({ length: sessionStorage.length }, (_, at) => sessionStorage.key(at));
    for (const key of keys) if (key?.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Why nothing: a browser that keeps nothing has nothing to forget.
  }
}
