/**
 * Finds the next byte that matters, 16 bytes at a time.
 *
 * Invariant: at least 32 readable bytes follow every searched range, and the host's input ends with line feeds behind it,
 * so that a search for the end of a field always ends.
 */
export const LF: u32 = 10;
export const CR: u32 = 13;
/** A quote byte that no byte equals: the dialect has no quotes. */
export const NO_QUOTE: u32 = 256;

export let delimiter: u32 = 44;
export let quote: u32 = 34;

let manyDelimiters: v128 = i8x16.splat(44);
let manyQuotes: v128 = i8x16.splat(34);

export function setMarks(delimiterByte: u32, quoteByte: u32): void {
  delimiter = delimiterByte;
  quote = quoteByte;
  manyDelimiters = i8x16.splat(<i8>delimiterByte);
  manyQuotes = i8x16.splat(<i8>(quoteByte == NO_QUOTE ? LF : quoteByte));
}

/** One bit for each of the 16 bytes that ends an unquoted field: delimiter, quote, CR or LF. */
// @ts-expect-error: decorator
@inline
export function endMask(bytes: v128): i32 {
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(bytes, manyDelimiters), i8x16.eq(bytes, i8x16.splat(10))),
      v128.or(i8x16.eq(bytes, manyQuotes), i8x16.eq(bytes, i8x16.splat(13))),
    ),
  );
}

/** Where the unquoted field at `p` ends, or some place behind `bound` when it is longer. */
// @ts-expect-error: decorator
@inline
export function fieldEnd(p: usize, bound: usize): usize {
  let at = p;
  while (true) {
    const mask = endMask(v128.load(at));
    if (mask) return at + ctz(mask);
    at += 16;
    if (at > bound) return at;
  }
}

/** Where the short unquoted field at `p` ends: byte by byte, for numbers and dates. */
// @ts-expect-error: decorator
@inline
export function shortFieldEnd(p: usize): usize {
  let at = p;
  while (true) {
    const byte = <u32>load<u8>(at);
    if (byte == delimiter || byte == LF || byte == CR || byte == quote) return at;
    at++;
  }
}

/** The next quote in [p, end), or 0. */
export function findQuote(p: usize, end: usize): usize {
  return findByte(p, end, manyQuotes);
}

/** The next line feed in [p, end), or 0. */
export function findLineFeed(p: usize, end: usize): usize {
  return findByte(p, end, i8x16.splat(10));
}

// @ts-expect-error: decorator
@inline
function findByte(p: usize, end: usize, wanted: v128): usize {
  for (let at = p; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (mask) {
      const found = at + ctz(mask);
      return found < end ? found : 0;
    }
  }
  return 0;
}

export function countLineFeeds(p: usize, end: usize): u32 {
  let count: u32 = 0;
  let at = p;
  for (; at + 16 <= end; at += 16) {
    count += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(10))));
  }
  for (; at < end; at++) if (load<u8>(at) == LF) count++;
  return count;
}

/** True when the `size` bytes at both places are equal. */
// @ts-expect-error: decorator
@inline
export function equalBytes(a: usize, b: usize, size: u32): bool {
  let left = a;
  let right = b;
  let rest = size;
  for (; rest >= 16; rest -= 16, left += 16, right += 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right))) != 0xffff) return false;
  }
  if (rest == 0) return true;
  const wanted = (1 << rest) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right))) & wanted) == wanted;
}

/** True when a byte of 128 or more is in [p, p + size). */
// @ts-expect-error: decorator
@inline
export function hasHighByte(p: usize, size: u32): bool {
  const end = p + size;
  let at = p;
  for (; at + 16 <= end; at += 16) if (i8x16.bitmask(v128.load(at))) return true;
  for (; at < end; at++) if (load<u8>(at) >= 128) return true;
  return false;
}
