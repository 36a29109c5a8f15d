/**
 * Names of the forms that a contract compiles to. Why apart from the compilers: the command line's help needs the names alone.
 */

/** Forms that do not have words for every rule. */
export const LOSSY_TARGETS = [
  'json-schema',
  'typescript',
  'sql:duckdb',
  'sql:postgres',
  'sql:trino',
  'avro',
  'iceberg',
] as const;

/** All forms; the last three say everything. */
export const EXPORT_TARGETS = [...LOSSY_TARGETS, 'markdown', 'html', 'odcs'] as const;
