/**
 * The line of a rule's results, by ECharts on a canvas. Loaded lazily; `RuleHistory` keeps its height and its table.
 */
import { useComputedColorScheme } from '@mantine/core';
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { HistoryLine } from './history-line.ts';
import { historyOption, type Palette } from './history-option.ts';

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

export interface HistoryChartProps {
  line: HistoryLine;
  height: number;
  /** What the line says. */
  label: string;
}

export function HistoryChart({ line, height, label }: HistoryChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    if (box.current === null) return;
    const own = init(box.current, null, { renderer: 'canvas' });
    chart.current = own;
    const watch = new ResizeObserver(() => own.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      own.dispose();
    };
  }, []);
  useEffect(() => {
    // Why the scheme: the colours are read from the page, which has those of the scheme in sight.
    chart.current?.setOption(historyOption(line, paletteOf(scheme)), { notMerge: true });
  }, [line, scheme]);
  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}

function paletteOf(_scheme: string): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--w-${name}`).trim();
  return {
    ink: color('ink'),
    caption: color('ink-3'),
    line: color('line'),
    weft: color('weft'),
    broken: color('broken'),
    surface: color('surface'),
    font: style.getPropertyValue('--w-font').trim(),
  };
}
