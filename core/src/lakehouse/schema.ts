/**
 * Iceberg schemas and Weft's column types: one to the other, and the binding of columns to field ids.
 *
 * Not here: table metadata around the schema (`table.ts`).
 * Invariants: a field id stands for one property (by its stable id) for ever; a column that comes back after it was
 * dropped gets a new id, so old values never reappear. All fields are optional in files: nulls are the contract's matter.
 * Source: spec/iceberg/format/spec.md, "Schemas and Data Types", "Schema Evolution", Appendix C "Schemas".
 */
import {
  type DataType,
  isPrimitive,
  type PrimitiveType,
  type StructField,
  typeName,
} from '../contract/data-type.ts';
import { must } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import type { IcebergField, IcebergSchema, TableColumn } from './types.ts';

/** Nested Iceberg types as they stand in JSON; primitive types are text. */
export type IcebergType =
  | string
  | { type: 'struct'; fields: IcebergField[] }
  | {
      type: 'list';
      'element-id': number;
      element: IcebergType;
      'element-required': boolean;
    }
  | {
      type: 'map';
      'key-id': number;
      key: IcebergType;
      'value-id': number;
      value: IcebergType;
      'value-required': boolean;
    };

/** What binding needs to know of the table, and where it records what it decided. */
export interface Binding {
  /** Gives a field id that was never used in this table. */
  nextId: () => number;
  /** Stable id by field id, of all schemas so far; binding adds to it. */
  stableIds: Map<number, string>;
  /** Fields that their contract calls required; binding fills it. */
  requiredIds: Set<number>;
  /** Lower-case names that each struct had in earlier schemas, one set per schema, by the id of the field that holds the struct. */
  earlierNames: Map<number, Set<string>[]>;
}

type Member = TableColumn | StructField;

/** Binds columns to fields, keeping the ids of those that `previous` has. Throws TABLE_CHANGE_REFUSED. */
export function bindFields(
  members: readonly Member[],
  previous: readonly IcebergField[],
  binding: Binding,
  parentId: number | null = null,
): IcebergField[] {
  checkNames(members);
  const known = new Map(previous.map((field) => [stableIdOf(field, binding), field]));
  const matched = members.map((member) => known.get(member.id) ?? null);
  if (parentId !== null) checkNested(members, matched, binding.earlierNames.get(parentId) ?? []);
  // Why: all ids of a level come before those inside them, as Iceberg's own writers number new tables.
  const ids = matched.map((field) => field?.id ?? binding.nextId());
  return members.map((member, i) => {
    const id = must(ids[i], 'an id per member');
    binding.stableIds.set(id, member.id);
    if (member.required) binding.requiredIds.add(id);
    const before = (matched[i]?.type as IcebergType | undefined) ?? null;
    const type = bindType(member.type, before, binding, { id, name: member.name });
    const doc = 'doc' in member && member.doc !== null ? { doc: member.doc } : {};
    return { id, name: member.name, required: false, type, ...doc };
  });
}

function stableIdOf(field: IcebergField, binding: Binding): string {
  return binding.stableIds.get(field.id) ?? field.name;
}

function checkNames(members: readonly Member[]): void {
  const seen = new Set<string>();
  const ids = new Set<string>();
  for (const { name, id } of members) {
    if (name === '') throw refuse('A column has no name.');
    // Why: DuckDB compares names without case, so two such columns could not be read side by side.
    if (seen.has(name.toLowerCase())) throw refuse(`The name ${name} stands twice.`);
    if (ids.has(id)) throw refuse(`The property id ${id} stands twice.`);
    seen.add(name.toLowerCase());
    ids.add(id);
  }
}

/**
 * Members of a struct are found by name in the files, so a name can never come to mean another member, and some member
 * must be common to all files.
 */
function checkNested(
  members: readonly Member[],
  matched: readonly (IcebergField | null)[],
  earlier: Set<string>[],
): void {
  members.forEach((member, i) => {
    const before = matched[i] ?? null;
    if (before !== null && before.name !== member.name) {
      throw refuse(`The nested field ${before.name} cannot be renamed to ${member.name}.`);
    }
    if (before === null && earlier.some((names) => names.has(member.name.toLowerCase()))) {
      throw refuse(
        `The nested field name ${member.name} was used before and cannot be used again.`,
      );
    }
  });
  const common = members.some(({ name }) =>
    earlier.every((names) => names.has(name.toLowerCase())),
  );
  if (earlier.length > 0 && !common) {
    throw refuse('A struct must keep at least one of the fields that it always had.');
  }
}

function bindType(
  type: DataType,
  before: IcebergType | null,
  binding: Binding,
  place: { id: number; name: string },
): IcebergType {
  if (isPrimitive(type)) {
    if (before !== null && !promotes(before, type)) throw refuseType(place.name, before, type);
    return primitiveText(type);
  }
  if (before !== null && (typeof before === 'string' || before.type !== type.kind)) {
    throw refuseType(place.name, before, type);
  }
  const nested = before as Exclude<IcebergType, string> | null;
  switch (type.kind) {
    case 'struct': {
      const fields = nested?.type === 'struct' ? nested.fields : [];
      if (type.fields.length === 0) throw refuse(`The struct ${place.name} has no fields.`);
      return { type: 'struct', fields: bindFields(type.fields, fields, binding, place.id) };
    }
    case 'list': {
      const list = nested?.type === 'list' ? nested : null;
      const id = list?.['element-id'] ?? binding.nextId();
      const element = bindType(type.element, list?.element ?? null, binding, {
        id,
        name: `${place.name}.element`,
      });
      return { type: 'list', 'element-id': id, element, 'element-required': false };
    }
    case 'map':
      return bindMap(type, nested?.type === 'map' ? nested : null, binding, place.name);
  }
}

function bindMap(
  type: Extract<DataType, { kind: 'map' }>,
  before: Extract<IcebergType, { type: 'map' }> | null,
  binding: Binding,
  name: string,
): IcebergType {
  if (before !== null && JSON.stringify(before.key) !== JSON.stringify(keyText(type.key))) {
    throw refuse(`The key type of the map ${name} cannot change.`);
  }
  const keyId = before?.['key-id'] ?? binding.nextId();
  const valueId = before?.['value-id'] ?? binding.nextId();
  const place = { id: valueId, name: `${name}.value` };
  return {
    type: 'map',
    'key-id': keyId,
    key: keyText(type.key),
    'value-id': valueId,
    value: bindType(type.value, before?.value ?? null, binding, place),
    'value-required': false,
  };
}

function keyText(type: DataType): string {
  if (!isPrimitive(type)) throw refuse('A map has keys that are not simple values.');
  return primitiveText(type);
}

/** Iceberg's name of a primitive type. */
export function primitiveText(type: PrimitiveType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision}, ${type.scale})` : type.kind;
}

/** True when every value of the old type is one of the new: the same type, or a promotion that Iceberg allows. */
function promotes(before: IcebergType, type: DataType): boolean {
  const old = typeof before === 'string' ? parsePrimitive(before) : null;
  if (old === null) return false;
  if (old.kind === 'decimal' && type.kind === 'decimal') {
    return old.scale === type.scale && old.precision <= type.precision;
  }
  return old.kind === type.kind || (old.kind === 'int' && type.kind === 'long');
}

/** A Weft type for Iceberg's text, or null for types that Weft does not have. `float` reads as double. */
export function parsePrimitive(text: string): PrimitiveType | null {
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text);
  if (decimal !== null) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  switch (text) {
    case 'boolean':
    case 'int':
    case 'long':
    case 'double':
    case 'string':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return { kind: text };
    case 'float':
      return { kind: 'double' };
    default:
      return null;
  }
}

/** The Weft type of a schema field. Throws TABLE_UNSUPPORTED for a type that Weft does not have. */
export function toDataType(
  type: IcebergType,
  names: { stableId: (field: IcebergField) => string; required: (id: number) => boolean },
): DataType {
  if (typeof type === 'string') {
    const primitive = parsePrimitive(type);
    if (primitive !== null) return primitive;
    throw new WeftError('TABLE_UNSUPPORTED', `The column type ${type} is not supported.`);
  }
  switch (type.type) {
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((field) => ({
          id: names.stableId(field),
          name: field.name,
          type: toDataType(field.type as IcebergType, names),
          required: names.required(field.id),
        })),
      };
    case 'list':
      return { kind: 'list', element: toDataType(type.element, names) };
    case 'map':
      return {
        kind: 'map',
        key: toDataType(type.key, names),
        value: toDataType(type.value, names),
      };
  }
}

/** The member names (lower case) of every struct in earlier schemas, by the id of the field that holds the struct. */
export function namesOfStructs(schemas: readonly IcebergSchema[]): Map<number, Set<string>[]> {
  const names = new Map<number, Set<string>[]>();
  const visit = (type: IcebergType, holder: number): void => {
    if (typeof type === 'string') return;
    if (type.type === 'list') {
      visit(type.element, type['element-id']);
    } else if (type.type === 'map') {
      visit(type.value, type['value-id']);
    } else {
      const here = new Set(type.fields.map((field) => field.name.toLowerCase()));
      names.set(holder, [...(names.get(holder) ?? []), here]);
      for (const field of type.fields) visit(field.type as IcebergType, field.id);
    }
  };
  for (const schema of schemas) {
    for (const field of schema.fields) visit(field.type as IcebergType, field.id);
  }
  return names;
}

/** The schema field of a column that was made by hand: only primitive columns have all they need. */
export function fieldOf(
  column: TableColumn & { fieldId: number; field?: IcebergField },
): IcebergField {
  if (column.field !== undefined) return column.field;
  const { type, name, fieldId } = column;
  if (!isPrimitive(type)) throw refuse(`The nested column ${name} is not bound to a table.`);
  return { id: fieldId, name, required: false, type: primitiveText(type) };
}

/** The id of a field and of all that is inside it. */
export function fieldIds(field: IcebergField): number[] {
  return [field.id, ...idsInside(field.type as IcebergType)];
}

function idsInside(type: IcebergType): number[] {
  if (typeof type === 'string') return [];
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap(fieldIds);
    case 'list':
      return [type['element-id'], ...idsInside(type.element)];
    case 'map':
      return [type['key-id'], ...idsInside(type.key), type['value-id'], ...idsInside(type.value)];
  }
}

function refuseType(name: string, before: IcebergType, type: DataType): WeftError {
  const old = typeof before === 'string' ? before : before.type;
  return refuse(`The type of ${name} cannot change from ${old} to ${typeName(type)}.`);
}

function refuse(detail: string): WeftError {
  return new WeftError('TABLE_CHANGE_REFUSED', detail);
}
