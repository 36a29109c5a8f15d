/**
 * Forms that the prose of the standard shows and its JSON Schema refuses: they are read, with a warning.
 *
 * One is known: the IBAN example of "Data Quality" has `pattern` beside an empty `arguments` instead of inside it.
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
  if ((textOf(data, 'apiVersion') ?? '').startsWith('v3.0.')) return data;
  const visit = (value: Json, path: DocumentPath): Json => {
    if (Array.isArray(value)) {
      const isRules = path.at(-1) === 'quality';
      return value.map((item, i) => {
        const inner = visit(item, [...path, i]);
        return isRules && isObject(inner) ? moveArguments(inner, [...path, i], diagnoser) : inner;
      });
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, visit(inner, [...path, key])]),
    );
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
