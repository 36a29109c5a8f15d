/**
 * Forms that the prose of the standard shows and its JSON Schema refuses: they are read, with a warning.
 *
 * Two are known. The IBAN example of "Data Quality" has `pattern` beside an empty `arguments` instead of inside it. And
 * `logicalType` is optional, but each condition of the schema holds for a property without one, so that 3.2 demands a
 * `map` of it and every version applies the options of all types at once.
 * Invariant: the document itself is never changed; only what the schema is shown is.
 */
import type { Json } from '../lib/canonical-json.ts';
import type { Diagnoser } from './diagnose.ts';
import type { JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { isObject, textOf } from './json-access.ts';

const ARGUMENTS = ['pattern', 'validValues', 'missingValues'];

/** The data with arguments of quality rules where the schema expects them. */
export function withProseForms(data: JsonObject, diagnoser: Diagnoser): JsonObject {
  const isOld = (textOf(data, 'apiVersion') ?? '').startsWith('v3.0.');
  const visit = (value: Json, path: DocumentPath): Json => {
    if (Array.isArray(value)) {
      const isRules = path.at(-1) === 'quality' && !isOld;
      return value.map((item, i) => {
        const inner = visit(item, [...path, i]);
        return isRules && isObject(inner) ? moveArguments(inner, [...path, i], diagnoser) : inner;
      });
    }
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([key, inner]) => [
      key,
      visit(inner, [...path, key]),
    ]);
    const object = Object.fromEntries(members) as JsonObject;
    return isProperty(path) ? withType(object) : object;
  };
  const { schema } = data;
  return schema === undefined ? data : { ...data, schema: visit(schema, ['schema']) };
}

function moveArguments(rule: JsonObject, path: DocumentPath, diagnoser: Diagnoser): JsonObject {
  const misplaced = ARGUMENTS.filter((name) => Object.hasOwn(rule, name));
  const given = rule['arguments'] ?? {};
  if (misplaced.length === 0 || textOf(rule, 'metric') === null || !isObject(given)) return rule;
  for (const name of misplaced) {
    diagnoser.add('QUALITY_ARGUMENTS', [...path, name], `${name} stands beside arguments`, {
      atKey: true,
    });
  }
  const kept = Object.entries(rule).filter(([key]) => !misplaced.includes(key));
  const moved = misplaced.map((name) => [name, rule[name] ?? null] as const);
  return { ...Object.fromEntries(kept), arguments: { ...given, ...Object.fromEntries(moved) } };
}

/** True for the path of a property, of `items`, or of the key or value of a `map`. */
function isProperty(path: DocumentPath): boolean {
  const [last, above] = [path.at(-1), path.at(-2)];
  if (typeof last === 'number') return above === 'properties';
  return last === 'items' || (above === 'map' && (last === 'key' || last === 'value'));
}

/** The property with the logical type that its other keys mean, if it has none; then no options can be judged. */
function withType(property: JsonObject): JsonObject {
  if (property['logicalType'] !== undefined) return property;
  const { logicalTypeOptions: _, ...rest } = property;
  const nested = { properties: 'object', items: 'array', map: 'map' } as const;
  const key = (['properties', 'items', 'map'] as const).find((name) => Object.hasOwn(rest, name));
  return { ...rest, logicalType: key === undefined ? 'string' : nested[key] };
}
