/**
 * An older major with an end has a line once a newer one is there; whatever has neither has none.
 */
import { expect, test } from 'vitest';
import { sunsetsOf, type VersionInTime } from './sunset.ts';

const NOW = '2026-11-22T14:20:00Z';

function version(text: string, facts: Partial<VersionInTime> = {}): VersionInTime {
  return {
    version: text,
    major: Number(text.split('.')[0]),
    standing: 'serving',
    publishedAt: `2026-0${text.split('.')[0]}-01T08:00:00Z`,
    endOfLife: null,
    ...facts,
  };
}

const NEWEST = version('3.1.0', { standing: 'newest', endOfLife: '2030-01-01' });

test('the end of a major stands beside the first version of the next', () => {
  const versions = [
    NEWEST,
    version('3.0.0', { standing: 'replaced', publishedAt: '2026-10-01T08:00:00Z' }),
    version('2.4.0', { endOfLife: '2027-02-22' }),
    version('2.3.0', { standing: 'replaced', endOfLife: '2026-12-01' }),
  ];
  expect(sunsetsOf(versions, NOW)).toEqual([
    {
      from: { version: '2.x', until: '2027-02-22' },
      to: { version: '3.0.0', starts: '2026-10-01T08:00:00Z' },
      now: NOW,
    },
  ]);
});

test('several majors end one after the other', () => {
  const versions = [NEWEST, version('2.0.0', { endOfLife: '2027-02-22' })];
  const lines = sunsetsOf([...versions, version('1.10.0', { endOfLife: '2026-12-01' })], NOW);
  expect(lines.map(({ from, to }) => `${from.version} ${to.version}`)).toEqual([
    '1.x 2.0.0',
    '2.x 3.1.0',
  ]);
});

test('without an end, a successor, or a time there is no line', () => {
  expect(sunsetsOf([NEWEST], NOW)).toEqual([]);
  for (const endOfLife of [null, 'P1Y', '2', '2026-13-45'])
    expect(sunsetsOf([NEWEST, version('2.0.0', { endOfLife })], NOW)).toEqual([]);
});
