/**
 * Every function that the engine has, put to the gate where a value stands and where a relation does.
 *
 * Not what the permitted ones say (`threats.test.ts`). Invariant: what is reached and is on no list of harmless functions
 * is a finding; a text that the engine's parser refuses reaches nothing.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { isWeftError } from '@weft/core/lib/error';
import { EXPRESSION_FUNCTIONS, TABLE_FUNCTIONS } from '@weft/core/query/functions';
import { gateQuery } from '@weft/core/query/gate';
import { partOf } from './plan.ts';
import type { Finding } from './search.ts';
import { callOf, listOverloads } from './throwing.ts';

const KINDS = ['scalar', 'aggregate', 'macro', 'pragma', 'table', 'table_macro'];

/** Whether the gate lets a text through. */
export async function passesGate(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const result = await connection.runAndReadAll(
    'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)::VARCHAR',
    [sql],
  );
  try {
    gateQuery(sql, JSON.parse(String(result.getRows()[0]?.[0])));
    return true;
  } catch (error) {
    if (isWeftError(error, 'QUERY_REFUSED', 'QUERY_FAILED')) return false;
    throw error;
  }
}

/** Functions that are reached though no list has them; `asked` counts the names. */
export async function searchGate(
  connection: DuckDBConnection,
): Promise<{ findings: Finding[]; asked: number }> {
  const overloads = await listOverloads(connection, KINDS);
  const names = partOf([...new Set(overloads.map(({ name }) => name))], 6);
  const findings: Finding[] = [];
  for (const name of names) {
    const call = callOf(name, ["'a'"]);
    const value = [`SELECT ${call}`, `SELECT 1 FROM attacks.mixed ORDER BY ${call}`];
    const relation = [`SELECT * FROM ${call}`, `SELECT (SELECT count(*) FROM ${call})`];
    const texts = [
      ...(EXPRESSION_FUNCTIONS.has(name) ? [] : value),
      ...(TABLE_FUNCTIONS.has(name) ? [] : relation),
    ];
    for (const sql of texts) {
      if (!(await passesGate(connection, sql))) continue;
      findings.push({ where: 'gate', sql, problem: `${name} is reached` });
    }
  }
  return { findings, asked: names.length };
}
