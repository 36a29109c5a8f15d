/**
 * One door to all export targets of a contract (`weft contract export FILE --to T`).
 *
 * Not here: `odcs`, which is the document's own text. Invariant: every target of `EXPORT_TARGETS` gives at least one
 * file for a contract that has an object.
 */
import type { ContractModel, ContractObject } from '../model.ts';
import { compileAvro } from './avro.ts';
import { compileHtml } from './html.ts';
import { compileIcebergSchema } from './iceberg.ts';
import { compileJsonSchema } from './json-schema.ts';
import { compileMarkdown } from './markdown.ts';
import { compileSql } from './sql.ts';
import { tableOf, tablesOf } from './tables.ts';
import { compileTypeScript } from './typescript.ts';

export const EXPORT_TARGETS = [
  'json-schema',
  'typescript',
  'sql:duckdb',
  'sql:postgres',
  'sql:trino',
  'avro',
  'iceberg',
  'markdown',
  'html',
] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

export interface ExportedFile {
  /** Proposed file name, for example `orders.schema.json`. */
  name: string;
  mediaType: string;
  text: string;
}

/**
 * The files of a target: one for the whole contract, or one per object where the target describes a single table.
 * `object` narrows those to one; WeftError NOT_FOUND when there is none of that name.
 */
export function exportContract(
  model: ContractModel,
  target: ExportTarget,
  object?: string,
): ExportedFile[] {
  const base = model.product ?? model.id.replaceAll(/[^A-Za-z0-9_-]+/g, '_');
  const each = (suffix: string, mediaType: string, compile: (o: ContractObject) => string) =>
    (object === undefined ? tablesOf(model) : [tableOf(model, object)]).map((t) => ({
      name: `${t.table}${suffix}`,
      mediaType,
      text: compile(t.object),
    }));
  switch (target) {
    case 'json-schema':
      return each('.schema.json', 'application/schema+json', (o) => compileJsonSchema(model, o));
    case 'avro':
      return each('.avsc', 'application/json', (o) => compileAvro(model, o));
    case 'iceberg':
      return each('.iceberg.json', 'application/json', compileIcebergSchema);
    case 'typescript':
      return [{ name: `${base}.ts`, mediaType: 'text/plain', text: compileTypeScript(model) }];
    case 'markdown':
      return [{ name: `${base}.md`, mediaType: 'text/markdown', text: compileMarkdown(model) }];
    case 'html':
      return [{ name: `${base}.html`, mediaType: 'text/html', text: compileHtml(model) }];
    case 'sql:duckdb':
      return [sqlFile(base, compileSql(model, 'duckdb'))];
    case 'sql:postgres':
      return [sqlFile(base, compileSql(model, 'postgres'))];
    case 'sql:trino':
      return [sqlFile(base, compileSql(model, 'trino'))];
  }
}

function sqlFile(base: string, text: string): ExportedFile {
  return { name: `${base}.sql`, mediaType: 'application/sql', text };
}
