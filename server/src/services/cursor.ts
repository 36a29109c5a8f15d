/**
 * Opaque cursors of lists: the sort key of the last item, in base64url.
 *
 * Not a secret and not signed: whoever forges one only pages elsewhere in what he may see anyway.
 * Invariant: a text that no list gave out is refused as a bad request and never reaches the store.
 */
import { WeftError } from '@weft/core/lib/error';

export type CursorPart = string | number | null;

/** The cursor after an item with this sort key; `kind` names the list, so that cursors are not mixed up. */
export function encodeCursor(kind: string, parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify([kind, ...parts])).toString('base64url');
}

/** The sort key of a cursor; throws REQUEST_INVALID for one of another list. */
export function decodeCursor(kind: string, text: string, length: number): CursorPart[] {
  const parts = parseParts(text);
  if (parts === null || parts.length !== length + 1 || parts[0] !== kind) {
    throw notOfThisList();
  }
  return parts.slice(1);
}

/** For a cursor whose parts a list cannot use. */
export function notOfThisList(): WeftError {
  return new WeftError('REQUEST_INVALID', 'the cursor in "after" is not of this list', {
    remedy: 'Pass the `next` of the page before, unchanged, or leave it out.',
  });
}

/** The position in the cursor of a log; throws REQUEST_INVALID for anything but a whole number from 0. */
export function decodePosition(kind: string, text: string): number {
  const [position] = decodeCursor(kind, text, 1);
  if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 0)
    return position;
  throw notOfThisList();
}

/** A page of rows that were read with one more than the limit. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  options: { item(row: Row): Item; cursor(row: Row): string },
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? options.cursor(last) : null;
  return { items: shown.map(options.item), next };
}

function parseParts(text: string): CursorPart[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(value)) return null;
    const plain = value.every(
      (part) => part === null || typeof part === 'number' || isStorable(part),
    );
    return plain ? value : null;
  } catch {
    return null;
  }
}

function isStorable(part: unknown): boolean {
  return typeof part === 'string' && part.isWellFormed() && !part.includes('\0');
}

/** The number of items of a page: what was asked for, within 1 and 200; 50 when nothing was. */
export function pageLimit(asked: number | undefined): number {
  return Math.min(Math.max(1, Math.floor(asked ?? 50)), 200);
}
