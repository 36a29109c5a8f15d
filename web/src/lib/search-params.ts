/**
 * Reads what stands in an address: addresses are typed and mailed by people, so anything may stand there.
 *
 * Invariant: what cannot be read is as if it were not there; no address makes a page fail.
 */

export type RawSearch = Record<string, unknown>;

/** Longest text that is taken from an address. */
const TEXT_MAX = 2_000;

export function textParam(raw: RawSearch, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= TEXT_MAX ? value : undefined;
}

/** A day or an instant, as it was written. */
export function timeParam(raw: RawSearch, name: string): string | undefined {
  const text = textParam(raw, name);
  return text !== undefined && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

export function choiceParam<T extends string>(
  raw: RawSearch,
  name: string,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === raw[name]);
}

export function numberParam(raw: RawSearch, name: string): number | undefined {
  const value = Number(raw[name] ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** An object without the parameters that are not there, so that addresses stay short. */
export function present<T extends Record<string, unknown>>(
  params: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/**
 * What a page reads of its address. Why what is not readable stays, as undefined: the router lays the answer over the address
 * as it came, so that a name which is left out would let through what could not be read.
 */
export function readable<T extends Record<string, unknown>>(
  params: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return params as { [K in keyof T]?: Exclude<T[K], undefined> };
}
