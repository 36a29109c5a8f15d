/**
 * Attributes of subjects as requests have them, and as they are kept: each a list, of which a single value may be sent as text.
 */
import { Type } from 'typebox';

const Value = Type.String({ maxLength: 1000 });

export const AttributeName = Type.String({ minLength: 1, maxLength: 100 });
export const AttributeValues = Type.Union([Type.Array(Value), Value]);
export const Attributes = Type.Record(AttributeName, AttributeValues);

interface WithAttributes {
  attributes?: Record<string, string | string[] | null> | undefined;
}

/** The request with a list for each attribute; null stays null, it takes one away. */
export function withLists<T extends WithAttributes>(request: T): T {
  const { attributes } = request;
  if (attributes === undefined) return request;
  const lists = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? [value] : value,
  ]);
  return { ...request, attributes: Object.fromEntries(lists) };
}
