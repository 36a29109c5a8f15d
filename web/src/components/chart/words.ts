/**
 * What a chart says in words: its title, its finding for readers that do not see, and what was put together.
 */
import { formatNumber, plural } from '../../lib/format.ts';
import type { ChartData, ChartPoint, ChartSeries } from './chart-data.ts';

export const titleOf = ({ x, y, isSummed, kind }: ChartData): string =>
  kind === 'scatter' ? `${y} against ${x}` : `${y} by ${x}${isSummed ? ', summed' : ''}`;

export function noteOf({ rows, isThinned, kind }: ChartData): string | null {
  if (!isThinned) return null;
  const of = plural(rows, { one: '# row', other: '# rows' });
  if (kind === 'bar') return `the largest of ${of}, the rest as others`;
  return kind === 'scatter' ? `every nth of ${of}` : `neighbours as their mean, of ${of}`;
}

/** The highest and the lowest point, as a sentence. */
export function findingOf(data: ChartData): string {
  const points = data.series
    .filter(({ isOthers }) => !isOthers)
    .flatMap((series) => series.points.map((point) => ({ series, point })));
  const [first] = points;
  if (first === undefined) return `${titleOf(data)}: nothing to draw.`;
  let highest = first;
  let lowest = first;
  for (const one of points) {
    if (one.point.y > highest.point.y) highest = one;
    if (one.point.y < lowest.point.y) lowest = one;
  }
  const count = plural(points.length, { one: '# point', other: '# points' });
  const series = data.series.length > 1 ? ` in ${data.series.length} series` : '';
  return `${titleOf(data)}, ${count}${series}: highest ${tell(highest)}, lowest ${tell(lowest)}.`;
}

function tell({ series, point }: { series: ChartSeries; point: ChartPoint }): string {
  const of = series.name === '' ? '' : ` (${series.name})`;
  return `${formatNumber(point.y, point.y % 1 === 0 ? 0 : 2)} at ${point.x}${of}`;
}

export const words = {
  asChart: 'Show as chart',
  asTable: 'Show as table',
  loading: 'The chart is loading',
  series: 'series',
  firstPoints: (shown: number, all: number): string =>
    `The first ${formatNumber(shown)} of ${formatNumber(all)} points.`,
  others: (count: number): string => `${count} others`,
};
