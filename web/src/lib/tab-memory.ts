/**
 * What somebody began in this tab, kept until it is closed or he signs out: a page that is left or loaded anew finds it again.
 *
 * Not for what is sent or saved, and never for credentials. Invariants: it is kept by who wrote it, so that nobody else who
 * signs in at the same screen is handed it; where the browser keeps nothing, it lasts as long as the page.
 */
const PREFIX = 'weft-kept:';

const known = new Map<string, unknown>();
const listeners = new Set<() => void>();

/** Why encoded: the id of one may begin with the id of another and a colon. */
const keyOf = (subject: string, place: string): string =>
  `${PREFIX}${encodeURIComponent(subject)}:${place}`;

export function whenKeptChanges(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The very same value until another is kept; undefined where there is none, or none that can be read. */
export function recall(subject: string, place: string): unknown {
  const key = keyOf(subject, place);
  if (!known.has(key)) known.set(key, read(key));
  return known.get(key);
}

/** Undefined forgets. */
export function keep(subject: string, place: string, value: unknown): void {
  const key = keyOf(subject, place);
  known.set(key, value);
  write(key, value);
  for (const listener of listeners) listener();
}

/** The places where the subject has something, one a line, in order: the same text as long as they are the same. */
export function placesKept(subject: string): string {
  const prefix = keyOf(subject, '');
  const inPage = [...known].flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const all = new Set([...keysOfStorage(), ...inPage]);
  const places = [...all].filter((key) => key.startsWith(prefix));
  return places
    .map((key) => key.slice(prefix.length))
    .sort()
    .join('\n');
}

/** Everybody's: whoever signs out leaves nothing behind. */
export function forgetAll(): void {
  known.clear();
  const kept = keysOfStorage().filter((key) => key.startsWith(PREFIX));
  for (const key of kept) write(key, undefined);
  for (const listener of listeners) listener();
}

function read(key: string): unknown {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Why nothing: what the browser does not take is known to this page all the same.
  }
}

function keysOfStorage(): string[] {
  try {
    return Object.keys(sessionStorage);
  } catch {
    return [];
  }
}
