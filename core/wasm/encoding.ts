/**
 * Text encodings: is it UTF-8, Latin-1 into UTF-8, and cutting UTF-8 without breaking a character.
 *
 * Source: Unicode 16, table 3-7 (well-formed UTF-8 byte sequences); ISO 8859-1, whose bytes are code points.
 */

// @ts-expect-error: decorator
@inline
function isFollower(at: usize): bool {
  return (<u32>load<u8>(at) & 0xc0) == 0x80;
}

/** True when [p, end) is well-formed UTF-8. */
export function isUtf8(p: usize, end: usize): bool {
  let at = p;
  while (at < end) {
    const first = <u32>load<u8>(at);
    if (first < 0x80) {
      at++;
      continue;
    }
    const size: usize = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || at + size > end) return false;
    const second = <u32>load<u8>(at + 1);
    const low: u32 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const high: u32 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return false;
    if (size > 2 && !isFollower(at + 2)) return false;
    if (size > 3 && !isFollower(at + 3)) return false;
    at += size;
  }
  return true;
}

/** Writes Latin-1 bytes as UTF-8 (at most twice as many) and returns their number. */
export function latin1ToUtf8(p: usize, size: u32, target: usize): u32 {
  let out = target;
  const end = p + size;
  for (let at = p; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte < 0x80) store<u8>(out++, byte);
    else {
      store<u8>(out++, 0xc0 | (byte >> 6));
      store<u8>(out++, 0x80 | (byte & 0x3f));
    }
  }
  return <u32>(out - target);
}

/** The longest prefix of at most `limit` bytes that ends between two characters. */
export function cutUtf8(p: usize, size: u32, limit: u32): u32 {
  if (size <= limit) return size;
  let cut = limit;
  while (cut > 0 && isFollower(p + cut)) cut--;
  return cut;
}
