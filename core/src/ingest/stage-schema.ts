/**
 * The schema of a stage file in Parquet: its elements in order, and the leaves whose values stand in it.
 *
 * Not the pages (`stage-parquet.ts`). Every field inside a nested one is optional but the keys of maps, as Iceberg's own
 * writers have them. Invariant: leaves stand in the order of the elements, and their level limits are those that the elements
 * imply.
 * Source: Apache Parquet format 2.11 (parquet.thrift, LogicalTypes.md "Nested Types").
 */
import type { DataType, PrimitiveType } from '../contract/data-type.ts';
import type { ThriftWriter } from './thrift-compact.ts';

/** Bytes that are no text; no column of a table has them. */
type Bytes = { kind: 'bytes' };

export interface StageField {
  name: string;
  type: DataType | Bytes;
  /** False for the stager's own columns, which are never NULL. */
  nullable: boolean;
}

/** A column of values in the file. */
export interface StageLeaf {
  path: string[];
  type: PrimitiveType | Bytes;
  definitionMax: number;
  repetitionMax: number;
}

const PHYSICAL = { boolean: 0, int32: 1, int64: 2, double: 5, bytes: 6, fixed: 7 } as const;
const CONVERTED = { utf8: 0, map: 1, list: 3, decimal: 5, date: 6 } as const;
const LOGICAL = { text: 1, map: 2, list: 3, decimal: 5, date: 6, time: 7, timestamp: 8 } as const;
const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;

/** Bytes of a decimal of more than 18 digits. */
export const WIDE_DECIMAL_BYTES = 16;

type Repetition = keyof typeof REPETITION;

/** One node of the schema below the root. */
type Element =
  | { kind: 'leaf'; name: string; repetition: Repetition; type: StageLeaf['type'] }
  | {
      kind: 'group';
      name: string;
      repetition: Repetition;
      means: 'list' | 'map' | null;
      children: Element[];
    };

/** The leaves of a field, in order. */
export function stageLeaves(field: StageField): StageLeaf[] {
  return leavesOf(elementOf(field.name, field.type, field.nullable ? 'optional' : 'required'), {
    path: [],
    definitionMax: 0,
    repetitionMax: 0,
  });
}

/** How many elements the schema of these fields has, the root left out. */
export function elementCount(fields: readonly StageField[]): number {
  const count = (element: Element): number =>
    element.kind === 'leaf' ? 1 : element.children.reduce((sum, child) => sum + count(child), 1);
  return fields.reduce((sum, { name, type }) => sum + count(elementOf(name, type, 'optional')), 0);
}

/** Writes the elements of a field as structs of an open list. */
export function writeElements(writer: ThriftWriter, field: StageField): void {
  const repetition = field.nullable ? 'optional' : 'required';
  writeElement(writer, elementOf(field.name, field.type, repetition));
}

function elementOf(name: string, type: StageField['type'], repetition: Repetition): Element {
  switch (type.kind) {
    case 'struct': {
      const children = type.fields.map((field) => elementOf(field.name, field.type, 'optional'));
      return { kind: 'group', name, repetition, means: null, children };
    }
    case 'list': {
      const children = [elementOf('element', type.element, 'optional')];
      return {
        kind: 'group',
        name,
        repetition,
        means: 'list',
        children: [repeated('list', children)],
      };
    }
    case 'map': {
      const children = [
        elementOf('key', type.key, 'required'),
        elementOf('value', type.value, 'optional'),
      ];
      const inner = repeated('key_value', children);
      return { kind: 'group', name, repetition, means: 'map', children: [inner] };
    }
    default:
      return { kind: 'leaf', name, repetition, type };
  }
}

function repeated(name: string, children: Element[]): Element {
  return { kind: 'group', name, repetition: 'repeated', means: null, children };
}

function leavesOf(element: Element, outer: Omit<StageLeaf, 'type'>): StageLeaf[] {
  const { repetition } = element;
  const here = {
    path: [...outer.path, element.name],
    definitionMax: outer.definitionMax + (repetition === 'required' ? 0 : 1),
    repetitionMax: outer.repetitionMax + (repetition === 'repeated' ? 1 : 0),
  };
  return element.kind === 'leaf'
    ? [{ ...here, type: element.type }]
    : element.children.flatMap((child) => leavesOf(child, here));
}

function writeElement(writer: ThriftWriter, element: Element): void {
  writer.struct(null, (entry) => {
    if (element.kind === 'leaf') leafElement(entry, element);
    else groupElement(entry, element);
  });
  if (element.kind === 'group') for (const child of element.children) writeElement(writer, child);
}

function groupElement(
  writer: ThriftWriter,
  { name, repetition, means, children }: Extract<Element, { kind: 'group' }>,
): void {
  writer.i32(3, REPETITION[repetition]).text(4, name).i32(5, children.length);
  if (means === null) return;
  writer.i32(6, CONVERTED[means]);
  writer.struct(10, (logical) => logical.struct(LOGICAL[means], () => undefined));
}

function leafElement(
  writer: ThriftWriter,
  { name, repetition, type }: Extract<Element, { kind: 'leaf' }>,
): void {
  const physical = physicalType(type);
  writer.i32(1, physical);
  if (physical === PHYSICAL.fixed) writer.i32(2, WIDE_DECIMAL_BYTES);
  writer.i32(3, REPETITION[repetition]).text(4, name);
  switch (type.kind) {
    case 'string':
      writer.i32(6, CONVERTED.utf8);
      writer.struct(10, (logical) => logical.struct(LOGICAL.text, () => undefined));
      break;
    case 'date':
      writer.i32(6, CONVERTED.date);
      writer.struct(10, (logical) => logical.struct(LOGICAL.date, () => undefined));
      break;
    case 'decimal':
      writer.i32(6, CONVERTED.decimal).i32(7, type.scale).i32(8, type.precision);
      writer.struct(10, (logical) =>
        logical.struct(LOGICAL.decimal, (decimal) =>
          decimal.i32(1, type.scale).i32(2, type.precision),
        ),
      );
      break;
    case 'time':
      microsType(writer, LOGICAL.time, false);
      break;
    case 'timestamp':
      microsType(writer, LOGICAL.timestamp, false);
      break;
    case 'timestamptz':
      microsType(writer, LOGICAL.timestamp, true);
      break;
  }
}

/** TIME or TIMESTAMP in microseconds. */
function microsType(writer: ThriftWriter, logicalType: number, utc: boolean): void {
  writer.struct(10, (logical) =>
    logical.struct(logicalType, (time) =>
      time.bool(1, utc).struct(2, (unit) => unit.struct(2, () => undefined)),
    ),
  );
}

/** Parquet's number of the physical type. */
export function physicalType(type: StageLeaf['type']): number {
  switch (type.kind) {
    case 'boolean':
      return PHYSICAL.boolean;
    case 'int':
    case 'date':
      return PHYSICAL.int32;
    case 'double':
      return PHYSICAL.double;
    case 'string':
    case 'bytes':
      return PHYSICAL.bytes;
    case 'decimal':
      return type.precision > 18 ? PHYSICAL.fixed : PHYSICAL.int64;
    default:
      return PHYSICAL.int64;
  }
}
