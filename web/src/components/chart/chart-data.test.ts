/**
 * A chart shows the sums of its rows, never too many points, and says what it put together.
 */
import { expect, test } from 'vitest';
import {
  BARS_MAX,
  type ChartData,
  type ChartSpec,
  gatherChart,
  POINTS_MAX,
  SERIES_MAX,
  suggestChart,
} from './chart-data.ts';
import { findingOf, noteOf, titleOf } from './words.ts';

const COLUMNS = [
  { name: 'department', type: 'VARCHAR' },
  { name: 'week', type: 'INTEGER' },
  { name: 'sales', type: 'DECIMAL(38,2)' },
  { name: 'baskets', type: 'BIGINT' },
];

async function* each(rows: readonly unknown[][]) {
  yield* rows;
}

async function gather(rows: unknown[][], spec: ChartSpec, columns = COLUMNS): Promise<ChartData> {
  const data = await gatherChart(columns, each(rows), spec, rows.length);
  if (data === null) throw new Error('no chart');
  return data;
}

test('an order makes a line, a name makes bars, two measures a cloud, and nothing to measure none', () => {
  expect(suggestChart(COLUMNS)).toEqual({ kind: 'line', x: 'week', y: 'sales', by: 'department' });
  expect(suggestChart([COLUMNS[0], COLUMNS[2]] as never)).toMatchObject({
    kind: 'bar',
    x: 'department',
  });
  expect(suggestChart([COLUMNS[2], COLUMNS[3]] as never)).toMatchObject({ kind: 'scatter' });
  expect(suggestChart([{ name: 'store_id', type: 'INTEGER' }, ...COLUMNS.slice(1)])).toEqual({
    kind: 'line',
    x: 'week',
    y: 'sales',
  });
  expect(suggestChart([{ name: 'store_id', type: 'INTEGER' }])).toBeNull();
  const counted = [COLUMNS[0], { name: 'ids', type: 'BIGINT' }];
  expect(suggestChart(counted as never)).toEqual({ kind: 'bar', x: 'department', y: 'ids' });
});

test('rows of one place are summed, and it is said', async () => {
  const rows = [
    ['A', 2, '1.50', 1],
    ['A', 1, '2.00', 1],
    ['A', 2, '0.25', 1],
    ['B', 1, null, 1],
  ];
  const data = await gather(rows, { kind: 'line', x: 'week', y: 'sales', by: 'department' });
  expect(data.series[0]).toMatchObject({
    name: 'A',
    points: [
      { x: 1, y: 2 },
      { x: 2, y: 1.75 },
    ],
  });
  expect(titleOf(data)).toBe('sales by week, summed');
  expect(findingOf(data)).toContain('highest 2 at 1 (A), lowest 1.75 at 2 (A)');
});

test('more than five series are the five largest and the others, and nothing is lost', async () => {
  const rows = Array.from({ length: 9 }, (_, at) => [`d${at}`, 1, String(at + 1), 0]);
  const data = await gather(rows, { kind: 'line', x: 'week', y: 'sales', by: 'department' });
  expect(data.series.map(({ name }) => name)).toEqual(['d8', 'd7', 'd6', 'd5', 'd4', '4 others']);
  expect(data.series.length).toBe(SERIES_MAX + 1);
  const total = data.series.flatMap(({ points }) => points).reduce((sum, { y }) => sum + y, 0);
  expect(total).toBe(45);
});

test('never more points than can be shown: lines, clouds and bars', async () => {
  const rows = Array.from({ length: 40_000 }, (_, at) => [`s${at % 2}`, at, at, at % 7]);
  for (const kind of ['line', 'scatter'] as const) {
    const data = await gather(rows, { kind, x: 'week', y: 'sales', by: 'department' });
    const points = data.series.reduce((sum, one) => sum + one.points.length, 0);
    expect(points).toBeGreaterThan(POINTS_MAX / 2);
    expect(points).toBeLessThanOrEqual(POINTS_MAX + SERIES_MAX);
    expect(noteOf(data)).toContain('40,000 rows');
  }
  const bars = await gather(rows, { kind: 'bar', x: 'week', y: 'sales' });
  expect(bars.series[0]?.points.length).toBe(BARS_MAX + 1);
  expect(bars.series[0]?.points[0]).toEqual({ x: 39_999, y: 39_999 });
});

test('times are in order, and what is no time is left out', async () => {
  const columns = [
    { name: 'day', type: 'DATE' },
    { name: 'n', type: 'INTEGER' },
  ];
  const rows = [
    ['2026-02-01', 1],
    ['2025-12-31', 2],
    [null, 3],
  ];
  const data = await gather(rows, { kind: 'line', x: 'day', y: 'n' }, columns);
  expect(data.axis).toBe('time');
  expect(data.series[0]?.points.map(({ x }) => x)).toEqual(['2025-12-31', '2026-02-01']);
});

test('a column that the result has not makes no chart', async () => {
  expect(
    await gatherChart(COLUMNS, each([]), { kind: 'bar', x: 'gone', y: 'sales' }, 0),
  ).toBeNull();
});
