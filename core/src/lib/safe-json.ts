/**
 * JSON with 64-bit integers kept exact: numbers beyond ±(2^53 − 1) are read as bigint, bigint is written as a number.
 *
 * Why: Iceberg's snapshot ids are 63-bit JSON numbers, which `JSON.parse` rounds silently. Uses the source text access
 * of ES2025 (`JSON.parse` with context, `JSON.rawJSON`), which the pinned runtime has.
 */
import { must } from './assert.ts';

interface SourceAwareJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  stringify(
    value: unknown,
    replacer?: (key: string, value: unknown) => unknown,
    space?: number,
  ): string;
  rawJSON(text: string): unknown;
}

const json = JSON as unknown as SourceAwareJson;

/** Parses JSON; integers outside the safe range become bigint. Throws SyntaxError on bad text. */
export function parseSafeJson(text: string): unknown {
  return json.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = must(context.source, 'JSON source text of a number');
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** Writes JSON; bigint becomes a plain JSON number. */
export function stringifySafeJson(value: unknown, space?: number): string {
  return json.stringify(
    value,
    (_key, v) => (typeof v === 'bigint' ? json.rawJSON(String(v)) : v),
    space,
  );
}
