/**
 * From the tables of a contract to the Cedar schema that an owner's policies are checked against.
 *
 * Each table is an entity type of its own (`Table::orders`), whose attribute `row` holds the columns that conditions may look
 * at. Columns that may be NULL are optional attributes: strict validation then wants `resource.row has column` before them.
 * Types without an exact form in Cedar are left out, so a condition on them is refused as an unknown attribute.
 * Source: Cedar schema, human-readable form, https://docs.cedarpolicy.com/schema/human-readable-schema.html.
 */
import type { DataType, StructField } from '../contract/data-type.ts';
import type { SetKeyType } from '../lib/set-declaration.ts';
import { cedarType } from './cedar-constant.ts';
import { cedarSetType } from './key-sets.ts';
import { ACTIONS, CEDAR_NAMESPACE } from './ports.ts';
import type { RowPlace, RowPlaces } from './residual.ts';

export interface SchemaColumn {
  name: string;
  type: DataType;
  required: boolean;
}

export interface SchemaTable {
  table: string;
  columns: readonly SchemaColumn[];
}

/** Words that cannot name an entity type. */
const RESERVED = new Set([
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  'true',
  'false',
  'bool',
]);

/** The entity type of a table: `Table::orders`. */
export function entityTypeOf(table: string): string {
  return `Table::${RESERVED.has(table) ? `${table}_` : table}`;
}

/**
 * The schema text for the tables of one product. `attributes`: names of subject attributes, each a set of texts, and where all
 * of these are whole numbers a set of numbers under `numbers`, too. `sets`: those that the policy declares, with the type of their keys.
 */
export function cedarSchema(
  tables: readonly SchemaTable[],
  attributes: readonly string[],
  sets: Readonly<Record<string, SetKeyType>> = {},
): string {
  const types = tables.map(({ table }) => entityTypeOf(table)).join(', ');
  const own = attributes.map((name) => `, ${JSON.stringify(name)}?: Set<String>`).join('');
  const numbers = attributes.map((name) => `${JSON.stringify(name)}?: Set<Long>`).join(', ');
  const lists = Object.entries(sets).map(
    ([name, keys]) => `${JSON.stringify(name)}: ${cedarSetType(keys)}`,
  );
  return `namespace ${CEDAR_NAMESPACE} {
  entity Domain tags Set<String>;
  entity Product in [Domain] tags Set<String>;
  entity Subject { id: String, roles: Set<String>, domains: Set<String>, numbers: { ${numbers} }${own} };
  action ${ACTIONS.join(', ')} appliesTo {
    principal: Subject,
    resource: [${types}],
    context: { purpose: String, now: datetime, sets: { ${lists.join(', ')} } }
  };
}
namespace Table {
${tables.map(tableEntity).join('\n')}
}
`;
}

function tableEntity({ table, columns }: SchemaTable): string {
  const [, name = ''] = entityTypeOf(table).split('::');
  const common = 'domain: String, product: String, table: String, classification: String';
  return `  entity ${name} in [${CEDAR_NAMESPACE}::Product] { ${common}, row: ${recordOf(columns)} } tags Set<String>;`;
}

function recordOf(fields: readonly (SchemaColumn | StructField)[]): string {
  const members = fields.flatMap(({ name, type, required }) => {
    const form = formOf(type);
    return form === null ? [] : [`${JSON.stringify(name)}${required ? '' : '?'}: ${form}`];
  });
  return `{ ${members.join(', ')} }`;
}

function formOf(type: DataType): string | null {
  return type.kind === 'struct' ? recordOf(type.fields) : cedarType(type);
}

/** The places that conditions may look at: columns and, by their path, fields inside structs. */
export function rowPlaces(columns: readonly SchemaColumn[]): RowPlaces {
  return new Map(columns.flatMap((column) => placesOf(column, '', null)));
}

function placesOf(
  { name, type, required }: SchemaColumn | StructField,
  prefix: string,
  within: string | null,
): [string, RowPlace][] {
  const path = `${prefix}${name}`;
  const own: [string, RowPlace] = [path, { type, required, within }];
  const inner = required && within === null ? null : path;
  if (type.kind !== 'struct') return cedarType(type) === null ? [] : [own];
  return [own, ...type.fields.flatMap((field) => placesOf(field, `${path}.`, inner))];
}
