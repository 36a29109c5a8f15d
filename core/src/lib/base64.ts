/**
 * Base64 and base64url (RFC 4648) over bytes, for signatures and envelopes.
 *
 * Strict: decoding refuses other letters, wrong padding and non-zero spare bits, so that one byte string has one text.
 */
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STANDARD_VALUES = valuesOf(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);

/** Value of each letter by its code, 64 for every other ASCII character. */
function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(64);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

/** Padded base64. */
export function encodeBase64(bytes: Uint8Array): string {
  const body = encode(bytes, STANDARD);
  return body + '='.repeat((4 - (body.length % 4)) % 4);
}

/** Bytes of padded base64, or null. */
export function decodeBase64(text: string): Uint8Array | null {
  const body = text.replace(/={1,2}$/, '');
  if (text.length % 4 !== 0 || text.length - body.length !== (4 - (body.length % 4)) % 4)
    return null;
  return decode(body, STANDARD_VALUES);
}

/** Unpadded base64url. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE);
}

/** Bytes of unpadded base64url, or null. */
export function decodeBase64Url(text: string): Uint8Array | null {
  return decode(text, URL_SAFE_VALUES);
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = b === undefined ? 2 : c === undefined ? 3 : 4;
    for (let k = 0; k < letters; k++) text += alphabet.charAt((bits >> (18 - 6 * k)) & 63);
  }
  return text;
}

function decode(text: string, values: Uint8Array): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? 64;
    if (value === 64) return null;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >> held;
    bits &= (1 << held) - 1;
  }
  return bits === 0 ? bytes : null;
}
