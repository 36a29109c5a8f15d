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
