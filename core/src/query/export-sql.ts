/**
 * The statement by which an engine without data turns result rows (NDJSON, one text per cell) into a Parquet file.
 *
 * Not for tables: those are written with field ids by the lakehouse. Invariant: names come quoted, and a type that
 * Parquet cannot hold exactly is written as text, never rounded.
 */
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';

export interface ResultColumn {
  name: string;
  /** The engine's type name, such as `DECIMAL(10,2)`. */
  type: string;
}

const PLAIN =
  /^(?:BOOLEAN|U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|FLOAT|DOUBLE|VARCHAR|DATE|TIME|TIMESTAMP(?:_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|UUID|DECIMAL\(\d+, ?\d+\))$/;

/** `rows` is an NDJSON file whose keys are `c0`, `c1` …; values as in the JSON result. */
export function exportParquetSql(options: {
  rows: string;
  target: string;
  columns: readonly ResultColumn[];
}): string {
  const { rows, target, columns } = options;
  const keys = columns.map((_column, i) => `${quoteIdent(`c${i}`)}: 'VARCHAR'`).join(', ');
  const list = columns.map(
    (column, i) => `${cellSql(`c${i}`, column.type)} AS ${quoteIdent(column.name)}`,
  );
  const source = `read_json(${quoteText(rows)}, format = 'newline_delimited', columns = {${keys}})`;
  return `COPY (SELECT ${list.join(', ')} FROM ${source}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION zstd)`;
}

function cellSql(key: string, type: string): string {
  const cell = quoteIdent(key);
  if (type === 'BLOB') return `from_base64(${cell})`;
  if (type === 'HUGEINT') return `CAST(${cell} AS DECIMAL(38, 0))`;
  return PLAIN.test(type) ? `CAST(${cell} AS ${type})` : cell;
}
