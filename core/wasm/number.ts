/**
 * Whole numbers, decimals and doubles from text.
 *
 * Not a cast: the accepted texts are those of `core/src/ingest/lexical.ts`, byte for byte.
 * Invariant: after a call, `numberOk` says whether the text was a value; the result counts only then.
 */

/** The host's correctly rounded conversion, for the doubles that one division cannot give. */
// @ts-expect-error: decorator
@external("host", "toDouble")
declare function hostToDouble(at: usize, size: u32): f64;

export let numberOk: bool = false;

const MINUS: u32 = 45;
const POINT: u32 = 46;
const ZERO: u32 = 48;
/** 1e0 to 1e22: the powers of ten that a double holds exactly. */
const EXACT_POWERS: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
];

// @ts-expect-error: decorator
@inline
export function digitAt(at: usize): u32 {
  return <u32>load<u8>(at) - ZERO;
}

/** `-?(0|[1-9]\d*)` within 64 bits, minus zero excepted. */
export function parseInteger(p: usize, size: u32): i64 {
  numberOk = false;
  const end = p + size;
  const negative = size > 0 && load<u8>(p) == MINUS;
  const first = p + <usize>negative;
  const digits = <u32>(end - first);
  if (digits - 1 > 18) return 0;
  if (load<u8>(first) == ZERO && (digits > 1 || negative)) return 0;
  let value: u64 = 0;
  for (let at = first; at < end; at++) {
    const digit = digitAt(at);
    if (digit > 9) return 0;
    value = value * 10 + digit;
  }
  if (value > <u64>i64.MAX_VALUE + <u64>negative) return 0;
  numberOk = true;
  return negative ? -<i64>value : <i64>value;
}

/** Checks `-?(0|[1-9]\d*)(\.\d{1,scale})?` with at most precision - scale digits before the point. */
function decimalFits(p: usize, size: u32, precision: u32, scale: u32): bool {
  const end = p + size;
  const first = p + <usize>(size > 0 && load<u8>(p) == MINUS);
  let at = first;
  while (at < end && digitAt(at) <= 9) at++;
  const whole = <u32>(at - first);
  if (whole == 0) return false;
  if (load<u8>(first) == ZERO) {
    if (whole > 1) return false;
  } else if (whole > precision - scale) return false;
  if (at == end) return true;
  if (load<u8>(at) != POINT) return false;
  const fraction = <u32>(end - at) - 1;
  if (fraction - 1 >= scale) return false;
  for (at++; at < end; at++) if (digitAt(at) > 9) return false;
  return true;
}

/** The unscaled value of a decimal of at most 18 digits. */
export function parseDecimal(p: usize, size: u32, precision: u32, scale: u32): i64 {
  numberOk = decimalFits(p, size, precision, scale);
  if (!numberOk) return 0;
  const end = p + size;
  let value: i64 = 0;
  let missing = scale;
  let fraction = false;
  for (let at = p; at < end; at++) {
    const digit = digitAt(at);
    if (digit > 9) {
      fraction = load<u8>(at) == POINT;
      continue;
    }
    value = value * 10 + digit;
    missing -= <u32>fraction;
  }
  for (; missing > 0; missing--) value *= 10;
  return load<u8>(p) == MINUS ? -value : value;
}

/** Writes the unscaled value of a decimal of at most 38 digits as 16 bytes, two's complement, highest byte first. */
export function writeWideDecimal(
  p: usize,
  size: u32,
  precision: u32,
  scale: u32,
  target: usize,
): void {
  numberOk = decimalFits(p, size, precision, scale);
  if (!numberOk) return;
  store<u64>(target, 0);
  store<u64>(target, 0, 8);
  const end = p + size;
  let missing = scale;
  let fraction = false;
  for (let at = p; at < end; at++) {
    const digit = digitAt(at);
    if (digit > 9) {
      fraction = load<u8>(at) == POINT;
      continue;
    }
    shiftDigitIn(target, digit);
    missing -= <u32>fraction;
  }
  for (; missing > 0; missing--) shiftDigitIn(target, 0);
  if (load<u8>(p) == MINUS) negate(target);
}

/** Multiplies the 128-bit number by ten and adds a digit. */
function shiftDigitIn(target: usize, digit: u32): void {
  let carry: u64 = digit;
  for (let at = target + 12; at >= target; at -= 4) {
    const product = <u64>bswap<u32>(load<u32>(at)) * 10 + carry;
    store<u32>(at, bswap<u32>(<u32>product));
    carry = product >> 32;
  }
}

function negate(target: usize): void {
  const low = ~bswap<u64>(load<u64>(target, 8)) + 1;
  const high = ~bswap<u64>(load<u64>(target)) + <u64>(low == 0);
  store<u64>(target, bswap<u64>(high));
  store<u64>(target, bswap<u64>(low), 8);
}

/** `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`, not beyond the largest double. */
export function parseDouble(p: usize, size: u32): f64 {
  numberOk = false;
  const end = p + size;
  const negative = size > 0 && load<u8>(p) == MINUS;
  const first = p + <usize>negative;
  let mantissa: u64 = 0;
  let at = first;
  for (; at < end; at++) {
    const digit = digitAt(at);
    if (digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = <u32>(at - first);
  if (digits == 0 || (digits > 1 && load<u8>(first) == ZERO)) return 0;
  let fraction: u32 = 0;
  if (at < end && load<u8>(at) == POINT) {
    for (at++; at < end; at++, fraction++) {
      const digit = digitAt(at);
      if (digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    if (fraction == 0) return 0;
    digits += fraction;
  }
  const exponent = at < end;
  if (exponent && !isExponent(at, end)) return 0;
  numberOk = true;
  if (exponent || digits > 15) {
    // Why: only up to 15 digits and a power of ten that is exact, one division is rounded correctly.
    const value = hostToDouble(p, size);
    numberOk = isFinite(value);
    return value;
  }
  const value = <f64>mantissa / unchecked(EXACT_POWERS[fraction]);
  return negative ? -value : value;
}

function isExponent(p: usize, end: usize): bool {
  if ((<u32>load<u8>(p) | 32) != 101) return false;
  let at = p + 1;
  if (at < end && (load<u8>(at) == 43 || load<u8>(at) == MINUS)) at++;
  if (at == end) return false;
  for (; at < end; at++) if (digitAt(at) > 9) return false;
  return true;
}
