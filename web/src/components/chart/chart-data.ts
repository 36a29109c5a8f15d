/**
 * What a chart shows of many rows: points of few series, put together as the rows come.
 *
 * Not drawing. Numbers are floats here, since a pixel is no amount; tables and grids show the exact ones. Invariants: at most
 * `POINTS_MAX` points, at most five named series, and what was put together is told.
 */
import type { ResultColumn } from '../../lib/result-splitter.ts';
import { words } from './words.ts';

export const KINDS = ['bar', 'line', 'scatter'] as const;
export type ChartKind = (typeof KINDS)[number];

export interface ChartSpec {
  kind: ChartKind;
  x: string;
  y: string;
  /** Column whose values are the series. */
  by?: string | undefined;
}

export type AxisType = 'category' | 'number' | 'time';

export interface ChartSeries {
  /** Empty for the one series of a chart without any. */
  name: string;
  isOthers: boolean;
  points: ChartPoint[];
}

export interface ChartPoint {
  x: string | number;
  y: number;
}

export interface ChartData {
  kind: ChartKind;
  x: string;
  y: string;
  axis: AxisType;
  series: ChartSeries[];
  /** Rows that were read. */
  rows: number;
  /** Whether several rows became one point. */
  isSummed: boolean;
  /** Whether points were left out or put together because there are too many. */
  isThinned: boolean;
}

export const POINTS_MAX = 5_000;
export const SERIES_MAX = 5;
/** Bars of a chart; the smaller ones are put together. */
export const BARS_MAX = 30;
const KEYS_MAX = 200_000;

const NUMERIC = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\b.*|FLOAT|DOUBLE)$/;
const TEMPORAL = /^(?:TIMESTAMP|DATE)/;
const ORDERED = /(?:^|_)(?:year|quarter|month|week|day|hour|age|no|nr|number)$/i;
/** Why not `ids`: a number of that name counts them. */
const KEY = /(?:^|_)(?:id|key|code|zip|gtin|ean)$/i;

const isMeasure = ({ name, type }: ResultColumn): boolean =>
  NUMERIC.test(type) && !ORDERED.test(name) && !KEY.test(name);
const isOrder = ({ name, type }: ResultColumn): boolean =>
  TEMPORAL.test(type) || (NUMERIC.test(type) && ORDERED.test(name));
const isCategory = ({ name, type }: ResultColumn): boolean =>
  !isOrder({ name, type }) && (!NUMERIC.test(type) || KEY.test(name));

/** A chart that fits the columns; null when there is nothing to measure, or nothing to measure it by. */
export function suggestChart(columns: readonly ResultColumn[]): ChartSpec | null {
  const [measure, second] = columns.filter(isMeasure);
  if (measure === undefined) return null;
  const order = columns.find(isOrder);
  const category = columns.find(isCategory);
  // Why no keys: a line for each shop is a thicket.
  const group = columns.find((column) => isCategory(column) && !KEY.test(column.name));
  if (order !== undefined)
    return {
      kind: 'line',
      x: order.name,
      y: measure.name,
      ...(group === undefined ? {} : { by: group.name }),
    };
  if (category !== undefined) return { kind: 'bar', x: category.name, y: measure.name };
  return second === undefined ? null : { kind: 'scatter', x: measure.name, y: second.name };
}

export function axisOf(columns: readonly ResultColumn[], spec: ChartSpec): AxisType {
  const column = columns.find(({ name }) => name === spec.x);
  if (column === undefined || spec.kind === 'bar') return 'category';
  if (TEMPORAL.test(column.type)) return 'time';
  return NUMERIC.test(column.type) ? 'number' : 'category';
}

/** Reads the rows once. Null when the columns are not there. */
export async function gatherChart(
  columns: readonly ResultColumn[],
  rows: AsyncIterable<readonly unknown[]>,
  spec: ChartSpec,
  rowCount: number,
): Promise<ChartData | null> {
  const at = (name: string | undefined): number =>
    columns.findIndex((column) => column.name === name);
  const places = { x: at(spec.x), y: at(spec.y), by: at(spec.by) };
  if (places.x < 0 || places.y < 0) return null;
  const axis = axisOf(columns, spec);
  const gathered =
    spec.kind === 'scatter' ? await pick(rows, places, rowCount) : await sum(rows, places);
  const series = nameSeries(gathered.series).map((one) => ({
    ...one,
    points: order(one.points, axis),
  }));
  const thinned = spec.kind === 'bar' ? fewBars(series) : fewPoints(series);
  return {
    kind: spec.kind,
    x: spec.x,
    y: spec.y,
    axis,
    series: thinned.series,
    rows: gathered.rows,
    isSummed: gathered.isSummed,
    isThinned: thinned.isThinned || gathered.isThinned,
  };
}

interface Places {
  x: number;
  y: number;
  by: number;
}

interface Gathered {
  series: Map<string, ChartPoint[]>;
  rows: number;
  isSummed: boolean;
  isThinned: boolean;
}

const keyOf = (value: unknown): string | number =>
  typeof value === 'number'
    ? value
    : value === null || value === undefined
      ? 'empty'
      : String(value);

/** One point for each place on the axis and series: their sum, where several rows fall there. */
async function sum(rows: AsyncIterable<readonly unknown[]>, places: Places): Promise<Gathered> {
  const sums = new Map<string, Map<string | number, number>>();
  let count = 0;
  let keys = 0;
  let isSummed = false;
  let isThinned = false;
  for await (const row of rows) {
    count++;
    const y = Number(row[places.y] ?? Number.NaN);
    if (!Number.isFinite(y)) continue;
    const name = places.by < 0 ? '' : String(keyOf(row[places.by]));
    const points = sums.get(name) ?? new Map<string | number, number>();
    sums.set(name, points);
    const x = keyOf(row[places.x]);
    const before = points.get(x);
    if (before === undefined && keys >= KEYS_MAX) {
      isThinned = true;
      continue;
    }
    if (before === undefined) keys++;
    else isSummed = true;
    points.set(x, (before ?? 0) + y);
  }
  const series = new Map(
    [...sums].map(([name, points]) => [name, [...points].map(([x, y]) => ({ x, y }))]),
  );
  return { series, rows: count, isSummed, isThinned };
}

/** Every nth row as a point, so that a cloud keeps its shape. */
async function pick(
  rows: AsyncIterable<readonly unknown[]>,
  places: Places,
  rowCount: number,
): Promise<Gathered> {
  const stride = Math.max(1, Math.ceil(rowCount / POINTS_MAX));
  const series = new Map<string, ChartPoint[]>();
  let count = 0;
  for await (const row of rows) {
    if (count++ % stride !== 0) continue;
    const y = Number(row[places.y] ?? Number.NaN);
    const x = Number(row[places.x] ?? Number.NaN);
    if (!Number.isFinite(y) || !Number.isFinite(x)) continue;
    const name = places.by < 0 ? '' : String(keyOf(row[places.by]));
    const points = series.get(name) ?? [];
    series.set(name, points);
    points.push({ x, y });
  }
  return { series, rows: count, isSummed: false, isThinned: stride > 1 };
}

/** The five that weigh most keep their names; all others are one. */
function nameSeries(series: Map<string, ChartPoint[]>): ChartSeries[] {
  const weight = (points: readonly ChartPoint[]): number =>
    points.reduce((total, { y }) => total + Math.abs(y), 0);
  const ranked = [...series].sort(([, a], [, b]) => weight(b) - weight(a));
  const named = ranked
    .slice(0, SERIES_MAX)
    .map(([name, points]) => ({ name, isOthers: false, points }));
  const rest = ranked.slice(SERIES_MAX);
  if (rest.length === 0) return named;
  const sums = new Map<string | number, number>();
  for (const { x, y } of rest.flatMap(([, points]) => points)) sums.set(x, (sums.get(x) ?? 0) + y);
  const points = [...sums].map(([x, y]) => ({ x, y }));
  return [...named, { name: words.others(rest.length), isOthers: true, points }];
}

function order(points: readonly ChartPoint[], axis: AxisType): ChartPoint[] {
  if (axis === 'category') return [...points];
  const place = ({ x }: ChartPoint): number =>
    axis === 'time' ? Date.parse(String(x)) : Number(x);
  return points.filter((point) => !Number.isNaN(place(point))).sort((a, b) => place(a) - place(b));
}

/** The longest bars, and one for the rest. */
function fewBars(series: readonly ChartSeries[]): { series: ChartSeries[]; isThinned: boolean } {
  const [first] = series;
  if (first === undefined) return { series: [], isThinned: false };
  const ranked = [...first.points].sort((a, b) => b.y - a.y);
  const rest = ranked.slice(BARS_MAX);
  const points = ranked.slice(0, BARS_MAX);
  if (rest.length > 0) {
    points.push({ x: words.others(rest.length), y: rest.reduce((total, { y }) => total + y, 0) });
  }
  return { series: [{ ...first, points }], isThinned: rest.length > 0 };
}

/** Neighbours become their mean where there are more points than a chart can show. */
function fewPoints(series: readonly ChartSeries[]): { series: ChartSeries[]; isThinned: boolean } {
  const total = series.reduce((sum, { points }) => sum + points.length, 0);
  if (total <= POINTS_MAX) return { series: [...series], isThinned: false };
  const group = Math.ceil(total / POINTS_MAX);
  const thinned = series.map((one) => {
    const points: ChartPoint[] = [];
    for (let at = 0; at < one.points.length; at += group) {
      const part = one.points.slice(at, at + group);
      const [first] = part;
      if (first === undefined) break;
      points.push({ x: first.x, y: part.reduce((sum, { y }) => sum + y, 0) / part.length });
    }
    return { ...one, points };
  });
  return { series: thinned, isThinned: true };
}
