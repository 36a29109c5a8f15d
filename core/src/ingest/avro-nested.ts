/**
 * How a record, an array or a map of an Avro file becomes a value of a nested column.
 *
 * Records are compared by the names of their fields and arrays by their items, as columns are: an unknown field is a
 * difference, a missing one is when it is required. Maps of Avro have texts as keys, which are of the key's type by their text.
 * Invariant: a value is read whole, so that the next one begins where it ends; what is wrong inside is NULL and listed.
 */
import { type DataType, isPrimitive, typeName } from '../contract/data-type.ts';
import {
  entryPlace,
  itemPlace,
  keyPlace,
  memberPlace,
  type NestedPath,
  pathLabel,
} from '../contract/nested-path.ts';
import type { ByteReader } from '../lakehouse/avro-codec.ts';
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import { compareValues, type RecordValue } from '../quality/record-value.ts';
import { type AvroType, avroTypeName, badSchema } from './avro-schema.ts';
import { cellReader } from './avro-values.ts';
import { parseLexical } from './lexical.ts';
import type { NestedFault, NestedRead } from './nested-json.ts';
import type { ReasonNumbers } from './nested-reasons.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** Items of one list: those of a type that takes no bytes could be without number. */
const ITEMS_MAX = 1 << 20;
const FAULTS_MAX = 20;

/** Reads one value; `place` is asked for when something is wrong. */
type Read = (reader: ByteReader, place: () => string) => RecordValue;

interface Context {
  column: string;
  numbers: ReasonNumbers;
  /** Differences of the types. */
  places: ErrorPlace[];
  /** Of the value that is being read. */
  faults: NestedFault[];
}

/** How a value of `type` becomes one of the column; null with differences in `places` when the types do not fit. */
export function nestedCellReader(
  { name, type: promised }: PlannedColumn,
  options: { type: AvroType; numbers: ReasonNumbers; places: ErrorPlace[] },
): ((reader: ByteReader) => NestedRead) | null {
  const { type, numbers, places } = options;
  const context: Context = { column: name, numbers, places, faults: [] };
  const read = readerOf(promised, type, { path: [], context });
  if (read === null) return null;
  return (reader) => {
    context.faults = [];
    const value = read(reader, () => name);
    return { value, faults: context.faults };
  };
}

interface At {
  path: NestedPath;
  context: Context;
}

function readerOf(promised: DataType, type: AvroType, at: At): Read | null {
  if (type.kind === 'null') return () => null;
  if (type.kind === 'union') return unionOf(promised, type.branches, at);
  if (isPrimitive(promised)) return leafOf(promised, type, at);
  if (promised.kind === 'struct' && type.kind === 'record') return structOf(promised, type, at);
  if (promised.kind === 'list' && type.kind === 'array') {
    return listOf(readerOf(promised.element, type.items, inside(at, 'items')));
  }
  if (promised.kind === 'map' && type.kind === 'map') return mapOf(promised, type, at);
  at.context.places.push(otherType(label(at), type, promised));
  return null;
}

function inside(at: At, step: NestedPath[number]): At {
  return { ...at, path: [...at.path, step] };
}

function label({ path, context }: At): string {
  return pathLabel(context.column, path);
}

/** A column whose type in the file does not fit. */
export function otherType(name: string, type: AvroType, promised: DataType): ErrorPlace {
  const message = `the column \`${name}\` is ${avroTypeName(type)} in the file; the contract says ${typeName(promised)}`;
  return { code: 'column_type', path: name, message };
}

function unionOf(promised: DataType, branches: readonly AvroType[], at: At): Read | null {
  const readers = branches.map((branch) => readerOf(promised, branch, at));
  if (readers.includes(null)) return null;
  return (reader, place) => {
    const read = readers[reader.count()];
    if (read === undefined || read === null) {
      throw badSchema('a value is of a branch that its union has not');
    }
    return read(reader, place);
  };
}

function leafOf(promised: DataType, type: AvroType, at: At): Read | null {
  const { context, path } = at;
  const read = isPrimitive(promised) ? cellReader(promised, type) : null;
  if (read === null) {
    context.places.push(otherType(label(at), type, promised));
    return null;
  }
  const no = context.numbers.typeAt(context.column, path);
  return (reader, place) => {
    const cell = read(reader);
    if (cell === null || typeof cell !== 'object') return cell;
    note(context, { no, place: place(), text: cell.wrong });
    return null;
  };
}

function note({ faults }: Context, fault: NestedFault): void {
  if (faults.length < FAULTS_MAX) faults.push(fault);
}

function structOf(
  promised: Extract<DataType, { kind: 'struct' }>,
  type: Extract<AvroType, { kind: 'record' }>,
  at: At,
): Read | null {
  const { places } = at.context;
  const before = places.length;
  const difference = (name: string, code: string, what: string): void => {
    const path = label(inside(at, { field: name }));
    places.push({ code, path, message: `the column \`${path}\` ${what}` });
  };
  const fields = type.fields.map(({ name, type: inner }) => {
    const index = promised.fields.findIndex((field) => (field.sourceName ?? field.name) === name);
    const field = promised.fields[index];
    if (field === undefined) {
      difference(name, 'unknown_column', 'is not in the contract');
      return null;
    }
    const read = readerOf(field.type, inner, inside(at, { field: field.name }));
    return read === null ? null : { index, name: field.name, read };
  });
  const names = type.fields.map(({ name }) => name);
  for (const { name, sourceName = name, required } of promised.fields) {
    if (required && !names.includes(sourceName)) {
      difference(name, 'missing_column', 'is missing in the file');
    }
  }
  if (places.length > before) return null;
  const ready = fields.filter((field) => field !== null);
  return (reader, place) => {
    const members: RecordValue[] = new Array(promised.fields.length).fill(null);
    for (const { index, name, read } of ready) {
      members[index] = read(reader, () => memberPlace(place(), name));
    }
    return { kind: 'struct', members };
  };
}

/** Calls `read` for each item of an array or a map, which come in blocks. */
function readBlocks(reader: ByteReader, read: (index: number) => void): void {
  let index = 0;
  for (let count = reader.number(); count !== 0; count = reader.number()) {
    if (count < 0) reader.number();
    if (index + Math.abs(count) > ITEMS_MAX) {
      throw new WeftError('BATCH_UNREADABLE', `a list has more than ${ITEMS_MAX} items`, {
        remedy: 'Send the items as records of their own.',
      });
    }
    for (let i = 0; i < Math.abs(count); i++) read(index++);
  }
}

function listOf(element: Read | null): Read | null {
  if (element === null) return null;
  return (reader, place) => {
    const items: RecordValue[] = [];
    readBlocks(reader, (i) => items.push(element(reader, () => itemPlace(place(), i))));
    return { kind: 'list', items };
  };
}

function mapOf(
  promised: Extract<DataType, { kind: 'map' }>,
  type: Extract<AvroType, { kind: 'map' }>,
  at: At,
): Read | null {
  const { context } = at;
  const readValue = readerOf(promised.value, type.values, inside(at, 'value'));
  if (readValue === null) return null;
  const text = cellReader({ kind: 'string' }, { kind: 'string', logical: null, decimal: null });
  const keyNo = context.numbers.typeAt(context.column, [...at.path, 'key']);
  const twice = context.numbers.faultAt('duplicate_field');
  const keyType = promised.key;
  return (reader, place) => {
    const entries = new Map<string, { key: RecordValue; value: RecordValue }>();
    readBlocks(reader, () => {
      const name = text?.(reader) ?? null;
      const shown = typeof name === 'string' ? name : String((name as { wrong: string }).wrong);
      const parsed =
        typeof name === 'string' && isPrimitive(keyType) ? parseLexical(keyType, name) : null;
      const value = readValue(reader, () => entryPlace(place(), shown));
      if (parsed?.ok !== true) {
        note(context, { no: keyNo, place: keyPlace(place(), shown), text: shown });
      } else if (entries.has(String(parsed.value))) {
        note(context, { no: twice, place: entryPlace(place(), shown), text: shown });
      } else entries.set(String(parsed.value), { key: parsed.value, value });
    });
    return mapValue([...entries.values()]);
  };
}

/** Entries stand in the order of their keys, as those that JSON objects become. */
function mapValue(entries: { key: RecordValue; value: RecordValue }[]): RecordValue {
  const sorted = entries.sort((a, b) => compareValues(a.key, b.key));
  return {
    kind: 'map',
    keys: sorted.map(({ key }) => key),
    values: sorted.map(({ value }) => value),
  };
}
