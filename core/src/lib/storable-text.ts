/**
 * Texts from files and engines as a store can hold them: PostgreSQL takes no zero character and no half of a surrogate pair,
 * in text or in JSON.
 *
 * Not for what a person sends over the API: that is refused by name (`server/src/api/storable.ts`).
 */

/** The same text with a replacement character (U+FFFD) for each of them. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

/** At most `length` characters, and a sign that there were more. */
export function clipText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

/** JSON whose texts a store can hold. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? storableText(item) : item,
  );
}
