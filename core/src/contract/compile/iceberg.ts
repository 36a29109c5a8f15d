/**
 * Contract to Iceberg: the columns a table shall have, and the schema as Iceberg writes it.
 *
 * Not the binding of field ids over versions (`lakehouse/`): the exported schema numbers its fields afresh, as a new
 * table would. Source: Iceberg table spec, "Schemas and Data Types" and Appendix C.
 */
import type { DataType } from '../data-type.ts';
import type { ContractObject, ContractProperty } from '../model.ts';
import { primaryKeyOf } from './ingest-plan.ts';

/** A column of a table: `id` is the property's stable id, `required` the promise of no nulls. */
export interface ContractColumn {
  id: string;
  name: string;
  type: DataType;
  required: boolean;
  doc: string | null;
}

interface IcebergFieldJson {
  id: number;
  name: string;
  required: boolean;
  type: unknown;
  doc?: string;
}

/** The columns of an object in order; primary key columns are required. */
export function compileTableColumns(object: ContractObject): ContractColumn[] {
  return object.properties.map((property) => ({
    id: property.id,
    name: property.name,
    type: property.type,
    required: property.required || property.primaryKeyPosition !== null,
    doc: docOf(property),
  }));
}

/** The schema of an object as Iceberg JSON text (schema id 0, field ids from 1: columns first, then inner fields). */
export function compileIcebergSchema(object: ContractObject): string {
  const columns = compileTableColumns(object);
  const ids = { next: columns.length + 1 };
  const fields: IcebergFieldJson[] = columns.map((column, i) => ({
    id: i + 1,
    name: column.name,
    required: column.required,
    type: icebergType(column.type, ids),
    ...(column.doc === null ? {} : { doc: column.doc }),
  }));
  const key = identifierFieldIds(object, fields);
  const schema = {
    type: 'struct',
    'schema-id': 0,
    ...(key.length === 0 ? {} : { 'identifier-field-ids': key }),
    fields,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Iceberg forbids floating-point identifier fields; a key with one is left out rather than cut short. */
function identifierFieldIds(object: ContractObject, fields: readonly IcebergFieldJson[]): number[] {
  const names = primaryKeyOf(object);
  const isAllowed = object.properties
    .filter((p) => names.includes(p.name))
    .every((p) => !['double', 'struct', 'list', 'map'].includes(p.type.kind));
  if (!isAllowed) return [];
  return fields.filter((field) => names.includes(field.name)).map((field) => field.id);
}

function icebergType(type: DataType, ids: { next: number }): unknown {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'struct': {
      const first = ids.next;
      ids.next += type.fields.length;
      const fields = type.fields.map((field, i) => ({
        id: first + i,
        name: field.name,
        required: field.required,
        type: icebergType(field.type, ids),
      }));
      return { type: 'struct', fields };
    }
    case 'list': {
      const id = ids.next++;
      const element = icebergType(type.element, ids);
      return { type: 'list', 'element-id': id, 'element-required': false, element };
    }
    case 'map': {
      const keyId = ids.next++;
      const valueId = ids.next++;
      return {
        type: 'map',
        'key-id': keyId,
        key: icebergType(type.key, ids),
        'value-id': valueId,
        'value-required': false,
        value: icebergType(type.value, ids),
      };
    }
    default:
      return type.kind;
  }
}

function docOf(property: ContractProperty): string | null {
  return property.description ?? property.businessName;
}
