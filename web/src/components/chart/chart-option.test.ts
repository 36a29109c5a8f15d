/**
 * The axis of a chart says of which month a day is, and no label of it stands in another.
 */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
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

use([BarChart, LineChart, GridComponent, TooltipComponent, LabelLayout, SVGRenderer]);

/** Labels as they would be drawn: what they say, and from where to where they go, a digit being some 6.5 px wide. */
function drawn(data: ChartData, width: number) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: 300 });
  chart.setOption(optionOf({ data, promise: null, ink: INK, isStill: true }));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)</g)].map(([, facts = '', text = '']) => {
    const [, x = 0, y = 0] = (/translate\(([-\d.]+) ([-\d.]+)\)/.exec(facts) ?? []).map(Number);
    const wide = text.length * 6.5;
    const anchor = /text-anchor="(\w+)"/.exec(facts)?.[1] ?? 'start';
    const from = anchor === 'middle' ? x - wide / 2 : anchor === 'end' ? x - wide : x;
    return { text, from, to: from + wide, y };
  });
}

function chartOf(kind: 'bar' | 'line', names: readonly string[], most: number): ChartData {
  const points = names.map((x, at) => ({ x, y: most / (at + 1) }));
  return {
    ...{ kind, x: 'name', y: 'amount', axis: 'category', rows: names.length },
    ...{ isSummed: false, isThinned: false },
    series: [{ name: '', isOthers: false, points }],
  };
}

test.each([
  ['bar', 300],
  ['bar', 700],
  ['line', 300],
  ['line', 700],
] as const)('no label of a %s chart of %d px stands in another or leaves it', (kind, width) => {
  const names = Array.from({ length: 12 }, (_, at) => `Department of household goods ${at}`);
  const labels = drawn(chartOf(kind, names, 9_876_543_210), width);
  expect(labels.length).toBeGreaterThan(3);
  for (const one of labels) {
    expect(one.to, one.text).toBeLessThanOrEqual(width);
    for (const other of labels) {
      if (one === other || Math.abs(one.y - other.y) >= 8) continue;
      const apart = one.to <= other.from || other.to <= one.from;
      expect(apart, `${one.text} and ${other.text}`).toBe(true);
    }
  }
});
