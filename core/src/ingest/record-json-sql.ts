/**
 * A record without a text of its own (Parquet, Avro) as JSON that the NDJSON reader takes again.
 *
 * Not for people: it is what the quarantine keeps. Invariant: every value reads back as the same one, with the names that the
 * producer's files have inside nested columns.
 */
import type { DataType } from '../contract/data-type.ts';
import type { PlanColumn } from '../contract/plan.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';

/** The record of the plan's columns as a JSON text. */
export function recordJsonSql(columns: readonly PlanColumn[]): string {
  const fields = columns.map(
    ({ name, type }) => `${quoteText(name)}: ${formSql(quoteIdent(name), type, 0)}`,
  );
  return `CAST(to_json({${fields.join(', ')}}) AS VARCHAR)`;
}

/** A value in a form whose JSON is of its lexical type; the value itself where its JSON is. */
function formSql(sql: string, type: DataType, depth: number): string {
  if (!needsForm(type)) return sql;
  const item = `_weft_f${depth}`;
  const eachOf = (list: string, inner: DataType): string =>
    `list_transform(${list}, lambda ${item}: ${formSql(item, inner, depth + 1)})`;
  switch (type.kind) {
    case 'timestamptz':
      // Why: the engine writes the offset of UTC as +00, and an offset has minutes.
      return `(CAST(${sql} AS VARCHAR) || ':00')`;
    case 'list':
      return eachOf(sql, type.element);
    case 'map': {
      const keys = eachOf(`map_keys(${sql})`, type.key);
      const values = eachOf(`map_values(${sql})`, type.value);
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE map(${keys}, ${values}) END)`;
    }
    case 'struct': {
      const members = type.fields.map(({ name, sourceName = name, type: inner }) => {
        const member = formSql(`struct_extract(${sql}, ${quoteText(name)})`, inner, depth + 1);
        return `${quoteIdent(sourceName)} := ${member}`;
      });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END)`;
    }
    default:
      return sql;
  }
}

function needsForm(type: DataType): boolean {
  switch (type.kind) {
    case 'timestamptz':
      return true;
    case 'list':
      return needsForm(type.element);
    case 'map':
      return needsForm(type.key) || needsForm(type.value);
    case 'struct':
      return type.fields.some((field) => field.sourceName !== undefined || needsForm(field.type));
    default:
      return false;
  }
}
