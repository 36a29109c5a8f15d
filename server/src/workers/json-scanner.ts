/**
 * Finds where a JSON value ends, over pieces, without reading it: brackets are counted outside strings.
 *
 * Not a parser: whether what was found is JSON is told by whoever reads it. Invariant: the end of a value that is JSON is
 * found exactly; a value's bytes are looked at once.
 */
const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const endsScalar = (byte: number): boolean => byte <= 0x20 || byte === 0x2c || isClosing(byte);

export class JsonValueScanner {
  #isFresh = false;
  #isScalar = false;
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  #lineFeeds = 0;

  /** Begins a value; `scan` looks at its first byte again. */
  begin(first: number): void {
    this.#isFresh = true;
    this.#isScalar = !isOpening(first) && first !== QUOTE;
    this.#depth = 0;
    this.#isString = false;
    this.#isEscaped = false;
  }

  /** The index after the value's last byte, or -1 when `bytes` ends before it does. `isLast`: no byte follows. */
  scan(bytes: Buffer, from: number, isLast: boolean): number {
    if (!this.#isScalar) return this.#scanNested(bytes, from);
    const start = this.#isFresh ? from + 1 : from;
    this.#isFresh = false;
    for (let at = start; at < bytes.length; at++) if (endsScalar(bytes[at] ?? 0)) return at;
    return isLast ? bytes.length : -1;
  }

  #scanNested(bytes: Buffer, from: number): number {
    let depth = this.#depth;
    let isString = this.#isString;
    let isEscaped = this.#isEscaped;
    let end = -1;
    for (let at = from; at < bytes.length && end === -1; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF) this.#lineFeeds++;
      if (isEscaped) isEscaped = false;
      else if (isString) {
        if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) {
          isString = false;
          if (depth === 0) end = at + 1;
        }
      } else if (byte === QUOTE) isString = true;
      else if (isOpening(byte)) depth++;
      else if (isClosing(byte) && --depth === 0) end = at + 1;
    }
    this.#depth = depth;
    this.#isString = isString;
    this.#isEscaped = isEscaped;
    return end;
  }

  /** Line feeds seen since the last call. */
  takeLineFeeds(): number {
    const count = this.#lineFeeds;
    this.#lineFeeds = 0;
    return count;
  }
}
