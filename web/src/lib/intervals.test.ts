/**
 * What may be said of noisy answers holds for whatever the true values are, leaves no pair out, and never tells what is withheld.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  axisOf,
  type IntervalRow,
  isAbove,
  isTold,
  mayBeSaid,
  placeOn,
  sideOf,
  type ToldRow,
} from './intervals.ts';

const told = (label: string, estimate: number, by = 9): ToldRow => ({
  label,
  estimate,
  low: estimate - by,
  high: estimate + by,
});

const AGES: IntervalRow[] = [
  { label: '19-24', withheld: true },
  told('25-34', 50),
  told('35-44', 69),
  told('45-54', 118),
  told('55-64', 24),
  told('65+', 25),
];

const short = (rows: readonly IntervalRow[]) =>
  mayBeSaid(rows).map((saying) => {
    if (saying.kind === 'most') return `${saying.row.label} most, above ${saying.next}`;
    const names = (saying.kind === 'ahead' ? saying.of : saying.rows).map(({ label }) => label);
    return saying.kind === 'ahead' ? `${saying.row.label} > ${names}` : `${names} close`;
  });

test('the most, who is ahead of whom, and what is too close', () => {
  expect(short(AGES)).toEqual([
    '45-54 most, above 78',
    '35-44 > 25-34',
    '25-34 > 65+,55-64',
    '65+,55-64 close',
  ]);
});

test('ends that touch are too close, whatever the estimates', () => {
  expect(short([told('a', 30, 5), told('b', 20, 5)])).toEqual(['a,b close']);
  expect(short([told('a', 30, 4), told('b', 20, 5)])).toEqual(['a most, above 25']);
});

test('of one row, or of none, nothing is said', () => {
  expect(mayBeSaid([])).toEqual([]);
  expect(mayBeSaid([told('a', 1), { label: 'b', withheld: true }])).toEqual([]);
});

const row = fc
  .record({ low: fc.integer({ min: -50, max: 200 }), width: fc.nat(60), at: fc.nat(100) })
  .map(
    ({ low, width, at }): Omit<ToldRow, 'label'> => ({
      low,
      high: low + width,
      estimate: low + (width * at) / 100,
    }),
  );
const rows = fc
  .array(fc.option(row, { freq: 4, nil: null }), { maxLength: 9 })
  .map((all) =>
    all.map(
      (one, at): IntervalRow =>
        one === null ? { label: `r${at}`, withheld: true } : { label: `r${at}`, ...one },
    ),
  );

/** Who is above whom by the sayings alone, and whoever is above those. */
function claims(all: readonly IntervalRow[]): Set<string> {
  const found = new Set<string>();
  const names = all.map(({ label }) => label);
  for (const saying of mayBeSaid(all)) {
    if (saying.kind === 'ahead')
      for (const { label } of saying.of) found.add(`${saying.row.label} ${label}`);
    if (saying.kind === 'most')
      for (const other of all.filter(isTold))
        if (other !== saying.row) found.add(`${saying.row.label} ${other.label}`);
  }
  for (const b of names)
    for (const a of names)
      for (const c of names)
        if (found.has(`${a} ${b}`) && found.has(`${b} ${c}`)) found.add(`${a} ${c}`);
  return found;
}

test('each pair is either apart or too close, as its whole intervals are', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const apart = claims(all);
      const groups = mayBeSaid(all).flatMap((saying) =>
        saying.kind === 'close' ? [saying.rows] : [],
      );
      const some = all.filter(isTold);
      for (const a of some)
        for (const b of some) {
          if (a === b) continue;
          const meet = !isAbove(a, b) && !isAbove(b, a);
          expect(apart.has(`${a.label} ${b.label}`)).toBe(isAbove(a, b));
          expect(groups.some((group) => group.includes(a) && group.includes(b))).toBe(meet);
        }
    }),
  );
});

test('wherever the true values lie within their intervals, who is said to be ahead is ahead', () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (all, at) => {
      const truth = new Map(
        all
          .filter(isTold)
          .map(({ label, low, high }) => [label, low + (high - low) * at.next().value] as const),
      );
      for (const claim of claims(all)) {
        const [a = '', b = ''] = claim.split(' ');
        expect(truth.get(a)).toBeGreaterThan(truth.get(b) ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});

test('what is withheld is in no saying', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const kept = all.filter((row) => !isTold(row)).map(({ label }) => `"${label}"`);
      const said = JSON.stringify(mayBeSaid(all));
      for (const label of kept) expect(said).not.toContain(label);
    }),
  );
});

test('the axis begins at zero or below, and holds all that is told', () => {
  expect(axisOf(AGES).ticks).toEqual([0, 25, 50, 75, 100, 125]);
  expect(axisOf([told('a', 0.2, 0.1)]).ticks).toEqual([0, 0.1, 0.2, 0.3]);
  expect(axisOf([{ label: 'a', withheld: true }]).ticks).toEqual([]);
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 0.4, noNaN: true }), (all, room) => {
      const axis = axisOf(all, room);
      expect(axis.ticks.length).toBeLessThan(14);
      expect(axis.from).toBeLessThanOrEqual(0);
      for (const { low, high } of all.filter(isTold)) {
        expect(placeOn(axis, low)).toBeGreaterThanOrEqual(0);
        expect(placeOn(axis, high)).toBeLessThanOrEqual(1 - room + 1e-9);
      }
    }),
  );
});

test('words stand at the right of a band, and at its left where that alone has room', () => {
  const axis = { from: 0, to: 100, ticks: [] };
  const side = (estimate: number, needed: number) => sideOf(told('a', estimate), axis, needed);
  expect(side(50, 0.3)).toBe('right');
  expect(side(85, 0.3)).toBe('left');
  expect(side(15, 0.9)).toBe('right');
});
