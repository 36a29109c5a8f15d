/**
 * Columns that belong together by their names: what ends does not end before it began.
 *
 * Not a rule of the contract, which may say more; it is what whoever reads invented rows expects of two such days.
 */
import type { ContractProperty } from '@weft/core/contract/model';
import type { ColumnLimits } from './invented-filter.ts';

/** Places of what begins and of what ends, in a row. */
export type Pair = readonly [begin: number, end: number];

/** Words of a name, and those that stand in their place in the name of the other one. */
const WORDS: readonly (readonly [begin: string, ends: readonly string[]])[] = [
  ['start', ['end', 'stop', 'finish']],
  ['started', ['ended', 'stopped', 'finished']],
  ['starts', ['ends', 'stops']],
  ['begin', ['end']],
  ['begins', ['ends']],
  ['began', ['ended']],
  ['from', ['to', 'until', 'till', 'thru']],
  ['since', ['until']],
  ['first', ['last']],
  ['opened', ['closed']],
  ['open', ['close']],
  ['created', ['updated', 'changed', 'closed', 'deleted']],
  ['ordered', ['shipped', 'delivered']],
  ['order', ['ship', 'delivery']],
  ['shipped', ['delivered']],
  ['departure', ['arrival']],
  ['arrival', ['departure']],
  ['checkin', ['checkout']],
];
const TEMPORAL = ['date', 'time', 'timestamp', 'timestamptz'];

interface Column {
  property: ContractProperty;
}

/** Of columns that a filter limits there is none: their values are those that it lets through. */
export function pairsOf(
  columns: readonly Column[],
  limits: (name: string) => ColumnLimits,
): Pair[] {
  const free = columns.map(({ property: { name, type } }) => {
    const { among, without } = limits(name);
    return TEMPORAL.includes(type.kind) && among === null && without.size === 0;
  });
  const placeOf = (name: string) => columns.findIndex(({ property }) => property.name === name);
  const taken = new Set<number>();
  return columns.flatMap(({ property: { name, type } }, begin): Pair[] => {
    const end = endNames(name)
      .map(placeOf)
      .find((at) => at !== -1 && columns[at]?.property.type.kind === type.kind && !taken.has(at));
    if (end === undefined || !free[begin] || !free[end] || taken.has(begin)) return [];
    taken.add(begin).add(end);
    return [[begin, end]];
  });
}

function endNames(name: string): string[] {
  const parts = name.split('_');
  return parts.flatMap((part, at) =>
    WORDS.flatMap(([begin, ends]) =>
      part === begin ? ends.map((end) => parts.with(at, end).join('_')) : [],
    ),
  );
}

/** The values with those of a pair changed for each other where they stand the wrong way round. */
export function inOrder(
  values: readonly (string | null)[],
  pairs: readonly Pair[],
): (string | null)[] {
  const ordered = [...values];
  for (const [begin, end] of pairs) {
    const [first, last] = [ordered[begin] ?? null, ordered[end] ?? null];
    // Why as texts: those of one temporal type are written alike, the greater unit first.
    if (first !== null && last !== null && last < first) {
      ordered[begin] = last;
      ordered[end] = first;
    }
  }
  return ordered;
}
