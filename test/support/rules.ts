/** Rules of policies that narrow nothing, for tests and figures of what comes after them. */
import type { TableRules } from '@weft/core/policy/evaluate';

export function openRules(columns: readonly { name: string }[]): TableRules {
  return {
    rows: { op: 'true' },
    columns: columns.map(({ name }) => name),
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
    denied: null,
    outcomes: [],
  };
}
