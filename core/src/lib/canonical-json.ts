/**
 * Canonical JSON (RFC 8785, JCS): the one byte form that hashes and signatures are made over.
 *
 * Stricter than the RFC needs: undefined, non-finite numbers, lone surrogates and non-plain objects are refused instead
 * of being dropped. Keys are sorted by UTF-16 code units, numbers are written as ECMAScript does.
 */
import { AssertionError } from './assert.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The canonical text of `value`; throws on anything that JSON cannot say. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new AssertionError('canonical JSON: number is not finite');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${canonicalString(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(',')}}`;
  }
  throw new AssertionError(`canonical JSON: ${typeof value} has no JSON form`);
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new AssertionError('canonical JSON: lone surrogate in a string');
  return JSON.stringify(text);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
