/**
 * The profile of a table as one governed query: what each column holds, as far as the reader may see it.
 *
 * Not a right of its own: it is plain SQL for the reader's purpose, so it sees what any query of his would. Invariant: one
 * row, six values for each column, in the order of the columns.
 */
import type { DataType } from '@weft/core/contract/data-type';
import { quoteIdent } from '@weft/core/lib/ident-sql';

export interface ProfiledColumn {
  name: string;
  kind: DataType['kind'];
}

export interface ColumnProfile {
  name: string;
  /** Rows that have a value. */
  filled: number;
  /** How many different values; null for nested ones. */
  distinct: number | null;
  /** False where these are about so many. */
  isCounted: boolean;
  least: string | null;
  most: string | null;
  /** Frequent values. */
  examples: string[];
  /**
   * Rows in each part of the usual range, what lies beyond at its ends; empty where there is no range. Sixteen parts, or for whole
   * numbers one for each where that are fewer.
   */
  spread: number[];
}

export interface TableProfile {
  rows: number;
  columns: ColumnProfile[];
}

export const PARTS = 16;
const PER_COLUMN = 6;
const EXAMPLES = 3;

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'double', 'decimal']);
const WHOLE: ReadonlySet<string> = new Set(['int', 'long', 'boolean']);
const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);
const NESTED: ReadonlySet<string> = new Set(['struct', 'list', 'map']);

/** The kind of a column as it is shown: some masks make text of it. */
export function shownKind(kind: DataType['kind'], mask: string | null): DataType['kind'] {
  return mask === 'hash' || mask === 'bucket' || mask === 'part' ? 'string' : kind;
}

/** Rows of which different values are counted: of more, counting takes longer than a page may. */
const COUNTED_ROWS_MAX = 500_000;

/** Whether different values are counted; `rows`: about how many there are, null when that is not known. */
export function isCounted(rows: number | null): boolean {
  return rows !== null && rows <= COUNTED_ROWS_MAX;
}

/** `table` is `domain.table` or with its major, each piece a name of the mesh. */
export function profileSql(
  { domain, table, major }: { domain: string; table: string; major: number },
  columns: readonly ProfiledColumn[],
  counted = false,
): string {
  const from = `${quoteIdent(domain)}.${quoteIdent(`${table}@${major}`)}`;
  const named = columns.map(({ name }, at) => `${quoteIdent(name)} AS c${at}`);
  const ends = columns.flatMap(({ kind }, at) => {
    const value = asNumber(kind, `c${at}`);
    return value === null ? [] : endsOf(value, at);
  });
  return [
    `WITH seen AS (SELECT ${named.join(', ')} FROM ${from}),`,
    `ends AS (SELECT ${['1 AS one', ...ends].join(', ')} FROM seen)`,
    `SELECT ${['count(*)', ...columns.flatMap(({ kind }, at) => measures(kind, at, counted))].join(', ')}`,
    'FROM seen CROSS JOIN ends',
  ].join('\n');
}

/** Between the hundredths: a few far values would press all others into one part. */
function endsOf(value: string, at: number): string[] {
  const low = `approx_quantile(${value}, 0.01)`;
  const high = `approx_quantile(${value}, 0.99)`;
  const isWide = `${high} > ${low}`;
  return [
    `CASE WHEN ${isWide} THEN ${low} ELSE min(${value}) END AS a${at}`,
    `CASE WHEN ${isWide} THEN ${high} ELSE max(${value}) END AS z${at}`,
  ];
}

function measures(kind: DataType['kind'], at: number, counted: boolean): string[] {
  const column = `c${at}`;
  if (NESTED.has(kind)) return [`count(${column})`, ...Array<string>(PER_COLUMN - 1).fill('NULL')];
  const value = asNumber(kind, column);
  return [
    `count(${column})`,
    counted ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`,
    `CAST(min(${column}) AS VARCHAR)`,
    `CAST(max(${column}) AS VARCHAR)`,
    `CAST(approx_top_k(${column}, ${EXAMPLES}) AS VARCHAR[])`,
    value === null
      ? 'NULL'
      : `histogram(CAST(greatest(0, least(${partSql(kind, value, at)}, ${PARTS - 1})) AS INTEGER))`,
  ];
}

/** Why by whole numbers: parts of other widths hold now one of them and now two, or none, and look like gaps in the data. */
function partSql(kind: DataType['kind'], value: string, at: number): string {
  const least = `a${at}`;
  const range = `(z${at} - ${least})`;
  const share = `floor((${value} - ${least}) / nullif(${range}, 0) * ${PARTS})`;
  if (!WHOLE.has(kind)) return share;
  const width = `ceil((${range} + 1) / ${PARTS})`;
  return `CASE WHEN ${range} > 0 THEN floor((${value} - floor(${least})) / ${width}) END`;
}

/** A value that can be measured along a line; null where there is none. */
function asNumber(kind: DataType['kind'], column: string): string | null {
  if (NUMBERS.has(kind)) return `CAST(${column} AS DOUBLE)`;
  if (kind === 'boolean') return `CAST(${column} AS INTEGER)`;
  return TIMES.has(kind) ? `epoch(CAST(${column} AS TIMESTAMP))` : null;
}

/** Reads the one row of the answer. */
export function readProfile(
  columns: readonly ProfiledColumn[],
  row: readonly unknown[],
  counted = false,
): TableProfile {
  return {
    rows: Number(row[0] ?? 0),
    columns: columns.map(({ name, kind }, at) => {
      const [filled, distinct, least, most, examples, parts] = row.slice(1 + at * PER_COLUMN);
      return {
        name,
        filled: Number(filled ?? 0),
        distinct: distinct === null || distinct === undefined ? null : Number(distinct),
        isCounted: counted,
        least: textOf(least),
        most: textOf(most),
        examples: Array.isArray(examples) ? examples.flatMap((item) => textOf(item) ?? []) : [],
        spread: readParts(parts, WHOLE.has(kind)),
      };
    }),
  };
}

function readParts(parts: unknown, isWhole: boolean): number[] {
  if (!Array.isArray(parts)) return [];
  const counts = Array<number>(PARTS).fill(0);
  for (const { key, value } of parts as { key: unknown; value: unknown }[]) {
    // Why asked: a missing key would count as the lowest part.
    const part = key === null ? -1 : Number(key);
    if (part >= 0 && part < PARTS) counts[part] = Number(value);
  }
  const last = counts.findLastIndex((count) => count > 0);
  if (last === -1) return [];
  return isWhole ? counts.slice(0, last + 1) : counts;
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
