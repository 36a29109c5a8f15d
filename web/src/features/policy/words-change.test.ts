/** Who changes a policy, where a change stands, and what it changes, in words. */
import { expect, test } from 'vitest';
import type { Plan, PlannedEffect } from './policy-queries.ts';
import {
  effectWords,
  headline,
  ownersDecide,
  stateWords,
  touchedBy,
  valueWords,
} from './words-change.ts';

test('a domain without an owner says so, and who can change its policies', () => {
  expect(ownersDecide([], 'Loyalty')).toBe(
    'Nobody owns Loyalty. Who produces for it can change its policies; the platform team can name an owner, who can too.',
  );
  expect(ownersDecide(['Olga'], 'Loyalty')).toBe('Olga owns Loyalty and changes this policy.');
  expect(ownersDecide(['Olga', 'Bo'], 'Loyalty')).toBe(
    'Olga and Bo own Loyalty and change this policy.',
  );
});

test('the headline of a change says how far it is known, and never that it fits before it was checked', () => {
  const checked = { isChecking: false, isUnchecked: false, faults: 0, warnings: 0, touched: null };
  expect(headline(checked)).toBe('Your change fits. Whom does it touch?');
  expect(headline({ ...checked, isChecking: true })).toBe('Checking your change');
  expect(headline({ ...checked, isChecking: true, faults: 2 })).toBe('Checking your change');
  expect(headline({ ...checked, isUnchecked: true })).toBe('Your change could not be checked');
  expect(headline({ ...checked, faults: 1, warnings: 1 })).toBe('This would be refused');
  expect(headline({ ...checked, warnings: 2 })).toBe(
    'Your change may not say what you mean, in 2 places',
  );
  const touched = { readers: 0, lose: 0, gain: 0, loseAll: 0 };
  const says = (facts: Partial<typeof touched>) =>
    headline({ ...checked, warnings: 2, touched: { ...touched, ...facts } });
  expect(says({})).toBe('No reader sees anything else');
  expect(says({ readers: 1 })).toBe('1 reader sees something else');
  expect(says({ readers: 1, lose: 1, loseAll: 1 })).toBe('1 reader sees nothing any more');
  expect(says({ readers: 2, lose: 2, loseAll: 1 })).toBe('2 readers lose something');
  expect(says({ readers: 2, gain: 2 })).toBe('2 readers gain something');
  expect(says({ readers: 3, lose: 1, gain: 1 })).toBe(
    '3 readers see something else, 1 of them loses',
  );
});

type Change = PlannedEffect['changes'][number];

function change(facts: Partial<Change> = {}): Change {
  return { kind: 'rows', of: null, before: null, after: null, about: null, ...facts };
}

test('what a reader loses or gains is said by its parts, and of a request as what would be', () => {
  const rows = [change()];
  const says = (effect: PlannedEffect['effect'], changes: Change[], state = 'active') =>
    effectWords({ effect, changes, state });
  expect(says('loses', rows)).toBe('loses rows');
  expect(says('loses', rows, 'countered')).toBe('would lose rows');
  expect(says('gains', [change({ kind: 'access' })], 'requested')).toBe('would gain access');
  expect(says('changes', [...rows, change({ kind: 'set' })])).toBe('sees other rows');
  expect(says('changes', [...rows, change({ kind: 'mask' })])).toBe('sees other rows and values');
  const many = (['rows', 'mask', 'export'] as const).map((kind) => change({ kind }));
  expect(says('changes', many)).toBe('sees it otherwise');
  expect(stateWords('countered')).toBe('offered, not accepted');
  expect(stateWords('active')).toBeNull();
});

test('a request that is not decided touches nobody yet', () => {
  const item = { subject: 'ann', effect: 'loses', changes: [], what: [] };
  const plan = { items: [{ ...item, state: 'countered' }] } as unknown as Plan;
  expect(touchedBy(plan)).toEqual({ readers: 0, lose: 0, gain: 0, loseAll: 0 });
  const held = { items: [{ ...item, state: 'active' }] } as unknown as Plan;
  expect(touchedBy(held)).toEqual({ readers: 1, lose: 1, gain: 0, loseAll: 0 });
});

test('who loses all of it counts as such, and who keeps a table does not', () => {
  const lost = [change({ kind: 'access', after: 'No policy permits it.' })];
  const item = (subject: string, effect: PlannedEffect['effect'], changes: Change[]) =>
    ({ subject, effect, changes, state: 'active' }) as unknown as PlannedEffect;
  const of = (...items: PlannedEffect[]) => touchedBy({ items } as unknown as Plan);
  const ann = item('ann', 'loses', lost);
  expect(of(ann, ann)).toEqual({ readers: 1, lose: 1, gain: 0, loseAll: 1 });
  expect(of(ann, item('ann', 'same', []))).toEqual({ readers: 1, lose: 1, gain: 0, loseAll: 0 });
  expect(of(ann, item('ben', 'gains', [change({ kind: 'access' })]))).toEqual({
    ...{ readers: 2, lose: 1, gain: 1, loseAll: 1 },
  });
  expect(of(ann, item('ann', 'changes', [change()]))?.lose).toBe(0);
});

test('masks, groups and rows are told in the words of the forms, never as a program writes them', () => {
  const before = (facts: Partial<Change>) => valueWords(change(facts), 'before');
  expect(before({ kind: 'mask', before: 'bucket 100 250' })).toBe('in bands: 100, 250');
  expect(before({ kind: 'mask', before: 'truncate 10' })).toBe('in steps of 10');
  expect(before({ kind: 'mask', before: 'truncate month' })).toBe('in steps of a month');
  expect(before({ kind: 'mask', before: 'first 3' })).toBe('its beginning, 3 characters');
  expect(before({ kind: 'mask', before: "fixed 'x'" })).toBe("always the same: 'x'");
  expect(before({ kind: 'mask', before: 'none' })).toBe('as it is');
  expect(before({ kind: 'column', before: 'shown' })).toBe('as it is');
  expect(before({ kind: 'column', before: null })).toBe('not there');
  expect(before({ kind: 'mask', before: "null where region = 'DE', else hash" })).toBe(
    "empty where region = 'DE', else a stand-in",
  );
  expect(before({ kind: 'granularity', before: 'shop; count_distinct id; at least 10 id' })).toBe(
    'one row for each shop, with count distinct id; only of 10 id or more',
  );
  expect(before({ before: "shop = 'A'", about: { before: 1200, after: 3 } })).toMatch(
    /^shop = 'A' \(about 1.200\)$/,
  );
  expect(before({ before: 'false' })).toBe('none');
});
