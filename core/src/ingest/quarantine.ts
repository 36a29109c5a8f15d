/**
 * Reading a quarantine file: its refused and skipped records, with one item for each reason.
 *
 * Not who may read it: that is decided before. Values of records leave the node only this way.
 * Invariant: pages are cut between records, so no record's reasons are torn apart.
 */
import { assert } from '../lib/assert.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { FilePlace } from './batch-files.ts';
import type { SqlEngine } from './ports.ts';
import { lineOf } from './quarantine-search.ts';

export interface QuarantineQuery {
  /** Absolute path of the quarantine Parquet. */
  path: string;
  /** Only records that this rule refused, or null. */
  rule: string | null;
  /** Most records of the page. */
  limit: number;
  /** Only records with a greater number; -1 for the first page. */
  after: number;
}

export interface QuarantineItem extends FilePlace {
  /** Record number in the batch, from 0; physical line, from 1, or null where a file has no lines. */
  record: number;
  line: number | null;
  kind: 'quarantined' | 'duplicate';
  column: string | null;
  value: string | null;
  rule: string;
  message: string;
  /** The record as it came, read as UTF-8; long ones are cut. Null when the source had no text. */
  raw: string | null;
}

export interface QuarantinePage {
  items: QuarantineItem[];
  /** `after` of the next page, or null. */
  next: number | null;
}

/** What a duplicate is told: its rule speaks of other content, which it has not. */
const SKIPPED = 'repeats an accepted record word for word; it is counted and skipped';

/** Longest raw text of an item, in bytes. */
const RAW_BYTES_MAX = 4096;

/** One page of a quarantine file. */
export async function readQuarantine(
  engine: SqlEngine,
  query: QuarantineQuery,
): Promise<QuarantinePage> {
  const { path, rule, limit, after } = query;
  assert(
    Number.isSafeInteger(limit) && limit > 0 && Number.isSafeInteger(after),
    'page of records',
  );
  const ofRule =
    rule === null
      ? ''
      : ` AND list_contains(list_transform(reasons, r -> r.rule), ${quoteText(rule)})`;
  const rows = await engine.rows(
    `SELECT record, line, kind, reasons, raw FROM read_parquet(${quoteText(path)})
      WHERE record > ${after}${ofRule} ORDER BY record LIMIT ${limit + 1}`,
  );
  const shown = rows.slice(0, limit);
  const items = shown.flatMap((row) =>
    reasonsOf(row['reasons'])
      .filter((reason) => rule === null || reason['rule'] === rule)
      .map((reason) => toItem(row, reason)),
  );
  const last = shown.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? Number(last['record']) : null };
}

function reasonsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

function toItem(row: Record<string, unknown>, reason: Record<string, unknown>): QuarantineItem {
  const { raw } = row;
  return {
    record: Number(row['record']),
    line: lineOf(row['line']),
    kind: row['kind'] === 'duplicate' ? 'duplicate' : 'quarantined',
    column: textOrNull(reason['column']),
    value: textOrNull(reason['value']),
    rule: String(reason['rule']),
    message: row['kind'] === 'duplicate' ? SKIPPED : String(reason['message']),
    raw:
      raw instanceof Uint8Array ? new TextDecoder().decode(raw.subarray(0, RAW_BYTES_MAX)) : null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
