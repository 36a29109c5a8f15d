/**
 * Reading plain JSON of a document that its schema has accepted: a wrong type is treated as absent, never coerced.
 */
import type { Json } from '../lib/canonical-json.ts';
import type { JsonObject } from './document.ts';

/** The text at `key`, or null. */
export function textOf(object: JsonObject, key: string): string | null {
  const value = member(object, key);
  return typeof value === 'string' ? value : null;
}

/** The scalar at `key` as text, or null. */
export function scalarOf(object: JsonObject, key: string): string | null {
  const value = member(object, key);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** The number at `key`, or null. */
export function numberOf(object: JsonObject, key: string): number | null {
  const value = member(object, key);
  return typeof value === 'number' ? value : null;
}

/** True when `key` is `true`. */
export function isTrue(object: JsonObject, key: string): boolean {
  return member(object, key) === true;
}

/** The boolean at `key`, or null. */
export function booleanOf(object: JsonObject, key: string): boolean | null {
  const value = member(object, key);
  return typeof value === 'boolean' ? value : null;
}

/** The list at `key`, or an empty one. */
export function listOf(object: JsonObject, key: string): Json[] {
  const value = member(object, key);
  return Array.isArray(value) ? value : [];
}

/** The texts in the list at `key`. */
export function textsOf(object: JsonObject, key: string): string[] {
  return listOf(object, key).filter((item) => typeof item === 'string');
}

/** The mappings in the list at `key`, each with its index. */
export function objectsOf(object: JsonObject, key: string): { item: JsonObject; index: number }[] {
  return listOf(object, key).flatMap((item, index) => (isObject(item) ? [{ item, index }] : []));
}

/** The mapping at `key`, or null. */
export function objectOf(object: JsonObject, key: string): JsonObject | null {
  const value = member(object, key);
  return isObject(value) ? value : null;
}

/** The value at `key`, or undefined; keys of `Object.prototype` are never found. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** True for a mapping. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
