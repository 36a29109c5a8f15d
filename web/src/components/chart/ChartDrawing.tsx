/**
 * Draws a chart on a canvas with ECharts, in the colours of the tokens. Loaded lazily by `Chart.tsx`.
 *
 * Invariant: nothing here writes markup; tooltips are drawn, since the content policy refuses styles in markup.
 */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import classes from './Chart.module.css';
import type { ChartProps } from './Chart.tsx';
import { type Ink, optionOf } from './chart-option.ts';

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  LabelLayout,
  CanvasRenderer,
]);

export function ChartDrawing({ data, promise }: Pick<ChartProps, 'data' | 'promise'>) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const ink = useInk();
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = init(element, null, { renderer: 'canvas' });
    chart.current = made;
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const option = optionOf({ data, promise: promise ?? null, ink, isStill });
    chart.current?.setOption(option, { notMerge: true });
  }, [data, promise, ink]);
  return <div ref={host} className={classes['canvas']} />;
}

const SCHEME = 'data-mantine-color-scheme';

/** The colours of light or of dark, as the page shows it. */
function useInk(): Ink {
  const [ink, setInk] = useState(readInk);
  useEffect(() => {
    const watcher = new MutationObserver(() => setInk(readInk()));
    watcher.observe(document.documentElement, { attributeFilter: [SCHEME] });
    return () => watcher.disconnect();
  }, []);
  return ink;
}

function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--w-${name}`).trim();
  return {
    ink: token('ink'),
    quiet: token('ink-3'),
    line: token('line'),
    divider: token('line-2'),
    surface: token('surface'),
    font: token('font'),
    dyes: [1, 3, 5, 2, 4].map((dye) => token(`dye-${dye}`)),
  };
}
