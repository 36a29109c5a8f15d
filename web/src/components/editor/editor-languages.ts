/**
 * The languages of the editor. SQL knows the words of the engine (DuckDB) and the functions that the gate lets through, so
 * that nothing is offered that would be refused.
 */
import {
  keywordCompletionSource,
  SQLDialect,
  type SQLNamespace,
  schemaCompletionSource,
} from '@codemirror/lang-sql';
import { yaml } from '@codemirror/lang-yaml';
import { LanguageSupport } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { CAST_TYPES, EXPRESSION_FUNCTIONS, TABLE_FUNCTIONS } from '@weft/core/query/functions';
import { cedarLanguage } from './cedar-mode.ts';
import type { EditorLanguage, EditorSchema } from './Editor.tsx';

const KEYWORDS =
  'select from where group by order having limit offset with recursive as on using join inner left right full outer cross ' +
  'natural lateral asof positional semi anti union all distinct intersect except exclude replace rename case when then ' +
  'else end and or not in is null like ilike similar to between exists any some cast try_cast filter over partition rows ' +
  'range groups unbounded preceding following current row window qualify values pivot unpivot tablesample nulls first ' +
  'last asc desc true false interval collate columns grouping sets cube rollup within array struct map materialized';

const functions = [...EXPRESSION_FUNCTIONS, ...TABLE_FUNCTIONS].filter((name) =>
  /^\w+$/.test(name),
);

export const duckdb = SQLDialect.define({
  keywords: KEYWORDS,
  builtin: functions.join(' '),
  types: [...CAST_TYPES].filter((name) => /^\w+$/.test(name) && name !== 'null').join(' '),
  operatorChars: '*+-%<>!=&|~^/:',
  identifierQuotes: '"',
  doubleDollarQuotedStrings: true,
});

export function languageOf(language: EditorLanguage, schema: EditorSchema = {}): Extension {
  if (language === 'sql') return sqlOf(schema);
  if (language === 'cedar') return new LanguageSupport(cedarLanguage);
  // Why: JSON is YAML, and one reader of either is enough to colour it.
  return yaml();
}

function sqlOf(schema: EditorSchema): Extension {
  const { language } = duckdb;
  return new LanguageSupport(language, [
    language.data.of({ autocomplete: keywordCompletionSource(duckdb) }),
    language.data.of({
      autocomplete: schemaCompletionSource({ dialect: duckdb, schema: namespaceOf(schema) }),
    }),
  ]);
}

/** domain.table with its columns, as the completion walks it. */
export function namespaceOf(schema: EditorSchema): SQLNamespace {
  const domains: Record<string, Record<string, readonly string[]>> = {};
  for (const [name, columns] of Object.entries(schema)) {
    const dot = name.indexOf('.');
    if (dot < 0) continue;
    const tables = domains[name.slice(0, dot)] ?? {};
    tables[name.slice(dot + 1)] = columns;
    domains[name.slice(0, dot)] = tables;
  }
  return domains;
}
