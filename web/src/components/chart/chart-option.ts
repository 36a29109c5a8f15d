/**
 * How points become marks: one y-axis, names beside the marks, series told apart by colour, symbol and dash alike.
 */
import type { EChartsCoreOption } from 'echarts/core';
import { formatClock, formatDay, formatMonth, formatNumber } from '../../lib/format.ts';
import type { ChartData, ChartPoint, ChartSeries } from './chart-data.ts';

/** The tokens that a drawing needs, as colours. */
export interface Ink {
  ink: string;
  quiet: string;
  line: string;
  divider: string;
  surface: string;
  font: string;
  dyes: string[];
}

export interface OptionInput {
  data: ChartData;
  promise: { at: number; name: string } | null;
  ink: Ink;
  isStill: boolean;
}

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle'];
/** The labels of the axes lie within the room of the drawing. */
const WITH_LABELS = { outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const;
const DASHES: (string | number[])[] = ['solid', 'solid', 'dashed', 'dotted', [7, 3, 2, 3]];
/** More points than these have no symbols: they would be a band. */
const SYMBOLS_MAX = 120;

export function optionOf({ data, promise, ink, isStill }: OptionInput): EChartsCoreOption {
  const isBar = data.kind === 'bar';
  const named = data.series.some(({ name }) => name !== '');
  const text = { fontFamily: ink.font, fontSize: 11.5, color: ink.quiet };
  const place = placeAxis(data, text, ink);
  const amount = {
    type: 'value' as const,
    axisLabel: { ...text, hideOverlap: true, formatter: (value: number) => formatNumber(value) },
    splitLine: { lineStyle: { color: ink.line } },
    axisLine: { show: false },
    axisTick: { show: false },
    scale: data.kind === 'scatter',
  };
  return {
    animation: !isStill,
    animationDuration: 240,
    textStyle: { fontFamily: ink.font },
    grid: {
      left: 8,
      right: isBar ? besideBars(data) : named ? 96 : 20,
      top: 14,
      bottom: 8,
      ...WITH_LABELS,
    },
    tooltip: {
      trigger: data.kind === 'line' ? 'axis' : 'item',
      renderMode: 'richText',
      backgroundColor: ink.ink,
      borderWidth: 0,
      textStyle: { color: ink.surface, fontFamily: ink.font, fontSize: 12 },
      valueFormatter: (value: unknown) => formatNumber(Number(value)),
    },
    xAxis: isBar ? amount : place,
    yAxis: isBar ? { ...place, inverse: true } : amount,
    series: data.series.map((series, at) =>
      seriesOf({ data, series, at, ink, promise: at === 0 ? promise : null }),
    ),
  };
}

/** Room for the names of categories: beside bars, and below what stands next to one another. */
const NAME_PX = { bar: 150, line: 90, scatter: 90 };
const DIGIT_PX = 7;

/** Room for the number that stands at the end of the longest bar. */
function besideBars({ series }: ChartData): number {
  const lengths = series.flatMap(({ points }) => points.map(({ y }) => formatNumber(y).length));
  return lengths.reduce(most, 0) * DIGIT_PX + 22;
}

function placeAxis(data: ChartData, text: object, ink: Ink) {
  const type = data.axis === 'number' ? ('value' as const) : data.axis;
  return {
    type,
    axisLabel: {
      ...text,
      hideOverlap: true,
      ...(type === 'time' ? { formatter: timeLabel(data) } : {}),
      ...(type === 'category' ? { width: NAME_PX[data.kind], overflow: 'truncate' as const } : {}),
    },
    axisLine: { lineStyle: { color: ink.divider } },
    axisTick: { show: false },
    splitLine: { show: false },
    ...(type === 'category' ? { data: categoriesOf(data) } : {}),
    ...(type === 'value' ? { min: 'dataMin', max: 'dataMax' } : {}),
  };
}

const DAY_MS = 86_400_000;
const CLOCK_DAYS_MAX = 2;
const DAYS_MAX = 400;

/** Each label says its month: of days alone, as 5, 9, 13, nobody knows of which. */
function timeLabel(data: ChartData): (value: number) => string {
  const times = data.series
    .flatMap(({ points }) => points.map(({ x }) => new Date(x).getTime()))
    .filter((time) => !Number.isNaN(time));
  const [first = 0, last = 0] = [
    times.reduce(least, times[0] ?? 0),
    times.reduce(most, times[0] ?? 0),
  ];
  const days = (last - first) / DAY_MS;
  return (value) => {
    const at = new Date(value);
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    if (days <= CLOCK_DAYS_MAX && !isMidnight) return formatClock(at);
    return days <= DAYS_MAX ? formatDay(at) : formatMonth(at);
  };
}

const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);

/** Names of the places, in the order in which they come. */
const categoriesOf = (data: ChartData): string[] => [
  ...new Set(data.series.flatMap(({ points }) => points.map(({ x }) => String(x)))),
];

interface SeriesInput {
  data: ChartData;
  series: ChartSeries;
  at: number;
  ink: Ink;
  promise: { at: number; name: string } | null;
}

function seriesOf({ data, series, at, ink, promise }: SeriesInput) {
  const color = series.isOthers ? ink.quiet : (ink.dyes[at % ink.dyes.length] ?? ink.ink);
  const common = {
    name: series.name === '' ? data.y : series.name,
    data: valuesOf(data, series),
    color,
  };
  const line = promise === null ? {} : { markLine: promiseLine(promise, ink) };
  if (data.kind === 'bar') {
    return {
      ...common,
      type: 'bar' as const,
      barMaxWidth: 18,
      label: {
        show: true,
        position: 'right' as const,
        color: ink.quiet,
        fontSize: 11.5,
        formatter: ({ value }: { value: [number, string] }) => formatNumber(value[0]),
      },
      ...line,
    };
  }
  const marks = {
    symbol: SYMBOLS[at % SYMBOLS.length],
    symbolSize: 6,
    showSymbol: series.points.length <= SYMBOLS_MAX,
    ...line,
  };
  if (data.kind === 'scatter')
    return { ...common, ...marks, type: 'scatter' as const, ...nameAtEnd(series, ink) };
  return {
    ...common,
    ...marks,
    type: 'line' as const,
    lineStyle: { width: 1.8, type: series.isOthers ? 'dotted' : DASHES[at % DASHES.length], color },
    endLabel: {
      show: series.name !== '',
      formatter: () => shorten(series.name),
      color: ink.ink,
      fontSize: 11.5,
      lineHeight: 15,
    },
    labelLayout: { moveOverlap: 'shiftY' as const },
  };
}

/** The name of a cloud stands at the last of its points. */
function nameAtEnd(series: ChartSeries, ink: Ink) {
  const last = series.points.length - 1;
  return {
    label: {
      show: series.name !== '',
      position: 'right' as const,
      color: ink.ink,
      fontSize: 11.5,
      formatter: ({ dataIndex }: { dataIndex: number }) =>
        dataIndex === last ? shorten(series.name) : '',
    },
    labelLayout: { hideOverlap: true },
  };
}

function valuesOf(data: ChartData, series: ChartSeries): (string | number)[][] {
  const placeOf = ({ x }: ChartPoint): string | number =>
    data.axis === 'category' ? String(x) : x;
  return series.points.map((point) =>
    data.kind === 'bar' ? [point.y, placeOf(point)] : [placeOf(point), point.y],
  );
}

function promiseLine(promise: { at: number; name: string }, ink: Ink) {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: ink.ink, width: 1.5, type: 'solid' as const },
    label: { formatter: promise.name, color: ink.ink, fontSize: 11.5 },
    data: [{ yAxis: promise.at }],
  };
}

const NAME_MAX = 14;
const shorten = (name: string): string =>
  name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
