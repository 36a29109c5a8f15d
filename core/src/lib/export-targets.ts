/**
 * Names of the forms that a contract compiles to. Why apart from the compilers: the command line's help needs the names alone.
 */
/** Forms that a contract compiles to. */
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
  'odcs',
] as const;
