/**
 * Values of a result as text: exact, whatever their length.
 *
 * Not for sums: what the API gave as text (decimals, integers beyond 2^53) is never made a number here.
 */
import { formatDigits } from '../../lib/format.ts';

export interface GridColumn {
  name: string;
  /** As the engine names it: BIGINT, DECIMAL(9,2), TIMESTAMP. */
  type: string;
  /** What a policy put in the place of its values; null where nothing. */
  veil?: string | null;
}

const NUMERIC = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\b.*|FLOAT|DOUBLE)$/;
const TEMPORAL = /^(?:TIMESTAMP|DATE|TIME)/;

export const isNumeric = (type: string): boolean => NUMERIC.test(type);
export const isTemporal = (type: string): boolean => TEMPORAL.test(type);

/** Numbers that name something are read digit by digit, without marks between thousands. */
const NAMING = /(?:^|_)(?:id|key|code|no|nr|number|zip|gtin|ean|year|week|month)$/i;

export const EMPTY = 'empty';

/** A value as it is shown. */
export function cellText(value: unknown, { name, type }: GridColumn): string {
  if (value === null || value === undefined) return EMPTY;
  if (isNumeric(type)) return NAMING.test(name) ? digits(value) : formatDigits(digits(value));
  if (type.startsWith('TIMESTAMP')) return String(value).replace('T', ' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Why not `String` alone: it takes the sign of a zero away. */
const digits = (value: unknown): string => (Object.is(value, -0) ? '-0.0' : String(value));

/** A value as it is copied: as the API gave it, without marks of a locale. */
export function cellRaw(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return digits(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** Whether a spreadsheet would run a text as a formula. */
export const isFormula = (value: unknown): boolean =>
  typeof value === 'string' && /^\s*[=+\-@＝＋－＠]/.test(value) && !NUMBER.test(value);

/** A text that a spreadsheet takes as one: the mark is its own, and is not shown there. */
export const asText = (value: unknown): unknown => (isFormula(value) ? `'${value}` : value);

/** Tab-separated, as spreadsheets take it: what has tabs, line ends or quotes is quoted. */
export function toTsv(rows: readonly (readonly unknown[])[]): string {
  const quote = (text: string): string =>
    /["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map((value) => quote(cellRaw(value))).join('\t')).join('\n');
}

const LEAST_PX = 64;
const MOST_PX = 420;
/** Width of a character of a cell, on average and with some room. */
export const CHARACTER_PX = 7.4;
/** Width of a digit: all are as wide, and a number may be nothing but digits. */
const DIGIT_PX = 8.2;
const PADDING_PX = 26;

/** Widths from the longest of the values seen, within bounds. Numbers are never cut. */
export function widthsOf(
  columns: readonly GridColumn[],
  sample: readonly (readonly unknown[])[],
): number[] {
  return columns.map((column, at) => {
    const isNumber = isNumeric(column.type);
    const name = (column.name.length + (column.veil == null ? 1 : 4)) * CHARACTER_PX;
    const longest = sample.reduce(
      (most, row) => Math.max(most, cellText(row[at], column).length),
      0,
    );
    const value = longest * (isNumber ? DIGIT_PX : CHARACTER_PX);
    const width = Math.ceil(Math.max(name, value)) + PADDING_PX;
    return Math.max(LEAST_PX, isNumber ? width : Math.min(MOST_PX, width));
  });
}
