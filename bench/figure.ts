/**
 * What a benchmark says: one figure with its baseline, ratio and aim, and how figures are printed.
 *
 * Not the measuring (`measure.ts`). Invariant: a figure without an aim is neither met nor missed.
 */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The same in raw form, measured in the same run; null when there is none. */
  baseline: number | null;
  /** What the aim is about when there is a baseline: `name` says of what. */
  ratio: number | null;
  /** The aim in words; null for a figure that only explains another. */
  aim: string | null;
  met: boolean | null;
  /** Smallest values, number of runs, work of others on the machine. */
  note: string;
}

/** An aim: what it says, and whether a number keeps it. */
export interface Aim {
  text: string;
  keeps(number: number): boolean;
}

export function atLeast(bound: number, unit = '×'): Aim {
  return { text: `≥ ${bound}${unit}`, keeps: (number) => number >= bound };
}

export function atMost(bound: number, unit = '×'): Aim {
  return { text: `≤ ${bound}${unit}`, keeps: (number) => number <= bound };
}

export interface FigureInput {
  name: string;
  value: number;
  unit: string;
  baseline?: number;
  ratio?: number;
  aim?: Aim;
  note?: string;
}

/** A figure whose aim is tested on its ratio, or on its value when it has none. */
export function figure(input: FigureInput): Figure {
  const { aim, baseline = null, ratio = null, note = '' } = input;
  return {
    name: input.name,
    value: input.value,
    unit: input.unit,
    baseline,
    ratio,
    aim: aim?.text ?? null,
    met: aim === undefined ? null : aim.keeps(ratio ?? input.value),
    note,
  };
}

/** The figures as a table for people. */
export function renderFigures(figures: readonly Figure[]): string {
  const head = ['figure', 'value', 'baseline', 'ratio', 'aim', 'met', 'note'];
  const rows = figures.map((f) => [
    f.name,
    `${formatNumber(f.value)} ${f.unit}`,
    f.baseline === null ? '' : formatNumber(f.baseline),
    f.ratio === null ? '' : `${f.ratio.toFixed(2)}×`,
    f.aim ?? '',
    f.met === null ? '' : f.met ? 'yes' : 'NO',
    f.note,
  ]);
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 || i === 6 ? cell.padEnd(widths[i] ?? 0) : pad(cell, widths[i])))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number | undefined): string {
  return cell.padStart(width ?? 0);
}

/** Three digits, or a whole number from a thousand on. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
