/**
 * The beginning of an Avro file as a sample for inference.
 *
 * Not the way of batches (`workers/avro-reader.ts`), whose readers of values it uses. Columns with inner fields come as
 * `nested` with their types, which the schema has, and without their values.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type DataType,
  duckdbType,
  isPrimitive,
  type PrimitiveType,
} from '@weft/core/contract/data-type';
import type { InferSource } from '@weft/core/contract/infer/source';
import { nestedCellReader } from '@weft/core/ingest/avro-nested';
import { type AvroType, avroFields } from '@weft/core/ingest/avro-schema';
import {
  type FlatCell as Cell,
  type FlatReader as CellReader,
  cellReader,
} from '@weft/core/ingest/avro-values';
import { ReasonNumbers } from '@weft/core/ingest/nested-reasons';
import { compileDecoder } from '@weft/core/lakehouse/avro-codec';
import { AvroFile, undamaged } from '../workers/avro-file.ts';

interface SampleColumn {
  name: string;
  /** DuckDB's name of the type. */
  type: string;
  isNested: boolean;
  read: CellReader;
  text(cell: Exclude<Cell, null>): string;
}

/** Reads at most `recordsMax` records. Throws BATCH_UNREADABLE. */
export function readAvroSample(path: string, recordsMax: number): InferSource {
  const fd = openSync(path, 'r');
  try {
    const file = new AvroFile({ fd, start: 0, end: fstatSync(fd).size });
    const columns = columnsOf(file.schema);
    const rows: (string | null)[][] = [];
    const readRow = (column: SampleColumn, cell: Cell): string | null =>
      cell === null ? null : column.text(cell);
    for (let block = file.next(); block !== null; block = file.next()) {
      const { records, reader } = block;
      undamaged(() => {
        for (let i = 0; i < records && rows.length <= recordsMax; i++) {
          rows.push(columns.map((column) => readRow(column, column.read(reader))));
        }
      });
      if (rows.length > recordsMax) break;
    }
    return {
      format: 'avro',
      columns: columns.map(({ name }) => name),
      rows: rows.slice(0, recordsMax),
      kinds: columns.map(({ isNested }) => (isNested ? 'nested' : 'unknown')),
      parquetTypes: columns.map(({ type }) => type),
      name: basename(path),
      truncated: rows.length > recordsMax,
      faults: [],
    };
  } finally {
    closeSync(fd);
  }
}

const NESTED = 'STRUCT()';

function columnsOf(schema: unknown): SampleColumn[] {
  const raw = (schema as { fields: { type: Parameters<typeof compileDecoder>[0] }[] }).fields;
  return avroFields(schema).map(({ name, type }, i): SampleColumn => {
    const natural = naturalType(type);
    const read = natural === null || !isPrimitive(natural) ? null : cellReader(natural, type);
    if (natural !== null && isPrimitive(natural) && read !== null) {
      const text = (cell: Exclude<Cell, null>) => textOf(cell, natural);
      return { name, type: duckdbType(natural), isNested: false, read, text };
    }
    const skipped = natural === null ? null : skipNested(name, natural, type);
    if (natural !== null && skipped !== null) {
      return { name, type: duckdbType(natural), isNested: true, read: skipped, text: () => '{}' };
    }
    // Why decoded all the same: what follows begins where this value ends.
    const decode = compileDecoder(raw[i]?.type ?? 'null');
    const skip: CellReader = (reader) => {
      const value = decode(reader);
      return value === null ? null : { wrong: '{}' };
    };
    return { name, type: NESTED, isNested: true, read: skip, text: () => '{}' };
  });
}

/** Reads a nested value to its end: whether there is one is all that a sample needs of it. */
function skipNested(name: string, promised: DataType, type: AvroType): CellReader | null {
  const column = { name, sourceName: name, type: promised, defaultTimezone: null, required: false };
  const numbers = new ReasonNumbers([column]);
  const read = nestedCellReader(column, { type, numbers, places: [] });
  if (read === null) return null;
  return (reader) => (read(reader).value === null ? null : { wrong: '{}' });
}

/** A record may stand inside itself, which no type of ours can. */
const DEPTH_MAX = 16;

/** The type of ours that holds every value of an Avro type; null when none does. */
function naturalType(type: AvroType, depth = 0): DataType | null {
  if (depth > DEPTH_MAX) return null;
  const inside = (inner: AvroType): DataType | null => naturalType(inner, depth + 1);
  switch (type.kind) {
    case 'union': {
      const [first, ...more] = type.branches.filter((branch) => branch.kind !== 'null');
      return first === undefined || more.length > 0 ? null : inside(first);
    }
    case 'record':
      return recordType(
        type.fields.map(({ name, type: inner }) => ({ name, type: inside(inner) })),
      );
    case 'array': {
      const element = inside(type.items);
      return element === null ? null : { kind: 'list', element };
    }
    case 'map': {
      const value = inside(type.values);
      return value === null ? null : { kind: 'map', key: { kind: 'string' }, value };
    }
    case 'enum':
      return { kind: 'string' };
    case 'unknown':
    case 'null':
      return null;
    default:
      return simpleType(type);
  }
}

function recordType(members: { name: string; type: DataType | null }[]): DataType | null {
  const fields = members.flatMap(({ name, type }) =>
    type === null ? [] : [{ id: name, name, type, required: false }],
  );
  return fields.length === members.length && fields.length > 0 ? { kind: 'struct', fields } : null;
}

function simpleType(type: {
  kind: string;
  logical: string | null;
  decimal: { precision: number; scale: number } | null;
}): PrimitiveType | null {
  if (type.decimal !== null) return { kind: 'decimal', ...type.decimal };
  const logical = LOGICAL[type.logical ?? ''];
  if (logical !== undefined) return { kind: logical };
  const plain = PLAIN[type.kind];
  return plain === undefined ? null : { kind: plain };
}

type Kind = Exclude<PrimitiveType['kind'], 'decimal'>;
const LOGICAL: Readonly<Record<string, Kind>> = {
  date: 'date',
  'time-millis': 'time',
  'time-micros': 'time',
  'timestamp-millis': 'timestamptz',
  'timestamp-micros': 'timestamptz',
  'local-timestamp-millis': 'timestamp',
  'local-timestamp-micros': 'timestamp',
  uuid: 'string',
};
const PLAIN: Readonly<Record<string, Kind>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'double',
  double: 'double',
  string: 'string',
};

const DAY_MS = 86_400_000;

function textOf(cell: Exclude<Cell, null>, type: PrimitiveType): string {
  if (typeof cell === 'object') return cell.wrong;
  switch (type.kind) {
    case 'decimal':
      return decimalText(BigInt(cell), type.scale);
    case 'date':
      return new Date(Number(cell) * DAY_MS).toISOString().slice(0, 10);
    case 'time':
      return instantText(BigInt(cell)).slice(11);
    case 'timestamp':
      return instantText(BigInt(cell));
    case 'timestamptz':
      return `${instantText(BigInt(cell))}Z`;
    default:
      return String(cell);
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction}`;
}

function instantText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((micros - fraction) / 1_000_000n);
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(fraction).padStart(6, '0')}`;
}
