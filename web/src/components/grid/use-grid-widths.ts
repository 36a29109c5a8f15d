/**
 * Widths of columns: from what is in them, until somebody sets one.
 */
import { useCallback, useMemo, useRef, useState } from 'react';
import { type GridColumn, widthsOf } from './grid-cells.ts';

const LEAST_PX = 48;
const MOST_PX = 1_200;
/** Rows that are looked at for the widths. */
const SAMPLE = 60;

export interface GridWidths {
  widths: readonly number[];
  resize(column: number, width: number): void;
  fit(column: number): void;
  /** Tells which rows are in sight. */
  look(from: number, to: number): void;
}

/** Rows of the answer that are looked at: the first ones, and those in sight. */
export interface Sampling {
  rowAt(index: number): readonly unknown[] | null;
  rowCount: number;
  /** Changes when rows were decoded. */
  version: number;
}

export function useGridWidths(columns: readonly GridColumn[], sampling: Sampling): GridWidths {
  const [set, setSet] = useState<Readonly<Record<string, number>>>({});
  const [range, setRange] = useState<readonly [number, number]>([0, SAMPLE]);
  const { rowAt, rowCount, version } = sampling;
  const names = columns.map(({ name }) => name).join('\n');
  const widest = useRef<{ names: string; widths: readonly number[] }>({ names: '', widths: [] });
  const given = useRef<readonly number[]>([]);
  const widths = useMemo(() => {
    const [from, to] = range;
    const count = Math.max(0, Math.min(to, rowCount) - from);
    // Why by version: a row that was on its way has values now.
    const rows = version < 0 ? [] : Array.from({ length: count }, (_, at) => rowAt(from + at));
    const now = widthsOf(
      columns,
      rows.filter((row) => row !== null),
    );
    // Why they only grow: columns that jump while one scrolls cannot be read, and a number that is cut is another number.
    const before = widest.current.names === names ? widest.current.widths : [];
    const grown = now.map((width, at) => Math.max(width, before[at] ?? 0));
    widest.current = { names, widths: grown };
    const next = columns.map(({ name }, at) => set[name] ?? grown[at] ?? LEAST_PX);
    // Why the same one: rows are drawn anew when it is another.
    if (!isEqual(given.current, next)) given.current = next;
    return given.current;
  }, [columns, names, rowAt, rowCount, version, range, set]);
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
  const look = useCallback((from: number, to: number) => {
    setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
  }, []);
  return { widths, resize, fit, look };
}

const isEqual = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((width, at) => width === b[at]);
