/**
 * Rules that leave no column of a table: warned of.
 *
 * Why: a rule about columns means some of them. Tags are inherited from the domain and the contract, so a selector such as
 * `tag personal` can mean every column of a table although none of them has the tag itself.
 */
import type { ErrorPlace } from '@weft/core/lib/error';
import { readAnnotations } from '@weft/core/policy/annotations';
import { entityTypeOf } from '@weft/core/policy/cedar-schema';
import type { LintTable } from '@weft/core/policy/lint';
import type { CedarPolicy } from '@weft/core/policy/ports';

export function hidesAll(
  policies: readonly CedarPolicy[],
  tables: readonly LintTable[],
): ErrorPlace[] {
  return policies.flatMap((policy) => {
    const { id, line, resourceType } = policy;
    return tables
      .filter(({ table }) => resourceType === null || resourceType === entityTypeOf(table))
      .filter((table) => leavesNone(policy, table))
      .map(({ table, columns }) => ({
        code: 'POLICY_HIDES_ALL',
        message: `${id}: no column of ${table} is left${inheritedText(policy, columns)}`,
        remedy:
          'Name the columns that are meant, or leave the columns out where the whole table is. Tags of the domain and of the contract count for each column.',
        path: '$.cedar',
        line,
        column: 1,
      }));
  });
}

/** Whether a policy that names columns shows none, or takes all of them away. */
function leavesNone(policy: CedarPolicy, { columns }: LintTable): boolean {
  const { obligations } = readAnnotations(policy, columns);
  const names = columns.map(({ name }) => name);
  const named = obligations.columns;
  if (policy.effect === 'forbid')
    return named !== null && names.length > 0 && names.every((name) => named.includes(name));
  const hidden = obligations.masks
    .filter(({ mask }) => mask.kind === 'hide')
    .map(({ place }) => place);
  if (named === null && hidden.length === 0) return false;
  return (named ?? names).every((name) => hidden.includes(name));
}

/** Names the tags that every column has, where the policy selects by one of them. */
function inheritedText(policy: CedarPolicy, columns: LintTable['columns']): string {
  const asked = Object.values(policy.annotations).join(' ');
  const [first, ...others] = columns.map(({ tags }) => Object.keys(tags));
  const all = (first ?? []).filter((tag) => others.every((tags) => tags.includes(tag)));
  const named = all.filter((tag) => asked.includes(`tag ${tag}`));
  return named.length === 0 ? '' : `, for each has the tag ${named.join(' and ')}`;
}
