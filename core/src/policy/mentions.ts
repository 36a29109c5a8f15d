/**
 * Words of policies that mean nothing by themselves: classes and tags of columns, and purposes.
 *
 * Cedar cannot know them, so a slip of the pen in one is no error: it selects no column, or is a purpose that nobody has. Whoever
 * checks a policy is told when the mesh does not know the word either.
 */
import { parseSelector, selectorParts } from './column-selectors.ts';
import { comparedWith, literalsOf, nodesOf, sidesOf } from './expression-parts.ts';
import type { CedarPolicy } from './ports.ts';

export interface Mention {
  kind: 'classification' | 'tag' | 'purpose';
  word: string;
  /** The policy that has it, and the line where that begins. */
  policy: string;
  line: number;
}

/** Each word of each policy once. */
export function mentionsOf(policies: readonly CedarPolicy[]): Mention[] {
  return policies.flatMap((policy) => {
    const words = [...ofAnnotations(policy), ...ofConditions(policy)];
    const seen = new Set<string>();
    return words
      .filter(({ kind, word }) => !seen.has(`${kind} ${word}`) && seen.add(`${kind} ${word}`))
      .map((word) => ({ ...word, policy: policy.id, line: policy.line }));
  });
}

type Word = Pick<Mention, 'kind' | 'word'>;

function ofAnnotations({ annotations }: CedarPolicy): Word[] {
  const columns = (annotations['columns'] ?? '').split(',');
  const masks = (annotations['mask'] ?? '').split(';').map((entry) => entry.split(':')[0] ?? '');
  return [...columns, ...masks].flatMap((selector): Word[] => {
    const read = parseSelector(selector);
    return (read === null ? [] : selectorParts(read)).flatMap((part): Word[] => {
      if (part.kind === 'tag') return [{ kind: 'tag', word: part.key }];
      if (part.kind !== 'classification') return [];
      return [{ kind: 'classification', word: part.classification }];
    });
  });
}

function ofConditions({ conditions }: CedarPolicy): Word[] {
  return conditions.flatMap(({ body }) => [
    ...comparedWith(body, 'context', 'purpose').map((word): Word => ({ kind: 'purpose', word })),
    ...comparedWith(body, 'resource', 'classification').map(
      (word): Word => ({ kind: 'classification', word }),
    ),
    ...tagKeys(body).map((word): Word => ({ kind: 'tag', word })),
  ]);
}

/** Keys of `resource.hasTag("KEY")` and `resource.getTag("KEY")`. */
function tagKeys(body: unknown): string[] {
  return nodesOf(body).flatMap((node) =>
    ['hasTag', 'getTag'].flatMap((name) => {
      const sides = sidesOf(node, name);
      return sides?.left?.['Var'] === 'resource' ? literalsOf(sides.right) : [];
    }),
  );
}
