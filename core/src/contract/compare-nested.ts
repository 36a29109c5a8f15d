/**
 * What two versions say of the places inside a nested column: which of them are the same place, and in what they differ.
 *
 * Types, and which fields there are, are compared with the column's type (`compare-values.ts`); how one place changes is said by
 * whoever asks, as for columns. Invariant: a place is paired by the stable ids of the fields on the way, then by their names, so
 * that a renamed field is no other one.
 */
import type { ContractProperty, NestedProperty } from './model.ts';
import { pathLabel } from './nested-path.ts';

export interface NestedPair {
  /** The place in the new version, such as `lines.items.qty`. */
  label: string;
  before: ContractProperty;
  after: ContractProperty;
  /** Items, keys and values: whether they may be NULL stands in no type. */
  isUnnamed: boolean;
}

/** The places that both versions have. */
export function nestedPairs(before: ContractProperty, after: ContractProperty): NestedPair[] {
  const [byId, byName] = [keysOf(before.nested, 'id'), keysOf(before.nested, 'name')];
  const [ids, names] = [[...keysOf(after.nested, 'id')], [...keysOf(after.nested, 'name')]];
  return after.nested.flatMap(({ path, property }, i) => {
    const old = byId.get(ids[i]?.[0] ?? '') ?? byName.get(names[i]?.[0] ?? '');
    if (old === undefined) return [];
    const label = pathLabel(after.name, path);
    return [{ label, before: old, after: property, isUnnamed: typeof path.at(-1) === 'string' }];
  });
}

/** Places by the ids or names on the way to them, in their order. */
function keysOf(
  places: readonly NestedProperty[],
  by: 'id' | 'name',
): Map<string, ContractProperty> {
  const own = new Map<string, string>();
  return new Map(
    places.map(({ path, property }) => {
      const step = path.at(-1);
      const outer = own.get(JSON.stringify(path.slice(0, -1))) ?? '';
      const key = `${outer}/${typeof step === 'string' ? step : JSON.stringify(property[by])}`;
      own.set(JSON.stringify(path), key);
      return [key, property];
    }),
  );
}
