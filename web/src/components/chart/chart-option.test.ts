/**
 * The axis of a chart says of which month a day is.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reader } from '../../lib/format.ts';
import type { ChartData } from './chart-data.ts';
import { type Ink, optionOf } from './chart-option.ts';

const INK: Ink = {
  ink: '#000',
  quiet: '#111',
  line: '#222',
  divider: '#333',
  surface: '#fff',
  font: 'x',
  dyes: ['#444'],
};

const own = { ...reader };
beforeEach(() => Object.assign(reader, { locale: 'en-GB' }));
afterEach(() => Object.assign(reader, own));

function labels(from: string, to: string): (at: string) => string {
  const data: ChartData = {
    kind: 'line',
    x: 'day',
    y: 'sales',
    axis: 'time',
    series: [{ name: '', isOthers: false, points: [from, to].map((x) => ({ x, y: 1 })) }],
    rows: 2,
    isSummed: false,
    isThinned: false,
  };
  const { xAxis } = optionOf({ data, promise: null, ink: INK, isStill: true }) as {
    xAxis: { axisLabel: { formatter: (value: number) => string } };
  };
  return (at) => xAxis.axisLabel.formatter(new Date(at).getTime());
}

test('days say their month, long times their year, a day its hours', () => {
  const weeks = labels('2016-09-05T00:00', '2016-11-20T00:00');
  expect(weeks('2016-09-09T00:00')).toMatch(/^9 Sept? 2016$/);
  const years = labels('2012-01-01T00:00', '2016-01-01T00:00');
  expect(years('2014-03-01T00:00')).toBe('Mar 2014');
  const hours = labels('2016-09-05T00:00', '2016-09-06T00:00');
  expect(hours('2016-09-05T13:30')).toBe('13:30');
  expect(hours('2016-09-06T00:00')).toMatch(/^6 Sept? 2016$/);
});
