/**
 * The types of Weft columns: those of Iceberg v2 that a contract can name.
 *
 * Source: Iceberg table spec, "Schemas and Data Types". Decimals have 1 to 38 digits and 0 ≤ scale ≤ precision.
 * `timestamp` has no zone, `timestamptz` is an instant in UTC; both count microseconds.
 */
export type PrimitiveType =
  | {
      kind:
        | 'boolean'
        | 'int'
        | 'long'
        | 'double'
        | 'string'
        | 'date'
        | 'time'
        | 'timestamp'
        | 'timestamptz';
    }
  | { kind: 'decimal'; precision: number; scale: number };

export type DataType =
  | PrimitiveType
  | { kind: 'struct'; fields: StructField[] }
  | { kind: 'list'; element: DataType }
  | { kind: 'map'; key: DataType; value: DataType };

export interface StructField {
  id: string;
  name: string;
  /** Its name in the producer's files, where that is another. */
  sourceName?: string;
  type: DataType;
  required: boolean;
}

/** True for types without inner fields. */
export function isPrimitive(type: DataType): type is PrimitiveType {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'map';
}

/** The DuckDB type that holds every value of `type` exactly. */
export function duckdbType(type: DataType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int':
      return 'INTEGER';
    case 'long':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'string':
      return 'VARCHAR';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'timestamptz':
      return 'TIMESTAMPTZ';
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'struct':
      return `STRUCT(${type.fields.map((f) => `"${f.name.replaceAll('"', '""')}" ${duckdbType(f.type)}`).join(', ')})`;
    case 'list':
      return `${duckdbType(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
  }
}

/** Readable name, such as `decimal(10,2)` or `list<string>`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'struct':
      return `struct<${type.fields.map((f) => `${f.name}: ${typeName(f.type)}`).join(', ')}>`;
    case 'list':
      return `list<${typeName(type.element)}>`;
    case 'map':
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`;
    default:
      return type.kind;
  }
}

const LOGICAL: Readonly<Record<DataType['kind'], string>> = {
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  double: 'number',
  decimal: 'number',
  string: 'string',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  struct: 'object',
  list: 'array',
  map: 'map',
};

/** What ODCS calls it as `logicalType`. */
export function logicalName(type: DataType): string {
  return LOGICAL[type.kind];
}
