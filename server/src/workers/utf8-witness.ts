/**
 * Whether bytes that are declared to be of a single-byte encoding are UTF-8 by their looks.
 *
 * Not a decoder, and no proof: each sequence of UTF-8 is some text of Latin-1, too, but hardly one that a person wrote.
 * Invariants: a file of ASCII alone has no looks; one byte that is no UTF-8 is enough to end the doubt; nothing is looked
 * at after it.
 */
import { isAscii, isUtf8 } from 'node:buffer';

const NOTHING = Buffer.alloc(0);

/** The witness of one file. */
export class Utf8Witness {
  #looks: 'ascii' | 'utf-8' | 'other' = 'ascii';
  /** The beginning of a character that the last chunk cut. */
  #rest: Buffer = NOTHING;

  /** Takes the next bytes of the file; keeps none of them but a copy of a character that is cut. */
  take(chunk: Buffer): void {
    if (this.#looks === 'other' || (this.#rest.length === 0 && isAscii(chunk))) return;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.length - cutBytes(bytes);
    const isText = isUtf8(bytes.subarray(0, whole));
    this.#looks = isText ? 'utf-8' : 'other';
    this.#rest = isText ? Buffer.from(bytes.subarray(whole)) : NOTHING;
  }

  /** After the last byte: true when there are bytes beyond ASCII, and all of them form characters of UTF-8. */
  get isUtf8(): boolean {
    return this.#looks === 'utf-8' && this.#rest.length === 0;
  }
}

/** How many bytes at the end begin a character that goes on behind it. */
function cutBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
