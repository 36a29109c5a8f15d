/**
 * What ECharts draws of a rule's history: the measurements as a thread, the promise as an ink line with its name, each miss
 * as a diamond.
 */
import { formatDay, formatExact } from '../../lib/format.ts';
import { formatPoint, type HistoryLine } from './history-line.ts';
import { pointWords, words } from './words.ts';

export interface Palette {
  ink: string;
  caption: string;
  line: string;
  weft: string;
  broken: string;
  surface: string;
  font: string;
}

const LABELS = 3;

export function historyOption(line: HistoryLine, palette: Palette): Record<string, unknown> {
  const { points, unit, bounds, isSetAside } = line;
  const text = { color: palette.caption, fontFamily: palette.font, fontSize: 11 };
  const every = Math.max(1, Math.floor((points.length - 1) / (LABELS - 1)));
  return {
    animation: false,
    textStyle: text,
    grid: { left: 4, right: 14, top: 22, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      // Why rich text: a tooltip of HTML carries style attributes, which the content policy refuses.
      renderMode: 'richText',
      backgroundColor: palette.ink,
      borderWidth: 0,
      textStyle: { color: palette.surface, fontFamily: palette.font, fontSize: 12 },
      formatter: (items: { dataIndex: number }[]) => tellPoint(line, items[0]?.dataIndex ?? 0),
    },
    xAxis: {
      type: 'category',
      data: points.map(({ at }) => formatDay(at)),
      boundaryGap: false,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        interval: (at: number) => at % every === 0,
        showMaxLabel: true,
        hideOverlap: true,
      },
    },
    yAxis: {
      type: 'value',
      scale: true,
      ...rangeOf(line),
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...text, formatter: (value: number) => formatPoint(unit, value) },
    },
    series: [
      {
        type: 'line',
        data: points.map(({ value, isMiss }) => ({
          value,
          symbol: isMiss && !isSetAside ? 'diamond' : 'circle',
          symbolSize: isMiss && !isSetAside ? 11 : 4,
          itemStyle: { color: isMiss && !isSetAside ? palette.broken : palette.weft },
        })),
        lineStyle: { color: palette.weft, width: 1.6 },
        showAllSymbol: true,
        connectNulls: false,
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: palette.ink, width: 1.6, type: 'solid' },
          label: {
            ...text,
            color: palette.ink,
            formatter: ({ value }: { value: number }) => words.promiseAt(formatPoint(unit, value)),
          },
          data: bounds
            .filter((bound) => isInSight(line, bound))
            .map((yAxis) => ({ yAxis, label: { position: labelPlace(line, yAxis) } })),
        },
      },
    ],
  };
}

function tellPoint({ points, unit, isSetAside }: HistoryLine, at: number): string {
  const point = points[at];
  if (point === undefined) return '';
  const shown = point.value === null ? '' : formatPoint(unit, point.value);
  return `${pointWords(point, isSetAside, shown)}\n${formatExact(point.at)}\n${point.batch}`;
}

/** Shares end at the whole; a line of one value gets room around it. */
function rangeOf({ points, unit }: HistoryLine): { min?: number; max?: number } {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (unit === 'number') return values.every((value) => value >= 0) ? { min: 0 } : {};
  return { max: 1 };
}

/** On the side of the promise that the measurements leave free. */
function labelPlace({ points }: HistoryLine, bound: number): string {
  const above = points.filter(({ value }) => value !== null && value > bound).length;
  return above * 2 > points.length ? 'insideStartBottom' : 'insideStartTop';
}

/** A bound far beyond what was measured would flatten the line; the words beside it still say it. */
function isInSight({ points }: HistoryLine, bound: number): boolean {
  const most = Math.max(...points.map(({ value }) => Math.abs(value ?? 0)), 0);
  return most === 0 || Math.abs(bound) <= most * 3;
}
