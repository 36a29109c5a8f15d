/**
 * Contract to Avro: a record schema per object, for producers and consumers of streams.
 *
 * Not the encoding. Source: Avro 1.12 specification, "Schema Declaration" and "Logical Types".
 * Invariant: names match `[A-Za-z_][A-Za-z0-9_]*` and each named type is defined once; an optional field is a union with
 * null first and null as default.
 */
import type { DataType } from '../data-type.ts';
import type { ContractModel, ContractObject } from '../model.ts';

/** The Avro schema of one object as JSON text. */
export function compileAvro(model: ContractModel, object: ContractObject): string {
  const record = avroName(object.name);
  const namespace = model.domain === null ? null : avroName(model.domain);
  const schema = {
    type: 'record',
    name: record,
    ...(namespace === null ? {} : { namespace }),
    ...(object.description === null ? {} : { doc: object.description }),
    fields: object.properties.map((property) => {
      const isRequired = property.required || property.primaryKeyPosition !== null;
      const name = avroName(property.name);
      const doc = property.description ?? property.businessName;
      return {
        name,
        ...(doc === null ? {} : { doc }),
        ...field(avroType(property.type, `${record}_${name}`), isRequired),
      };
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function field(type: unknown, isRequired: boolean): { type: unknown; default?: null } {
  return isRequired ? { type } : { type: ['null', type], default: null };
}

function avroType(type: DataType, path: string): unknown {
  switch (type.kind) {
    case 'decimal':
      return {
        type: 'bytes',
        logicalType: 'decimal',
        precision: type.precision,
        scale: type.scale,
      };
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'time':
      return { type: 'long', logicalType: 'time-micros' };
    case 'timestamp':
      return { type: 'long', logicalType: 'local-timestamp-micros' };
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros' };
    case 'struct':
      return {
        type: 'record',
        name: path,
        fields: type.fields.map((inner) => {
          const name = avroName(inner.name);
          return { name, ...field(avroType(inner.type, `${path}_${name}`), inner.required) };
        }),
      };
    case 'list':
      return { type: 'array', items: ['null', avroType(type.element, `${path}_element`)] };
    case 'map':
      return mapType(type, path);
    default:
      return type.kind;
  }
}

/** Avro's map has text keys; any other key makes an array of pairs, as Iceberg writes it. */
function mapType(type: Extract<DataType, { kind: 'map' }>, path: string): unknown {
  const values = ['null', avroType(type.value, `${path}_value`)];
  if (type.key.kind === 'string') return { type: 'map', values };
  const pair = {
    type: 'record',
    name: `${path}_pair`,
    fields: [
      { name: 'key', type: avroType(type.key, `${path}_key`) },
      { name: 'value', type: values, default: null },
    ],
  };
  return { type: 'array', items: pair, logicalType: 'map' };
}

function avroName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}
