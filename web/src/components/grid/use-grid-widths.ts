/**
 * Widths of columns: from what is in them, until somebody sets one.
 */
import { useCallback, useMemo, useState } from 'react';
import { type GridColumn, widthsOf } from './grid-cells.ts';

const LEAST_PX = 48;
const MOST_PX = 1_200;
/** Rows that are looked at for the widths. */
const SAMPLE = 60;

export interface GridWidths {
  widths: readonly number[];
  resize(column: number, width: number): void;
  fit(column: number): void;
}

export function useGridWidths(
  columns: readonly GridColumn[],
  rowAt: (index: number) => readonly unknown[] | null,
  version: number,
): GridWidths {
  const [set, setSet] = useState<Readonly<Record<string, number>>>({});
  // Why by whether there are rows: widths must not jump with every page that comes.
  const isSampled = version > 0 && rowAt(0) !== null;
  const fitting = useMemo(() => {
    const sample = Array.from({ length: isSampled ? SAMPLE : 0 }, (_, at) => rowAt(at));
    return widthsOf(
      columns,
      sample.filter((row) => row !== null),
    );
  }, [columns, rowAt, isSampled]);
  const widths = useMemo(
    () => columns.map(({ name }, at) => set[name] ?? fitting[at] ?? LEAST_PX),
    [columns, fitting, set],
  );
  const resize = useCallback(
    (column: number, width: number) => {
      const name = columns[column]?.name ?? '';
      const bounded = Math.max(LEAST_PX, Math.min(MOST_PX, Math.round(width)));
      setSet((old) => ({ ...old, [name]: bounded }));
    },
    [columns],
  );
  const fit = useCallback(
    (column: number) => {
      const name = columns[column]?.name ?? '';
      setSet((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== name)));
    },
    [columns],
  );
  return { widths, resize, fit };
}
