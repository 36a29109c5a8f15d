/**
 * Prefixed, sortable ids: `bat_01J…` = prefix + ULID (48 bits of time, 80 bits of randomness, Crockford base 32).
 *
 * Source: github.com/ulid/spec. Invariant: ids made by one generator are strictly ascending, also within one
 * millisecond and when the clock goes backwards.
 */
import type { Clock, SecureRandom } from './ports.ts';

export const ID_PREFIXES = [
  'bat',
  'agr',
  'prp',
  'sub',
  'evt',
  'era',
  'rel',
  'op',
  'req',
  'qry',
  'aud',
  'upl',
  'mrk',
  'rst',
  'tok',
  'key',
  'ses',
  'lnk',
  'sav',
  'cmt',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface IdSource {
  /** A new id such as `bat_01JD5X3Z8W6Y7R9T0V2B4N6M8K`, greater than every id it gave before. */
  next(prefix: IdPrefix): string;
}

export function createIdSource(ports: { clock: Clock; random: SecureRandom }): IdSource {
  let lastTime = 0;
  let digits: number[] = [];
  return {
    next(prefix) {
      const now = ports.clock.now();
      if (now > lastTime || digits.length === 0) {
        lastTime = Math.max(now, lastTime);
        digits = randomDigits(ports.random);
      } else {
        increment(digits);
      }
      return `${prefix}_${encodeTime(lastTime)}${digits.map((d) => ALPHABET[d]).join('')}`;
    },
  };
}

/** True when `text` is an id with this prefix. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`).test(text);
}

function encodeTime(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function randomDigits(random: SecureRandom): number[] {
  // Why: the first digit stays below 16, so that at least 2^79 increments fit before it would overflow.
  return [...random.bytes(16)].map((byte, i) => (i === 0 ? byte & 15 : byte & 31));
}

function increment(digits: number[]): void {
  for (let i = digits.length - 1; i >= 0; i--) {
    const next = (digits[i] ?? 0) + 1;
    digits[i] = next & 31;
    if (next < 32) return;
  }
}
