/**
 * Text of other encodings as UTF-8, in a stream: Windows-1252 and UTF-16.
 *
 * Not Latin-1, which the reader of CSV takes as it is (`core/wasm/encoding.ts`).
 * Invariant: what is no character of the encoding becomes a byte that no UTF-8 has, so that its record is refused
 * (`bad_encoding`) with its line, and no other; nothing is replaced by another character.
 * Source: WHATWG Encoding Standard, index windows-1252; Unicode 16, section 3.10 (UTF-16).
 */
import { isAscii } from 'node:buffer';
import { Transform } from 'node:stream';
import type { CsvDialect } from '@weft/core/contract/plan';
import { WeftError } from '@weft/core/lib/error';
import type { Utf8Witness } from './utf8-witness.ts';

export type Transcoded = Exclude<CsvDialect['encoding'], 'utf-8' | 'latin-1'>;

/** The encoding that a file has to be freed from before it is read; null when it is read as it is. */
export function transcodedOf(encoding: CsvDialect['encoding']): Transcoded | null {
  return encoding === 'utf-8' || encoding === 'latin-1' ? null : encoding;
}

/**
 * Bytes of the encoding in, UTF-8 out; the witness sees what comes in. Fails with BATCH_UNREADABLE where the whole file is
 * not of the encoding.
 */
export function transcode(encoding: Transcoded, witness: Utf8Witness): Transform {
  const convert = encoding === 'utf-16' ? new Utf16() : new Windows1252();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        witness.take(chunk);
        done(null, convert.take(chunk));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        convert.end();
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** No byte of UTF-8. */
const NO_CHARACTER = 0xff;

/** Code points of the bytes from 0x80 to 0x9f; 0 where there is none. The others are those of Latin-1. */
const WINDOWS_1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
  0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161,
  0x203a, 0x0153, 0, 0x017e, 0x0178,
];
const BYTES_MAX = 3;

class Windows1252 {
  readonly #characters = Array.from({ length: 256 }, (_, byte) => {
    const point = byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252[byte - 0x80] : byte;
    const isNone = point === undefined || (point === 0 && byte !== 0);
    return isNone ? Buffer.from([NO_CHARACTER]) : Buffer.from(String.fromCodePoint(point));
  });

  take(chunk: Buffer): Buffer {
    if (isAscii(chunk)) return chunk;
    const target = Buffer.allocUnsafe(chunk.length * BYTES_MAX);
    let at = 0;
    for (const byte of chunk) {
      if (byte < 0x80) target[at++] = byte;
      else for (const part of this.#characters[byte] ?? []) target[at++] = part;
    }
    return target.subarray(0, at);
  }

  end(): void {}
}

class Utf16 {
  /** Null before the byte order mark was seen. */
  #isBigEndian: boolean | null = null;
  #rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#isBigEndian === null) {
      this.#rest = bytes;
      if (bytes.length < 2) return Buffer.alloc(0);
      this.#isBigEndian = readMark(bytes);
      bytes = bytes.subarray(2);
    }
    let whole = bytes.length - (bytes.length % 2);
    const last = whole === 0 ? 0 : this.#unitAt(bytes, whole - 2);
    // Why: the other half of the last character may be in the next chunk.
    if (last >= 0xd800 && last < 0xdc00) whole -= 2;
    this.#rest = Buffer.from(bytes.subarray(whole));
    return this.#convert(bytes.subarray(0, whole));
  }

  end(): void {
    if (this.#isBigEndian === null || this.#rest.length > 0) {
      throw notUtf16(
        this.#isBigEndian === null ? 'it has no byte order mark' : 'its end is cut off',
      );
    }
  }

  #unitAt(bytes: Buffer, at: number): number {
    return this.#isBigEndian === true ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  }

  #convert(bytes: Buffer): Buffer {
    const little = this.#isBigEndian === true ? Buffer.from(bytes).swap16() : bytes;
    const text = little.toString('utf16le');
    if (text.isWellFormed()) return Buffer.from(text);
    const parts: Buffer[] = [];
    for (const character of text) {
      parts.push(character.isWellFormed() ? Buffer.from(character) : Buffer.from([NO_CHARACTER]));
    }
    return Buffer.concat(parts);
  }
}

/** True for big endian. */
function readMark(bytes: Buffer): boolean {
  const mark = bytes.readUInt16BE(0);
  if (mark === 0xfeff || mark === 0xfffe) return mark === 0xfeff;
  throw notUtf16('it has no byte order mark');
}

function notUtf16(why: string): WeftError {
  return new WeftError('BATCH_UNREADABLE', `the file is not UTF-16: ${why}`, {
    remedy: 'Send it in the encoding that `weftCsv` of the contract names.',
  });
}
