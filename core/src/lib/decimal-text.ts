/**
 * Exact decimals as text: bounds of a contract stay what their author wrote, never a rounded double.
 *
 * Not arithmetic: normal form, order and rounding to whole numbers are all that the compilers need.
 * Lexical form: `[+-]digits[.digits][e[+-]digits]`, as JSON and YAML write numbers.
 */
const FORM = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const EXPONENT_MAX = 400;

/** `1e3` becomes `1000`, `+01.50` becomes `1.5`, `-0` becomes `0`; null for text that is not a decimal number. */
export function plainDecimal(text: string): string | null {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const exponent = Number(match[4] ?? '0');
  if (Math.abs(exponent) > EXPONENT_MAX) return null;
  const fraction = match[3] ?? '';
  const digits = `${match[2] ?? ''}${fraction}`;
  const scale = fraction.length - exponent;
  const padded = scale < 0 ? digits + '0'.repeat(-scale) : digits.padStart(scale + 1, '0');
  const cut = padded.length - Math.max(0, scale);
  const whole = padded.slice(0, cut).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(cut).replace(/0+$/, '');
  const body = rest === '' ? whole : `${whole}.${rest}`;
  return match[1] === '-' && body !== '0' ? `-${body}` : body;
}

/** Order of two plain decimals: negative, zero or positive. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = alignDecimals(a, b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Greatest whole number that is not above `text`, or least that is not below it. */
export function roundDecimal(text: string, direction: 'down' | 'up'): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  const truncated = BigInt(whole === '-' ? '0' : whole);
  if (fraction === '') return truncated;
  const negative = text.startsWith('-');
  if (direction === 'down') return negative ? truncated - 1n : truncated;
  return negative ? truncated : truncated + 1n;
}

/** Both numbers as integers over one power of ten. */
function alignDecimals(a: string, b: string): [bigint, bigint] {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return [unscaled(a, scale), unscaled(b, scale)];
}

function scaleOf(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

function unscaled(text: string, scale: number): bigint {
  return BigInt(text.replace('.', '') + '0'.repeat(scale - scaleOf(text)));
}
