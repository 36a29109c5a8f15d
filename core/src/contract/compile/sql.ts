/**
 * Contract to SQL: CREATE TABLE statements for DuckDB, PostgreSQL and Trino.
 *
 * Not how Weft makes its own tables (they are Iceberg tables); this is for teams that load the data elsewhere. What a
 * dialect cannot say is left as a comment: Trino has neither keys nor checks.
 * Invariants: the text executes as it stands; every name and literal that comes from the contract is quoted.
 */
import { quoteIdent, quoteText } from '../../lib/ident-sql.ts';
import type { ContractModel, ContractProperty } from '../model.ts';
import { primaryKeyOf } from './ingest-plan.ts';
import { derivePropertyChecks } from './property-checks.ts';
import { checkSql } from './sql-checks.ts';
import { type SqlDialect, sqlType } from './sql-types.ts';
import { type ContractTable, tablesOf } from './tables.ts';

/** All tables of a contract, in the order of its objects; foreign keys come last. */
export function compileSql(model: ContractModel, dialect: SqlDialect): string {
  const tables = tablesOf(model);
  const head = `-- Data contract ${oneLine(model.id)}, version ${oneLine(model.version)}.\n`;
  const statements = tables.map((table) => createTable(table, dialect));
  const foreignKeys = dialect === 'postgres' ? foreignKeyStatements(tables) : [];
  return `${[head, ...statements, ...foreignKeys].join('\n')}`;
}

function createTable(table: ContractTable, dialect: SqlDialect): string {
  const items = [
    ...table.object.properties.map((property) => columnLine(property, dialect)),
    ...(dialect === 'trino' ? [] : tableConstraints(table, dialect)),
  ];
  const body = items.map((item) => `  ${item}`).join(',\n');
  const name = quoteIdent(table.table);
  return `CREATE TABLE ${name} (\n${body}\n)${trinoTail(table, dialect)};\n${notes(table, dialect)}${comments(table, dialect)}`;
}

function columnLine(property: ContractProperty, dialect: SqlDialect): string {
  const isRequired = property.required || property.primaryKeyPosition !== null;
  const doc = property.description ?? property.businessName;
  const comment = dialect === 'trino' && doc !== null ? ` COMMENT ${quoteText(doc)}` : '';
  return `${quoteIdent(property.name)} ${sqlType(property.type, dialect)}${isRequired ? ' NOT NULL' : ''}${comment}`;
}

function trinoTail({ object }: ContractTable, dialect: SqlDialect): string {
  if (dialect !== 'trino' || object.description === null) return '';
  return `\nCOMMENT ${quoteText(object.description)}`;
}

function tableConstraints(table: ContractTable, dialect: 'duckdb' | 'postgres'): string[] {
  const key = primaryKeyOf(table.object);
  const lines = key.length === 0 ? [] : [`PRIMARY KEY (${key.map(quoteIdent).join(', ')})`];
  for (const property of table.object.properties) {
    const isOnlyKey = key.length === 1 && key[0] === property.name;
    if (property.unique && !isOnlyKey) lines.push(`UNIQUE (${quoteIdent(property.name)})`);
    for (const { check } of derivePropertyChecks(property, property.primaryKeyPosition !== null)) {
      const condition = checkSql(check, property.type, dialect);
      if (typeof condition === 'string') lines.push(`CHECK (${condition})`);
    }
  }
  return lines;
}

/** What this dialect cannot enforce, so that nobody believes it does. */
function notes(table: ContractTable, dialect: SqlDialect): string {
  const lines = table.object.properties.flatMap((property) => {
    const isKey = property.primaryKeyPosition !== null;
    const unsaid = derivePropertyChecks(property, isKey).filter(
      ({ check, name }) =>
        name !== 'type' &&
        name !== 'required' &&
        (dialect === 'trino' || checkSql(check, property.type, dialect) === null),
    );
    const names = unsaid.map(({ name }) => `${property.name}.${name}`);
    if (dialect === 'trino' && property.unique) names.push(`${property.name}.unique`);
    if (dialect !== 'postgres')
      names.push(...property.references.map(() => `${property.name}.reference`));
    return names;
  });
  if (dialect === 'trino' && primaryKeyOf(table.object).length > 0) lines.push('primary_key');
  return lines.map((line) => `-- Not enforced here: ${oneLine(line)}.\n`).join('');
}

function comments({ table, object }: ContractTable, dialect: SqlDialect): string {
  if (dialect === 'trino') return '';
  const name = quoteIdent(table);
  const about = object.description ?? object.businessName;
  const lines = about === null ? [] : [`COMMENT ON TABLE ${name} IS ${quoteText(about)};\n`];
  for (const property of object.properties) {
    const doc = property.description ?? property.businessName;
    if (doc === null) continue;
    lines.push(`COMMENT ON COLUMN ${name}.${quoteIdent(property.name)} IS ${quoteText(doc)};\n`);
  }
  return lines.join('');
}

/** References inside the contract whose target is a key of its own; others have nothing to point to. */
function foreignKeyStatements(tables: readonly ContractTable[]): string[] {
  return tables.flatMap(({ table, object }) =>
    object.properties.flatMap((property) =>
      property.references.flatMap((reference) => {
        const target = tables.find(
          (t) => t.object.id === reference.object || t.object.name === reference.object,
        );
        if (target === undefined || !isKey(target, reference.column)) {
          return [`-- Not enforced here: ${oneLine(`${property.name}.reference`)}.\n`];
        }
        return [
          `ALTER TABLE ${quoteIdent(table)} ADD FOREIGN KEY (${quoteIdent(property.name)}) REFERENCES ${quoteIdent(target.table)} (${quoteIdent(reference.column)});\n`,
        ];
      }),
    ),
  );
}

/** True for a column that is a key by itself, so that a foreign key may point to it. */
export function isKey({ object }: ContractTable, column: string): boolean {
  const key = primaryKeyOf(object);
  const property = object.properties.find((p) => p.name === column);
  return property !== undefined && (property.unique || (key.length === 1 && key[0] === column));
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
