/**
 * Columns that rules ask for and no table has: warned of.
 *
 * Why: `resource.row has region && …` is false where there is no such column, and what it guards need not fit the schema. So a
 * rule that fitted one major is silent over the next, a permit shows nothing more and a forbid forbids nothing.
 */
import type { ErrorPlace } from '@weft/core/lib/error';
import { entityTypeOf } from '@weft/core/policy/cedar-schema';
import type { LintTable } from '@weft/core/policy/lint';
import type { CedarPolicy } from '@weft/core/policy/ports';

export function absentColumns(
  policies: readonly CedarPolicy[],
  tables: readonly LintTable[],
): ErrorPlace[] {
  return policies.flatMap(({ id, line, resourceType, conditions }) => {
    const concerned = tables.filter(
      ({ table }) => resourceType === null || resourceType === entityTypeOf(table),
    );
    const known = new Set(concerned.flatMap(({ columns }) => columns.map(({ name }) => name)));
    const asked = new Set(conditions.flatMap(({ body }) => askedColumns(body)));
    return [...asked]
      .filter((name) => concerned.length > 0 && !known.has(name))
      .map((name) => ({
        code: 'POLICY_COLUMN_ABSENT',
        message: `${id}: the newest contract has no column "${name}", so over it the condition is false`,
        remedy: `There are: ${[...known].join(', ')}. Ask for both where an older major still serves.`,
        path: '$.cedar',
        line,
        column: 1,
      }));
  });
}

/** Names after `resource.row has`, anywhere in an expression. */
function askedColumns(expression: unknown): string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const inside = Object.values(expression).flatMap(askedColumns);
  const { has } = expression as { has?: { left?: unknown; attr?: string | string[] } };
  if (has === undefined || !isRow(has.left)) return inside;
  const [name] = [has.attr ?? []].flat();
  return name === undefined ? inside : [name, ...inside];
}

/** `resource.row`, as the engine tells an expression. */
function isRow(expression: unknown): boolean {
  const access = (expression as { '.'?: { left?: { Var?: string }; attr?: string } } | null)?.['.'];
  return access?.attr === 'row' && access.left?.Var === 'resource';
}
