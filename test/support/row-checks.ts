/**
 * One row check on given values in DuckDB, in all forms that `quality/row-sql.ts` makes of it, which must agree.
 */
import assert from 'node:assert/strict';
import { type DataType, duckdbType } from '@weft/core/contract/data-type';
import type { PlanColumn, RowCheck } from '@weft/core/contract/plan';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { allOkSql, type RowSql, rowCheckSql } from '@weft/core/quality/row-sql';

export type Check = Exclude<RowCheck, { kind: 'type' }>;

function column(type: DataType): PlanColumn {
  return {
    id: 'c',
    name: 'c "1"',
    sourceName: 'c',
    type,
    required: false,
    defaultTimezone: null,
    classification: null,
  };
}

export function compile(check: Check, type: DataType): RowSql {
  const result = rowCheckSql(check, {
    columns: [column(type)],
    reference: () => 'known',
    now: '2026-11-28T12:00:00.000Z',
  });
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

/** Offenders by DuckDB, in both forms, which must agree. */
export async function offenders(
  engine: SqlEngine,
  { check, type }: { check: Check; type: DataType },
  values: (string | null)[],
): Promise<boolean[]> {
  const sql = compile(check, type);
  const rows = values.map(
    (v, i) => `(${i}, ${v === null ? 'NULL' : quoteText(v)}::${duckdbType(type)})`,
  );
  const found = await engine.rows(
    `SELECT ${sql.offends} AS bad, (${sql.ok}) IS NOT TRUE AS notok, (${sql.test}) AS bare,
      "c ""1""" IS NULL AS isnull, ${allOkSql([{ check, sql }])} IS NOT TRUE AS notall
     FROM (VALUES ${rows.join(', ')}) AS t(i, "c ""1""") ORDER BY i`,
  );
  return found.map((row, i) => {
    assert.equal(typeof row['bad'], 'boolean', `offends is never NULL (row ${i})`);
    assert.equal(row['notok'], row['bad'], `ok is the opposite of offends for ${values[i]}`);
    assert.equal(row['notall'], row['bad']);
    if (row['isnull'] !== true) assert.equal(row['bare'], !row['bad']);
    return row['bad'] === true;
  });
}
