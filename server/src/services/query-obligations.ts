/**
 * What the decisions of a query oblige to when its result leaves: how many rows, and in which formats.
 *
 * Not masks and roll-ups, which the projection carries out. Invariants: of several decisions the strictest counts; formats
 * that are files for other programs are exports, and a result that may only be looked at has at most `LOOK_ROWS_MAX` rows.
 */
import { WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { QueryFormat } from './query-formats.ts';

/** Rows of a result that may be looked at and not taken away. */
export const LOOK_ROWS_MAX = 1_000;
const EXPORTS: readonly LeavingFormat[] = ['csv', 'parquet', 'arrow', 'iceberg'];

/** How rows leave: as an answer, or as the table that they make. */
export type LeavingFormat = QueryFormat | 'iceberg';

/** The most rows that the answer may have; null when the decisions do not say. Throws ACCESS_DENIED for an export. */
export function resultRowsMax(
  decisions: readonly Pick<AccessDecision, 'rowLimit' | 'mayExport' | 'table'>[],
  format: LeavingFormat,
): number | null {
  const kept = decisions.filter(({ mayExport }) => !mayExport);
  if (kept.length > 0 && EXPORTS.includes(format)) throw exportDenied(kept, format);
  const limits = decisions.flatMap(({ rowLimit }) => rowLimit ?? []);
  if (kept.length > 0) limits.push(LOOK_ROWS_MAX);
  return limits.length === 0 ? null : Math.min(...limits);
}

function exportDenied(
  decisions: readonly Pick<AccessDecision, 'table'>[],
  format: LeavingFormat,
): WeftError {
  const tables = decisions.map(({ table }) => `${table.domain}.${table.table}`).join(', ');
  return new WeftError(
    'ACCESS_DENIED',
    `What you see of ${tables} may be looked at and not exported: ${format === 'iceberg' ? 'the table' : format} is not given out.`,
    { remedy: `Ask for json or ndjson: at most ${LOOK_ROWS_MAX} rows of a result are shown.` },
  );
}
