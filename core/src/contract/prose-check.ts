/**
 * What the prose of the standard demands beyond its JSON Schema.
 *
 * Source: ODCS "Schema", "References" (stable ids), "Team"; the prose is normative, the JSON Schema follows it.
 */
import type { Diagnoser } from './diagnose.ts';
import type { ContractDocument, JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { objectsOf, textOf } from './json-access.ts';
import { say } from './schema-check.ts';

/** Reports repeated names and ids, and forms that the standard has deprecated. */
export function checkProse(document: ContractDocument, diagnoser: Diagnoser): void {
  const { data } = document;
  checkDistinct(data, { list: 'schema', key: 'name' }, diagnoser);
  checkDistinct(data, { list: 'schema', key: 'id' }, diagnoser);
  checkDistinct(data, { list: 'servers', key: 'server' }, diagnoser);
  checkDistinct(data, { list: 'slaProperties', key: 'id' }, diagnoser);
  const isOld = (textOf(data, 'apiVersion') ?? '').startsWith('v3.0.');
  if (Array.isArray(data['team']) && !isOld) {
    deprecated(
      diagnoser,
      'team',
      'a list of members is the form of 3.0; since 3.1 it is team.members',
    );
  }
  if (data['slaDefaultElement'] !== undefined && !isOld) {
    deprecated(diagnoser, 'slaDefaultElement', 'slaDefaultElement is deprecated since 3.1');
  }
}

function deprecated(diagnoser: Diagnoser, key: string, message: string): void {
  diagnoser.add('ODCS_DEPRECATED', [key], message, { atKey: true });
}

function checkDistinct(
  data: JsonObject,
  { list, key }: { list: string; key: string },
  diagnoser: Diagnoser,
): void {
  const seen = new Set<string>();
  for (const { item, index } of objectsOf(data, list)) {
    const value = textOf(item, key);
    if (value === null) continue;
    const path: DocumentPath = [list, index, key];
    if (seen.has(value))
      diagnoser.add('ODCS_DUPLICATE', path, `${key} ${say(value)} stands twice in ${list}`);
    seen.add(value);
  }
}
