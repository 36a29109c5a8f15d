/**
 * What a node measured of one table, as it travels to the control plane: counts and ratios, never a row's value.
 *
 * Not the batch report (`ingest/report.ts`). Invariant: a measurement replaces the older one of the same table, so it
 * always speaks of the whole table and not of one batch.
 */
export interface TableMeasurement {
  /** `domain.product`. */
  product: string;
  table: string;
  major: number;
  /** RFC 3339, when it was measured. An older one than the known one is ignored. */
  measuredAt: string;
  rows: number;
  bytes: number | null;
  /** When the newest committed batch became readable, RFC 3339; null before the first. */
  lastBatch: string | null;
  /** Committed batches so far. */
  batches: number;
  /** Records that are not refused, or were there already, over all records of all batches, 0 to 1; null when there was none. */
  passRate: number | null;
  /** Share of NULL per column, 0 to 1. */
  nulls: Record<string, number>;
  /** Distinct values per column, where they were counted. */
  distinct: Record<string, number>;
}

/** The measurements of all tables of one product, joined: sums of counts, the oldest last batch, the worst pass rate. */
export interface ProductMeasurement {
  rows: number | null;
  bytes: number | null;
  lastBatch: string | null;
  batches: number | null;
  passRate: number | null;
  nulls: Record<string, number>;
  distinct: Record<string, number>;
}

/**
 * Joins the measurements of a product's tables. A column name that stands in several tables takes the larger share of
 * NULL and the smaller number of distinct values, since who relies on the product may rely on no more.
 */
export function joinMeasurements(tables: readonly TableMeasurement[]): ProductMeasurement {
  const bytes = tables.map((t) => t.bytes).filter((b) => b !== null);
  return {
    rows: tables.length === 0 ? null : sum(tables.map((t) => t.rows)),
    bytes: bytes.length === 0 ? null : sum(bytes),
    lastBatch: least(tables.map((t) => t.lastBatch).filter((t) => t !== null)),
    batches: tables.length === 0 ? null : sum(tables.map((t) => t.batches)),
    passRate: least(tables.map((t) => t.passRate).filter((r) => r !== null)),
    nulls: mergeColumns(
      tables.map((t) => t.nulls),
      Math.max,
    ),
    distinct: mergeColumns(
      tables.map((t) => t.distinct),
      Math.min,
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function least<T extends string | number>(values: readonly T[]): T | null {
  return values.reduce<T | null>((low, value) => (low === null || value < low ? value : low), null);
}

function mergeColumns(
  all: readonly Record<string, number>[],
  pick: (a: number, b: number) => number,
): Record<string, number> {
  const merged = new Map<string, number>();
  for (const [column, value] of all.flatMap((columns) => Object.entries(columns))) {
    const before = merged.get(column);
    merged.set(column, before === undefined ? value : pick(before, value));
  }
  return Object.fromEntries(merged);
}
