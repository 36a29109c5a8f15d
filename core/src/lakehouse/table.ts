/**
 * Table metadata as a value: create a table, evolve its columns, read its columns, set its properties.
 *
 * Not here: writing anything (`commit.ts`), and field ids inside a schema (`schema.ts`).
 * Invariants: every function returns new metadata and leaves its argument alone; a field id is never used twice in the
 * life of a table; schemas are never removed, since old snapshots are read by them.
 * Source: spec/iceberg/format/spec.md, "Table Metadata Fields".
 */
import type { DataType } from '../contract/data-type.ts';
import type { ContractRef } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { isWeftError, WeftError } from '../lib/error.ts';
import {
  type Binding,
  bindFields,
  fieldIds,
  type IcebergType,
  namesOfStructs,
  toDataType,
} from './schema.ts';
import type {
  BoundColumn,
  IcebergField,
  IcebergSchema,
  TableColumn,
  TableMetadata,
} from './types.ts';

/** Property: JSON object of field id to the contract's stable property id, for all fields that ever were. */
const FIELD_IDS = 'weft.field-ids';
/** Property: JSON array of the ids of present fields that the contract calls required. */
const REQUIRED_IDS = 'weft.required-field-ids';

/**
 * Metadata of a new, empty, unpartitioned table. `location` is an absolute URI without a slash at its end, `now`
 * milliseconds since the epoch. Throws TABLE_CHANGE_REFUSED for columns that no table can have.
 */
export function createTable(options: {
  uuid: string;
  location: string;
  columns: TableColumn[];
  properties: Record<string, string>;
  now: number;
}): TableMetadata {
  const { uuid, location, columns, properties, now } = options;
  const empty: TableMetadata = {
    'format-version': 2,
    'table-uuid': uuid,
    location: location.replace(/\/+$/, ''),
    'last-sequence-number': 0,
    'last-updated-ms': now,
    'last-column-id': 0,
    schemas: [],
    'current-schema-id': 0,
    'partition-specs': [{ 'spec-id': 0, fields: [] }],
    'default-spec-id': 0,
    'last-partition-id': 999,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    'default-sort-order-id': 0,
    properties,
    'current-snapshot-id': null,
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
    refs: {},
  };
  return evolveColumns(empty, columns, now);
}

/**
 * The table with these columns: renames, additions, drops, reordering, int to long and wider decimals. Returns the same
 * object when nothing changes. Throws TABLE_CHANGE_REFUSED for any other change.
 */
export function evolveColumns(
  metadata: TableMetadata,
  columns: TableColumn[],
  now: number,
): TableMetadata {
  if (columns.length === 0) {
    throw new WeftError('TABLE_CHANGE_REFUSED', 'A table needs at least one column.');
  }
  let lastId = metadata['last-column-id'];
  const binding: Binding = {
    nextId: () => ++lastId,
    stableIds: readStableIds(metadata),
    requiredIds: new Set(),
    earlierNames: namesOfStructs(metadata.schemas),
  };
  const before = metadata.schemas.length === 0 ? [] : currentSchema(metadata).fields;
  const fields = bindFields(columns, before, binding);
  const properties = {
    ...metadata.properties,
    [FIELD_IDS]: JSON.stringify(Object.fromEntries(binding.stableIds)),
    [REQUIRED_IDS]: JSON.stringify([...binding.requiredIds]),
  };
  const schema = findSchema(metadata.schemas, fields);
  const known = metadata.schemas.includes(schema);
  if (known && schema['schema-id'] === metadata['current-schema-id']) {
    return setProperties(metadata, properties, now);
  }
  return {
    ...metadata,
    'last-updated-ms': Math.max(now, metadata['last-updated-ms']),
    'last-column-id': lastId,
    schemas: known ? metadata.schemas : [...metadata.schemas, schema],
    'current-schema-id': schema['schema-id'],
    properties,
  };
}

/** An earlier schema with exactly these fields, or a new one under the next id. */
function findSchema(schemas: IcebergSchema[], fields: IcebergSchema['fields']): IcebergSchema {
  const text = JSON.stringify(fields);
  const same = schemas.find((schema) => JSON.stringify(schema.fields) === text);
  const id = Math.max(-1, ...schemas.map((schema) => schema['schema-id'])) + 1;
  return same ?? { type: 'struct', 'schema-id': id, fields };
}

/** The present columns in order, with their field ids. Throws TABLE_UNSUPPORTED for types that Weft does not have. */
export function currentColumns(metadata: TableMetadata): BoundColumn[] {
  return schemaColumns(metadata, metadata['current-schema-id']);
}

/** The columns of one schema of the table, for reading an old snapshot as it was. */
export function schemaColumns(metadata: TableMetadata, schemaId: number): BoundColumn[] {
  const stableIds = readStableIds(metadata);
  const required = new Set(readJson<number[]>(metadata.properties[REQUIRED_IDS]) ?? []);
  const names = {
    stableId: (field: { id: number; name: string }) => stableIds.get(field.id) ?? field.name,
    required: (id: number) => required.has(id),
  };
  return schemaById(metadata, schemaId).fields.map((field) => ({
    id: names.stableId(field),
    name: field.name,
    type: typeOf(field, names),
    required: field.required || required.has(field.id),
    doc: field.doc ?? null,
    fieldId: field.id,
    field,
  }));
}

/** Why with the column: whoever reads the error decides about it, and the type alone does not say where it is. */
function typeOf(field: IcebergField, names: Parameters<typeof toDataType>[1]): DataType {
  try {
    return toDataType(field.type as IcebergType, names);
  } catch (cause) {
    if (!isWeftError(cause)) throw cause;
    const detail = `The column ${field.name} cannot be read. ${cause.message}`;
    const remedy = `Take the column out of the table, or give it a type that Weft has, by the engine that wrote it.`;
    throw new WeftError(cause.code, detail, { remedy, cause });
  }
}

/** Ids of all fields, nested ones too, that some file of the table may hold: those of every schema that it ever had. */
export function everyFieldId(metadata: TableMetadata): number[] {
  return [...new Set(metadata.schemas.flatMap((schema) => schema.fields.flatMap(fieldIds)))];
}

/** Ids of the fields by which rows are put into data files, by any partition spec that the table ever had. */
export function groupingFieldIds(metadata: TableMetadata): number[] {
  const fields = metadata['partition-specs'].flatMap((spec) => spec.fields);
  const grouping = fields.filter(({ transform }) => transform !== 'void');
  return [...new Set(grouping.map((field) => field['source-id']))];
}

/** The schema that the table has now. */
export function currentSchema(metadata: TableMetadata): IcebergSchema {
  return schemaById(metadata, metadata['current-schema-id']);
}

function schemaById(metadata: TableMetadata, id: number): IcebergSchema {
  const schema = metadata.schemas.find((candidate) => candidate['schema-id'] === id);
  if (schema !== undefined) return schema;
  throw new WeftError('TABLE_CORRUPT', `The table ${metadata['table-uuid']} has no schema ${id}.`);
}

/** Merges properties into the table's; null takes one away. Returns the same object when nothing changes. */
export function setProperties(
  metadata: TableMetadata,
  properties: Record<string, string | null>,
  now: number,
): TableMetadata {
  const changed = Object.entries(properties).some(
    ([key, value]) => (metadata.properties[key] ?? null) !== value,
  );
  if (!changed) return metadata;
  const merged = Object.entries<string | null>({ ...metadata.properties, ...properties });
  const kept = merged.filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    ...metadata,
    'last-updated-ms': Math.max(now, metadata['last-updated-ms']),
    properties: Object.fromEntries(kept),
  };
}

/** The contract in the form in which table properties and snapshot summaries carry it. */
export function contractSummary(ref: ContractRef): Record<string, string> {
  return {
    'weft.contract-id': ref.id,
    'weft.contract-version': ref.version,
    'weft.contract-hash': ref.hash,
  };
}

/** The contract that a table's properties or a snapshot's summary name, or null. */
export function readContractRef(map: Readonly<Record<string, string>>): ContractRef | null {
  const id = map['weft.contract-id'];
  const version = map['weft.contract-version'];
  const hash = map['weft.contract-hash'];
  if (id === undefined || version === undefined || hash === undefined) return null;
  return { id, version, hash };
}

function readStableIds(metadata: TableMetadata): Map<number, string> {
  const json = readJson<Record<string, string>>(metadata.properties[FIELD_IDS]) ?? {};
  return new Map(Object.entries(json).map(([id, stable]) => [Number(id), stable]));
}

function readJson<T>(text: string | undefined): T | null {
  if (text === undefined) return null;
  try {
    return must(JSON.parse(text) as T | null, 'a JSON property of the table');
  } catch (cause) {
    throw new WeftError('TABLE_CORRUPT', 'A property of the table is not JSON.', { cause });
  }
}
