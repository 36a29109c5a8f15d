/**
 * Tags that a column has by its domain, its contract or its table: they count in rules as its own do.
 *
 * As the server inherits them (`policy-facts.ts`): a nearer level replaces all values of a key.
 */
import type { MeshPolicy } from './policy-queries.ts';

export interface InheritedTag {
  tag: string;
  from: 'mesh' | 'contract';
}

type Values = MeshPolicy['domainTags'][string];

/** `levels` are the tags of the contract and of the table, as their documents write them. */
export function inheritedTags(
  ofDomain: Values | undefined,
  levels: readonly (readonly string[])[],
  own: readonly string[],
): InheritedTag[] {
  const known = new Map<string, InheritedTag[]>();
  for (const [key, values] of Object.entries(ofDomain ?? {}))
    known.set(
      key,
      values.map((value) => ({ tag: written(key, value), from: 'mesh' })),
    );
  for (const level of levels) {
    for (const key of new Set(level.map(keyOf)))
      known.set(
        key,
        level.filter((tag) => keyOf(tag) === key).map((tag) => ({ tag, from: 'contract' })),
      );
  }
  for (const tag of own) known.delete(keyOf(tag));
  return [...known.values()].flat();
}

const written = (key: string, value: string): string =>
  value === 'true' ? key : `${key}:${value}`;

function keyOf(tag: string): string {
  return (/^([^:=]+)[:=].+$/.exec(tag)?.[1] ?? tag).trim();
}
