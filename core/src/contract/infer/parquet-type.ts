/**
 * Weft's type of a DuckDB column type, for samples of Parquet files.
 *
 * Null means that the type has no exact counterpart, and the values decide.
 */
import type { DataType, StructField } from '../data-type.ts';
import { type FileType, readDuckdbType } from '../duckdb-type.ts';
import { suggestName } from '../names.ts';

const TYPES: Readonly<Record<string, DataType>> = {
  BOOLEAN: { kind: 'boolean' },
  TINYINT: { kind: 'int' },
  SMALLINT: { kind: 'int' },
  INTEGER: { kind: 'int' },
  UTINYINT: { kind: 'int' },
  USMALLINT: { kind: 'int' },
  UINTEGER: { kind: 'long' },
  BIGINT: { kind: 'long' },
  UBIGINT: { kind: 'decimal', precision: 20, scale: 0 },
  HUGEINT: { kind: 'decimal', precision: 38, scale: 0 },
  FLOAT: { kind: 'double' },
  DOUBLE: { kind: 'double' },
  VARCHAR: { kind: 'string' },
  UUID: { kind: 'string' },
  DATE: { kind: 'date' },
  TIME: { kind: 'time' },
  TIMESTAMP: { kind: 'timestamp' },
  TIMESTAMP_S: { kind: 'timestamp' },
  TIMESTAMP_MS: { kind: 'timestamp' },
  TIMESTAMP_NS: { kind: 'timestamp' },
  'TIMESTAMP WITH TIME ZONE': { kind: 'timestamptz' },
  TIMESTAMPTZ: { kind: 'timestamptz' },
};

export function parquetColumnType(name: string): DataType | null {
  return typeOfFile(readDuckdbType(name));
}

function typeOfFile(file: FileType): DataType | null {
  switch (file.kind) {
    case 'plain':
      return plainType(file.name);
    case 'list': {
      const element = typeOfFile(file.element);
      return element === null ? null : { kind: 'list', element };
    }
    case 'map': {
      const [key, value] = [typeOfFile(file.key), typeOfFile(file.value)];
      return key === null || value === null ? null : { kind: 'map', key, value };
    }
    case 'struct': {
      const fields = file.fields.flatMap(({ name, type: inner }): StructField[] => {
        const type = typeOfFile(inner);
        return type === null ? [] : [{ id: suggestName(name), name, type, required: false }];
      });
      const isWhole = fields.length === file.fields.length && fields.length > 0;
      return isWhole ? { kind: 'struct', fields } : null;
    }
  }
}

function plainType(name: string): DataType | null {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(name);
  if (decimal !== null) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  return name.startsWith('ENUM(') ? { kind: 'string' } : (TYPES[name] ?? null);
}
